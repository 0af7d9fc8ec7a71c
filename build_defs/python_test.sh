#!/bin/sh
# python_test.sh FILE: see python.bzl. The working directory is the root of the runfiles.
exec /usr/bin/python3 -B build_defs/run_unittest.py "$1"
