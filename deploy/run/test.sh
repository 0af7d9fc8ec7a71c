#!/usr/bin/env bash
# ./run test [BAZEL TEST TARGET OR FLAG]...: everything, or what is named. The last line counts real results.
set -uo pipefail
. deploy/run/common.sh
install_packages || exit 1

events=$(mktemp)
checks=$(mktemp)
trap 'rm -f "$events" "$checks"' EXIT

say "Checking formatting and scripts"
bash deploy/check.sh --results "$checks"

say "Building and testing ${*:-everything}"
everything=
if [ $# -eq 0 ]; then
  everything=1
  mapfile -t targets < <(all_targets)
  set -- "${targets[@]}"
fi
run_bazel test --keep_going --nobuild_tests_only --build_event_json_file="$events" "$@"
bazel_exit=$?

# Everything, and so the fuzzers too: long enough to run over their corpora and a little further.
if [ -n "$everything" ]; then bash deploy/run/fuzz.sh --seconds 5 --results "$checks"; fi

say "Results"
/usr/bin/python3 deploy/run/count_results.py --events "$events" --bazel-exit "$bazel_exit" --checks "$checks"
