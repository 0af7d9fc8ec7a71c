"""The synthetic feed: the same bytes for the same arguments, right check characters, nobody real."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.getcwd(), "deploy/demo"))

import synthetic_people  # noqa: E402


def make(directory, seed="7"):
    subprocess.run(
        [
            "/usr/bin/python3", "-B", "deploy/demo/make_feed.py", "--out", directory, "--seed", seed,
            "--incidents", "600", "--as-of", "2025-01-31T12:00:00Z",
        ],
        check=True,
    )  # fmt: skip
    contents = {}
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as file:
            contents[name] = file.read()
    return contents


class FeedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            cls.feed = make(first)
            cls.again = make(second)
        with tempfile.TemporaryDirectory() as other:
            cls.other = make(other, seed="8")

    def events(self, name):
        for line in self.feed[name].decode().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                pass

    def test_the_same_arguments_give_the_same_bytes(self):
        self.assertEqual(self.feed, self.again)
        self.assertNotEqual(self.feed["police-incidents.jsonl"], self.other["police-incidents.jsonl"])

    def test_counts_every_line_of_the_police_feed(self):
        summary = json.loads(self.feed["feed.json"])
        lines = self.feed["police-incidents.jsonl"].decode().splitlines()
        self.assertEqual(len(lines), summary["accepted"] + summary["rejected"])
        self.assertEqual(len(lines), sum(kind["lines"] for kind in summary["kinds"].values()))
        self.assertEqual(11, len(summary["kinds"]))

    def test_persons_are_plainly_synthetic(self):
        for name in self.feed:
            if not name.endswith(".jsonl"):
                continue
            for event in self.events(name):
                for person in event.get("persons", []):
                    self.assertIn(person["fullName"].split()[-1], synthetic_people.SURNAMES)
                    for contact in person.get("contacts", []):
                        self.assertRegex(contact["phone"], r"^01632 960\d{3}$")
                    for address in person.get("addresses", []):
                        self.assertTrue(address["postcode"].endswith("XX"))
                        self.assertIn(re.sub(r"^\d+ ", "", address["lines"][0]), synthetic_people.STREETS)

    def test_check_characters_follow_the_published_rules(self):
        self.assertEqual("1979/0123456T", synthetic_people.pnc_id(1979, 123456))
        self.assertEqual("2024/0000001Q", synthetic_people.pnc_id(2024, 1))
        self.assertEqual("9990000018", synthetic_people.nhs_number(0))
        self.assertNotEqual("1979/0123456T", synthetic_people.wrong_pnc_id("1979/0123456T"))

    def test_no_two_children_share_an_nhs_number(self):
        owners = {}
        for event in self.events("police-incidents.jsonl"):
            for person in event.get("persons", []):
                for identifier in person.get("externalIds", []):
                    if identifier["type"] == "NHS_NUMBER":
                        key = (person["fullName"], person["dateOfBirth"])
                        self.assertEqual(key, owners.setdefault(identifier["value"], key))


if __name__ == "__main__":
    unittest.main()
