"""Runs the demo as ./run demo does, and ends it in its middle."""

import os
import signal
import subprocess
import tempfile
import time
import unittest

RUNFILES = os.getcwd()
TIMEOUT_SECONDS = 120


def start(directory):
    return subprocess.Popen(
        [
            "/usr/bin/python3", "-B", os.path.join(RUNFILES, "deploy/demo/demo.py"),
            "--concordat", os.path.join(RUNFILES, "tools/concordat"),
            "--concordatd", os.path.join(RUNFILES, "services/concordatd/concordatd"),
            "--incidents", "240", "--keep", directory,
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def processes_naming(text):
    """The services, told by their executable, that have `text` in their command line."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/cmdline" % name, "rb") as line:
                command = line.read().decode(errors="replace")
            if os.readlink("/proc/%s/exe" % name).endswith("/concordatd") and text in command:
                found.append(command)
        except OSError:
            pass  # It has just ended.
    return found


class DemoTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.directory = os.path.realpath(self.temporary.name)
        self.addCleanup(self.temporary.cleanup)

    def wait_for_processes(self, demo):
        end = time.monotonic() + TIMEOUT_SECONDS
        while len(processes_naming(self.directory)) < 5:
            self.assertLess(time.monotonic(), end)
            self.assertIsNone(demo.poll())
            time.sleep(0.01)

    def wait_for_none(self):
        end = time.monotonic() + TIMEOUT_SECONDS
        while processes_naming(self.directory):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def test_shows_everything_it_promises_and_leaves_no_process(self):
        demo = start(self.directory)
        output, _ = demo.communicate(timeout=TIMEOUT_SECONDS)
        self.assertEqual(0, demo.returncode, output)
        for promised in (
            "all serving after",
            "each the same as before, byte for byte",
            "ms after the police sent it",
            "without gap or repeat",
            "(event not there)",
            "cumbria-police asks for this case:",
            "another authority:",
            "verified:",
            "0 do not",
            "only grew",
            "the same bytes",
            "exported as tlog-tiles:",
            "derived again:",
            "no process is left",
        ):
            self.assertIn(promised, output)
        self.assertEqual([], processes_naming(self.directory))

    def test_leaves_no_process_when_it_is_asked_to_stop(self):
        demo = start(self.directory)
        self.wait_for_processes(demo)
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=TIMEOUT_SECONDS)
        self.assertEqual(128 + signal.SIGTERM, demo.returncode)
        self.assertEqual([], processes_naming(self.directory))

    def test_leaves_no_process_when_it_is_killed(self):
        demo = start(self.directory)
        self.wait_for_processes(demo)
        demo.kill()
        demo.communicate(timeout=TIMEOUT_SECONDS)
        self.wait_for_none()


if __name__ == "__main__":
    unittest.main()
