"""cc_grpc_library: the C++ gRPC stubs of one proto_library."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def _generate_impl(ctx):
    info = ctx.attr.proto[ProtoInfo]
    outputs = []
    names = []
    for src in info.direct_sources:
        # The import path of a source is its path below the proto_library's import prefix.
        name = src.path[len(info.proto_source_root) + 1:] if src.path.startswith(info.proto_source_root) else src.short_path
        names.append(name)
        stem = name[:-len(".proto")]
        for end in [".grpc.pb.h", ".grpc.pb.cc"]:
            outputs.append(ctx.actions.declare_file("grpc/" + stem + end))
    out_dir = outputs[0].path[:-len(names[0][:-len(".proto")] + ".grpc.pb.h")]
    args = ctx.actions.args()
    args.add("--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin")
    args.add("--grpc_out=" + out_dir)
    args.add_all(info.transitive_proto_path, format_each = "-I%s")
    args.add_all(names)
    ctx.actions.run(
        executable = ctx.executable._protoc,
        arguments = [args],
        inputs = info.transitive_sources,
        outputs = outputs,
        mnemonic = "GrpcGenerate",
    )
    return [DefaultInfo(files = depset(outputs))]

_generate = rule(
    implementation = _generate_impl,
    attrs = {
        "proto": attr.label(mandatory = True, providers = [ProtoInfo]),
        "_protoc": attr.label(default = "@com_google_protobuf//:protoc", executable = True, cfg = "host"),
    },
)

def cc_grpc_library(name, proto, deps, **kwargs):
    """A cc_library with the stubs for the services in `proto`.

    Args:
      name: of the library.
      proto: one proto_library.
      deps: the cc_proto_library of `proto`.
      **kwargs: passed to cc_library.
    """
    _generate(name = name + "_generate", proto = proto)
    cc_library(
        name = name,
        srcs = [name + "_generate"],
        hdrs = [name + "_generate"],
        includes = ["grpc"],
        deps = deps + ["//third_party/system:grpc"],
        **kwargs
    )
