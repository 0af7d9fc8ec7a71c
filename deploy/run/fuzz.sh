#!/usr/bin/env bash
# ./run fuzz [--seconds N] [--keep] [TARGET]...: libFuzzer over each parser that meets bytes from outside (tests/fuzz), N seconds each.
# What it finds is written to fuzz-findings/. With --keep, inputs that reach new code join the kept corpora, the fewest that do.
set -uo pipefail
. deploy/run/common.sh
seconds=60 keep= results=/dev/null targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds: got nothing, want a number}; shift ;;
    --results) results=${2:?--results: got nothing, want a file}; shift ;;
    --keep) keep=1 ;;
    *) [ -d "tests/fuzz/corpus/$1" ] || fail "got the target '$1', want one of: $(ls tests/fuzz/corpus | tr '\n' ' ')"
      targets+=("$1") ;;
  esac
  shift
done
install_packages || exit 1
if [ ${#targets[@]} -eq 0 ]; then mapfile -t targets < <(ls tests/fuzz/corpus); fi

say "Building the fuzzers with clang"
export CONCORDAT_OUTPUT_BASE=${CONCORDAT_FUZZ_OUTPUT_BASE:-$CONCORDAT_CACHE/fuzz-output/$(pwd | cksum | cut -d' ' -f1)}
mkdir -p "$(dirname "$CONCORDAT_OUTPUT_BASE")"
labels=()
for target in "${targets[@]}"; do labels+=("//tests/fuzz:${target}_fuzzer"); done
if ! run_bazel build --config=fuzz --symlink_prefix=/ "${labels[@]}"; then
  echo "failed fuzz-build" >>"$results"
  fail "the fuzzers did not build"
fi
binaries=$(bazel "--output_base=$CONCORDAT_OUTPUT_BASE" info --config=fuzz bazel-bin 2>/dev/null)

status=0
for target in "${targets[@]}"; do
  say "Fuzzing $target for $seconds s"
  found=$(mktemp -d)
  log=$(mktemp)
  mkdir -p fuzz-findings
  if "$binaries/tests/fuzz/${target}_fuzzer" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="fuzz-findings/$target-" "$found" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
    echo "    $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, nothing found"
    echo "passed fuzz-$target" >>"$results"
    if [ -n "$keep" ]; then
      "$binaries/tests/fuzz/${target}_fuzzer" -merge=1 -max_len=4096 "tests/fuzz/corpus/$target" "$found" >/dev/null 2>&1
    fi
  else
    grep -E 'ERROR|SUMMARY|check|Test unit written' "$log" | head -n 8 >&2
    echo "failed fuzz-$target" >>"$results"
    status=1
  fi
  rm -rf "$found" "$log"
done
rmdir fuzz-findings 2>/dev/null
exit $status
