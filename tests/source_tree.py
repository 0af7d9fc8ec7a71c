"""The repository's own sources, for the tests that hold its rules.

A test finds the tree through the real path of its own file, so its target is tagged "local" and "external": it runs
outside the sandbox and is never answered from a cache.
"""

import os
import re

CODE_FOLDERS = ("base", "crypto", "auth", "tlog", "storage", "services", "tools", "tests")

_NOT_CODE = re.compile(
    r"""
    //[^\n]*
  | /\*.*?\*/
  | R"(?P<delimiter>[^(\s]{0,16})\(.*?\)(?P=delimiter)"
  | "(?:\\.|[^"\\\n])*"
  | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'
    """,
    re.DOTALL | re.VERBOSE,
)


def root():
    return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def sources(folders=CODE_FOLDERS, endings=(".h", ".cc")):
    """Yields (path from the root, text) of every source file, in order."""
    base = root()
    for folder in folders:
        for directory, subfolders, names in os.walk(os.path.join(base, folder)):
            subfolders.sort()
            for name in sorted(names):
                if name.endswith(endings):
                    path = os.path.join(directory, name)
                    with open(path, encoding="utf-8") as source:
                        yield os.path.relpath(path, base), source.read()


def without_comments_and_strings(text):
    """The same text with comments and literals blanked; every line keeps its number."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))

    return _NOT_CODE.sub(blank, text)
