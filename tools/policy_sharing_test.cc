#include "tools/policy_sharing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "auth/config_file.h"
#include "auth/release_context.h"
#include "auth/testing/sharing_policy.h"
#include "tools/policy_diff.h"
#include "tools/policy_explain.h"
#include "tools/policy_matrix.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kFrom = absl::FromUnixSeconds(1767225600);  // 2026-01-01.

v1::ReleasePolicy Plain() {
  v1::ReleasePolicy policy;
  EXPECT_TRUE(auth::ReadTextproto("deploy/policy/release-policy.textproto", &policy).ok());
  return policy;
}

v1::ReleasePolicy WithTerms() {
  v1::ReleasePolicy policy = Plain();
  auth::testing::AddGateways({v1::POLICE, v1::HOUSING}, &policy);
  policy.mutable_gateways(0)->set_why("Either | or: to be confirmed.");
  auth::testing::AddAgreement("isa-1", {"a-force", "b-council"}, v1::MARAC_MEETING, kFrom,
                              kFrom + absl::Hours(24 * 365), &policy);
  return policy;
}

PolicyBook Book(const v1::ReleasePolicy& policy) {
  auto book = PolicyBook::Of(policy);
  EXPECT_TRUE(book.ok()) << book.status();
  return *std::move(book);
}

PolicyDiff Diff(const std::function<void(v1::ReleasePolicy*)>& change) {
  v1::ReleasePolicy changed = WithTerms();
  change(&changed);
  return DiffPolicies(Book(WithTerms()), Book(changed));
}

constexpr char kAgreement[] =
    "a-force, b-council for MARAC_MEETING from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z";

TEST(PolicySharingTest, TheMatrixSaysWhatIsAskedFor) {
  const std::string plain = MatrixMarkdown(Book(Plain()));
  EXPECT_THAT(plain, HasSubstr("Gateways: none is asked for"));
  EXPECT_THAT(plain, HasSubstr("Agreements: none is asked for"));
  const std::string terms = MatrixMarkdown(Book(WithTerms()));
  EXPECT_THAT(terms, HasSubstr("| COMMON_LAW_POLICING | POLICE, HOUSING | POLICE | "
                               "LAW_ENFORCEMENT | Either \\| or: to be confirmed. |"));
  EXPECT_THAT(terms, HasSubstr("| isa-1 | a-force, b-council | MARAC_MEETING | "
                               "2026-01-01T00:00:00Z | 2027-01-01T00:00:00Z |"));
}

TEST(PolicySharingTest, AnExplanationSaysWhatIsAskedFor) {
  const auth::ViewRoles view = {{v1::VICTIM_SERVICE, v1::MARAC_COORDINATOR}};
  EXPECT_EQ(ExplainSharingText(Book(Plain()), view), "");
  const std::string text =
      std::string(
          "Of another agency's record all is withheld, NO_GATEWAY, but:\n"
          "  for MARAC_MEETING from POLICE, HOUSING\n"
          "  for INFORMATION_RIGHTS from POLICE, HOUSING\n"
          "Of another agency's record all is withheld, NO_AGREEMENT, but under:\n"
          "  isa-1: ") +
      kAgreement + "\n";
  EXPECT_EQ(ExplainSharingText(Book(WithTerms()), view), text);
  PolicyQuestion question;
  question.view = view;
  question.field_class = v1::IDENTITY;
  EXPECT_THAT(ExplainQuestionText(Book(WithTerms()), question), HasSubstr(text));
}

TEST(PolicySharingTest, AnEventThatMayNotGoIsExplainedWithoutItsFields) {
  auth::ReleaseContext context;
  context.view = {{v1::POLICE}};
  context.type = v1::INCIDENT_EVENT;
  context.source = v1::SOURCE_AGENCY_OBSERVED;
  v1::CaseEvent event;
  event.set_source_class(context.source);
  event.mutable_incident()->set_incident_number("LC-SYNTHETIC-1");
  const std::string text = ExplainEventText(Book(WithTerms()), context, event);
  EXPECT_THAT(text, HasSubstr("all of it is withheld, NO_GATEWAY, by sharing-gateway: "));
  EXPECT_EQ(text.find("incident_number"), std::string::npos);
  context.view = {{v1::PROBATION}};
  EXPECT_THAT(ExplainEventText(Book(WithTerms()), context, event),
              HasSubstr("the whole event is concealed, NO_GATEWAY, by sharing-gateway: "));
}

