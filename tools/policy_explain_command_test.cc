#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/policy.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kPolicy[] = "deploy/policy/release-policy.textproto";

constexpr char kIncident[] = R"({
  "sourceSystem": "niche-rms", "sourceReference": "LC-SYNTHETIC-7", "revision": 1,
  "occurredAt": "2026-01-01T10:00:00Z", "sourceClass": "SOURCE_AGENCY_OBSERVED",
  "persons": [
    {"capacity": "VICTIM", "fullName": "Asha Example",
     "addresses": [{"lines": ["1 Synthetic Street"], "postcode": "FY1 4XX"}]},
    {"capacity": "PERPETRATOR", "fullName": "Bram Specimen"}],
  "incident": {"circumstances": "Synthetic words.", "initialGrade": "HIGH"}})";

class PolicyExplainTest : public testing::Test {
 protected:
  int Run(RunCommand command, std::vector<std::string> args) {
    args.insert(args.end(), {"--policy", kPolicy});
    out_.str("");
    err_.str("");
    return command(args, {out_, err_, Clock::Real()});
  }
  int Explain(const std::vector<std::string>& args) { return Run(RunPolicyExplain, args); }

  std::string FileWith(const std::string& text) {
    const std::string path = testing::TempDir() + "/explained.json";
    EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
    return path;
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(PolicyExplainTest, NamesRuleReasonAndWhy) {
  ASSERT_EQ(Explain({"--role", "police", "--class", "victim-disclosure", "--capacity", "victim"}),
            kExitOk);
  EXPECT_EQ(out_.str(),
            "VICTIM_DISCLOSURE of VICTIM, told by SOURCE_AGENCY_OBSERVED, no condition holds: "
            "withheld, CONSENT_NEEDED, by vdisclosure-POL: With the consent of the victim.\n"
            "  with VICTIM_CONSENT: released, by vdisclosure-POL: With the consent of the "
            "victim.\n");
  ASSERT_EQ(Explain({"--role", "police", "--class", "victim-disclosure", "--capacity", "victim",
                     "--condition", "victim-consent"}),
            kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("VICTIM_CONSENT holds: released, by vdisclosure-POL"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("  with")));
}

TEST_F(PolicyExplainTest, SaysWhenTheLockDecidedAboveTheFile) {
  ASSERT_EQ(Explain({"--role", "probation", "--class", "health", "--capacity", "child"}), kExitOk);
  EXPECT_THAT(out_.str(),
              HasSubstr("withheld, PERPETRATOR_FACING, by lock-r7 (above the policy file): R7: "));
  ASSERT_EQ(Explain({"--role", "probation", "--class", "offences", "--capacity", "perpetrator",
                     "--event-type", "incident", "--source", "victim"}),
            kExitOk);
  EXPECT_THAT(out_.str(), StartsWith("INCIDENT_EVENT, told by SOURCE_VICTIM: concealed, "
                                     "PERPETRATOR_FACING, by lock-r7 (above the policy file)"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("OFFENCES")));
}

TEST_F(PolicyExplainTest, TheStricterOfTwoRolesDecides) {
  ASSERT_EQ(Explain({"--role", "victim-service", "--through", "marac-coordinator", "--class",
                     "contact", "--capacity", "victim"}),
            kExitOk);
  EXPECT_THAT(out_.str(), StartsWith("CONTACT of VICTIM (decided as VICTIM_LOCATION), "));
  EXPECT_THAT(out_.str(), HasSubstr("generalised, REDUCED_FOR_ROLE, by location-MAR: "));
}

TEST_F(PolicyExplainTest, OfAnEventShowsPathsAndNeverAValue) {
  const std::string event = FileWith(kIncident);
  for (const char* role : {"victim-service", "marac-coordinator", "drive-case-manager"}) {
    ASSERT_EQ(Explain({"--role", role, "--event", event}), kExitOk) << err_.str();
    for (const char* value :
         {"Asha", "Bram", "Synthetic Street", "FY1", "LC-", "Synthetic words", "niche"}) {
      EXPECT_THAT(out_.str(), Not(HasSubstr(value))) << role;
    }
    EXPECT_EQ(err_.str(), "");
  }
  EXPECT_THAT(out_.str(),
              HasSubstr("\npersons[0].addresses[0].postcode: CONTACT of VICTIM (decided "
                        "as VICTIM_LOCATION): withheld, PERPETRATOR_FACING, by "
                        "lock-r7 (above the policy file): "));
  EXPECT_THAT(out_.str(), HasSubstr("\npersons[1].full_name: IDENTITY of PERPETRATOR: released, by "
                                    "identity-DRV-perpetrator: The person it works with.\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\nincident.initial_grade: RISK of PERPETRATOR: generalised, "
                                    "which leaves it as it is, REDUCED_FOR_ROLE, by risk-DRV: "));
}

TEST_F(PolicyExplainTest, CaseFlagsAreTheConditionsOfAnEvent) {
  const std::string event = FileWith(kIncident);
  ASSERT_EQ(Explain({"--role", "childrens-social-care", "--event", event}), kExitOk);
  EXPECT_THAT(out_.str(),
              HasSubstr("incident.circumstances: VICTIM_DISCLOSURE of VICTIM: withheld, "
                        "ENQUIRY_NOT_OPEN, by vdisclosure-CSC"));
  ASSERT_EQ(Explain({"--role", "childrens-social-care", "--event", event, "--case-flag",
                     "child-enquiry-open"}),
            kExitOk);
  EXPECT_THAT(out_.str(),
              HasSubstr("incident.circumstances: VICTIM_DISCLOSURE of VICTIM: released"));
}

TEST_F(PolicyExplainTest, ACorrectionNeedsWhatItCorrects) {
  const std::string event = FileWith(
      R"({"sourceClass": "SOURCE_AGENCY_OBSERVED", "correction": {"correctsReference": "LC-1"}})");
  ASSERT_EQ(Explain({"--role", "probation", "--event", event}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("the whole event is concealed"));
  const std::vector<std::string> told = {
      "--role",          "probation", "--event",           event,
      "--corrects-type", "incident",  "--corrects-source", "public-record"};
  ASSERT_EQ(Explain(told), kExitOk);
  EXPECT_THAT(out_.str(),
              HasSubstr("CORRECTION_EVENT, told by SOURCE_AGENCY_OBSERVED: may be seen"));
}

TEST_F(PolicyExplainTest, AnEmbargoIsDecidedBetweenTwoAgenciesAtATimeAndElseSaid) {
  const std::string event = FileWith(
      R"({"sourceClass": "SOURCE_AGENCY_OBSERVED", "embargoUntil": "2026-02-01T00:00:00.5Z",
          "incident": {"incidentNumber": "LC-SYNTHETIC-7"}})");
  ASSERT_EQ(Explain({"--role", "victim-service", "--event", event}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("\nincident.incident_number: "));
  EXPECT_THAT(out_.str(), HasSubstr("all is withheld, EMBARGOED, until 2026-02-01T00:00:00.5Z\n"));
  const auto at = [&](const std::string& role, const std::string& to, const std::string& time) {
    EXPECT_EQ(Explain({"--role", role, "--event", event, "--from-agency", "a-force", "--from-role",
                       "police", "--to-agency", to, "--purpose", "victim-support", "--at", time}),
              kExitOk)
        << err_.str();
    return out_.str();
  };
  const std::string before = "2026-02-01T00:00:00.499999Z", then = "2026-02-01T00:00:00.5Z";
  EXPECT_THAT(at("victim-service", "c-charity", before),
              HasSubstr("all of it is withheld, EMBARGOED, by sharing-embargo: The source gave"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("incident_number")));
  EXPECT_THAT(at("probation", "p-probation", before),
              HasSubstr("the whole event is concealed, EMBARGOED, by sharing-embargo: "));
  EXPECT_THAT(at("victim-service", "c-charity", then), HasSubstr("\nincident.incident_number: "));
  EXPECT_THAT(at("police", "a-force", before), HasSubstr("\nincident.incident_number: "));
}

TEST_F(PolicyExplainTest, RefusesWrongUsageByTheFlagsName) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"--role", "polis", "--class", "risk"}, "--role: got \"polis\", want perhaps POLICE"},
      {{"--role", "police"}, "question: got none, want --class, --event-type or --event"},
      {{"--role", "police", "--event-type", "incident", "--capacity", "child"},
       "--capacity, --condition: got no --class beside them, want one"},
      {{"--role", "police", "--class", "risk", "--condition", "two-person-approval"},
       "--condition: got TWO_PERSON_APPROVAL, want one that a case can meet"},
      {{"--role", "police", "--event", "e.json", "--class", "risk"}, "--event: got --class"},
      {{"--role", "police", "--class", "risk", "--case-flag", "high-risk"},
       "got no --event beside them"},
      {{"--role", "police", "--event", "e.json", "--corrects-type", "incident"},
       "--corrects-type, --corrects-source: got one of them, want both or none"},
      {{"--role", "police", "--class", "risk", "--at", "2026-01-01T00:00:00Z"},
       "--purpose, --at: got no --event beside them, want one"},
      {{"--role", "police", "--event", "e.json", "--purpose", "marac-meeting"},
       "--to-agency, --purpose: got some of them, want all or none"},
      {{"--role", "police", "--event", "e.json", "--from-agency", "a", "--from-role", "police",
        "--to-agency", "b", "--purpose", "marac-meeting", "--at", "noon"},
       "--at: got \"noon\", want a time such as "},
      {{"--class", "risk"}, "--role: got nothing, want ROLE"},
  };
  for (const auto& [args, error] : wrong) {
    EXPECT_EQ(Explain(args), kExitUsage) << error;
    EXPECT_THAT(err_.str(), HasSubstr(error));
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(PolicyExplainTest, AnEventThatIsNoneIsRefusedWithoutItsWords) {
  const std::string event = FileWith(R"({"persons": [{"fullName": 7, "Asha": "Example"}]})");
  EXPECT_EQ(Explain({"--role", "police", "--event", event}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr(StrCat("--event ", event, ": ")));
  EXPECT_THAT(err_.str(), Not(HasSubstr("Example")));
  EXPECT_EQ(Explain({"--role", "police", "--event", "no/such"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("no/such"));
}

TEST_F(PolicyExplainTest, WhoCanSeeWantsOneSubjectAndWhose) {
  EXPECT_EQ(Run(RunPolicyWhoCanSee, {"--capacity", "victim"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--class, --field: got none, want one of them"));
  EXPECT_EQ(Run(RunPolicyWhoCanSee, {"--class", "risk"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--capacity: got nothing, want whose"));
  EXPECT_EQ(Run(RunPolicyWhoCanSee, {"--field", "incident.injury", "--capacity", "child"}),
            kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("want none with a field outside a person"));
  ASSERT_EQ(Run(RunPolicyWhoCanSee, {"--field", "incident.injury"}), kExitOk);
  EXPECT_THAT(out_.str(), StartsWith("incident.injury: HEALTH of VICTIM\n"));
}

TEST_F(PolicyExplainTest, MatrixPrintsTheDocument) {
  ASSERT_EQ(Run(RunPolicyMatrix, {}), kExitOk);
  EXPECT_THAT(out_.str(), StartsWith("# The release matrix\n"));
  std::ostringstream err;
  EXPECT_EQ(RunPolicyMatrix({"--policy", "no/such"}, {out_, err, Clock::Real()}), kExitFailed);
  EXPECT_THAT(err.str(), HasSubstr("no/such"));
}

}  // namespace
}  // namespace concordat::tools
