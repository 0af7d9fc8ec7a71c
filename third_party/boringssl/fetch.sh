#!/usr/bin/env bash
# Unpacks a Debian source package into the working directory after checking its digest.
#   fetch.sh PACKAGE VERSION SHA256
# The source list is derived from the machine's own package sources, so that a mirror set up there is used here too.
# A tarball kept in the cache directory is used without any network.
set -euo pipefail
package=$1 version=$2 sha256=$3
upstream=${version%-*}
cache=${CONCORDAT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/concordat}/sources
tarball=$cache/${package}_${upstream}.orig.tar.xz
matches() { [ -f "$tarball" ] && echo "$sha256  $tarball" | sha256sum --check --status; }

if ! matches; then
  work=$PWD/apt
  mkdir -p "$work/lists/partial" "$cache"
  {
    sed -n 's/^deb \(.*debian.*\)$/deb-src \1/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true
    for file in /etc/apt/sources.list.d/*.sources; do
      [ -f "$file" ] || continue
      awk '
        function flush() { if (uri ~ /debian/) { n = split(suite, s, " "); for (i = 1; i <= n; i++) print "deb-src" opt, uri, s[i], comp }; uri = suite = comp = opt = "" }
        /^URIs:/ { uri = $2 } /^Suites:/ { sub(/^Suites: */, ""); suite = $0 } /^Components:/ { sub(/^Components: */, ""); comp = $0 }
        /^Signed-By:/ { opt = " [signed-by=" $2 "]" } /^$/ { flush() } END { flush() }' "$file"
    done
  } > "$work/sources.list"
  apt=(apt-get -q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
       -o "Dir::State::lists=$work/lists" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$work" && "${apt[@]}" source --download-only "$package=$version")
  mv "$work/${package}_${upstream}.orig.tar.xz" "$tarball"
  rm -rf "$work"
  matches || { echo "digest of $tarball: got $(sha256sum < "$tarball"), want $sha256" >&2; exit 1; }
fi
tar --extract --xz --strip-components=1 --file "$tarball"
touch WORKSPACE