TEST(PolicySharingTest, NothingOfItChangedIsNoDifference) {
  EXPECT_TRUE(Diff([](auto* policy) {
                policy->mutable_gateways(0)->set_why("Otherwise said.");
                policy->mutable_gateways(0)->mutable_senders()->SwapElements(0, 1);
                policy->mutable_agreements(0)->mutable_agencies()->SwapElements(0, 1);
              }).empty());
}

TEST(PolicySharingTest, ASenderMoreIsMoreAndOneLessIsLess) {
  const PolicyDiff more =
      Diff([](auto* policy) { policy->mutable_gateways(0)->add_senders(v1::PROBATION); });
  EXPECT_THAT(more.more, ElementsAre("POLICE: for LAW_ENFORCEMENT newly from PROBATION"));
  EXPECT_THAT(more.less, IsEmpty());
  const PolicyDiff less =
      Diff([](auto* policy) { policy->mutable_gateways(0)->mutable_senders()->RemoveLast(); });
  EXPECT_THAT(less.less, ElementsAre("POLICE: for LAW_ENFORCEMENT no longer from HOUSING"));
  EXPECT_THAT(less.more, IsEmpty());
}

TEST(PolicySharingTest, AnAgreementThatCoversMoreIsMoreAndOneThatCoversLessIsLess) {
  const auto change = [](const std::function<void(v1::Agreement*)>& how) {
    return Diff([&](v1::ReleasePolicy* policy) { how(policy->mutable_agreements(0)); });
  };
  const std::string head = std::string("agreement isa-1: ") + kAgreement + " becomes a-force, ";
  for (const PolicyDiff& diff : {change([](auto* a) { a->add_agencies("c-charity"); }),
                                 change([](auto* a) { a->add_purposes(v1::VICTIM_SUPPORT); }),
                                 change([](auto* a) { a->mutable_valid_until()->set_nanos(1); }),
                                 // Less in one thing and more in another.
                                 change([](auto* a) { a->set_agencies(1, "c-charity"); })}) {
    ASSERT_EQ(diff.more.size(), 1u);
    EXPECT_EQ(diff.more[0].rfind(head, 0), 0u) << diff.more[0];
    EXPECT_THAT(diff.less, IsEmpty());
  }
  const PolicyDiff later = change([](auto* a) { a->mutable_valid_from()->set_nanos(1000); });
  EXPECT_THAT(later.more, IsEmpty());
  ASSERT_EQ(later.less.size(), 1u);
  EXPECT_THAT(later.less[0], HasSubstr("from 2026-01-01T00:00:00.000001Z"));
}

TEST(PolicySharingTest, ANewAgreementIsMoreAndOneThatIsGoneIsLess) {
  const PolicyDiff diff =
      Diff([](auto* policy) { policy->mutable_agreements(0)->set_id("isa-2"); });
  EXPECT_THAT(diff.more, ElementsAre(std::string("agreement isa-2: new: ") + kAgreement));
  EXPECT_THAT(diff.less, ElementsAre(std::string("agreement isa-1: gone: ") + kAgreement));
}

TEST(PolicySharingTest, ToAskIsLessAndToAskNoLongerIsMore) {
  const PolicyDiff asked = DiffPolicies(Book(Plain()), Book(WithTerms()));
  EXPECT_THAT(asked.more, IsEmpty());
  EXPECT_THAT(asked.less,
              ElementsAre("between agencies: a legal gateway from sender to recipient is asked for "
                          "from here on",
                          "between agencies: an agreement of source and reader that is in date is "
                          "asked for from here on"));
  EXPECT_THAT(asked.other, ::testing::Contains("HOUSING: for HOUSING_SAFETY from POLICE, HOUSING "
                                               "only"));
  const PolicyDiff free = DiffPolicies(Book(WithTerms()), Book(Plain()));
  EXPECT_EQ(free.more.size(), 2u);
  ASSERT_EQ(free.less.size(), 0u);
}

}  // namespace
}  // namespace concordat::tools
