#include "auth/sharing_terms.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "auth/config_file.h"
#include "auth/policy.h"
#include "auth/testing/allocations.h"
#include "auth/testing/sharing_policy.h"
#include "base/timestamps.h"
#include "concordat/v1/policy.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kForce[] = "a-force";
constexpr char kCouncil[] = "b-council";
const absl::Time kFrom = absl::FromUnixSeconds(1700000000);
const absl::Time kUntil = kFrom + absl::Hours(24);
constexpr absl::Duration kTick = absl::Nanoseconds(1);

// Of agreements alone.
v1::ReleasePolicy WithAgreement() {
  v1::ReleasePolicy policy;
  testing::AddAgreement("isa-1", {kForce, kCouncil}, v1::MARAC_MEETING, kFrom, kUntil, &policy);
  return policy;
}

// Of gateways alone, with one purpose that they serve.
v1::ReleasePolicy WithGateway() {
  v1::ReleasePolicy policy;
  v1::RoleRule& role = *policy.add_roles();
  role.set_role(v1::HEALTH_SERVICE);
  v1::PurposeRule& purpose = *role.add_purposes();
  purpose.set_purpose(v1::MARAC_MEETING);
  purpose.set_gateway(v1::CRIME_AND_DISORDER_ACT_1998_S115);
  testing::AddGateways({v1::POLICE}, &policy);
  return policy;
}

using Change = std::function<void(v1::ReleasePolicy*)>;

std::string ErrorOf(v1::ReleasePolicy policy, const Change& change) {
  change(&policy);
  const auto terms = SharingTerms::Create(policy);
  EXPECT_NE(terms.ok(), terms.status().code() == absl::StatusCode::kInvalidArgument);
  return std::string(terms.status().message());
}

std::string AgreementError(const std::function<void(v1::Agreement*)>& change) {
  return ErrorOf(WithAgreement(),
                 [&](v1::ReleasePolicy* policy) { change(policy->mutable_agreements(0)); });
}

std::string GatewayError(const std::function<void(v1::GatewayRule*)>& change) {
  return ErrorOf(WithGateway(),
                 [&](v1::ReleasePolicy* policy) { change(policy->mutable_gateways(0)); });
}

TEST(SharingTermsTest, RefusesAnAgreementThatIsNone) {
  EXPECT_EQ(AgreementError([](auto*) {}), "");
  EXPECT_EQ(AgreementError([](auto* a) { a->clear_id(); }),
            "policy.agreements[0].id: got empty, want a unique id");
  EXPECT_EQ(AgreementError([](auto* a) { a->mutable_agencies()->RemoveLast(); }),
            "policy.agreements[0] (isa-1).agencies: got 1 agencies, want two or more");
  EXPECT_EQ(AgreementError([](auto* a) { a->set_agencies(1, "B_Council"); }),
            "policy.agreements[0] (isa-1).agencies[1]: got a malformed id, want an agency's id");
  EXPECT_EQ(AgreementError([](auto* a) { a->set_agencies(1, kForce); }),
            "policy.agreements[0] (isa-1).agencies[1]: got a-force, want each agency once");
  EXPECT_EQ(AgreementError([](auto* a) { a->clear_purposes(); }),
            "policy.agreements[0] (isa-1).purposes: got empty, want purposes");
  EXPECT_EQ(AgreementError([](auto* a) { a->set_purposes(0, v1::PURPOSE_UNSPECIFIED); }),
            "policy.agreements[0] (isa-1).purposes[0]: got the number 0, want purposes");
  EXPECT_THAT(AgreementError([](auto* a) { a->set_purposes(0, static_cast<v1::Purpose>(99)); }),
              HasSubstr("purposes[0]: got the number 99, want purposes"));
  EXPECT_THAT(AgreementError([](auto* a) { a->add_purposes(a->purposes(0)); }),
              HasSubstr("purposes[1]: got the number 4 again, want each once"));
}

