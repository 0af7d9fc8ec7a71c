#!/usr/bin/env bash
# ./run bench [FLAG]...: builds and runs every benchmark; flags go to the benchmark programs.
set -euo pipefail
. deploy/run/common.sh
install_packages
say "Building the benchmarks"
# shellcheck disable=SC2046
mapfile -t targets < <(bazel $(startup_flags) query 'attr(tags, "\bbenchmark\b", kind(cc_binary, set('"$(all_targets | tr '\n' ' ')"')))' 2>/dev/null)
[ ${#targets[@]} -gt 0 ] || fail "got no cc_binary tagged \"benchmark\", want at least one"
run_bazel build "${targets[@]}" # With the flags of what is served.
bin=$(bazel_info bazel-bin)
scratch=$(mktemp -d) # What a benchmark makes certificates in.
trap 'rm -rf "$scratch"' EXIT
for target in "${targets[@]}"; do
  say "$target"
  path=${target#//}
  TEST_TMPDIR=$scratch "$bin/${path/://}" "$@"
done
