#include "tools/policy_who.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "concordat/v1/policy.pb.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const PolicyBook& Shipped() {
  static const auto* const book =
      new PolicyBook(*PolicyBook::Load("deploy/policy/release-policy.textproto"));
  return *book;
}

std::string OfClass(v1::DataClass field_class, v1::Capacity capacity) {
  return WhoCanSeeText(Shipped(), {field_class, capacity, std::nullopt});
}

std::string OfField(const std::string& path, v1::Capacity capacity) {
  const auto field = FindPolicyField("--field", path);
  EXPECT_TRUE(field.ok()) << field.status();
  return WhoCanSeeText(Shipped(), {field->field_class, capacity, *field});
}

// The part below one heading.
std::string Below(const std::string& text, const std::string& head) {
  const size_t from = text.find(head + ":\n");
  if (from == std::string::npos) return "";
  const size_t begin = from + head.size() + 2;
  size_t end = begin;
  while (end < text.size() && text[end] == ' ') end = text.find('\n', end) + 1;
  return text.substr(begin, end - begin);
}

TEST(PolicyWhoTest, PutsEachRoleWhereItBelongs) {
  const std::string text = OfClass(v1::VICTIM_LOCATION, v1::VICTIM);
  EXPECT_EQ(text.substr(0, text.find('\n')), "VICTIM_LOCATION of VICTIM");
  EXPECT_THAT(Below(text, "Always"),
              HasSubstr("  VICTIM_SERVICE: released, by location-IDV: The victim's own worker "));
  EXPECT_THAT(
      Below(text, "On a condition"),
      HasSubstr("  CHILDRENS_SOCIAL_CARE: released if CHILD_ENQUIRY_OPEN, by location-CSC"));
  EXPECT_THAT(Below(text, "By a second person's approval"),
              HasSubstr("  POLICE: withheld, TWO_PERSON_APPROVAL_NEEDED, by location-POL: "));
  const std::string never = Below(text, "Never");
  EXPECT_THAT(never,
              HasSubstr("  PROBATION: withheld, PERPETRATOR_FACING, by lock-r7 (above the "));
  EXPECT_THAT(never, HasSubstr("  AUDITOR: sees no event that could hold it, NOT_NEEDED_FOR_ROLE, "
                               "by rows-AUDITOR: "));
}

TEST(PolicyWhoTest, EveryRoleStandsOnce) {
  for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
    const std::string text = OfClass(static_cast<v1::DataClass>(c), v1::THIRD_PARTY);
    for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) {
      const std::string line = "\n  " + v1::Role_Name(static_cast<v1::Role>(r)) + ": ";
      ASSERT_NE(text.find(line), std::string::npos) << text;
      EXPECT_EQ(text.find(line), text.rfind(line)) << text;
    }
  }
}

TEST(PolicyWhoTest, OfAFieldItCountsWhatGeneralisingLeaves) {
  const std::string lines = OfField("persons.addresses.lines", v1::VICTIM);
  EXPECT_THAT(Below(lines, "Never"),
              HasSubstr("  MARAC_COORDINATOR: generalised, which leaves nothing of it, "));
  const std::string postcode = OfField("persons.addresses.postcode", v1::VICTIM);
  EXPECT_THAT(Below(postcode, "Always"),
              HasSubstr("  MARAC_COORDINATOR: generalised to OUTWARD_CODE, REDUCED_FOR_ROLE, "));
}

TEST(PolicyWhoTest, OfAFieldOnlyWhoSeesItsEvent) {
  const std::string said = OfField("liaison_contact.risk_now", v1::PERPETRATOR);
  for (const char* role : {"DRIVE_CASE_MANAGER", "HOUSING", "EVALUATOR"}) {
    EXPECT_THAT(Below(said, "Never"), HasSubstr(role));
  }
  // HEALTH_SERVICE sees incidents, but no corrections of them.
  EXPECT_THAT(Below(OfField("correction.incident.weapon_used", v1::PERPETRATOR), "Never"),
              HasSubstr("HEALTH_SERVICE: sees no event"));
  EXPECT_THAT(Below(OfField("correction.liaison_contact.risk_now", v1::PERPETRATOR), "Never"),
              HasSubstr("PROBATION: sees no event"));
}

TEST(PolicyWhoTest, NamesTheEventsARoleIsHeldTo) {
  const std::string always = Below(OfClass(v1::OFFENCES, v1::PERPETRATOR), "Always");
  EXPECT_THAT(always, HasSubstr("  PROBATION: released, by offences-PRB: Supervision.\n"
                                "    only in INCIDENT_EVENT, RISK_ASSESSMENT_EVENT, "));
  EXPECT_THAT(always, HasSubstr("    only told by SOURCE_THIRD_PARTY, "));
  EXPECT_THAT(always, Not(HasSubstr("only told by SOURCE_VICTIM")));
}

}  // namespace
}  // namespace concordat::tools
