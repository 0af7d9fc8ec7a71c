"""Alerts while either side is killed again and again: none lost, none shown twice."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.getcwd()
sys.path[:0] = [os.path.join(ROOT, "deploy/demo"), os.path.join(ROOT, "deploy/run")]

import demo  # noqa: E402
import deployment  # noqa: E402

WAIT_SECONDS = 60


class AlertsRestartTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(temporary.cleanup)
        self.deployed = deployment.Deployment(
            os.path.realpath(temporary.name),
            os.path.join(ROOT, "tools/concordat"),
            os.path.join(ROOT, "services/concordatd/concordatd"),
        )
        self.demo = demo.Demo(self.deployed, 600)
        self.addCleanup(self.deployed.stop)
        self.addCleanup(self.demo.end_watcher)

    def journal(self):
        if not os.path.exists(self.demo.journal):
            return []
        with open(self.demo.journal, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_for_growth(self, before, pushing):
        end = time.monotonic() + WAIT_SECONDS
        while len(self.journal()) <= before and pushing.poll() is None:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.005)

    def restart_watcher(self):
        self.demo.watcher.kill()
        self.demo.watcher.wait()
        self.demo.watch()

    def restart_service(self):
        self.deployed.kill("victim")
        self.deployed.start("victim")

    def unacknowledged(self):
        """What the service itself counts, through a watcher with a journal of its own."""
        done = self.deployed.run_concordat(
            "alerts", "watch", "--journal", self.deployed.path("fresh.jsonl"), "--purpose", "victim-support",
            "--until-caught-up", "--json", *self.deployed.connection("victim", "fcwa-victim-service"),
        )  # fmt: skip
        return [json.loads(line)["sequence"] for line in done.stdout.splitlines()]

    def test_none_is_lost_and_none_is_shown_twice_across_kills_of_either_side(self):
        self.demo.start()
        self.demo.make_feed()
        self.demo.refer()
        self.demo.watch()
        feed = os.path.join(self.demo.feed, "police-incidents.jsonl")
        pushing = subprocess.Popen(
            [self.deployed.concordat, "push", feed, "--to", "police", "--purpose", "law-enforcement", "--quiet"]
            + self.deployed.connection("police", "lancashire-police"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(pushing.wait)
        kills = 0
        while pushing.poll() is None and kills < 8:
            self.wait_for_growth(len(self.journal()), pushing)
            if kills % 2 == 0:
                self.restart_watcher()
            else:
                self.restart_service()
            kills += 1
        self.assertEqual(3, pushing.wait(WAIT_SECONDS))
        self.assertGreaterEqual(kills, 2)
        self.deployed.wait("victim")
        raised = [int(sequence) for sequence in self.unacknowledged()]
        self.assertGreater(len(raised), 10)
        end = time.monotonic() + WAIT_SECONDS
        while len(self.journal()) < len(raised) and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(raised, [line["sequence"] for line in self.journal()])
        self.assertEqual(list(range(1, len(raised) + 1)), raised)


if __name__ == "__main__":
    unittest.main()
