# Sourced by the scripts of ./run, with the repository's root as the working directory.

say() { printf '\n==> %s\n' "$*"; }
fail() {
  printf 'run: %s\n' "$*" >&2
  exit 1
}

CONCORDAT_CACHE=${CONCORDAT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/concordat}
export CONCORDAT_CACHE
export PYTHONDONTWRITEBYTECODE=1

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Installs the packages named, or all of deploy/packages.txt; does nothing when all are there.
install_packages() {
  local wanted missing root=()
  if [ $# -gt 0 ]; then wanted=("$@"); else mapfile -t wanted < <(grep -v '^#' deploy/packages.txt); fi
  command -v dpkg-query >/dev/null ||
    fail "got a system without dpkg, want Debian 12, or these packages' equivalents: ${wanted[*]}"
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  [ ${#missing[@]} -eq 0 ] && return 0
  say "Installing ${#missing[@]} missing Debian packages: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "got neither root nor sudo, want one of them for: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  local log
  log=$(mktemp)
  if ! { "${root[@]}" apt-get -qq update &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}"; } \
    >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install them. Is this Debian 12, and is its package mirror within reach?"
  fi
  rm -f "$log"
}

startup_flags() {
  if [ -n "${CONCORDAT_OUTPUT_BASE:-}" ]; then echo "--output_base=$CONCORDAT_OUTPUT_BASE"; fi
}

# bazel COMMAND FLAGS...: with the shared disk cache; progress goes through a filter to short plain lines.
run_bazel() {
  local verb=$1
  shift
  mkdir -p "$CONCORDAT_CACHE/bazel"
  # shellcheck disable=SC2046
  bazel $(startup_flags) "$verb" --disk_cache="$CONCORDAT_CACHE/bazel" --color=no --curses=no --show_progress \
    --show_progress_rate_limit=5 "$@" 2>&1 | show_progress
  return "${PIPESTATUS[0]}"
}

# "[12 / 345] Compiling a.cc; 5s ..." becomes "  12 of 345  Compiling a.cc"; everything else stays as it is. Line by line: not awk, for
# Debian's reads a pipe a block at a time.
show_progress() {
  sed -u -E \
    -e '/^(Loading:|Analyzing:|INFO: |\(..:..:..\) (Loading|Analyzing|INFO))/d; /^ *currently loading/d; /^ *Fetching/d' \
    -e 's/^\[([0-9,]+) \/ ([0-9,]+)\] *(\[[^]]*\] *)?([^;]*).*/    \1 of \2  \4/'
}

# A pattern for each top-level folder with a BUILD file. Not //..., which would also walk the bazel-* links that another output
# directory's build left here.
all_targets() {
  local folder
  for folder in */; do
    folder=${folder%/}
    [ -L "$folder" ] || [ "$folder" = third_party ] && continue
    [ -z "$(find "$folder" -name BUILD -print -quit)" ] || echo "//$folder/..."
  done
  echo //:all
}

bazel_info() {
  # shellcheck disable=SC2046
  bazel $(startup_flags) info "$1" 2>/dev/null
}

# The path of a built target's file: built_file tools/concordat.
built_file() { echo "$(bazel_info bazel-bin)/$1"; }
