#include "tools/policy_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<PolicyCase> Parse(const std::string& text) {
  auto cases = ParsePolicyCases("promises.txt", text);
  EXPECT_TRUE(cases.ok()) << cases.status();
  return cases.ok() ? *std::move(cases) : std::vector<PolicyCase>();
}

std::string ErrorOf(const std::string& text) {
  const auto cases = ParsePolicyCases("promises.txt", text);
  EXPECT_FALSE(cases.ok()) << text;
  return std::string(cases.status().message());
}

TEST(PolicyCasesTest, ReadsASentence) {
  const auto cases = Parse(
      "# A comment.\n\nPromise: Only with consent.\n"
      "Police through MARAC_COORDINATOR: victim-disclosure of victim told by third party\n"
      "  when victim consent and high-risk-case is withheld because consent needed\n");
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases[0].line, 4u);
  EXPECT_EQ(cases[0].promise, "Only with consent.");
  EXPECT_EQ(cases[0].role, v1::POLICE);
  EXPECT_EQ(cases[0].through, v1::MARAC_COORDINATOR);
  EXPECT_EQ(cases[0].about, PolicyCase::About::kClass);
  EXPECT_EQ(cases[0].field_class, v1::VICTIM_DISCLOSURE);
  EXPECT_EQ(cases[0].capacity, v1::VICTIM);
  EXPECT_EQ(cases[0].source, v1::SOURCE_THIRD_PARTY);
  EXPECT_THAT(cases[0].conditions, ElementsAre(v1::VICTIM_CONSENT, v1::HIGH_RISK_CASE));
  EXPECT_EQ(cases[0].outcome, CaseOutcome::kWithheld);
  EXPECT_EQ(cases[0].reason, v1::CONSENT_NEEDED);
}

TEST(PolicyCasesTest, WithoutMoreAnAgencyObservedItAndNothingHolds) {
  const auto cases = Parse("housing: risk of perpetrator is generalised");
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases[0].source, v1::SOURCE_AGENCY_OBSERVED);
  EXPECT_THAT(cases[0].conditions, IsEmpty());
  EXPECT_EQ(cases[0].through, v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(cases[0].reason, v1::REASON_UNSPECIFIED);
}

TEST(PolicyCasesTest, ListsAreEveryCombination) {
  EXPECT_EQ(Parse("police, housing: risk, health of victim, child told by anyone in any case "
                  "are withheld")
                .size(),
            2u * 2 * 2 * AllOf<v1::SourceClass>().size() * 16);
  EXPECT_EQ(Parse("any through any: events any are concealed").size(),
            AllOf<v1::Role>().size() * AllOf<v1::Role>().size() * AllOf<v1::EventType>().size());
}

TEST(PolicyCasesTest, ReadsFieldsEventsAndPurposes) {
  const auto fields = Parse(
      "housing: fields persons.full_name, persons.addresses.postcode of child are withheld\n"
      "housing: field incident.injury is withheld");
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[1].field->path, "persons.addresses.postcode");
  EXPECT_EQ(fields[1].capacity, v1::CHILD);
  EXPECT_EQ(fields[2].field_class, v1::HEALTH);
  EXPECT_EQ(fields[2].capacity, v1::VICTIM);
  const auto events = Parse("police: event liaison contact told by child is seen");
  EXPECT_EQ(events[0].type, v1::LIAISON_CONTACT_EVENT);
  EXPECT_EQ(events[0].outcome, CaseOutcome::kSeen);
  const auto purposes = Parse(
      "police: purpose law enforcement is allowed because "
      "common law policing");
  EXPECT_EQ(purposes[0].purpose, v1::LAW_ENFORCEMENT);
  EXPECT_EQ(purposes[0].gateway, v1::COMMON_LAW_POLICING);
}

TEST(PolicyCasesTest, RefusesWhatIsNoSentenceByItsLine) {
  EXPECT_EQ(ErrorOf("\n# \npolice see everything\n"),
            "promises.txt:3: got no ':', want ROLES: WHAT is OUTCOME");
  EXPECT_EQ(ErrorOf("polise: risk of victim is released"),
            "promises.txt:1: got \"polise\", want perhaps POLICE");
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"police: risk of victim", "got no \"is\" or \"are\""},
      {"police: risk is released", "got a class without \"of\""},
      {"police: risk of vicim is released", "\"vicim\", want perhaps VICTIM"},
      {"police: risk of victim is shown", "\"shown\", want one of released, generalised, withheld"},
      {"police: event incident is released", "\"released\", want one of seen, concealed"},
      {"police: purpose evaluation is withheld", "want one of allowed, refused"},
      {"police: risk of victim when two person approval is released", "nothing grants this one"},
      {"police: event incident when high risk case is seen", "want none"},
      {"police: purpose evaluation told by child is refused", "want neither"},
      {"police: risk of victim is released because consent needed", "got a reason with released"},
      {"police: risk of victim is withheld because we like to", "\"we like to\", want"},
      {"police: field persons.full_name is released", "got persons.full_name without \"of\""},
      {"police: field incident.injury of child is released", "got incident.injury with \"of\""},
      {"police: field persons.nickname of child is released", "got \"nickname\", want one of"},
      {"police: of victim is released", "promises.txt:1: got "},
      {"police: is released", "promises.txt:1: got "},
      {": risk of victim is released", "promises.txt:1: got \"\""},
  };
  for (const auto& [text, error] : wrong) {
    EXPECT_THAT(ErrorOf(text), HasSubstr(error)) << text;
    EXPECT_THAT(ErrorOf(text), StartsWith("promises.txt:1: got ")) << text;
  }
}

TEST(PolicyCasesTest, AFileWithoutACaseIsNoTest) {
  EXPECT_EQ(ErrorOf("# Nothing yet.\n"), "promises.txt: got no case, want ROLES: WHAT is OUTCOME");
  EXPECT_EQ(ErrorOf(""), "promises.txt: got no case, want ROLES: WHAT is OUTCOME");
}

TEST(PolicyCasesTest, AFileThatMultipliesWithoutEndIsRefused) {
  std::string text;
  for (int i = 0; i < 8; ++i) {
    text += "any: any of any told by anyone in any case is withheld\n";
  }
  EXPECT_THAT(ErrorOf(text), HasSubstr("got one case too many, want at most 262144 a file"));
}

}  // namespace
}  // namespace concordat::tools