TEST(SharingTermsTest, RefusesAnAgreementWithoutATimeInWhichItHolds) {
  EXPECT_EQ(AgreementError([](auto* a) { a->clear_valid_from(); }),
            "policy.agreements[0] (isa-1).valid_from: got nothing, want a time");
  EXPECT_EQ(AgreementError([](auto* a) { a->clear_valid_until(); }),
            "policy.agreements[0] (isa-1).valid_until: got nothing, want a time");
  EXPECT_THAT(AgreementError([](auto* a) { a->mutable_valid_from()->set_nanos(-1); }),
              HasSubstr("valid_from: got a time out of range"));
  EXPECT_THAT(AgreementError([](auto* a) { a->mutable_valid_until()->set_seconds(253402300800); }),
              HasSubstr("valid_until: got a time out of range"));
  EXPECT_THAT(AgreementError([](auto* a) { *a->mutable_valid_until() = a->valid_from(); }),
              HasSubstr("valid_until: got 2023-11-14T22:13:20+00:00, want a time after valid_from, "
                        "2023-11-14T22:13:20+00:00"));
}

TEST(SharingTermsTest, RefusesAgreementsThatDoNothingAndNoneWhereTheyAreRequired) {
  EXPECT_EQ(ErrorOf(WithAgreement(), [](auto* policy) { policy->clear_agreements_required(); }),
            "policy.agreements: got 1 agreements, want agreements_required beside them");
  EXPECT_EQ(
      ErrorOf(WithAgreement(), [](auto* policy) { policy->clear_agreements(); }),
      "policy.agreements: got 0 agreements, want one or more, since agreements_required is set");
  EXPECT_EQ(ErrorOf(WithAgreement(),
                    [](auto* policy) { *policy->add_agreements() = policy->agreements(0); }),
            "policy.agreements[1].id: got isa-1, want each id once");
}

TEST(SharingTermsTest, RefusesAGatewayThatIsNone) {
  EXPECT_EQ(GatewayError([](auto*) {}), "");
  EXPECT_EQ(GatewayError([](auto* g) { g->clear_senders(); }),
            "policy.gateways[0].senders: got empty, want roles");
  EXPECT_EQ(GatewayError([](auto* g) { g->clear_recipients(); }),
            "policy.gateways[0].recipients: got empty, want roles");
  EXPECT_EQ(GatewayError([](auto* g) { g->clear_purposes(); }),
            "policy.gateways[0].purposes: got empty, want purposes");
  EXPECT_EQ(GatewayError([](auto* g) { g->set_senders(0, static_cast<v1::Role>(99)); }),
            "policy.gateways[0].senders[0]: got the number 99, want roles");
  EXPECT_EQ(GatewayError([](auto* g) { g->add_senders(v1::POLICE); }),
            "policy.gateways[0].senders[1]: got the number 1 again, want each once");
  EXPECT_THAT(GatewayError([](auto* g) { g->clear_gateway(); }),
              HasSubstr("policy.gateways[0].gateway: got the number 0, want a legal gateway"));
  EXPECT_THAT(
      ErrorOf(WithGateway(), [](auto* policy) { *policy->add_gateways() = policy->gateways(0); }),
      StartsWith("policy.gateways[1]: got CRIME_AND_DISORDER_ACT_1998_S115 from POLICE to "
                 "HEALTH_SERVICE for MARAC_MEETING again"));
}

// Crime and Disorder Act 1998 s115: to relevant authorities and who acts on behalf of one.
TEST(SharingTermsTest, RefusesAGatewayThatDoesNotReachItsRecipient) {
  for (const v1::Role role : {v1::VICTIM_SERVICE, v1::DRIVE_CASE_MANAGER, v1::HOUSING}) {
    EXPECT_THAT(GatewayError([=](auto* g) { g->add_recipients(role); }),
                HasSubstr("which may be no relevant authority"));
  }
  EXPECT_THAT(GatewayError([](auto* g) { g->add_purposes(v1::INFORMATION_RIGHTS); }),
              HasSubstr("want DATA_PROTECTION_ACT_2018_S47 for INFORMATION_RIGHTS"));
}

TEST(SharingTermsTest, RefusesAPurposeWhoseGatewayReachesNobodyOfTheRole) {
  constexpr char kError[] =
      "policy.roles[0].purposes[0].gateway: got CRIME_AND_DISORDER_ACT_1998_S115, want one that "
      "policy.gateways has to HEALTH_SERVICE for MARAC_MEETING";
  EXPECT_EQ(GatewayError([](auto* g) { g->set_recipients(0, v1::POLICE); }), kError);
  EXPECT_EQ(GatewayError([](auto* g) { g->set_purposes(0, v1::HEALTH_CARE); }), kError);
  EXPECT_EQ(GatewayError([](auto* g) { g->set_gateway(v1::COMMON_LAW_POLICING); }), kError);
}

