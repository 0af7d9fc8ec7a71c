// What goes in: exactly once, into the right cases, and into nobody else's.
#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "services/ledger/ledger_fixture.h"
#include "tlog/proof.h"

namespace concordat::services {
namespace {

using LedgerAppendTest = LedgerFixture;

size_t Count(const std::vector<v1::LogEntry>& entries, v1::Operation operation) {
  return std::count_if(entries.begin(), entries.end(),
                       [&](const v1::LogEntry& entry) { return entry.operation() == operation; });
}

TEST_F(LedgerAppendTest, RefusesAPurposeThatTheRoleDoesNotHaveAndRecordsIt) {
  const absl::StatusOr<v1::Receipt> receipt =
      Push(Police(), Incident(1), v1::PERPETRATOR_MANAGEMENT);
  EXPECT_EQ(receipt.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Count(Entries(), v1::DENIED), 1u);
  EXPECT_EQ(Count(Entries(), v1::COLLECTION), 0u);
}

TEST_F(LedgerAppendTest, RefusesAChangedRetryNamingBothDigests) {
  ASSERT_TRUE(PushIncident(Incident(1)).ok());
  v1::CaseEvent changed = Incident(1);
  changed.mutable_incident()->set_initial_grade(v1::HIGH);
  const absl::Status status = PushIncident(changed).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(absl::StrContains(status.message(), "got content "));
  EXPECT_TRUE(absl::StrContains(status.message(), "as first received"));
  EXPECT_EQ(Count(Entries(), v1::COLLECTION), 1u);
}

TEST_F(LedgerAppendTest, RefusesACaseThatIsNotTheSendersExactlyAsOneThatDoesNotExist) {
  const std::string theirs = PushIncident(Incident(1))->case_ids(0);
  v1::CaseEvent into = Incident(2);
  into.set_case_id(theirs);
  const absl::Status not_yours = Push(Police("cumbria-police"), into, v1::LAW_ENFORCEMENT).status();
  into.set_case_id("case-aaaaaaaaaaaaaaaaaaaaaaaaaa");
  const absl::Status not_there = Push(Police("cumbria-police"), into, v1::LAW_ENFORCEMENT).status();
  EXPECT_EQ(not_yours.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(not_yours, not_there);
  EXPECT_EQ(Count(Entries(), v1::DENIED), 2u);
}

TEST_F(LedgerAppendTest, DoesNotLetAnAgencyIntoACaseByWhatItPushes) {
  const std::string theirs = Refer(Referral(1))->case_ids(0);
  const absl::StatusOr<v1::Receipt> receipt =
      Push(Police("cumbria-police"), Incident(2), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ASSERT_EQ(receipt->case_ids_size(), 1);
  EXPECT_NE(receipt->case_ids(0), theirs);
  EXPECT_EQ(Read(Police("cumbria-police"), theirs, v1::LAW_ENFORCEMENT).status().code(),
            absl::StatusCode::kNotFound);
  // The parties of the case have the news all the same.
  EXPECT_EQ(Read(Coordinator(), theirs, v1::MARAC_MEETING)->events_size(), 2);
}

TEST_F(LedgerAppendTest, GivesARetryTheSameReceiptAlsoAfterARestart) {
  const absl::StatusOr<v1::Receipt> first = PushIncident(Incident(1));
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  EXPECT_EQ(PushIncident(Incident(1))->SerializeAsString(), first->SerializeAsString());
  Reopen();
  EXPECT_EQ(PushIncident(Incident(1))->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Count(Entries(), v1::COLLECTION), 2u);
}

TEST_F(LedgerAppendTest, ReceiptProvesTheEntryWithThePublicKeyAlone) {
  const absl::StatusOr<v1::Receipt> receipt = PushIncident(Incident(1));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const auto key =
      ledger_->GetCheckpoint(CallerFrom("log-auditor", ""), v1::INTEGRITY_AND_SECURITY);
  const auto verifier = crypto::NoteVerifier::Parse(key->verifier_key());
  const absl::StatusOr<tlog::TlogProof> proof = tlog::ParseProof(receipt->tlog_proof());
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->index.value, receipt->leaf_index());
  const auto leaf_hash = crypto::DigestFromBytes(receipt->leaf_hash());
  const auto checkpoint = tlog::VerifyProof(*proof, *leaf_hash, {*verifier});
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
}

TEST_F(LedgerAppendTest, JoinsByPncIdOrByNameWithDateOfBirth) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  v1::CaseEvent by_name = Incident(2);
  by_name.mutable_persons(1)->clear_external_ids();
  by_name.mutable_persons(1)->set_full_name("  bram   SPECIMEN ");
  EXPECT_EQ(PushIncident(by_name)->case_ids(0), id);
  v1::CaseEvent by_pnc = Incident(3);
  by_pnc.mutable_persons(1)->set_full_name("B. Specimen");
  by_pnc.mutable_persons(1)->mutable_external_ids(0)->set_value("1979/123456T");
  EXPECT_EQ(PushIncident(by_pnc)->case_ids(0), id);
}

TEST_F(LedgerAppendTest, KeepsTwoVictimsOfOnePerpetratorInTwoCases) {
  const std::string first = Refer(Referral(1))->case_ids(0);
  v1::CaseEvent other = Incident(2);
  other.mutable_persons(0)->set_full_name("Cleo Sample");
  other.mutable_persons(0)->set_date_of_birth("1992-01-02");
  const absl::StatusOr<v1::Receipt> second = PushIncident(other);
  ASSERT_EQ(second->case_ids_size(), 1);
  EXPECT_NE(second->case_ids(0), first);
  // What happens to him concerns both.
  v1::CaseEvent release = Incident(3);
  release.mutable_persons()->DeleteSubrange(0, 1);
  release.mutable_custody_change()->set_change(v1::CustodyChange::RELEASED_FROM_CUSTODY);
  const absl::StatusOr<v1::Receipt> both = PushIncident(release);
  EXPECT_EQ(std::set<std::string>(both->case_ids().begin(), both->case_ids().end()),
            (std::set<std::string>{first, second->case_ids(0)}));
}

TEST_F(LedgerAppendTest, NeverTakesTwoPncIdsForOnePerson) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  v1::CaseEvent namesake = Incident(2);
  namesake.mutable_persons(1)->mutable_external_ids(0)->set_value("2003/0062845E");
  EXPECT_NE(PushIncident(namesake)->case_ids(0), id);
}

TEST_F(LedgerAppendTest, ReferralBringsInTheAgenciesItInvitesAndThoseOfTheArea) {
  const std::string before = PushIncident(Incident(1))->case_ids(0);
  EXPECT_EQ(Read(Coordinator(), before, v1::MARAC_MEETING).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Refer(Referral(2))->case_ids(0), before);
  EXPECT_TRUE(Read(Coordinator(), before, v1::MARAC_MEETING).ok());
  EXPECT_TRUE(Read(Idva(), before, v1::VICTIM_SUPPORT).ok());
  EXPECT_TRUE(Read(Drive(), before, v1::PERPETRATOR_MANAGEMENT).ok());
  EXPECT_TRUE(Read(SocialCare(), before, v1::CHILD_SAFEGUARDING).ok());
}

TEST_F(LedgerAppendTest, PerpetratorFacingReferrerIsNotLetIntoAnExistingCase) {
  const std::string existing = PushIncident(Incident(1))->case_ids(0);
  const absl::StatusOr<v1::Receipt> receipt =
      Push(Drive(), Referral(2), v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_NE(receipt->case_ids(0), existing);
  EXPECT_EQ(Read(Drive(), existing, v1::PERPETRATOR_MANAGEMENT).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(LedgerAppendTest, RefusesAnInvitedAgencyThatDoesNotExistAndLeavesNothing) {
  v1::CaseEvent referral = Referral(1);
  referral.mutable_marac_referral()->add_invited_agencies("no-such-agency");
  const absl::Status status = Refer(referral).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(status.message(), "event.marac_referral.invited_agencies[2]: got"));
  EXPECT_EQ(Count(Entries(), v1::COLLECTION), 0u);
}

TEST_F(LedgerAppendTest, RefusesACorrectionOfWhatWasNeverSent) {
  v1::CaseEvent correction = Incident(2);
  correction.mutable_correction()->set_corrects_reference("INC-404");
  correction.mutable_correction()->set_corrects_revision(1);
  EXPECT_EQ(PushIncident(correction).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(LedgerAppendTest, AlterationIsLoggedAsOneAndNamesWhatItReplaces) {
  const uint64_t wrong = PushIncident(Incident(1))->leaf_index();
  v1::CaseEvent correction = Incident(2);
  correction.clear_persons();
  correction.mutable_correction()->set_corrects_reference("INC-1");
  correction.mutable_correction()->set_corrects_revision(1);
  const absl::StatusOr<v1::Receipt> receipt = PushIncident(correction);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const v1::LogEntry entry = Entries()[receipt->leaf_index()];
  EXPECT_EQ(entry.operation(), v1::ALTERATION);
  ASSERT_EQ(entry.collected().supersedes_size(), 1);
  EXPECT_EQ(entry.collected().supersedes(0), wrong);
}

TEST_F(LedgerAppendTest, LogHoldsNoNameAddressOrIdentifier) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  for (const v1::LogEntry& entry : Entries()) {
    const std::string bytes = entry.SerializeAsString();
    for (const char* secret : {"Asha", "Bram", "Specimen", "Synthetic", "FY1", "960001",
                               "1979/0123456T", "INC-2", "school gate", "1990-04-05"}) {
      EXPECT_EQ(bytes.find(secret), std::string::npos) << secret << " in " << entry.index();
    }
  }
}

}  // namespace
}  // namespace concordat::services
