// What an embargo, a missing agreement or a missing gateway keeps back, as a reader sees it; and
// that a release is made again as it was, whatever the day.
#include <algorithm>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "auth/config_file.h"
#include "auth/policy.h"
#include "auth/testing/sharing_policy.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

constexpr absl::Duration kTick = absl::Microseconds(1);
constexpr char kPolice[] = "lancashire-police";
constexpr char kMarac[] = "lancashire-marac";
constexpr char kCharity[] = "fcwa-victim-service";
constexpr char kDrive[] = "drive-lancashire";

class LedgerSharingTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    case_id_ = Refer(Referral(1))->case_ids(0);
  }

  v1::CaseEvent Embargoed(int n, absl::Duration ahead) const {
    v1::CaseEvent event = Incident(n);
    event.set_source_reference(StrCat("INC-CANARY-", n));
    event.mutable_incident()->set_circumstances("CANARY words (synthetic).");
    *event.mutable_embargo_until() = ToTimestamp(clock_.Now() + ahead);
    return event;
  }

  v1::CasePage PageOf(const Caller& caller, v1::Purpose purpose) {
    const absl::StatusOr<v1::CasePage> page = Read(caller, case_id_, purpose);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? *page : v1::CasePage();
  }
  v1::CasePage IdvasPage() { return PageOf(Idva(), v1::VICTIM_SUPPORT); }
  v1::CasePage DrivesPage() { return PageOf(Drive(), v1::PERPETRATOR_MANAGEMENT); }

  // The reason that the event of the index is withheld for, all of it; "given" or "not there".
  static std::string StateOf(const v1::CasePage& page, uint64_t index) {
    for (const v1::ReleasedEvent& event : page.events()) {
      if (event.leaf_index() == index) return StateOf(event);
    }
    return "not there";
  }
  static std::string StateOf(const v1::ReleasedEvent& event) {
    if (event.has_event()) return "given";
    EXPECT_EQ(event.SerializeAsString().find("CANARY"), std::string::npos);
    EXPECT_EQ(event.markers_size(), 1);
    EXPECT_EQ(event.markers(0).ask_agency(), event.source_agency());
    EXPECT_EQ(event.markers(0).field_class(), v1::DATA_CLASS_UNSPECIFIED);
    EXPECT_EQ(event.markers(0).field_count(), 0u);
    return v1::ReasonCode_Name(event.markers(0).reason());
  }

  // In force from here on, without a restart.
  void Use(const std::function<void(v1::ReleasePolicy*)>& change) {
    v1::ReleasePolicy policy;
    ASSERT_TRUE(auth::ReadTextproto(config_.policy_file(), &policy).ok());
    policy.set_version(StrCat("of the test, ", ++policies_));
    change(&policy);
    auto engine = auth::PolicyEngine::Compile(policy);
    ASSERT_TRUE(engine.ok()) << engine.status();
    const absl::Status used = ledger_->UsePolicy({*std::move(engine), ""});
    ASSERT_TRUE(used.ok()) << used;
  }
  void UseAgreement(absl::Duration from, absl::Duration until) {
    Use([&](v1::ReleasePolicy* policy) {
      v1::Agreement* agreement =
          auth::testing::AddAgreement("isa-1", {kPolice, kCharity, kDrive}, v1::VICTIM_SUPPORT,
                                      clock_.Now() + from, clock_.Now() + until, policy);
      agreement->add_purposes(v1::PERPETRATOR_MANAGEMENT);
    });
  }

  void ExpectReplays(uint64_t disclosure_index) {
    v1::ReplayReleaseRequest request;
    request.set_purpose(v1::VERIFY_LAWFULNESS);
    request.set_disclosure_index(disclosure_index);
    const auto replay = Ask(&Ledger::ReplayRelease, Auditor(), request);
    ASSERT_TRUE(replay.ok()) << replay.status();
    EXPECT_EQ(replay->verdict(), v1::SAME_BYTES) << replay->why();
  }

  std::string case_id_;
  int policies_ = 0;
};