TEST(SharingTermsTest, AgreementHoldsFromItsFirstMomentUntilBeforeItsEnd) {
  const auto terms = SharingTerms::Create(WithAgreement());
  ASSERT_TRUE(terms.ok()) << terms.status();
  const auto held = [&](absl::Time at) {
    return terms->FindAgreement(kForce, kCouncil, v1::MARAC_MEETING, at) != nullptr;
  };
  EXPECT_FALSE(held(absl::InfinitePast()));
  EXPECT_FALSE(held(kFrom - kTick));
  EXPECT_TRUE(held(kFrom));
  EXPECT_TRUE(held(kUntil - kTick));
  EXPECT_FALSE(held(kUntil));
  EXPECT_FALSE(held(absl::InfiniteFuture()));
}

TEST(SharingTermsTest, AgreementIsOfItsAgenciesAndPurposesAlone) {
  const auto terms = SharingTerms::Create(WithAgreement());
  ASSERT_TRUE(terms.ok()) << terms.status();
  const auto rule = [&](const char* source, const char* reader, v1::Purpose purpose) {
    const std::string* found = terms->FindAgreement(source, reader, purpose, kFrom);
    return found == nullptr ? "none" : *found;
  };
  EXPECT_EQ(rule(kForce, kCouncil, v1::MARAC_MEETING), "agreement-isa-1");
  EXPECT_EQ(rule(kCouncil, kForce, v1::MARAC_MEETING), "agreement-isa-1");
  EXPECT_EQ(rule(kForce, kCouncil, v1::VICTIM_SUPPORT), "none");
  EXPECT_EQ(rule(kForce, kCouncil, v1::PURPOSE_UNSPECIFIED), "none");
  EXPECT_EQ(rule(kForce, kCouncil, static_cast<v1::Purpose>(-1)), "none");
  for (const char* other : {"", "a-forc", "a-forces", "c-charity", "A-FORCE"}) {
    EXPECT_EQ(rule(other, kCouncil, v1::MARAC_MEETING), "none") << other;
    EXPECT_EQ(rule(kForce, other, v1::MARAC_MEETING), "none") << other;
  }
}

// Two agreements are not one between those who have each with a third.
TEST(SharingTermsTest, AgreementsDoNotAddUp) {
  v1::ReleasePolicy policy = WithAgreement();
  testing::AddAgreement("isa-2", {kCouncil, "c-charity"}, v1::MARAC_MEETING, kFrom, kUntil,
                        &policy);
  const auto terms = SharingTerms::Create(policy);
  ASSERT_TRUE(terms.ok()) << terms.status();
  EXPECT_EQ(terms->FindAgreement(kForce, "c-charity", v1::MARAC_MEETING, kFrom), nullptr);
  EXPECT_NE(terms->FindAgreement(kCouncil, "c-charity", v1::MARAC_MEETING, kFrom), nullptr);
}

TEST(SharingTermsTest, GatewayIsOneWayAndForItsPurposesAlone) {
  const auto terms = SharingTerms::Create(WithGateway());
  ASSERT_TRUE(terms.ok()) << terms.status();
  EXPECT_TRUE(terms->HasGateway(v1::POLICE, v1::HEALTH_SERVICE, v1::MARAC_MEETING));
  EXPECT_FALSE(terms->HasGateway(v1::HEALTH_SERVICE, v1::POLICE, v1::MARAC_MEETING));
  EXPECT_FALSE(terms->HasGateway(v1::POLICE, v1::HEALTH_SERVICE, v1::HEALTH_CARE));
  // An entry of an earlier build says nothing of the role.
  EXPECT_FALSE(terms->HasGateway(v1::ROLE_UNSPECIFIED, v1::HEALTH_SERVICE, v1::MARAC_MEETING));
  for (int number : {-1, v1::Role_MAX + 1, 99}) {
    EXPECT_FALSE(
        terms->HasGateway(static_cast<v1::Role>(number), v1::HEALTH_SERVICE, v1::MARAC_MEETING));
    EXPECT_FALSE(terms->HasGateway(v1::POLICE, static_cast<v1::Role>(number), v1::MARAC_MEETING));
    EXPECT_FALSE(
        terms->HasGateway(v1::POLICE, v1::HEALTH_SERVICE, static_cast<v1::Purpose>(number)));
  }
}

