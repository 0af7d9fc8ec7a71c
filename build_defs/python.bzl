"""python_test: a unittest file run by Debian's /usr/bin/python3 (py_test of Bazel 4.2.3 wants a `python` on the path)."""

def python_test(name, src, data = [], **kwargs):
    """A test that runs every case of one unittest file and reports each of them.

    Args:
      name: of the test.
      src: the file, which imports from the root of the repository ("from tests import ...").
      data: other files it needs.
      **kwargs: passed to sh_test.
    """
    native.sh_test(
        name = name,
        srcs = ["//build_defs:python_test.sh"],
        args = ["$(location %s)" % src],
        data = [src, "//build_defs:run_unittest.py"] + data,
        **kwargs
    )
