"""Refuses calls that must not stand in our code, and names what to use instead (CONTRIBUTING.md)."""

import fnmatch
import re
import unittest

from tests import source_tree


class Ban:
    """One construct. `allowed` are the path patterns that may use it, each with its reason beside it."""

    def __init__(self, name, pattern, instead, allowed=(), where="*", in_comments=False):
        self.name = name
        self.pattern = re.compile(pattern)
        self.instead = instead
        self.allowed = allowed
        self.where = where
        self.in_comments = in_comments


BANS = (
    Ban(
        "DebugString",
        r"\b(?:Short|Utf8)?DebugString\s*\(",
        "the fields that are needed, never a payload (SerializeAsString for bytes)",
    ),
    Ban(
        "reading the clock",
        r"\babsl::Now\s*\(|\bGetCurrentTimeNanos\s*\(|\bsystem_clock::now\b|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)",
        "Clock of base/clock.h",
        allowed=("base/clock.cc",),  # The one door to the real time.
    ),
    Ban(
        "random numbers",
        r"\bstd::random_device\b|(?<![\w:.>])s?rand\s*\(|\bstd::s?rand\s*\(",
        "crypto/random.h; in a test a seeded std::mt19937_64 that prints its seed",
    ),
    Ban("std::regex", r"\bstd::regex\b|#\s*include\s*<regex>", "a small parser of its own, or absl/strings"),
    Ban(
        "sleep in a test",
        r"\b(?:absl::SleepFor|sleep_for|sleep_until|usleep|nanosleep)\s*\(|(?<![\w.>:])sleep\s*\(",
        "a fake clock, a notification or a condition",
        where="*_test.cc",
    ),
    Ban(
        "writing to standard output",
        r"\bstd::cout\b|\bstd::printf\b|(?<![\w:])(?:printf|puts|putchar)\s*\(",
        "a std::ostream that the caller gives",
        allowed=(
            "tools/concordat.cc",  # The command line itself: hands std::cout to the commands.
            "services/concordatd/*",  # --help and --check-config answer there; no payload comes near.
            "tests/*",  # Drivers of other processes report their seeds and figures.
        ),
    ),
    Ban("throw", r"\bthrow\b", "absl::Status"),
    Ban(
        "a shell",
        r"(?<![\w:.>])(?:system|popen)\s*\(|\bstd::system\s*\(",
        "posix_spawn with an argument vector",
    ),
    Ban(
        "unbounded C strings",
        r"(?<![\w:.>])(?:strcpy|strcat|sprintf|gets|strtok|atoi|atol)\s*\(|\bstd::(?:strcpy|strcat|sprintf|atoi|atol)\s*\(",
        "absl::StrCat, absl::SimpleAtoi and std::string_view",
    ),
    Ban("unfinished work", r"\b(?:TODO|FIXME)\b", "finished work, or an issue", in_comments=True),
)


def broken_rules(path, text, bans=BANS):
    code = source_tree.without_comments_and_strings(text)
    found = []
    for ban in bans:
        if not fnmatch.fnmatch(path, ban.where) or any(fnmatch.fnmatch(path, a) for a in ban.allowed):
            continue
        for match in ban.pattern.finditer(text if ban.in_comments else code):
            line = text.count("\n", 0, match.start()) + 1
            found.append("%s:%d: got %s, want %s" % (path, line, ban.name, ban.instead))
    return found


class BannedCallsTest(unittest.TestCase):
    def test_no_source_uses_them(self):
        found = []
        for path, text in source_tree.sources():
            found += broken_rules(path, text)
        self.assertEqual([], found)

    def test_refuses_each_of_them(self):
        for bad in (
            "LOG << event.DebugString();",
            "LOG << event.ShortDebugString();",
            "auto now = absl::Now();",
            "auto now = std::chrono::system_clock::now();",
            "auto now = time(nullptr);",
            "std::random_device device;",
            "int x = rand();",
            "int x = std::rand();",
            'std::regex re("a");',
            "std::cout << event;",
            'printf("%s", name);',
            "throw 1;",
            'system("ls");',
            "strcpy(a, b);",
            "// TODO: later",
            "/* FIXME */",
        ):
            self.assertEqual(1, len(broken_rules("storage/a.cc", bad)), bad)

    def test_refuses_sleep_in_tests_alone(self):
        for bad in ("absl::SleepFor(absl::Seconds(1));", "std::this_thread::sleep_for(1s);", "sleep(1);"):
            self.assertEqual(1, len(broken_rules("storage/a_test.cc", bad)), bad)
            self.assertEqual([], broken_rules("storage/a.cc", bad), bad)

    def test_names_the_line_and_the_replacement(self):
        found = broken_rules("auth/a.cc", "int a;\nint b;\nauto t = absl::Now();\n")
        self.assertEqual(["auth/a.cc:3: got reading the clock, want Clock of base/clock.h"], found)

    def test_reads_code_and_not_comments_or_literals(self):
        for good in (
            "// absl::Now() is not used here",
            'const char* kText = "std::cout << rand()";',
            'auto text = R"(printf("x"))";',
            "operand(1); table.rand(2); fprintf(stderr, kText);",
            "snprintf(a, 1, kFormat); x.throw_away();",
        ):
            self.assertEqual([], broken_rules("storage/a.cc", good), good)

    def test_sees_code_after_a_literal_with_an_escaped_quote(self):
        self.assertEqual(1, len(broken_rules("storage/a.cc", 'f("\\"", \'"\'); auto t = absl::Now();')))

    def test_an_allowance_holds_for_its_own_construct_alone(self):
        self.assertEqual([], broken_rules("base/clock.cc", "return absl::Now();"))
        self.assertEqual(1, len(broken_rules("base/clock.cc", "int x = rand();")))


if __name__ == "__main__":
    unittest.main()
