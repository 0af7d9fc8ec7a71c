"""Runs one unittest file and writes a JUnit report with a line a case where Bazel asks for it."""

import importlib.util
import os
import sys
import unittest
import xml.sax.saxutils as saxutils


class RecordingResult(unittest.TextTestResult):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cases = {}

    def startTest(self, test):
        super().startTest(test)
        self.cases[test.id()] = ""

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.cases[test.id()] = str(err[1])

    def addError(self, test, err):
        super().addError(test, err)
        self.cases[test.id()] = str(err[1]) or "error"

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.cases[test.id()] = str(err[1]) or "error"


def write_report(path, cases):
    with open(path, "w", encoding="utf-8") as report:
        report.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites><testsuite name="unittest">\n')
        for name, failure in cases.items():
            class_name, _, case = name.rpartition(".")
            attributes = "classname=%s name=%s" % (saxutils.quoteattr(class_name), saxutils.quoteattr(case))
            if failure:
                text = saxutils.quoteattr(failure.encode("ascii", "replace").decode())
                report.write("<testcase %s><failure message=%s/></testcase>\n" % (attributes, text))
            else:
                report.write("<testcase %s/>\n" % attributes)
        report.write("</testsuite></testsuites>\n")


def main():
    sys.path.insert(0, os.getcwd())
    name = os.path.splitext(os.path.basename(sys.argv[1]))[0]
    spec = importlib.util.spec_from_file_location(name, sys.argv[1])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    if not suite.countTestCases():
        print("%s: got no test case, want at least one" % sys.argv[1], file=sys.stderr)
        return 1
    result = unittest.TextTestRunner(resultclass=RecordingResult, verbosity=1).run(suite)
    if os.environ.get("XML_OUTPUT_FILE"):
        write_report(os.environ["XML_OUTPUT_FILE"], result.cases)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
