"""A fuzz target: NAME.cc, which defines LLVMFuzzerTestOneInput, and its corpus in corpus/NAME."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

def fuzz_target(name, deps, data = []):
    cc_library(
        name = name + "_target",
        testonly = 1,
        srcs = [name + ".cc", "target.h"],
        deps = deps + ["//base:check", "//third_party/system:absl"],
        alwayslink = 1,
    )

    # Only with --config=fuzz.
    cc_binary(
        name = name + "_fuzzer",
        testonly = 1,
        data = data,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":" + name + "_target"],
    )
    cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = ["corpus_test.cc", "target.h"],
        copts = ["-DCORPUS='\"tests/fuzz/corpus/%s\"'" % name],
        data = data + native.glob(["corpus/%s/*" % name]),
        deps = [":" + name + "_target", "//base:files", "//third_party/system:gtest_main"],
    )
