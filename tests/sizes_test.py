"""Holds the bound on the length of a source file."""

import unittest

from tests import source_tree

LINES_MAX = 400


def broken_rules(path, text):
    lines = len(text.splitlines())
    if lines > LINES_MAX:
        return ["%s: got %d lines, want at most %d: split it by what it knows" % (path, lines, LINES_MAX)]
    return []


class SizesTest(unittest.TestCase):
    def test_no_source_is_too_long(self):
        found = []
        for path, text in source_tree.sources():
            found += broken_rules(path, text)
        self.assertEqual([], found)

    def test_refuses_one_line_too_many(self):
        self.assertEqual([], broken_rules("a.cc", "x\n" * LINES_MAX))
        self.assertEqual(1, len(broken_rules("a.cc", "x\n" * (LINES_MAX + 1))))
        self.assertEqual(1, len(broken_rules("a.cc", "x\n" * LINES_MAX + "x")))


if __name__ == "__main__":
    unittest.main()