TEST(SharingTermsTest, WithoutRulesNothingIsAskedFor) {
  const SharingTerms none;
  EXPECT_FALSE(none.asks_for_gateway());
  EXPECT_FALSE(none.asks_for_agreement());
  EXPECT_TRUE(none.HasGateway(v1::ROLE_UNSPECIFIED, v1::POLICE, v1::MARAC_MEETING));
}

class DecideSharingTest : public ::testing::Test {
 protected:
  DecideSharingTest() {
    v1::ReleasePolicy policy;
    EXPECT_TRUE(ReadTextproto("deploy/policy/release-policy.textproto", &policy).ok());
    testing::AddGateways({v1::POLICE}, &policy);
    testing::AddAgreement("isa-1", {kForce, kCouncil}, v1::MARAC_MEETING, kFrom, kUntil, &policy);
    auto engine = PolicyEngine::Compile(policy);
    EXPECT_TRUE(engine.ok()) << engine.status();
    engine_ = std::make_unique<PolicyEngine>(*std::move(engine));
  }

  PolicyEngine::Decision Decide(const ViewRoles& view, const Sharing& sharing) const {
    return engine_->DecideSharing(view, sharing);
  }

  // Nothing is in its way.
  static Sharing Free() {
    return {kForce, v1::POLICE, kCouncil, v1::MARAC_MEETING, kFrom, absl::InfinitePast()};
  }

  const ViewRoles council_ = {{v1::CHILDRENS_SOCIAL_CARE}};
  std::unique_ptr<PolicyEngine> engine_;
};

TEST_F(DecideSharingTest, RefusesARuleWithAnIdThatIsAnAgreementsOrTheEngines) {
  v1::ReleasePolicy policy;
  ASSERT_TRUE(policy.ParseFromString(engine_->bytes()));
  for (const char* id : {"sharing-gateway", "sharing-agreement", "sharing-embargo"}) {
    policy.mutable_rules(0)->set_id(id);
    EXPECT_THAT(std::string(PolicyEngine::Compile(policy).status().message()),
                HasSubstr("want each id once"));
  }
  policy.mutable_rules(0)->set_id("agreement-isa-1");
  EXPECT_EQ(PolicyEngine::Compile(policy).status().message(),
            "policy.agreements[0].id: got isa-1, want one that no rule's id is, after "
            "\"agreement-\"");
}

TEST_F(DecideSharingTest, ReleasesByTheAgreement) {
  const auto decision = Decide(council_, Free());
  EXPECT_EQ(decision.action, v1::RELEASE);
  EXPECT_EQ(decision.rule_id, "agreement-isa-1");
}

TEST_F(DecideSharingTest, WithholdsFirstForTheGatewayThenForTheAgreementThenForTheEmbargo) {
  Sharing sharing = Free();
  sharing.embargo_until = kUntil + absl::Hours(1);
  EXPECT_EQ(Decide(council_, sharing).reason, v1::EMBARGOED);
  EXPECT_EQ(Decide(council_, sharing).action, v1::WITHHOLD);
  sharing.decided_at = kUntil;
  EXPECT_EQ(Decide(council_, sharing).reason, v1::NO_AGREEMENT);
  sharing.source_role = v1::HOUSING;
  EXPECT_EQ(Decide(council_, sharing).reason, v1::NO_GATEWAY);
}

TEST_F(DecideSharingTest, EmbargoEndsAtItsTime) {
  Sharing sharing = Free();
  sharing.embargo_until = kFrom + kTick;
  EXPECT_EQ(Decide(council_, sharing).reason, v1::EMBARGOED);
  sharing.embargo_until = kFrom;
  EXPECT_EQ(Decide(council_, sharing).action, v1::RELEASE);
}

TEST_F(DecideSharingTest, EveryRoleOfTheViewNeedsTheGateway) {
  // PROBATION has none for a MARAC meeting.
  EXPECT_EQ(Decide({{v1::CHILDRENS_SOCIAL_CARE, v1::MARAC_COORDINATOR}}, Free()).action,
            v1::RELEASE);
  EXPECT_EQ(Decide({{v1::CHILDRENS_SOCIAL_CARE, v1::HOUSING}}, Free()).reason, v1::NO_GATEWAY);
  EXPECT_EQ(Decide({{v1::HOUSING, v1::CHILDRENS_SOCIAL_CARE}}, Free()).reason, v1::NO_GATEWAY);
  EXPECT_EQ(Decide({}, Free()).action, v1::CONCEAL);
}

