"""The counting of ./run test: whatever goes wrong counts as failed."""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.getcwd(), "deploy/run"))

import count_results  # noqa: E402

REPORT = """<testsuites><testsuite>
<testcase name="A" classname="T" status="run" result="completed"/>
<testcase name="B" classname="T" status="run" result="completed">%s</testcase>
<testcase name="C" classname="T" status="notrun" result="suppressed"/>
</testsuite></testsuites>"""


def configured(label, kind="cc_test rule", size="MEDIUM"):
    return {"id": {"targetConfigured": {"label": label}}, "configured": {"targetKind": kind, "testSize": size}}


def summary(label, status):
    return {"id": {"testSummary": {"label": label}}, "testSummary": {"overallStatus": status}}


class CountResultsTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def report(self, label, text):
        path = os.path.join(self.directory.name, label.replace("/", "_").replace(":", "_") + ".xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        output = [{"name": "test.xml", "uri": "file://" + path}]
        return {"id": {"testResult": {"label": label}}, "testResult": {"testActionOutput": output}}

    def count(self, events, bazel_exit=0):
        results = count_results.Results()
        count_results.read_events([json.dumps(event) for event in events], results, bazel_exit)
        return results.passed, results.failures

    def test_counts_cases_and_leaves_out_those_not_run(self):
        events = [configured("//a:t"), self.report("//a:t", REPORT % ""), summary("//a:t", "PASSED")]
        self.assertEqual((2, []), self.count(events))

    def test_names_a_failed_case(self):
        events = [configured("//a:t"), self.report("//a:t", REPORT % "<failure/>"), summary("//a:t", "FAILED")]
        self.assertEqual((1, ["//a:t: T.B"]), self.count(events, 3))

    def test_a_target_that_did_not_build_has_failed(self):
        self.assertEqual((0, ["//a:t: did not build"]), self.count([configured("//a:t")], 1))

    def test_a_target_that_crashed_has_failed_even_if_its_cases_passed(self):
        events = [configured("//a:t"), self.report("//a:t", REPORT % ""), summary("//a:t", "FAILED")]
        self.assertEqual((2, ["//a:t: failed"]), self.count(events, 3))

    def test_a_target_out_of_time_without_a_report_has_failed(self):
        events = [configured("//a:t"), summary("//a:t", "TIMEOUT")]
        self.assertEqual((0, ["//a:t: timeout"]), self.count(events, 3))

    def test_a_library_that_did_not_build_has_failed(self):
        broken = {"id": {"targetCompleted": {"label": "//a:lib"}}, "completed": {}}
        passing = [configured("//a:t"), summary("//a:t", "PASSED")]
        self.assertEqual((1, ["//a:lib: did not build"]), self.count(passing + [broken], 1))

    def test_a_build_that_failed_without_a_word_has_failed(self):
        passing = [configured("//a:t"), summary("//a:t", "PASSED")]
        self.assertEqual((1, ["bazel: got exit code 1, want 0"]), self.count(passing, 1))

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual((0, ["bazel: got no test, want at least one"]), self.count([]))


if __name__ == "__main__":
    unittest.main()
