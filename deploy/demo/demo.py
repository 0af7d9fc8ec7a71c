#!/usr/bin/python3
"""./run demo: a force's feed through all services, each its own process over mutual TLS, and what each role sees of it.

  demo.py --concordat BINARY --concordatd BINARY [--incidents 3000] [--keep DIR]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "run")]

import deployment  # noqa: E402
import side_by_side  # noqa: E402

PURPOSE = {
    "police": "law-enforcement",
    "social": "child-safeguarding",
    "marac": "marac-meeting",
    "victim": "victim-support",
}
# Column, agency, service, purpose.
VIEWS = (
    ("police", "lancashire-police", "police", "law-enforcement"),
    ("MARAC coordinator", "lancashire-marac", "marac", "marac-meeting"),
    ("victim service", "fcwa-victim-service", "victim", "victim-support"),
    ("Drive (perpetrator's)", "drive-lancashire", "marac", "perpetrator-management"),
)
URGENT, REFERRAL, SOCIAL, LIAISON = "LC-990001", "MR-0000", "CS-00000", "VS-00000"
ROWS = (
    ("incident", URGENT, "incident.incidentNumber", ("REFERENCE",)),
    ("  victim's name", URGENT, "persons[VICTIM].fullName", ("IDENTITY",)),
    ("  victim's date of birth", URGENT, "persons[VICTIM].dateOfBirth", ("IDENTITY",)),
    ("  victim's postcode", URGENT, "persons[VICTIM].addresses[0].postcode", ("VICTIM_LOCATION", "CONTACT")),
    ("  victim's telephone", URGENT, "persons[VICTIM].contacts[0].phone", ("VICTIM_LOCATION", "CONTACT")),
    ("  victim's workplace", URGENT, "persons[VICTIM].workplace", ("VICTIM_LOCATION", "CONTACT")),
    ("  perpetrator's name", URGENT, "persons[PERPETRATOR].fullName", ("IDENTITY",)),
    ("  perpetrator's PNC id", URGENT, "persons[PERPETRATOR].externalIds[0].value", ("IDENTITY",)),
    ("  child's school", URGENT, "persons[CHILD].school", ("VICTIM_LOCATION", "CONTACT")),
    ("  what was said", URGENT, "incident.circumstances", ("VICTIM_DISCLOSURE",)),
    ("  grade", URGENT, "incident.initialGrade", ("RISK",)),
    ("  offence", URGENT, "incident.offenceCodes[0]", ("OFFENCES",)),
    ("  number of children", URGENT, "incident.childrenCount", ("CHILDREN",)),
    ("  response plan", URGENT, "incident.policeResponsePlan", ("SAFETY_PLAN",)),
    ("referral: criterion", REFERRAL, "maracReferral.criteria[0]", ("RISK",)),
    ("  victim's wishes", REFERRAL, "maracReferral.victimWishes", ("VICTIM_DISCLOSURE",)),
    ("  safety plan", REFERRAL, "maracReferral.safetyPlanSummary", ("SAFETY_PLAN",)),
    ("  proposed action", REFERRAL, "maracReferral.proposedActions[0]", ("ACTIONS",)),
    ("  health note", REFERRAL, "maracReferral.healthNote", ("HEALTH",)),
    ("  programme status", REFERRAL, "maracReferral.perpetratorProgrammeStatus", ("PERPETRATOR_INTERVENTION",)),
    ("social care: summary", SOCIAL, "socialCareContact.summary", ("CHILDREN",)),
    ("  what the child said", SOCIAL, "socialCareContact.childSaid", ("VICTIM_DISCLOSURE",)),
    ("victim service: safety plan", LIAISON, "liaisonContact.safetyPlan", ("SAFETY_PLAN",)),
)


def say(text):
    print("\n==> " + text, flush=True)


def show(text):
    for line in text.rstrip("\n").split("\n"):
        print("    " + line, flush=True)


def json_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def seconds_of(timestamp):
    head, micros = timestamp.rstrip("Z").split(".")
    return time.mktime(time.strptime(head, "%Y-%m-%dT%H:%M:%S")) + float("0." + micros)


class Demo:
    def __init__(self, deployed, incidents):
        self.deployed = deployed
        self.incidents = incidents
        self.feed = deployed.path("feed")
        self.journal = deployed.path("alerts.jsonl")
        self.watcher = None

    def push(self, name, service, agency, expect=(0,), receipts=None):
        path = os.path.join(self.feed, name)
        done = self.deployed.run_concordat(
            "push", path, "--to", service, "--purpose", PURPOSE[service],
            *self.deployed.connection(service, agency),
            "--receipts", receipts or path + ".receipts", "--rejects", path + ".rejects", "--quiet",
            expect=expect,
        )  # fmt: skip
        # Where the files are matters to whoever keeps them.
        return "".join(line for line in done.stdout.splitlines(True) if not line.startswith("receipts: "))

    def history(self, case_id, agency, service, purpose, expect=(0,), pki=None, more=("--json",), person=None):
        return self.deployed.run_concordat(
            "history", case_id, "--via", service, "--purpose", purpose,
            *self.deployed.connection(service, agency, pki, person or "worker-1"), *more, expect=expect,
        )  # fmt: skip

    def start(self):
        say("Certificates for %d agencies and 5 services" % len(deployment.AGENCIES))
        begin = time.monotonic()
        count = self.deployed.make_pki()
        show("%d certificates in %.1f s, each naming its workload: %s"
             % (count, time.monotonic() - begin, deployment.spiffe_id("lancashire-police", "records")))
        say("Five processes, mutual TLS 1.3 between all of them")
        begin = time.monotonic()
        self.deployed.start("ledger")
        self.deployed.wait("ledger")
        for service in deployment.ROLE_SERVICES:
            self.deployed.start(service)
        for service in deployment.ROLE_SERVICES:
            self.deployed.wait(service)
        for target, process in self.deployed.processes.items():
            show("%-7s process %-7d %s" % (target, process.pid, self.deployed.addresses[target]))
        show("all serving after %.2f s" % (time.monotonic() - begin))

    def make_feed(self):
        say("A feed as a records system exports it, about plainly synthetic people")
        subprocess.run(
            ["/usr/bin/python3", os.path.join(HERE, "make_feed.py"), "--out", self.feed, "--incidents", str(self.incidents)],
            check=True,
        )
        with open(os.path.join(self.feed, "feed.json"), encoding="utf-8") as summary:
            made = self.made = json.load(summary)
        show("%d lines from the police; among them %s" % (
            made["lines"]["police-incidents.jsonl"],
            ", ".join("%d %s" % (kind["lines"], name) for name, kind in made["kinds"].items() if name != "incident")))

    def refer(self):
        say("The MARAC coordinator refers cases and invites the agencies of the meeting")
        show(self.push("marac-referrals.jsonl", "marac", "lancashire-marac"))
        receipt = json_lines(os.path.join(self.feed, "marac-referrals.jsonl.receipts"))[0]["receipt"]
        self.case_id = receipt["caseIds"][0]

    def watch(self):
        def remember(process):
            self.watcher = process

        deployment.spawn(
            [self.deployed.concordat, "alerts", "watch", "--journal", self.journal, "--purpose", PURPOSE["victim"]]
            + self.deployed.connection("victim", "fcwa-victim-service"),
            self.deployed.path("watch.log"),
            remember,
        )

    def push_feed(self):
        say("The victim service watches its alerts; the police push the feed over one stream")
        self.watch()
        result = self.push("police-incidents.jsonl", "police", "lancashire-police", expect=(3,))
        show(result)
        if " %d accepted" % self.made["accepted"] not in result or " %d rejected" % self.made["rejected"] not in result:
            raise deployment.Failed(
                "push: want %d accepted and %d rejected" % (self.made["accepted"], self.made["rejected"])
            )
        say("Custody, children's social care and the victim service add theirs")
        show(self.push("police-custody.jsonl", "police", "lancashire-police"))
        show(self.push("social-contacts.jsonl", "social", "blackpool-childrens-services"))
        show(self.push("liaison-contacts.jsonl", "victim", "fcwa-victim-service"))

    def push_again(self):
        say("The whole feed again, as after a lost connection: nothing is taken in twice")
        again = os.path.join(self.feed, "again.receipts")
        self.push("police-incidents.jsonl", "police", "lancashire-police", expect=(3,), receipts=again)
        first = {r["line"]: r["receipt"] for r in json_lines(os.path.join(self.feed, "police-incidents.jsonl.receipts"))}
        second = {r["line"]: r["receipt"] for r in json_lines(again)}
        if any(second.get(line) != receipt for line, receipt in first.items()):
            raise deployment.Failed("push: got other receipts for the same lines, want the same")
        show("%d receipts, each the same as before, byte for byte" % len(first))

    def wait_for_alert(self, leaf_index):
        """The journal's line for the event; within 10 s."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for line in json_lines(self.journal) if os.path.exists(self.journal) else []:
                if int(line["alert"]["event"]["leafIndex"]) == leaf_index:
                    return line
            time.sleep(0.01)
        raise deployment.Failed("alerts: got none for entry %d within 10 s" % leaf_index)

    def alert(self):
        say("An incident at a referred case: from the police's push to the victim service's screen")
        show(self.push("police-urgent.jsonl", "police", "lancashire-police"))
        sent = json_lines(os.path.join(self.feed, "police-urgent.jsonl.receipts"))[0]
        shown = self.wait_for_alert(int(sent["receipt"]["leafIndex"]))
        show("alert %s, %s, case %s: on the victim service's disk and screen %.1f ms after the police sent it" % (
            shown["sequence"], shown["alert"]["severity"], shown["alert"]["caseId"],
            1000 * (seconds_of(shown["shownAt"]) - seconds_of(sent["sentAt"]))))
        journal = json_lines(self.journal)
        sent_at = {}
        for line in json_lines(os.path.join(self.feed, "police-incidents.jsonl.receipts")):
            sent_at.setdefault(line["receipt"]["leafIndex"], seconds_of(line["sentAt"]))
        waits = [
            1000 * (seconds_of(line["shownAt"]) - sent_at[line["alert"]["event"]["leafIndex"]])
            for line in journal
            if line["alert"]["event"]["leafIndex"] in sent_at
        ]
        sequences = [line["sequence"] for line in journal]
        if sequences != list(range(1, len(sequences) + 1)):
            raise deployment.Failed("alerts: got sequences with a gap or a repeat, want 1 to %d" % len(sequences))
        show("%d alerts so far, numbered 1 to %d without gap or repeat" % (len(sequences), sequences[-1]))
        if waits:
            show("during the feed, from push to screen: median %.1f ms, 99%% within %.1f ms"
                 % (percentile(waits, 0.5), percentile(waits, 0.99)))
        done = self.deployed.run_concordat(
            "alerts", "ack", str(shown["sequence"]), "--purpose", PURPOSE["victim"],
            *self.deployed.connection("victim", "fcwa-victim-service"),
        )  # fmt: skip
        show(done.stdout)

    def compare(self):
        say("The same case, side by side:  value shown   ~ generalised   - withheld, and why")
        sent = {}
        for name in ("police-urgent", "marac-referrals", "social-contacts", "liaison-contacts"):
            for event in json_lines(os.path.join(self.feed, name + ".jsonl")):
                sent[event["sourceReference"]] = event
        views, sizes = {}, {}
        for column, agency, service, purpose in VIEWS:
            done = self.history(self.case_id, agency, service, purpose)
            released = [json.loads(line) for line in done.stdout.splitlines()]
            views[column] = {event.get("event", {}).get("sourceReference"): event for event in released}
            sizes[column] = len(released)
        columns = [view[0] for view in VIEWS]
        counts = side_by_side.print_table(ROWS, columns, views, sent)
        print()
        for kind in ("shown", "generalised", "withheld", "concealed"):
            print("    %-29s" % kind + "".join("%-26d" % counts[column].get(kind, 0) for column in columns).rstrip())
        print("    %-29s" % "events of the case" + "".join("%-26d" % sizes[column] for column in columns).rstrip(), flush=True)

    def refuse(self):
        say("Who was not invited")
        no_case = "a" * len(self.case_id)
        for label, case_id in (("this case", self.case_id), ("a case that does not exist", no_case)):
            done = self.history(case_id, "cumbria-police", "police", "law-enforcement", expect=(1,))
            answer = done.stderr.strip()
            if "NOT_FOUND" not in answer:
                raise deployment.Failed("cumbria-police: got %s, want NOT_FOUND" % answer)
            show("cumbria-police asks for %-27s %s" % (label + ":", answer.replace(case_id, "<case>")))
        other = self.deployed.path("other-pki")
        self.deployed.run_concordat("pki", "init", "--dir", other, "--trust-domain", deployment.TRUST_DOMAIN)
        self.deployed.issue(other, "lancashire-police", "records")
        done = self.history(self.case_id, "lancashire-police", "police", "law-enforcement", expect=(1,), pki=other)
        if "UNAVAILABLE" not in done.stderr:
            raise deployment.Failed("other authority: got %s, want UNAVAILABLE" % done.stderr)
        show("lancashire-police by another authority:       no connection (%s)" % done.stderr.split(":")[1].strip())

    def people(self):
        say("Who is behind a call: an officer whom the case concerns, and one who has no time to ask")
        police = dict(agency="lancashire-police", service="police", purpose="law-enforcement")
        person = self.deployed.path("me.json")
        with open(person, "w", encoding="utf-8") as file:
            json.dump({"fullName": "Otto Example", "contacts": [{"phone": self.victims_phone()}]}, file)
        marac = lambda who, **more: self.deployed.connection("marac", "lancashire-police", person=who, **more)
        self.deployed.run_concordat(
            "connection", "register", "officer-7", "--relation", "oneself", "--person", person, "--authority", "HR/2026/7",
            "--purpose", "law-enforcement", *marac("officer-7"),
        )  # fmt: skip
        done = self.history(self.case_id, expect=(1,), person="officer-7", **police)
        if "NOT_FOUND" not in done.stderr:
            raise deployment.Failed("officer-7: got %s, want NOT_FOUND" % done.stderr)
        show("officer-7 shares a phone with the victim:  " + done.stderr.strip().replace(self.case_id, "<case>"))
        before = self.telling(self.history(self.case_id, person="officer-8", **police))
        show("officer-8 of the same force reads it:      %d of %d records tell what was said" % before)
        break_glass = (
            "glass", "break", self.case_id, "--category", "risk-to-life", "--reason", "she rang: he is at the door",
            "--purpose", "law-enforcement",
        )  # fmt: skip
        done = self.deployed.run_concordat(*break_glass, *self.deployed.connection("marac", "lancashire-police"), expect=(1,))
        if "UNAUTHENTICATED" not in done.stderr:
            raise deployment.Failed("glass: got %s, want UNAUTHENTICATED" % done.stderr)
        show("breaking the glass without a person:       " + done.stderr.strip())
        granted = self.deployed.run_concordat(*break_glass, *marac("officer-8")).stdout
        grant = granted.split()[1]
        show("officer-8 breaks it:                       " + granted.splitlines()[0])
        after = self.telling(self.history(self.case_id, person="officer-8", more=("--json", "--grant", grant), **police))
        if not before[0] < after[0]:
            raise deployment.Failed("grant: got %d records that tell what was said, want more than %d" % (after[0], before[0]))
        show("and reads by the grant:                    %d of %d" % after)
        notices = self.deployed.run_concordat(
            "notices", "read", "--purpose", "victim-support", *self.deployed.connection("marac", "fcwa-victim-service")).stdout
        told = [line for line in notices.splitlines() if "GLASS_BROKEN" in line]
        if len(told) != 1:
            raise deployment.Failed("notices: got %d of broken glass, want 1:\n%s" % (len(told), notices))
        show("the victim service is told:                " + told[0].replace(self.case_id, "<case>"))
        reviewed = self.deployed.run_concordat(
            "glass", "review", grant, "--finding", "justified", "--authority", "DPO/2026/8", "--purpose", "marac-meeting",
            *self.deployed.connection("marac", "lancashire-marac", person="officer-1", workload="officer"),
        )  # fmt: skip
        show("the coordinators' officer:                 " + reviewed.stdout)

    @staticmethod
    def telling(history):
        """(records that tell what was said, all) of a history."""
        events = [json.loads(line).get("event", {}) for line in history.stdout.splitlines()]
        return sum(1 for event in events if event.get("incident", {}).get("circumstances")), len(events)

    def victims_phone(self):
        event = json_lines(os.path.join(self.feed, "marac-referrals.jsonl"))[0]  # Whose case is compared.
        return next(person["contacts"][0]["phone"] for person in event["persons"] if person["capacity"] == "VICTIM")

    def verify(self):
        say("The log, proven with its public key alone")
        key = ("--log-key", self.deployed.path("pki", "log.pub"))
        state = ("--since", self.deployed.path("seen.checkpoint"))
        show("by the auditor:     " + self.deployed.run_concordat(
            "verify", *key, *state, *self.deployed.connection("ledger", "log-auditor")).stdout)
        receipts = os.path.join(self.feed, "police-incidents.jsonl.receipts")
        show("receipts, offline:  " + self.deployed.run_concordat("receipt", "verify", receipts, *key).stdout)

    def audit(self):
        say("What an auditor asks: what was the victim service given, and is that what it saw?")
        auditor = self.deployed.connection("ledger", "log-auditor")
        key = ("--log-key", self.deployed.path("pki", "log.pub"))
        rows = self.deployed.run_concordat(
            "audit", "report", "--recipient", "fcwa-victim-service", "--json", "--purpose", "verify-lawfulness",
            *key, *auditor).stdout.splitlines()  # fmt: skip
        last = json.loads(rows[-1])
        show("%d disclosures to it; the last, entry %s: %d records, under %s, %s" % (
            len(rows), last["index"], len(last["records"]), last["gateway"], last["regime"]))
        show(self.deployed.run_concordat(
            "audit", "replay", str(last["index"]), "--purpose", "verify-lawfulness", *auditor).stdout)
        exported = self.deployed.path("export")
        show("exported as tlog-tiles: " + self.deployed.run_concordat("log", "export", exported, *key, *auditor).stdout)
        show("and checked there:      " + self.deployed.run_concordat("verify", "--export", exported, *key).stdout)

    def stop(self):
        say("Stopping")
        self.end_watcher()
        begin = time.monotonic()
        exits = self.deployed.stop()
        show("%s; in %.2f s" % (", ".join("%s exited %d" % item for item in exits.items()), time.monotonic() - begin))
        if any(exits.values()):
            raise deployment.Failed("stop: got exit codes %s, want 0" % exits)
        show("on the closed disk: " + self.deployed.run_concordat(
            "verify", "--log-key", self.deployed.path("pki", "log.pub"), "--data-dir", self.deployed.path("log"),
            "--since", self.deployed.path("seen.checkpoint")).stdout)
        show("derived again:      " + self.deployed.run_concordat(
            "fsck", "--log-key", self.deployed.path("pki", "log.pub"), "--kek", self.deployed.path("pki", "kek"),
            "--data-dir", self.deployed.path("log")).stdout)
        left = self.deployed.leftover_processes()
        if left:
            raise deployment.Failed("processes: got %s, want none left" % left)
        show("no process is left")

    def end_watcher(self):
        if self.watcher is not None and self.watcher.poll() is None:
            self.watcher.terminate()
            self.watcher.wait()

    def run(self):
        self.start()
        self.make_feed()
        self.refer()
        self.push_feed()
        self.push_again()
        self.alert()
        self.compare()
        self.refuse()
        self.people()
        self.verify()
        self.audit()
        self.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--concordat", required=True)
    parser.add_argument("--concordatd", required=True)
    parser.add_argument("--incidents", type=int, default=3000)
    parser.add_argument("--keep", default="", help="work in this directory and keep it")
    flags = parser.parse_args()
    deployment.exit_on_signals()
    begin = time.monotonic()
    directory = flags.keep or tempfile.mkdtemp(prefix="concordat-demo-")
    deployed = deployment.Deployment(os.path.realpath(directory), flags.concordat, flags.concordatd)
    demo = Demo(deployed, flags.incidents)
    try:
        demo.run()
    except deployment.Failed as failure:
        print("\ndemo failed: %s" % failure, file=sys.stderr)
        return 1
    finally:
        demo.end_watcher()
        deployed.stop()
        if not flags.keep:
            shutil.rmtree(directory, ignore_errors=True)
    print("\nThe demo took %.1f s." % (time.monotonic() - begin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
