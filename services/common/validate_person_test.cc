#include "services/common/validate_person.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

v1::Person TestPerson() { return testing::TestIncident().persons(0); }

std::string Text(const v1::Person& person) {
  const absl::Status status =
      ValidatePerson(person, FieldPath("event").Child("persons", 1), absl::CivilDay(2024, 3, 6));
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

std::string TextOfId(v1::IdentifierType type, const std::string& value) {
  v1::Person person = TestPerson();
  person.clear_external_ids();
  v1::ExternalId* id = person.add_external_ids();
  id->set_type(type);
  id->set_value(value);
  return Text(person);
}

TEST(ValidatePersonTest, RefusesAPersonWithoutCapacity) {
  v1::Person person = TestPerson();
  person.clear_capacity();
  EXPECT_EQ(Text(person),
            "event.persons[1].capacity: got CAPACITY_UNSPECIFIED, want one of VICTIM, PERPETRATOR, "
            "CHILD, THIRD_PARTY");
}

TEST(ValidatePersonTest, RefusesAPersonWithoutName) {
  v1::Person person = TestPerson();
  person.clear_full_name();
  EXPECT_EQ(Text(person),
            "event.persons[1].full_name: got no character, want 1 to 200 characters on one line");
}

TEST(ValidatePersonTest, RefusesDatesOfBirthWithoutRepeatingThem) {
  v1::Person person = TestPerson();
  person.set_date_of_birth("1990-02-30");
  EXPECT_EQ(Text(person),
            "event.persons[1].date_of_birth: got a day that does not exist, want a calendar date "
            "YYYY-MM-DD");
  person.set_date_of_birth("2024-03-07");
  EXPECT_EQ(Text(person),
            "event.persons[1].date_of_birth: got a day in the future, want a calendar date "
            "YYYY-MM-DD");
  person.clear_date_of_birth();
  EXPECT_EQ(Text(person), "ok");
}

TEST(ValidatePersonTest, RefusesIdentifiersThatFailTheirCheck) {
  for (const auto& [type, value] :
       {std::pair(v1::PNC_ID, "1979/0123456V"), std::pair(v1::CRO_NUMBER, "265416/21H"),
        std::pair(v1::NHS_NUMBER, "9434765918"), std::pair(v1::NHS_NUMBER, "943476591"),
        std::pair(v1::UPRN, "1234567890123"), std::pair(v1::UPRN, "12 34"),
        std::pair(v1::LOCAL_PERSON_ID, ""), std::pair(v1::NDELIUS_CRN, "X\n1")}) {
    const std::string text = TextOfId(type, value);
    EXPECT_EQ(text.rfind("event.persons[1].external_ids[0].value: got ", 0), 0u) << text;
    if (std::string(value).empty()) continue;
    EXPECT_EQ(text.find(value), std::string::npos) << text;
  }
  EXPECT_EQ(TextOfId(v1::IDENTIFIER_TYPE_UNSPECIFIED, "123"),
            "event.persons[1].external_ids[0].type: got IDENTIFIER_TYPE_UNSPECIFIED, want the "
            "identifier's type");
}

TEST(ValidatePersonTest, AcceptsIdentifiersThatPassTheirCheck) {
  EXPECT_EQ(TextOfId(v1::PNC_ID, "1979/0123456T"), "ok");
  EXPECT_EQ(TextOfId(v1::CRO_NUMBER, "265416/21G"), "ok");
  EXPECT_EQ(TextOfId(v1::NHS_NUMBER, "9434765919"), "ok");
  EXPECT_EQ(TextOfId(v1::UPRN, "123456789012"), "ok");
  EXPECT_EQ(TextOfId(v1::LOCAL_PERSON_ID, "P 12-34"), "ok");
}

TEST(ValidatePersonTest, RefusesAddressesWithoutRepeatingThem) {
  v1::Person person = TestPerson();
  person.mutable_addresses(0)->set_local_authority("E23000003");
  EXPECT_EQ(Text(person),
            "event.persons[1].addresses[0].local_authority: got a police area's code, want a local "
            "authority's GSS code such as E06000009");
  person = TestPerson();
  person.mutable_addresses(0)->set_lines(0, std::string(257, 'x'));
  EXPECT_EQ(Text(person),
            "event.persons[1].addresses[0].lines[0]: got 257 bytes, want at most 256");
  person = TestPerson();
  person.mutable_addresses(0)->set_postcode(std::string(257, 'x'));
  EXPECT_EQ(Text(person),
            "event.persons[1].addresses[0].postcode: got 257 bytes, want at most 256");
}

TEST(ValidatePersonTest, RefusesDetailsThatAreTooLong) {
  const std::string too_long(257, 'x');
  v1::Person person = TestPerson();
  person.mutable_contacts(0)->set_phone(too_long);
  EXPECT_EQ(Text(person), "event.persons[1].contacts[0].phone: got 257 bytes, want at most 256");
  person = TestPerson();
  person.mutable_contacts(0)->set_email(too_long);
  EXPECT_EQ(Text(person), "event.persons[1].contacts[0].email: got 257 bytes, want at most 256");
  person = TestPerson();
  person.mutable_contacts(0)->set_safe_times(too_long);
  EXPECT_EQ(Text(person),
            "event.persons[1].contacts[0].safe_times: got 257 bytes, want at most 256");
  for (const char* field :
       {"workplace", "school", "relationship", "ethnicity", "language", "gp_practice"}) {
    person = TestPerson();
    person.GetReflection()->SetString(&person, person.GetDescriptor()->FindFieldByName(field),
                                      too_long);
    EXPECT_EQ(Text(person),
              std::string("event.persons[1].") + field + ": got 257 bytes, want at most 256");
  }
}

}  // namespace
}  // namespace concordat::services
