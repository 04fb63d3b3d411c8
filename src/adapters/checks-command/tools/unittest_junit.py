"""Runs unittest discovery and writes a JUnit report, so that every test counts for itself.

Usage: python3 unittest_junit.py REPORT [-s START] [-p PATTERN] [-t TOP]
Exit status: 0 all passed, 1 something failed, 5 there was no test.
"""

import argparse
import inspect
import os
import re
import sys
import unittest
import xml.etree.ElementTree as xml

# Characters that XML cannot carry, not even escaped.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CaseRecorder(unittest.TextTestResult):
    """Keeps one outcome for each test; a later, worse one (of a subtest or a clean-up) replaces an earlier one."""

    SEVERITY = {"passed": 0, "skipped": 1, "failure": 2, "error": 3}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcomes = {}

    def record(self, test, outcome, text=""):
        test = getattr(test, "test_case", test)
        key = id(test)
        previous = self.outcomes.get(key)
        texts = [] if previous is None else previous[2]
        if text:
            texts = texts + [text]
        if previous is not None and self.SEVERITY[previous[1]] > self.SEVERITY[outcome]:
            outcome = previous[1]
        self.outcomes[key] = (test, outcome, texts)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.record(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.record(test, "failure", self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self.record(test, "error", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.record(test, "skipped", str(reason))

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.record(test, "passed")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.record(test, "failure", "Unexpected success: the test is marked as an expected failure")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is None:
            return
        outcome = "failure" if issubclass(err[0], test.failureException) else "error"
        text = "%s\n%s" % (subtest._subDescription(), self._exc_info_to_string(err, test))
        self.record(test, outcome, text)


def name_of(test):
    """The class and the name of a test; of what failed in its place when a module or a fixture is broken."""
    if isinstance(test, unittest.TestCase) and hasattr(test, "_testMethodName"):
        return "%s.%s" % (type(test).__module__, type(test).__qualname__), test._testMethodName
    described = re.match(r"^(\w+) \((.*)\)$", test.id())
    return (described.group(2), described.group(1)) if described else ("", test.id())


def file_of(test):
    try:
        path = inspect.getsourcefile(type(test)) or ""
    except (TypeError, OSError):
        return ""
    here = os.getcwd() + os.sep
    return path[len(here):] if path.startswith(here) else ""


def to_xml(outcomes):
    suites = xml.Element("testsuites")
    suite = xml.SubElement(suites, "testsuite", name="unittest", tests=str(len(outcomes)))
    for test, outcome, texts in outcomes:
        classname, name = name_of(test)
        case = xml.SubElement(suite, "testcase", file=clean(file_of(test)), classname=clean(classname), name=clean(name))
        if outcome == "passed":
            continue
        text = clean("\n".join(texts))
        lines = text.strip().splitlines() or [""]
        element = xml.SubElement(case, outcome, message=lines[-1])
        element.text = text
    return xml.ElementTree(suites)


def clean(text):
    return FORBIDDEN.sub("", text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("report")
    parser.add_argument("-s", "--start-directory", default=".")
    parser.add_argument("-p", "--pattern", default="test*.py")
    parser.add_argument("-t", "--top-level-directory", default=None)
    options = parser.parse_args()
    # The tests see the folder they are started in, not the one of this program.
    sys.path[0] = os.getcwd()
    sys.argv = [sys.argv[0]]
    suite = unittest.defaultTestLoader.discover(options.start_directory, options.pattern, options.top_level_directory)
    runner = unittest.TextTestRunner(stream=sys.stderr, verbosity=2, resultclass=CaseRecorder)
    result = runner.run(suite)
    outcomes = list(result.outcomes.values())
    to_xml(outcomes).write(options.report, encoding="utf-8", xml_declaration=True)
    if not outcomes:
        return 5
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
