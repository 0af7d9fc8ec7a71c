#!/usr/bin/env bash
# ./run serve [--dir DIR]: everything in one process, until Ctrl-C. See deploy/run/serve.py.
set -euo pipefail
. deploy/run/common.sh
install_packages
say "Building (the first time takes some minutes)"
run_bazel build //tools:concordat //services/concordatd:concordatd
bin=$(bazel_info bazel-bin)
exec /usr/bin/python3 deploy/run/serve.py --concordat "$bin/tools/concordat" \
  --concordatd "$bin/services/concordatd/concordatd" --dir "$CONCORDAT_CACHE/serve" "$@"
