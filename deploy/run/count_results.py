"""Counts what Bazel's build events and the check script say happened, and prints "N passed, N failed" last.

A test file of googletest counts once a case. A test without a report of its cases counts once. A test target that did
not build, crashed or ran out of time counts as failed, as does a build that failed anywhere else.
"""

import argparse
import json
import os
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree


def count_cases(path):
    """(passed, names of failed cases) of one JUnit file; skipped and disabled cases count as neither."""
    passed, failed = 0, []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.get("status") == "notrun" or case.get("result") in ("skipped", "suppressed"):
            continue
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append("%s.%s" % (case.get("classname", ""), case.get("name", "")))
        else:
            passed += 1
    return passed, failed


def local_path(output):
    uri = output.get("uri", "")
    return urllib.parse.unquote(urllib.parse.urlparse(uri).path) if uri.startswith("file:") else ""


class Results:
    def __init__(self):
        self.passed = 0
        self.failures = []

    def add_target(self, label, status, reports):
        failed = []
        passed = 0
        for report in reports:
            if report and os.path.exists(report):
                try:
                    case_passed, case_failed = count_cases(report)
                except ElementTree.ParseError:
                    continue
                passed += case_passed
                failed += case_failed
        if status != "PASSED" and not failed:
            failed.append(status.lower().replace("_", " "))
        if status == "PASSED" and not passed and not failed:
            passed = 1
        self.passed += passed
        self.failures += ["%s: %s" % (label, name) for name in failed]


def read_events(lines, results, bazel_exit):
    tests, statuses, reports, broken = set(), {}, {}, []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # The last line of a build that was interrupted.
        event_id = event.get("id", {})
        if "targetConfigured" in event_id and "test" in event.get("configured", {}).get("targetKind", ""):
            if event["configured"].get("testSize"):
                tests.add(event_id["targetConfigured"]["label"])
        elif "testResult" in event_id and "testResult" in event:
            label = event_id["testResult"]["label"]
            for output in event["testResult"].get("testActionOutput", []):
                if output.get("name") == "test.xml":
                    reports.setdefault(label, []).append(local_path(output))
        elif "testSummary" in event_id and "testSummary" in event:
            statuses[event_id["testSummary"]["label"]] = event["testSummary"]["overallStatus"]
        elif "targetCompleted" in event_id and not event.get("completed", {}).get("success"):
            broken.append(event_id["targetCompleted"]["label"])
    for label in sorted(tests):
        results.add_target(label, statuses.get(label, "DID_NOT_BUILD"), reports.get(label, []))
    for label in sorted(set(broken) - tests):
        results.failures.append("%s: did not build" % label)
    if bazel_exit and not results.failures:
        results.failures.append("bazel: got exit code %d, want 0" % bazel_exit)
    if not tests and not results.failures:
        results.failures.append("bazel: got no test, want at least one")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", required=True)
    parser.add_argument("--bazel-exit", type=int, required=True)
    parser.add_argument("--checks", required=True)
    flags = parser.parse_args()
    results = Results()
    with open(flags.events, encoding="utf-8") as lines:
        read_events(lines, results, flags.bazel_exit)
    with open(flags.checks, encoding="utf-8") as lines:
        checks = [line.split(" ", 1) for line in lines.read().splitlines()]
    for outcome, name in checks:
        if outcome == "passed":
            results.passed += 1
        else:
            results.failures.append("deploy/check.sh: " + name)
    if not checks:
        results.failures.append("deploy/check.sh: did not run")
    for failure in results.failures:
        print("FAILED  " + failure)
    print("%d passed, %d failed" % (results.passed, len(results.failures)))
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