TEST_F(LedgerSharingTest, AnEmbargoedEventKeepsItsPlaceAndGivesNothingUntilItsTime) {
  const uint64_t index = PushIncident(Embargoed(2, absl::Hours(2)))->leaf_index();
  const auto states = [&] {
    return StrCat(StateOf(IdvasPage(), index), " ",
                  StateOf(PageOf(Coordinator(), v1::MARAC_MEETING), index), " ",
                  StateOf(PageOf(SocialCare(), v1::CHILD_SAFEGUARDING), index), " ",
                  StateOf(PageOf(Police(), v1::LAW_ENFORCEMENT), index));
  };
  EXPECT_EQ(states(), "EMBARGOED EMBARGOED EMBARGOED given");
  EXPECT_EQ(IdvasPage().SerializeAsString().find("CANARY"), std::string::npos);
  clock_.Advance(absl::Hours(2) - kTick);
  EXPECT_EQ(states(), "EMBARGOED EMBARGOED EMBARGOED given");
  clock_.Advance(kTick);
  EXPECT_EQ(states(), "given given given given");
}

TEST_F(LedgerSharingTest, ThePerpetratorsSideDoesNotSeeThatThereIsAnEmbargoedEvent) {
  const std::string before = ReleasedBytes(DrivesPage());
  ASSERT_TRUE(PushIncident(Embargoed(2, absl::Hours(2))).ok());
  EXPECT_EQ(ReleasedBytes(DrivesPage()), before);
  // Nor that it was replaced by another one.
  v1::CaseEvent revised = Embargoed(2, absl::Hours(3));
  revised.set_revision(2);
  const uint64_t second = PushIncident(revised)->leaf_index();
  EXPECT_EQ(ReleasedBytes(DrivesPage()), before);
  clock_.Advance(absl::Hours(3) - kTick);
  EXPECT_EQ(ReleasedBytes(DrivesPage()), before);
  clock_.Advance(kTick);
  EXPECT_EQ(StateOf(DrivesPage(), second), "given");
}

// What was open is not told to be put right by what is not.
TEST_F(LedgerSharingTest, ThePerpetratorsSideDoesNotSeeThatAnEmbargoedOneTookAnothersPlace) {
  const std::string before = ReleasedBytes(DrivesPage());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  v1::CaseEvent revised = Embargoed(2, absl::Hours(2));
  revised.set_source_reference("INC-2");
  revised.set_revision(2);
  const uint64_t second = PushIncident(revised)->leaf_index();
  EXPECT_EQ(ReleasedBytes(DrivesPage()), before);
  EXPECT_EQ(StateOf(IdvasPage(), second), "EMBARGOED");
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(DrivesPage().events_size(), 3);
}

TEST_F(LedgerSharingTest, TheLatestRevisionDecidesForItself) {
  const uint64_t first = PushIncident(Embargoed(2, absl::Hours(2)))->leaf_index();
  v1::CaseEvent lifted = Embargoed(2, absl::ZeroDuration());
  lifted.clear_embargo_until();
  lifted.set_revision(2);
  const uint64_t second = PushIncident(lifted)->leaf_index();
  EXPECT_EQ(StateOf(IdvasPage(), first), "SUPERSEDED");
  EXPECT_EQ(StateOf(IdvasPage(), second), "given");
  EXPECT_EQ(StateOf(DrivesPage(), first), "not there");
  EXPECT_EQ(StateOf(DrivesPage(), second), "given");
  v1::CaseEvent again = Embargoed(2, absl::Hours(2));
  again.set_revision(3);
  const uint64_t third = PushIncident(again)->leaf_index();
  EXPECT_EQ(StateOf(IdvasPage(), third), "EMBARGOED");
  EXPECT_EQ(StateOf(DrivesPage(), second), "not there");
}

