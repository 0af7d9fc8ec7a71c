// What no gateway, no agreement or an embargo keeps back: all of it, with one marker, or none.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "auth/release_context.h"
#include "auth/testing/sharing_policy.h"
#include "auth/testing/shipped_policy.h"
#include "base/timestamps.h"
#include "concordat/v1/event.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using ::testing::ElementsAre;

constexpr char kForce[] = "a-force";
constexpr char kCharity[] = "c-charity";
const absl::Time kFrom = absl::FromUnixSeconds(1700000000);
const absl::Time kUntil = kFrom + absl::Hours(24);

class RedactorSharingTest : public ::testing::Test {
 protected:
  RedactorSharingTest() {
    v1::ReleasePolicy policy = testing::Shipped();
    testing::AddGateways({v1::POLICE}, &policy);
    v1::Agreement* agreement = testing::AddAgreement("isa-1", {kForce, kCharity},
                                                     v1::VICTIM_SUPPORT, kFrom, kUntil, &policy);
    agreement->add_purposes(v1::PERPETRATOR_MANAGEMENT);
    auto engine = PolicyEngine::Compile(policy);
    EXPECT_TRUE(engine.ok()) << engine.status();
    engine_ = std::make_unique<PolicyEngine>(*std::move(engine));
    event_.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
    event_.set_source_reference("CANARY-reference");
    v1::Person& victim = *event_.add_persons();
    victim.set_capacity(v1::VICTIM);
    victim.set_full_name("CANARY name");
    event_.mutable_incident()->set_circumstances("CANARY words");
  }

  // Nothing is in the way.
  static ReleaseContext For(v1::Role role, v1::Purpose purpose) {
    ReleaseContext context;
    context.view = {{role}};
    context.type = v1::INCIDENT_EVENT;
    context.source = v1::SOURCE_AGENCY_OBSERVED;
    context.source_agency = kForce;
    context.source_role = v1::POLICE;
    context.reader_agency = kCharity;
    context.purpose = purpose;
    context.decided_at = kFrom;
    return context;
  }
  static ReleaseContext Idva() { return For(v1::VICTIM_SERVICE, v1::VICTIM_SUPPORT); }
  static ReleaseContext Drive() { return For(v1::DRIVE_CASE_MANAGER, v1::PERPETRATOR_MANAGEMENT); }

  // The one marker; and there is nothing else.
  void ExpectWithheld(const ReleaseContext& context, v1::ReasonCode reason,
                      const std::string& rule_id) {
    const auto redacted = Redact(*engine_, context, event_);
    ASSERT_TRUE(redacted.has_value());
    EXPECT_TRUE(redacted->withheld_whole);
    EXPECT_EQ(redacted->event.ByteSizeLong(), 0u);
    EXPECT_EQ(redacted->released_classes, 0u);
    EXPECT_EQ(redacted->withheld_classes, 0u);
    EXPECT_THAT(redacted->rule_ids, ElementsAre("rows-VICTIM_SERVICE", rule_id));
    ASSERT_EQ(redacted->markers.size(), 1u);
    v1::Marker want;
    want.set_action(v1::WITHHOLD);
    want.set_reason(reason);
    want.set_rule_id(rule_id);
    want.set_ask_agency(kForce);
    EXPECT_EQ(redacted->markers[0].SerializeAsString(), want.SerializeAsString());
  }

  // What keeps it back, each alone.
  struct Hindrance {
    v1::ReasonCode reason;
    std::string rule_id;
    std::function<void(ReleaseContext*, v1::CaseEvent*)> put;
  };
  static std::vector<Hindrance> Hindrances() {
    return {{v1::NO_GATEWAY, "sharing-gateway",
             [](ReleaseContext* context, v1::CaseEvent*) { context->source_role = v1::HOUSING; }},
            {v1::NO_AGREEMENT, "sharing-agreement",
             [](ReleaseContext* context, v1::CaseEvent*) { context->decided_at = kUntil; }},
            {v1::EMBARGOED, "sharing-embargo", [](ReleaseContext* context, v1::CaseEvent* event) {
               *event->mutable_embargo_until() =
                   ToTimestamp(context->decided_at + absl::Microseconds(1));
             }}};
  }

