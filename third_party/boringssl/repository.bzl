"""@boringssl from Debian's source package, pinned by version and digest."""

_PACKAGE = "android-platform-external-boringssl"

def _boringssl_impl(ctx):
    result = ctx.execute(
        ["bash", ctx.path(ctx.attr._fetch), _PACKAGE, ctx.attr.version, ctx.attr.sha256],
        timeout = 300,
    )
    if result.return_code != 0:
        fail("could not get %s %s: %s" % (_PACKAGE, ctx.attr.version, result.stderr))

boringssl_repository = repository_rule(
    implementation = _boringssl_impl,
    attrs = {
        "sha256": attr.string(mandatory = True, doc = "SHA-256 of the upstream tarball."),
        "version": attr.string(mandatory = True, doc = "Debian version of the source package."),
        "_fetch": attr.label(default = "//third_party/boringssl:fetch.sh", allow_single_file = True),
    },
    doc = "Downloads the source package with apt, checks the digest and unpacks it.",
)