TEST_F(DecideSharingTest, ConcealsFromThePerpetratorsSide) {
  for (const ViewRoles& view : {ViewRoles{{v1::DRIVE_CASE_MANAGER}}, ViewRoles{{v1::PROBATION}},
                                ViewRoles{{v1::MARAC_COORDINATOR, v1::PROBATION}},
                                ViewRoles{{static_cast<v1::Role>(99)}}}) {
    EXPECT_EQ(Decide(view, Free()).action, v1::CONCEAL);
  }
}

TEST_F(DecideSharingTest, OwnRecordsNeedNothing) {
  Sharing own;
  own.source_agency = own.reader_agency = kCouncil;
  own.embargo_until = absl::InfiniteFuture();
  EXPECT_EQ(Decide(council_, own).action, v1::RELEASE);
  EXPECT_EQ(Decide(council_, own).rule_id, "");
  own.source_agency = own.reader_agency = "";
  EXPECT_EQ(Decide(council_, own).action, v1::WITHHOLD);
}

TEST_F(DecideSharingTest, WhatIsLeftOutIsRefused) {
  const auto leave_out = [&](const std::function<void(Sharing*)>& what) {
    Sharing sharing = Free();
    what(&sharing);
    return Decide(council_, sharing).reason;
  };
  EXPECT_EQ(leave_out([](Sharing* s) { s->source_role = v1::ROLE_UNSPECIFIED; }), v1::NO_GATEWAY);
  EXPECT_EQ(leave_out([](Sharing* s) { s->purpose = v1::PURPOSE_UNSPECIFIED; }), v1::NO_GATEWAY);
  EXPECT_EQ(leave_out([](Sharing* s) { s->source_agency = ""; }), v1::NO_AGREEMENT);
  EXPECT_EQ(leave_out([](Sharing* s) { s->reader_agency = ""; }), v1::NO_AGREEMENT);
  EXPECT_EQ(leave_out([](Sharing* s) { s->decided_at = absl::InfinitePast(); }), v1::NO_AGREEMENT);
}

TEST_F(DecideSharingTest, TakesNothingFromTheHeap) {
  Sharing sharing = Free();
  Sharing late = sharing;
  late.decided_at = kUntil;
  const ViewRoles both = {{v1::CHILDRENS_SOCIAL_CARE, v1::MARAC_COORDINATOR}};
  uint64_t released = 0;
  const uint64_t before = testing::Allocations();
  for (int i = 0; i < 1000; ++i) {
    for (const Sharing* each : {&sharing, &late}) {
      released += engine_->DecideSharing(both, *each).action == v1::RELEASE ? 1 : 0;
    }
  }
  EXPECT_EQ(testing::Allocations() - before, 0u);
  EXPECT_EQ(released, 1000u);
}

// The log keeps policies as bytes; what it kept decides alike, to the end of a moved engine.
TEST_F(DecideSharingTest, IsTheSameFromTheBytesThatTheLogKeeps) {
  auto again = PolicyEngine::CompileBytes(engine_->bytes());
  ASSERT_TRUE(again.ok()) << again.status();
  const std::string_view rule_id = again->DecideSharing(council_, Free()).rule_id;
  const PolicyEngine moved = *std::move(again);
  EXPECT_EQ(rule_id, "agreement-isa-1");
  EXPECT_EQ(moved.DecideSharing(council_, Free()).rule_id.data(), rule_id.data());
}

TEST_F(DecideSharingTest, BytesOfALaterVersionAreRefused) {
  v1::ReleasePolicy policy;
  ASSERT_TRUE(policy.ParseFromString(engine_->bytes()));
  const auto refused = [](const v1::ReleasePolicy& later) {
    return std::string(PolicyEngine::CompileBytes(ContentBytes(later)).status().message());
  };
  v1::ReleasePolicy later = policy;
  later.mutable_agreements(0)
      ->GetReflection()
      ->MutableUnknownFields(later.mutable_agreements(0))
      ->AddVarint(99, 1);
  EXPECT_THAT(refused(later), HasSubstr("fields of a later version"));
  later = policy;
  later.mutable_gateways(0)
      ->GetReflection()
      ->MutableUnknownFields(later.mutable_gateways(0))
      ->AddVarint(99, 1);
  EXPECT_THAT(refused(later), HasSubstr("fields of a later version"));
}

}  // namespace
}  // namespace concordat::auth
