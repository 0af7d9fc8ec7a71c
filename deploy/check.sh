#!/usr/bin/env bash
# Checks that need no build: formatting, and the syntax of scripts.
#   deploy/check.sh            looks
#   deploy/check.sh -f         fixes what can be fixed
#   deploy/check.sh --tidy     also runs clang-tidy, where installed, on the files named by .clang-tidy's filter
#   deploy/check.sh --results FILE   writes a line "passed NAME" or "failed NAME" a check
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
fix= tidy= results=/dev/null
while [ $# -gt 0 ]; do
  case $1 in
    -f) fix=1 ;;
    --tidy) tidy=1 ;;
    --results)
      results=${2:?--results: got nothing, want a file}
      shift
      ;;
    *)
      echo "check: got '$1', want -f, --tidy or --results FILE" >&2
      exit 2
      ;;
  esac
  shift
done

files_named() {
  find . \( -name .git -o -name 'bazel-*' -o -name node_modules \) -prune -o -type f "$@" -print0
}

format() {
  local tool
  tool=$(command -v clang-format-14 || command -v clang-format) || {
    echo "clang-format: got none, want clang-format-14 (deploy/packages.txt)" >&2
    return 1
  }
  if [ -n "$fix" ]; then
    files_named \( -name '*.h' -o -name '*.cc' \) | xargs -0 -r "$tool" -i
  else
    local wrong
    wrong=$(files_named \( -name '*.h' -o -name '*.cc' \) | xargs -0 -r "$tool" --dry-run -Werror 2>&1 |
      sed -n 's/^\.\/\([^:]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort | uniq -c)
    [ -z "$wrong" ] && return 0
    printf 'not formatted (places, file):\n%s\n' "$wrong" >&2
    return 1
  fi
}

shell_syntax() {
  local file status=0
  while IFS= read -r -d '' file; do bash -n "$file" || status=1; done < <(
    files_named \( -name '*.sh' -o -path ./run -o -path ./.ci/run \))
  return $status
}

python_syntax() {
  files_named -name '*.py' | xargs -0 -r /usr/bin/python3 -c '
import sys
for name in sys.argv[1:]:
    with open(name, "rb") as source:
        compile(source.read(), name, "exec")'
}

executable_entries() { [ -x run ] && [ -x .ci/run ]; }

run_tidy() {
  command -v clang-tidy >/dev/null || { echo "clang-tidy is not installed: skipped" && return 0; }
  local out=bazel-out/k8-fastbuild/bin
  [ -d "$out/proto" ] || { echo "clang-tidy: got no built proto, want a build before (bazel build //proto:all)" >&2 && return 1; }
  files_named -name '*.cc' -not -path './third_party/*' | xargs -0 -r -n 1 -P "$(nproc)" sh -c '
    clang-tidy --quiet "$2" -- -std=c++17 -I. -I"$0/proto/grpc" -I"$0/proto/_virtual_imports/concordat_proto" \
      -I"$1/external/boringssl/src/include" 2>/dev/null' "$out" "bazel-$(basename "$PWD")"
}

status=0
check() { # check NAME FUNCTION
  if "$2"; then
    echo "passed $1" >>"$results"
  else
    echo "failed $1" >>"$results"
    echo "check: $1 failed${3:+; $3}" >&2
    status=1
  fi
}
check format format "./run fmt puts it right"
check shell-syntax shell_syntax
check python-syntax python_syntax
check entries-executable executable_entries
if [ -n "$tidy" ]; then check tidy run_tidy; fi
exit $status
