#!/usr/bin/env bash
# ./run demo [--incidents N] [--keep DIR]: see deploy/demo/demo.py.
set -euo pipefail
. deploy/run/common.sh
install_packages
say "Building (the first time takes some minutes)"
run_bazel build //tools:concordat //services/concordatd:concordatd
bin=$(bazel_info bazel-bin)
exec /usr/bin/python3 deploy/demo/demo.py --concordat "$bin/tools/concordat" \
  --concordatd "$bin/services/concordatd/concordatd" "$@"
