// An alert that nobody saw can kill: raised with the event, kept until acknowledged, never twice.
#include <string>

#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "services/ledger/ledger_fixture.h"
#include "tlog/checkpoint.h"
#include "tlog/proof.h"

namespace concordat::services {
namespace {

using LedgerAlertsTest = LedgerFixture;

TEST_F(LedgerAlertsTest, RaisesNoneWhereNoVictimServiceIsParty) {
  ASSERT_TRUE(PushIncident(Incident(1)).ok());
  const absl::StatusOr<AlertBatch> batch = Alerts(Idva());
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_TRUE(batch->alerts.empty());
  EXPECT_EQ(batch->counts.last_sequence(), 0u);
}

TEST_F(LedgerAlertsTest, NumbersAlertsWithoutGapsAndCarriesTheReleasedEvent) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  ASSERT_TRUE(PushIncident(Incident(3)).ok());
  const absl::StatusOr<AlertBatch> batch = Alerts(Idva());
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ(batch->alerts.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(batch->alerts[i].sequence(), i + 1);
  EXPECT_EQ(batch->alerts[1].event().event().incident().incident_number(), "LC-TEST-2");
  EXPECT_EQ(Entries()[batch->alerts[0].disclosure_index()].operation(), v1::DISCLOSURE);
}

TEST_F(LedgerAlertsTest, RetriedPushRaisesNoSecondAlert) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  EXPECT_EQ(Alerts(Idva())->alerts.size(), 2u);
}

// Leaf indices are dense and a receipt shows its checkpoint's size: an entry more for persons who
// are known would tell any sender that they are.
TEST_F(LedgerAlertsTest, AnEventIsOneEntryWhetherItAlertsOrNot) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  v1::CaseEvent of_strangers = Incident(2);
  for (v1::Person& person : *of_strangers.mutable_persons()) {
    person.clear_external_ids();
    person.set_full_name(StrCat(person.full_name(), "-Other"));
  }
  const Caller outsider = Police("cumbria-police");
  for (const v1::CaseEvent& event : {of_strangers, Incident(3)}) {
    const auto receipt = Push(outsider, event, v1::LAW_ENFORCEMENT);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_EQ(Entries().size(), receipt->leaf_index() + 1);
    const auto proof = tlog::ParseProof(receipt->tlog_proof());
    ASSERT_TRUE(proof.ok()) << proof.status();
    const auto checkpoint =
        tlog::ParseCheckpointText(crypto::ParseSignedNote(proof->checkpoint_note)->text);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(checkpoint->size.value, receipt->leaf_index() + 1);
  }
  EXPECT_EQ(Alerts(Idva())->counts.last_sequence(), 2u);
}

TEST_F(LedgerAlertsTest, ReleaseAndBreachAndHighRiskAreImmediate) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  v1::CaseEvent high = Incident(2);
  high.mutable_incident()->set_initial_grade(v1::HIGH);
  ASSERT_TRUE(PushIncident(high).ok());
  v1::CaseEvent release = Incident(3);
  release.mutable_custody_change()->set_change(v1::CustodyChange::RELEASED_FROM_CUSTODY);
  ASSERT_TRUE(PushIncident(release).ok());
  const absl::StatusOr<AlertBatch> batch = Alerts(Idva(), 1);
  ASSERT_EQ(batch->alerts.size(), 2u);
  for (const v1::Alert& alert : batch->alerts) {
    EXPECT_EQ(alert.severity(), v1::IMMEDIATE);
    EXPECT_EQ(alert.acknowledge_by().seconds() - alert.raised_at().seconds(), 600);
  }
}

TEST_F(LedgerAlertsTest, VictimServiceIsNotAlertedOfItsOwnContact) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  v1::CaseEvent liaison = Incident(2);
  liaison.set_case_id(id);
  liaison.mutable_liaison_contact()->set_outcome(v1::LiaisonContact::CONTACT_MADE);
  ASSERT_TRUE(Push(Idva(), liaison, v1::VICTIM_SUPPORT).ok());
  EXPECT_EQ(Alerts(Idva())->alerts.size(), 1u);
}

TEST_F(LedgerAlertsTest, AcknowledgedAlertDoesNotComeAgainAlsoAfterARestart) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  const auto acknowledged = Acknowledge(Idva(), {1});
  ASSERT_TRUE(acknowledged.ok()) << acknowledged.status();
  EXPECT_EQ(acknowledged->unacknowledged(), 1u);
  Reopen();
  const absl::StatusOr<AlertBatch> batch = Alerts(Idva());
  ASSERT_EQ(batch->alerts.size(), 1u);
  EXPECT_EQ(batch->alerts[0].sequence(), 2u);
  EXPECT_EQ(batch->counts.last_sequence(), 2u);
}

