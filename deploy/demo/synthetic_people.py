"""Plainly synthetic people: nobody's name, street, postcode, telephone or identifier.

Surnames say what they are, telephone numbers are of the range kept for drama (01632 960xxx), NHS numbers of the range
kept for tests (999 ...), postcodes end in the letters XX. Check characters are right, because the services verify them.
"""

FIRST_NAMES = (
    "Asha Bela Carys Dilys Edie Fern Greta Hana Iris Jaya Kira Lena Mabel Nadia Orla Priya Quinn Rhona Sana Tess Una "
    "Vera Wanda Xena Yasmin Zara"
).split()
OTHER_FIRST_NAMES = (
    "Adil Boyd Callum Dev Emrys Finn Glyn Harun Idris Joel Karim Leon Milan Noel Owen Piotr Rafi Seth Tariq Umar "
    "Vikram Wyn Yusuf Zane"
).split()
CHILD_NAMES = "Ada Ben Cleo Dan Eve Faiz Gwen Hal Ivy Jem Kai Lila Max Noor Otis Pip".split()
SURNAMES = "Example Sample Specimen Placeholder Synthetic Fictional Invented Madeup".split()
STREETS = ("Synthetic Street", "Example Road", "Sample Avenue", "Specimen Close", "Invented Lane", "Placeholder Way")

# (postcode, GSS code): Blackpool, then Chorley and South Ribble, whose victims another service is responsible for.
BLACKPOOL = ("FY1 4XX", "E06000009")
ELSEWHERE = (("PR7 1XX", "E07000118"), ("PR25 1XX", "E07000126"))

_CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def pnc_id(year, serial):
    letter = _CHECK_LETTERS[int("%02d%07d" % (year % 100, serial)) % 23]
    return "%04d/%07d%s" % (year, serial, letter)


def wrong_pnc_id(pnc):
    """The same id with a check letter that is not its own."""
    return pnc[:-1] + _CHECK_LETTERS[(_CHECK_LETTERS.index(pnc[-1]) + 1) % 23]


def nhs_number(serial):
    """The next valid NHS number of the test range at or after the serial (six digits)."""
    while True:
        base = "999%06d" % (serial % 1000000)
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(base)) % 11
        if check != 10:
            return base + str(check % 11)
        serial += 1


def _phone(random):
    return "01632 960%03d" % random.randrange(1000)


def _birth(random, youngest, oldest, year_now):
    return "%04d-%02d-%02d" % (
        year_now - random.randint(youngest, oldest),
        random.randint(1, 12),
        random.randint(1, 28),
    )


class Household:
    """Two adults and their children, as one police records system knows them."""

    def __init__(self, random, number, year_now):
        self.number = number
        surname, other_surname = random.sample(SURNAMES, 2)
        postcode, authority = BLACKPOOL if number < 10 or random.random() < 0.8 else random.choice(ELSEWHERE)
        self.address = {
            "lines": ["%d %s" % (random.randint(1, 299), random.choice(STREETS))],
            "postcode": postcode,
            "localAuthority": authority,
        }
        self.victim = {
            "capacity": "VICTIM",
            "fullName": "%s %s" % (random.choice(FIRST_NAMES), surname),
            "dateOfBirth": _birth(random, 19, 70, year_now),
            "externalIds": [{"type": "LOCAL_PERSON_ID", "value": "V%06d" % number}],
            "addresses": [self.address],
            "contacts": [
                {"phone": _phone(random), "safeToCall": random.random() < 0.6, "safeTimes": "weekdays, mornings"}
            ],
            "workplace": "Example Bakery",
            "relationship": random.choice(("ex-partner", "partner", "spouse", "former spouse")),
            "language": "en",
        }
        self.perpetrator = {
            "capacity": "PERPETRATOR",
            "fullName": "%s %s" % (random.choice(OTHER_FIRST_NAMES), other_surname),
            "dateOfBirth": _birth(random, 19, 70, year_now),
            "externalIds": [{"type": "PNC_ID", "value": pnc_id(random.randint(1985, year_now), number * 7 + 1001)}],
            "addresses": [
                {
                    "lines": ["%d %s" % (random.randint(300, 399), random.choice(STREETS))],
                    "postcode": "FY1 4XX",
                    "localAuthority": "E06000009",
                }
            ],
        }
        self.children = [
            {
                "capacity": "CHILD",
                "fullName": "%s %s" % (random.choice(CHILD_NAMES), surname),
                "dateOfBirth": _birth(random, 1, 15, year_now),
                "externalIds": [{"type": "NHS_NUMBER", "value": nhs_number(number * 11 + place * 3)}],
                "school": "Sample Primary School",
                "relationship": "child",
            }
            for place in range(2 if number == 0 else random.choice((0, 0, 1, 1, 2, 3)))
        ]

    def persons(self):
        return [self.victim, self.perpetrator] + self.children