  std::unique_ptr<PolicyEngine> engine_;
  v1::CaseEvent event_;
};

TEST_F(RedactorSharingTest, GivesNothingButTheReason) {
  const v1::CaseEvent event = event_;
  for (const Hindrance& hindrance : Hindrances()) {
    event_ = event;
    ReleaseContext context = Idva();
    hindrance.put(&context, &event_);
    ExpectWithheld(context, hindrance.reason, hindrance.rule_id);
  }
}

TEST_F(RedactorSharingTest, ThePerpetratorsSideIsNotToldThatThereIsAnything) {
  ASSERT_TRUE(Redact(*engine_, Drive(), event_).has_value());
  const v1::CaseEvent event = event_;
  for (const Hindrance& hindrance : Hindrances()) {
    event_ = event;
    ReleaseContext context = Drive();
    hindrance.put(&context, &event_);
    EXPECT_FALSE(Redact(*engine_, context, event_).has_value()) << hindrance.rule_id;
    const Explanation explanation = Explain(*engine_, context, event_);
    EXPECT_EQ(explanation.row.action, v1::CONCEAL);
    EXPECT_EQ(explanation.row.reason, hindrance.reason);
    EXPECT_FALSE(explanation.redacted.has_value());
  }
}

// What a reader would not be shown at all is not told by the reason that it is withheld.
TEST_F(RedactorSharingTest, WhatIsConcealedAnywayStaysSo) {
  const v1::CaseEvent event = event_;
  for (const Hindrance& hindrance : Hindrances()) {
    event_ = event;
    ReleaseContext context = For(v1::HOUSING, v1::HOUSING_SAFETY);
    context.type = v1::CUSTODY_CHANGE_EVENT;
    hindrance.put(&context, &event_);
    EXPECT_FALSE(Redact(*engine_, context, event_).has_value()) << hindrance.rule_id;
  }
}

TEST_F(RedactorSharingTest, GivesAsEverWhenNothingIsInTheWayAndNamesTheAgreement) {
  *event_.mutable_embargo_until() = ToTimestamp(kFrom);
  const auto redacted = Redact(*engine_, Idva(), event_);
  ASSERT_TRUE(redacted.has_value());
  EXPECT_FALSE(redacted->withheld_whole);
  EXPECT_EQ(redacted->event.persons(0).full_name(), "CANARY name");
  EXPECT_THAT(redacted->rule_ids, ::testing::Contains("agreement-isa-1"));
}

TEST_F(RedactorSharingTest, TheSourceReadsItsOwnAndSoDoesNobodyElse) {
  ReleaseContext context = For(v1::POLICE, v1::LAW_ENFORCEMENT);
  *event_.mutable_embargo_until() = ToTimestamp(kUntil);
  context.reader_agency = kForce;
  EXPECT_EQ(Redact(*engine_, context, event_)->event.source_reference(), "CANARY-reference");
  // Another force.
  context.reader_agency = "b-force";
  EXPECT_TRUE(Redact(*engine_, context, event_)->withheld_whole);
}

TEST_F(RedactorSharingTest, ExplainsWhyNothingOfARowIsGiven) {
  ReleaseContext context = Idva();
  context.decided_at = kUntil;
  const Explanation explanation = Explain(*engine_, context, event_);
  EXPECT_EQ(explanation.row.action, v1::RELEASE);
  EXPECT_EQ(explanation.sharing.action, v1::WITHHOLD);
  EXPECT_EQ(explanation.sharing.reason, v1::NO_AGREEMENT);
  EXPECT_TRUE(explanation.fields.empty());
  ASSERT_TRUE(explanation.redacted.has_value());
  EXPECT_TRUE(explanation.redacted->withheld_whole);
}

}  // namespace
}  // namespace concordat::auth