TEST_F(LedgerSharingTest, ACorrectionHasAnEmbargoOfItsOwn) {
  const uint64_t first = PushIncident(Embargoed(2, absl::Hours(2)))->leaf_index();
  const auto correction = [&](int n, absl::Duration ahead) {
    v1::CaseEvent event = Embargoed(n, ahead);
    event.mutable_correction()->set_corrects_reference("INC-CANARY-2");
    event.mutable_correction()->set_corrects_revision(1);
    event.mutable_correction()->mutable_incident()->set_circumstances("CANARY new words.");
    return event;
  };
  const uint64_t held = PushIncident(correction(3, absl::Hours(1)))->leaf_index();
  EXPECT_EQ(StateOf(IdvasPage(), first), "SUPERSEDED");
  EXPECT_EQ(StateOf(IdvasPage(), held), "EMBARGOED");
  EXPECT_EQ(StateOf(DrivesPage(), held), "not there");
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(StateOf(IdvasPage(), held), "given");
}

TEST_F(LedgerSharingTest, AnAlertIsRaisedAllTheSameAndCarriesTheMarkerOnly) {
  const uint64_t index = PushIncident(Embargoed(2, absl::Hours(2)))->leaf_index();
  const absl::StatusOr<AlertBatch> batch = Alerts(Idva(), 1);
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ(batch->alerts.size(), 1u);
  EXPECT_EQ(batch->alerts[0].event().leaf_index(), index);
  EXPECT_EQ(StateOf(batch->alerts[0].event()), "EMBARGOED");
  EXPECT_EQ(batch->alerts[0].SerializeAsString().find("CANARY"), std::string::npos);
  clock_.Advance(absl::Hours(2));
  ExpectReplays(batch->alerts[0].disclosure_index());
  EXPECT_EQ(StateOf(Alerts(Idva(), 1)->alerts[0].event()), "given");
}

TEST_F(LedgerSharingTest, AReleaseIsMadeAgainAsOfItsTimeWhateverTheDay) {
  ASSERT_TRUE(PushIncident(Embargoed(2, absl::Hours(2))).ok());
  clock_.Advance(absl::Nanoseconds(700));  // Finer than the log.
  const absl::Time decided = clock_.Now();
  const v1::CasePage held = IdvasPage();
  const v1::CasePage concealed = DrivesPage();
  clock_.Advance(absl::Hours(2));
  const v1::CasePage given = IdvasPage();
  EXPECT_NE(ReleasedBytes(held), ReleasedBytes(given));
  const auto at = [&](const v1::CasePage& page) {
    return ToTime(Entries()[page.disclosure_index()].disclosed().decided_at());
  };
  EXPECT_EQ(at(held), ToTime(ToTimestamp(decided)));
  EXPECT_LE(at(held), decided);
  EXPECT_EQ(at(given), ToTime(ToTimestamp(decided + absl::Hours(2))));
  clock_.Advance(-absl::Hours(1));  // Set back, into the embargo.
  for (const v1::CasePage* page : {&held, &concealed, &given}) {
    ExpectReplays(page->disclosure_index());
  }
}

TEST_F(LedgerSharingTest, AnAgreementReleasesWhileItIsInDate) {
  const uint64_t police = PushIncident(Embargoed(2, absl::ZeroDuration()))->leaf_index();
  UseAgreement(absl::Hours(1), absl::Hours(2));
  EXPECT_EQ(StateOf(IdvasPage(), police), "NO_AGREEMENT");
  clock_.Advance(absl::Hours(1) - kTick);
  EXPECT_EQ(StateOf(IdvasPage(), police), "NO_AGREEMENT");
  clock_.Advance(kTick);
  const v1::CasePage in_date = IdvasPage();
  EXPECT_EQ(StateOf(in_date, police), "given");
  EXPECT_NE(in_date.SerializeAsString().find("CANARY"), std::string::npos);
  const v1::LogEntry entry = Entries()[in_date.disclosure_index()];
  const auto& rules = entry.disclosed().rule_ids();
  EXPECT_EQ(std::count(rules.begin(), rules.end(), "agreement-isa-1"), 1);
  clock_.Advance(absl::Hours(1) - kTick);
  EXPECT_EQ(StateOf(IdvasPage(), police), "given");
  clock_.Advance(kTick);
  EXPECT_EQ(StateOf(IdvasPage(), police), "NO_AGREEMENT");
  EXPECT_EQ(IdvasPage().SerializeAsString().find("CANARY"), std::string::npos);
  ExpectReplays(in_date.disclosure_index());
}