TEST_F(LedgerAlertsTest, LateAcknowledgementIsAcceptedAndRecordedLate) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  clock_.Advance(absl::Hours(2));
  const auto acknowledged = Acknowledge(Idva(), {1});
  ASSERT_TRUE(acknowledged.ok()) << acknowledged.status();
  const v1::LogEntry entry = Entries()[acknowledged->receipt().leaf_index()];
  EXPECT_EQ(entry.operation(), v1::ALERT_ACKNOWLEDGED);
  EXPECT_TRUE(entry.alerts_acknowledged().late());
}

TEST_F(LedgerAlertsTest, RefusesToAcknowledgeAnotherAgencysAlertAndDoesNothing) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  Caller as_service = Idva();
  as_service.agency.set_id("other-victim-service");
  EXPECT_EQ(Acknowledge(as_service, {1}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Acknowledge(Idva(), {1, 99}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Alerts(Idva())->alerts.size(), 1u);
}

TEST_F(LedgerAlertsTest, GoesOnFromWhatTheReaderHasShown) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  for (int n = 2; n < 6; ++n) ASSERT_TRUE(PushIncident(Incident(n)).ok());
  const absl::StatusOr<AlertBatch> batch = Alerts(Idva(), 3);
  ASSERT_EQ(batch->alerts.size(), 2u);
  EXPECT_EQ(batch->alerts[0].sequence(), 4u);
  EXPECT_EQ(batch->read_through, 5u);
}

TEST_F(LedgerAlertsTest, AWokenReadingIsRecordedAlsoWhenItFindsNothingAndIsReplayed) {
  const size_t before = Entries().size();
  ASSERT_TRUE(Alerts(Idva()).ok());
  EXPECT_EQ(Entries().size(), before);
  const absl::StatusOr<AlertBatch> woken = Alerts(Idva(), 0, true);
  ASSERT_TRUE(woken.ok()) << woken.status();
  EXPECT_TRUE(woken->alerts.empty());
  const std::vector<v1::LogEntry> after = Entries();
  ASSERT_EQ(after.size(), before + 1);
  EXPECT_EQ(after.back().operation(), v1::DISCLOSURE);
  ASSERT_TRUE(after.back().disclosed().has_alerts_read());
  EXPECT_EQ(after.back().disclosed().alerts_read().alerts(), 0u);
  EXPECT_EQ(after.back().disclosed().records_size(), 0);
  v1::ReplayReleaseRequest request;
  request.set_purpose(v1::VERIFY_LAWFULNESS);
  request.set_disclosure_index(before);
  const auto replay = Ask(&Ledger::ReplayRelease, Auditor(), request);
  ASSERT_TRUE(replay.ok()) << replay.status();
  EXPECT_EQ(replay->verdict(), v1::SAME_BYTES) << replay->why();
}

TEST_F(LedgerAlertsTest, TheHubWakesAtEveryEventThatMayAlertWhoeverIsKnown) {
  int woken = 0;
  ledger_->alert_hub().Add([&](bool) { ++woken; });
  ASSERT_TRUE(PushIncident(Incident(1)).ok());  // Nobody's, so far.
  EXPECT_EQ(woken, 1);
  ASSERT_TRUE(Refer(Referral(2)).ok());
  EXPECT_EQ(woken, 2);
  ASSERT_TRUE(PushIncident(Incident(1)).ok());  // A retry.
  EXPECT_EQ(woken, 2);
  v1::CaseEvent later = Incident(1);
  later.set_revision(3);
  ASSERT_TRUE(PushIncident(later).ok());
  EXPECT_EQ(woken, 3);
  v1::CaseEvent late = Incident(1);
  late.set_revision(2);
  ASSERT_TRUE(PushIncident(late).ok());
  EXPECT_EQ(woken, 3);
}

TEST_F(LedgerAlertsTest, TheHubEndsItsWatchersAtShutdown) {
  int closed = 0;
  for (int i = 0; i < 2; ++i) ledger_->alert_hub().Add([&](bool open) { closed += open ? 0 : 1; });
  ledger_->Shutdown();
  EXPECT_EQ(closed, 2);
  bool open = true;
  ledger_->alert_hub().Add([&](bool is_open) { open = is_open; });
  EXPECT_FALSE(open);
}

}  // namespace
}  // namespace concordat::services
