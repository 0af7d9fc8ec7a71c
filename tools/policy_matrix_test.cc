#include "tools/policy_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_split.h"
#include "auth/config_file.h"
#include "base/files.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

constexpr char kShipped[] = "deploy/policy/release-policy.textproto";

v1::ReleasePolicy ShippedPolicy() {
  v1::ReleasePolicy policy;
  EXPECT_TRUE(auth::ReadTextproto(kShipped, &policy).ok());
  return policy;
}

std::string Document(const v1::ReleasePolicy& policy) {
  return MatrixMarkdown(*PolicyBook::Of(policy));
}

// The line of the table whose first cells these are.
std::string LineOf(const std::string& document, const std::string& beginning) {
  const std::vector<std::string> lines = absl::StrSplit(document, '\n');
  for (const std::string& line : lines) {
    if (line.rfind(beginning, 0) == 0) return line;
  }
  return "";
}

TEST(PolicyMatrixTest, TheDocumentIsWhatTheCommandPrints) {
  const auto kept = ReadFile("docs/release-matrix.md");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_TRUE(*kept == Document(ShippedPolicy()))
      << "docs/release-matrix.md is not the matrix of " << kShipped << ". Renew it by:\n  "
      << "concordat policy matrix --policy " << kShipped << " > docs/release-matrix.md";
}

TEST(PolicyMatrixTest, NamesConditionsAndLocks) {
  const std::string document = Document(ShippedPolicy());
  EXPECT_EQ(LineOf(document, "| VICTIM_LOCATION | anyone"),
            "| VICTIM_LOCATION | anyone | withheld until TWO_PERSON_APPROVAL | released if "
            "CHILD_ENQUIRY_OPEN | withheld until TWO_PERSON_APPROVAL | generalised | released | "
            "withheld by R7 | withheld by R7 | withheld until TWO_PERSON_APPROVAL | withheld until "
            "TWO_PERSON_APPROVAL | withheld | withheld |");
  EXPECT_THAT(document, HasSubstr("| MARAC_MEETING | CRIME_AND_DISORDER_ACT_1998_S115 | PART_3 |"));
  EXPECT_THAT(document, HasSubstr("- HEALTH of VICTIM, CHILD is withheld;"));
  EXPECT_THAT(document, HasSubstr("face the perpetrator: DRIVE_CASE_MANAGER, PROBATION."));
  EXPECT_THAT(document, HasSubstr("concealed whole: LIAISON_CONTACT_EVENT;"));
}

TEST(PolicyMatrixTest, AnyChangeOfARuleShows) {
  const v1::ReleasePolicy shipped = ShippedPolicy();
  const std::string before = Document(shipped);
  for (int i = 0; i < shipped.rules_size(); ++i) {
    v1::ReleasePolicy changed = shipped;
    v1::FieldRule* rule = changed.mutable_rules(i);
    rule->set_action(rule->action() == v1::WITHHOLD ? v1::GENERALISE : v1::WITHHOLD);
    rule->clear_condition();
    const auto book = PolicyBook::Of(changed);
    if (!book.ok()) continue;  // It would open R7.
    const std::string after = MatrixMarkdown(*book);
    // The digest stands in the head and changes anyway; the table must, too.
    EXPECT_NE(after.substr(after.find("## ")), before.substr(before.find("## "))) << rule->id();
  }
}

TEST(PolicyMatrixTest, ARoleThatComesToFaceThePerpetratorIsLocked) {
  v1::ReleasePolicy policy = ShippedPolicy();
  const auto is_housing = [](const auto& rule) { return rule.role() == v1::HOUSING; };
  for (v1::RoleRule& role : *policy.mutable_roles()) {
    if (is_housing(role)) role.set_faces_perpetrator(true);
  }
  for (v1::FieldRule& rule : *policy.mutable_rules()) {
    if (!is_housing(rule)) continue;
    rule.set_action(v1::WITHHOLD);
    rule.clear_condition();
  }
  const std::string document = Document(policy);
  EXPECT_THAT(document, HasSubstr("DRIVE_CASE_MANAGER, PROBATION, HOUSING."));
}

TEST(PolicyMatrixTest, APipeInAReasonDoesNotBreakTheTable) {
  v1::ReleasePolicy policy = ShippedPolicy();
  policy.mutable_rules(0)->set_why("Either | or.");
  EXPECT_THAT(Document(policy), HasSubstr("| identity-POL | Either \\| or. |"));
}

}  // namespace
}  // namespace concordat::tools