TEST_F(LedgerSharingTest, AnAgreementIsOfItsPartiesAndPurposesAlone) {
  const uint64_t police = PushIncident(Incident(2))->leaf_index();
  UseAgreement(-absl::Hours(1), absl::Hours(1));
  const v1::CasePage idva = IdvasPage();
  EXPECT_EQ(StateOf(idva, police), "given");
  // The coordinator's referral came first; the coordinator has no agreement with anybody.
  const std::string coordinators =
      StateOf(idva.events(0).leaf_index() == police ? idva.events(1) : idva.events(0));
  EXPECT_EQ(coordinators, "NO_AGREEMENT");
  EXPECT_EQ(StateOf(PageOf(Idva(), v1::MARAC_MEETING), police), "NO_AGREEMENT");
  const v1::CasePage marac = PageOf(Coordinator(), v1::MARAC_MEETING);
  EXPECT_EQ(StateOf(marac, police), "NO_AGREEMENT");
  for (const v1::ReleasedEvent& event : marac.events()) {
    EXPECT_EQ(event.has_event(), event.source_agency() == kMarac);
  }
  const v1::CasePage drive = DrivesPage();
  ASSERT_EQ(drive.events_size(), 1);
  EXPECT_EQ(drive.events(0).leaf_index(), police);
}

TEST_F(LedgerSharingTest, AReloadedPolicyWithoutTheAgreementWithholdsFromTheNextRead) {
  const uint64_t police = PushIncident(Incident(2))->leaf_index();
  UseAgreement(-absl::Hours(2), absl::Hours(1));
  const v1::CasePage before = IdvasPage();
  EXPECT_EQ(StateOf(before, police), "given");
  UseAgreement(-absl::Hours(2), -absl::Hours(1));
  EXPECT_EQ(StateOf(IdvasPage(), police), "NO_AGREEMENT");
  EXPECT_EQ(StateOf(Alerts(Idva(), 1)->alerts[0].event()), "NO_AGREEMENT");
  EXPECT_EQ(DrivesPage().events_size(), 0);
  ExpectReplays(before.disclosure_index());
}

TEST_F(LedgerSharingTest, AGatewayIsNeededForEveryRoleOfTheView) {
  const uint64_t police = PushIncident(Incident(2))->leaf_index();
  const auto police_sends = [](v1::ReleasePolicy* policy) {
    auth::testing::AddGateways({v1::POLICE}, policy);
  };
  Use(police_sends);
  const v1::CasePage idva = IdvasPage();
  EXPECT_EQ(StateOf(idva, police), "given");
  for (const v1::ReleasedEvent& event : idva.events()) {
    EXPECT_EQ(StateOf(event), event.source_agency() == kMarac ? "NO_GATEWAY" : "given");
  }
  // Drive reads through the MARAC's service, which no gateway reaches for this purpose.
  EXPECT_EQ(DrivesPage().events_size(), 0);
  Use([&](v1::ReleasePolicy* policy) {
    police_sends(policy);
    v1::GatewayRule& rule = *policy->add_gateways();
    rule.set_gateway(v1::COMMON_LAW_POLICING);
    rule.add_senders(v1::POLICE);
    rule.add_recipients(v1::MARAC_COORDINATOR);
    rule.add_purposes(v1::PERPETRATOR_MANAGEMENT);
  });
  EXPECT_EQ(DrivesPage().events_size(), 1);
  EXPECT_EQ(Entries()[police].actor().role(), v1::POLICE);
}

}  // namespace
}  // namespace concordat::services
