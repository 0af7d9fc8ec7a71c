#!/usr/bin/python3
"""Writes what a force's records system and its partners would export, about plainly synthetic people.

  make_feed.py --out DIR [--incidents 3000] [--seed 20240601] [--as-of 2025-01-31T12:00:00Z]

The same arguments give the same bytes. DIR gets one JSON event a line (protobuf's own JSON mapping of CaseEvent):
  police-incidents.jsonl   the force's feed, with exact and changed duplicates, revisions, corrections and broken lines
  police-custody.jsonl     custody, bail and release of perpetrators
  marac-referrals.jsonl    referrals that invite the agencies of the meeting
  social-contacts.jsonl    children's social care
  liaison-contacts.jsonl   the victim service's own contacts
  police-urgent.jsonl      one incident more, at the case of the first referral
  feed.json                how many lines of each kind, and what becomes of each kind
"""

import argparse
import copy
import datetime
import json
import os
import random as random_module

import synthetic_people

INVITED = [
    "blackpool-childrens-services",
    "drive-lancashire",
    "fcwa-victim-service",
    "lancashire-marac",
    "lancashire-police",
]
REFERRED_HOUSEHOLDS = 8

CIRCUMSTANCES = (
    "Caller reports shouting and threats after a dispute about contact with the children.",
    "Neighbour reports a disturbance. Victim says the phone was taken and the door blocked.",
    "Victim says messages come every few minutes and that their movements are followed.",
    "Officers attended. Victim says they were pushed and that this was not the first time.",
    "Victim says wages are taken and that every purchase must be explained.",
    "Third party reports that the suspect was waiting outside the workplace.",
)
OFFENCES = (["8L"], ["105A"], ["8L", "125"], ["195"], ["66"], [])
BEHAVIOURS = (
    ["PHYSICAL_OR_SEXUAL"],
    ["CONTROLLING_OR_COERCIVE"],
    ["VIOLENT_OR_THREATENING", "PSYCHOLOGICAL_EMOTIONAL_OTHER"],
    ["ECONOMIC", "CONTROLLING_OR_COERCIVE"],
)


def timestamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Feed:
    def __init__(self, seed, as_of, incidents):
        self.random = random_module.Random(seed)
        self.as_of = as_of
        self.incidents = incidents
        self.households = [
            synthetic_people.Household(self.random, number, as_of.year) for number in range(max(20, incidents // 3))
        ]
        self.counts = {}

    def count(self, kind, times=1):
        self.counts[kind] = self.counts.get(kind, 0) + times

    def past(self, days):
        return self.as_of - datetime.timedelta(seconds=self.random.randint(600, days * 86400))

    def envelope(self, system, reference, household, persons, source, days=180):
        return {
            "sourceSystem": system,
            "sourceReference": reference,
            "revision": 1,
            "occurredAt": timestamp(self.past(days)),
            "sourceClass": source,
            "persons": copy.deepcopy(persons),
            "recordedBy": {"name": "Officer Sample", "roleTitle": "response officer", "phone": "01632 960100"},
        }

    def incident(self, number, household):
        pick = self.random
        reference = "LC-%06d" % number
        event = self.envelope(
            "niche-rms",
            reference,
            household,
            household.persons(),
            pick.choice(("SOURCE_VICTIM", "SOURCE_VICTIM", "SOURCE_AGENCY_OBSERVED", "SOURCE_THIRD_PARTY")),
        )
        crime = pick.random() < 0.6
        event["incident"] = {
            "incidentNumber": reference,
            "domesticAbuseFlag": True,
            "isCrime": crime,
            "offenceCodes": pick.choice(OFFENCES[:5]) if crime else [],
            "initialGrade": pick.choice(("STANDARD", "STANDARD", "MEDIUM", "MEDIUM", "HIGH")),
            "behaviours": pick.choice(BEHAVIOURS),
            "circumstances": pick.choice(CIRCUMSTANCES),
            "location": copy.deepcopy(household.address),
            "childrenPresent": bool(household.children) and pick.random() < 0.5,
            "childrenCount": len(household.children),
            "weaponUsed": pick.random() < 0.05,
            "injury": pick.random() < 0.2,
            "perpetratorAlcohol": pick.random() < 0.35,
            "perpetratorDrugs": pick.random() < 0.15,
            "arrestMade": pick.random() < 0.3,
            "policeResponsePlan": "Marker on the address; two officers to attend.",
        }
        if pick.random() < 0.1:
            event["incident"]["intelligence"] = {
                "sourceEvaluation": 1,
                "assessment": "B",
                "handling": pick.choice(("HANDLING_P", "HANDLING_C")),
                "sanitisedText": "Said to have been seen near the address on several evenings.",
            }
        return event

    def pick_household(self):
        # Some are reported again and again; the referred ones most of all.
        if self.random.random() < 0.03:
            return self.households[self.random.randrange(REFERRED_HOUSEHOLDS)]
        others = len(self.households) - REFERRED_HOUSEHOLDS
        return self.households[REFERRED_HOUSEHOLDS + int(others * self.random.random() ** 2)]

    def police_lines(self):
        events = []
        for number in range(self.incidents):
            household = self.households[0] if number % (self.incidents // 6) == 17 else self.pick_household()
            events.append(self.incident(number, household))
        lines = []
        for event in events:
            lines.append(json.dumps(event))
            self.count("incident")
            lines.extend(self.variation(event))
        for maker in (self.truncated, self.bad_check_letter, self.unknown_field, self.no_date, self.future_date, self.not_json):
            for _ in range(max(2, self.incidents // 300)):
                place = self.random.randrange(len(lines))
                event = self.incident(900000 + sum(self.counts.values()), self.pick_household())
                lines.insert(place, maker(event))
        return lines

    def variation(self, event):
        """What a records system sends besides: nothing most of the time."""
        chance = self.random.random()
        if chance < 0.03:
            self.count("exact duplicate")
            keys = list(event)
            self.random.shuffle(keys)  # The order of keys says nothing.
            return [json.dumps({key: event[key] for key in keys})]
        if chance < 0.04:
            self.count("changed duplicate")
            changed = copy.deepcopy(event)
            changed["incident"]["circumstances"] = "Another text under the same reference and revision."
            return [json.dumps(changed)]
        if chance < 0.06:
            self.count("revision")
            revised = copy.deepcopy(event)
            revised["revision"] = 2
            revised["incident"]["initialGrade"] = "HIGH"
            return [json.dumps(revised)]
        if chance < 0.07:
            self.count("correction")
            correction = copy.deepcopy(event)
            replacement = correction.pop("incident")
            replacement["childrenCount"] = replacement.get("childrenCount", 0) + 1
            correction["sourceReference"] += "-C"
            correction["correction"] = {
                "correctsReference": event["sourceReference"],
                "correctsRevision": 1,
                "reason": "A child was not counted.",
                "correctedFields": ["incident.children_count"],
                "incident": replacement,
            }
            return [json.dumps(correction)]
        return []

    def truncated(self, event):
        self.count("truncated line")
        line = json.dumps(event)
        return line[: self.random.randrange(20, len(line) - 20)]

    def bad_check_letter(self, event):
        self.count("bad check letter")
        pnc = event["persons"][1]["externalIds"][0]
        pnc["value"] = synthetic_people.wrong_pnc_id(pnc["value"])
        return json.dumps(event)

    def unknown_field(self, event):
        self.count("unknown field")
        event["incident"]["beatCode"] = "B7"
        return json.dumps(event)

    def no_date(self, event):
        self.count("missing date")
        del event["occurredAt"]
        return json.dumps(event)

    def future_date(self, event):
        self.count("future date")
        event["occurredAt"] = timestamp(self.as_of + datetime.timedelta(days=400))
        return json.dumps(event)

    def not_json(self, event):
        self.count("not JSON")
        return "%s;%s;DOMESTIC;FY1 4XX" % (event["sourceReference"], event["occurredAt"])

    def urgent_lines(self):
        event = self.incident(990001, self.households[0])
        event["occurredAt"] = timestamp(self.as_of - datetime.timedelta(minutes=9))
        event["sourceClass"] = "SOURCE_AGENCY_OBSERVED"
        event["incident"].update(initialGrade="HIGH", weaponUsed=True, isCrime=True, offenceCodes=["8L"])
        return [json.dumps(event)]

    def referral_lines(self):
        lines = []
        for number, household in enumerate(self.households[:REFERRED_HOUSEHOLDS]):
            event = self.envelope("marac-desk", "MR-%04d" % number, household, household.persons(), "SOURCE_VICTIM", 20)
            event["victimConsent"] = "CONSENT_GIVEN"
            event["recordedBy"] = {"name": "Coordinator Sample", "roleTitle": "MARAC coordinator"}
            event["maracReferral"] = {
                "criteria": ["VISIBLE_HIGH_RISK"] if number % 2 == 0 else ["PROFESSIONAL_JUDGEMENT", "REPEAT"],
                "invitedAgencies": INVITED,
                "reason": "Incidents are more frequent since the separation.",
                "victimAware": True,
                "victimWishes": "Wants to stay in the home and to be called by the same worker.",
                "safetyPlanSummary": "Locks changed; a code word is agreed with the school.",
                "proposedActions": ["Children's services to see the children", "Drive to make contact with the perpetrator"],
                "healthNote": "Victim says sleep is poor.",
                "substanceNote": "Perpetrator is said to drink daily.",
                "perpetratorProgrammeStatus": "allocated",
            }
            lines.append(json.dumps(event))
        return lines

    def social_lines(self):
        kinds = ("CONTACT_RECEIVED", "STRATEGY_DISCUSSION", "SECTION_47_ENQUIRY", "CHILD_IN_NEED_PLAN")
        lines = []
        for number in range(40):
            household = self.households[number % REFERRED_HOUSEHOLDS if number < 16 else number]
            event = self.envelope("liquidlogic", "CS-%05d" % number, household, household.persons(), "SOURCE_CHILD", 60)
            event["recordedBy"] = {"name": "Worker Example", "roleTitle": "social worker"}
            event["socialCareContact"] = {
                "kind": "SECTION_47_ENQUIRY" if number == 0 else kinds[number % 4],
                "summary": "The school reports that the child is often tired and does not want to go home.",
                "childSaid": "Said that the shouting is worst on Fridays.",
                "parentingSubstanceConcern": "Drinking in the evenings.",
                "agreedAction": "Visit within two working days.",
                "protectiveArrangement": "Collected from school by an aunt.",
            }
            lines.append(json.dumps(event))
        return lines

    def custody_lines(self):
        changes = ("ARRESTED", "CHARGED", "BAILED", "RELEASED_UNDER_INVESTIGATION")
        lines = []
        for number in range(40):
            household = self.households[number % REFERRED_HOUSEHOLDS if number < 16 else number]
            event = self.envelope(
                "niche-custody", "CU-%05d" % number, household, [household.perpetrator], "SOURCE_PUBLIC_RECORD", 40
            )
            event["custodyChange"] = {
                "change": changes[number % 4],
                "establishment": "Example custody suite",
                "bailConditionKinds": ["NO_CONTACT"] if number % 4 == 2 else [],
                "bailConditionKinds": ["NO_CONTACT", "KEEP_AWAY_FROM_PLACE"] if number % 4 == 2 else [],
                "bailConditions": ["Keep away from " + household.address["lines"][0]] if number % 4 == 2 else [],
                "exclusionPlaces": [household.address["lines"][0]] if number % 4 == 2 else [],
                "responsePlan": "Victim service told before release.",
            }
            lines.append(json.dumps(event))
        return lines

    def liaison_lines(self):
        lines = []
        for number in range(REFERRED_HOUSEHOLDS):
            household = self.households[number]
            event = self.envelope("oasis", "VS-%05d" % number, household, [household.victim], "SOURCE_VICTIM", 10)
            event["recordedBy"] = {"name": "Advocate Specimen", "roleTitle": "IDVA"}
            event["victimConsent"] = "CONSENT_GIVEN"
            event["liaisonContact"] = {
                "outcome": "CONTACT_MADE",
                "whatWasSaid": "Feels watched on the way to work.",
                "safetyPlan": "Call from the bakery; never leave a message at home.",
                "riskNow": "HIGH",
                "wishes": "Would like the locks checked.",
                "requestedAction": "Police to check the locks.",
            }
            lines.append(json.dumps(event))
        return lines


FATE = {
    "incident": "accepted",
    "exact duplicate": "accepted, with the receipt of the first",
    "changed duplicate": "rejected",
    "revision": "accepted",
    "correction": "accepted",
    "truncated line": "rejected",
    "bad check letter": "rejected",
    "unknown field": "rejected",
    "missing date": "rejected",
    "future date": "rejected",
    "not JSON": "rejected",
}


def main():
    parser = argparse.ArgumentParser(description="Writes a synthetic feed.")
    parser.add_argument("--out", required=True)
    parser.add_argument("--incidents", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=20240601)
    parser.add_argument("--as-of", default=None, help="RFC 3339, UTC; default: now, to the hour")
    flags = parser.parse_args()
    if flags.incidents < 120:
        parser.error("--incidents: got %d, want at least 120" % flags.incidents)
    as_of = (
        datetime.datetime.strptime(flags.as_of, "%Y-%m-%dT%H:%M:%SZ")
        if flags.as_of
        else datetime.datetime.utcnow().replace(minute=0, second=0, microsecond=0)
    )
    feed = Feed(flags.seed, as_of, flags.incidents)
    os.makedirs(flags.out, exist_ok=True)
    files = {
        "marac-referrals.jsonl": feed.referral_lines(),
        "police-incidents.jsonl": feed.police_lines(),
        "police-custody.jsonl": feed.custody_lines(),
        "social-contacts.jsonl": feed.social_lines(),
        "liaison-contacts.jsonl": feed.liaison_lines(),
        "police-urgent.jsonl": feed.urgent_lines(),
    }
    for name, lines in files.items():
        with open(os.path.join(flags.out, name), "w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines)
    summary = {
        "as_of": timestamp(as_of),
        "lines": {name: len(lines) for name, lines in files.items()},
        "accepted": sum(n for kind, n in feed.counts.items() if FATE[kind] != "rejected"),
        "rejected": sum(n for kind, n in feed.counts.items() if FATE[kind] == "rejected"),
        "kinds": {kind: {"lines": n, "fate": FATE[kind]} for kind, n in sorted(feed.counts.items())},
    }
    with open(os.path.join(flags.out, "feed.json"), "w", encoding="utf-8") as out:
        json.dump(summary, out, indent=2)
        out.write("\n")


if __name__ == "__main__":
    main()
