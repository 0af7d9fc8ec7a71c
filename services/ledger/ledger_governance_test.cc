// What a recipient may ask of its releases, what the police may hold, what an auditor may search.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "crypto/sha256.h"
#include "services/ledger/ledger_fixture.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"
#include "tlog/release_confirmation.h"

namespace concordat::services {
namespace {

class LedgerGovernanceTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    const auto receipt = Refer(Referral(1));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    referral_index_ = receipt->leaf_index();
    case_id_ = receipt->case_ids(0);
    const auto page = Read(Idva(), case_id_, v1::VICTIM_SUPPORT);
    ASSERT_TRUE(page.ok()) << page.status();
    disclosure_ = page->disclosure_index();
  }

  absl::StatusOr<v1::Release> Get(const Caller& caller, uint64_t index,
                                  v1::Purpose purpose = v1::VICTIM_SUPPORT) {
    v1::GetReleaseRequest request;
    request.set_purpose(purpose);
    request.set_disclosure_index(index);
    return Ask(&Ledger::GetRelease, caller, request);
  }
  absl::StatusOr<v1::Receipt> Confirm(const Caller& caller, uint64_t index, const std::string& note,
                                      v1::Purpose purpose = v1::VICTIM_SUPPORT) {
    v1::ConfirmReleaseRequest request;
    request.set_purpose(purpose);
    request.set_disclosure_index(index);
    request.set_confirmation(note);
    return Ask(&Ledger::ConfirmRelease, caller, request);
  }
  tlog::ReleaseConfirmation Confirmation() {
    const auto release = Get(Idva(), disclosure_);
    v1::LogEntry entry;
    EXPECT_TRUE(release.ok() && entry.ParseFromString(release->entry())) << release.status();
    return {config_.log_origin(), LeafIndex{disclosure_}, tlog::LeafHash(release->entry()),
            *crypto::DigestFromBytes(entry.disclosed().released_digest()), "fcwa-victim-service"};
  }
  std::string Signed(const tlog::ReleaseConfirmation& confirmation) {
    return *confirmer_->Sign(tlog::ReleaseConfirmationText(confirmation));
  }
  absl::StatusOr<v1::Receipt> Hold(const Caller& caller, const std::string& case_id, bool held) {
    v1::SetEvidenceHoldRequest request;
    request.set_purpose(v1::LAW_ENFORCEMENT);
    request.set_case_id(case_id);
    request.set_held(held);
    request.set_authority_reference("HOLD/1");
    return Ask(&Ledger::SetEvidenceHold, caller, request);
  }
  absl::StatusOr<v1::FindSubjectsResponse> Find(const Caller& caller, const v1::Person& person,
                                                v1::Purpose purpose = v1::VERIFY_LAWFULNESS) {
    v1::FindSubjectsRequest request;
    request.set_purpose(purpose);
    request.mutable_person()->set_full_name(person.full_name());
    request.mutable_person()->set_date_of_birth(person.date_of_birth());
    return Ask(&Ledger::FindSubjects, caller, request);
  }
  size_t Count(v1::Operation operation) const {
    const std::vector<v1::LogEntry> entries = Entries();
    return std::count_if(entries.begin(), entries.end(),
                         [&](const auto& entry) { return entry.operation() == operation; });
  }

  static v1::CaseEvent WithNhsNumber(v1::CaseEvent event) {
    v1::ExternalId& id = *event.mutable_persons(0)->add_external_ids();
    id.set_type(v1::NHS_NUMBER);
    id.set_value("9434765919");
    return event;
  }
  // At least one entry of each kind that a call makes.
  void EveryKindOfCall() {
    v1::CaseEvent revised = Incident(2);
    ASSERT_TRUE(PushIncident(revised).ok());
    revised.set_revision(2);
    revised.mutable_incident()->set_initial_grade(v1::HIGH);
    ASSERT_TRUE(PushIncident(revised).ok());
    ASSERT_TRUE(PushIncident(WithNhsNumber(Incident(3))).ok());
    ASSERT_TRUE(Alerts(Idva()).ok());
    ASSERT_TRUE(Acknowledge(Idva(), {1}).ok());
    ASSERT_FALSE(Read(Police("cumbria-police"), case_id_, v1::LAW_ENFORCEMENT).ok());
    ASSERT_TRUE(Confirm(Idva(), disclosure_, Signed(Confirmation())).ok());
    ASSERT_TRUE(Find(Auditor(), Victim()).ok());
    v1::ReplayReleaseRequest replay;
    replay.set_purpose(v1::VERIFY_LAWFULNESS);
    replay.set_disclosure_index(disclosure_);
    for (const bool with_bytes : {false, true}) {
      replay.set_with_bytes(with_bytes);
      ASSERT_TRUE(Ask(&Ledger::ReplayRelease, Auditor(), replay).ok());
    }
    ASSERT_TRUE(Hold(Police(), case_id_, true).ok());
    ASSERT_TRUE(Hold(Police(), case_id_, false).ok());
    const auto request = RequestErasure(Police(), case_id_);
    ASSERT_TRUE(request.ok()) << request.status();
    ASSERT_TRUE(ApproveErasure(Coordinator(), request->request_index()).ok());
  }

  uint64_t referral_index_ = 0;
  std::string case_id_;
  uint64_t disclosure_ = 0;
};

TEST_F(LedgerGovernanceTest, ShowsAReleaseToNobodyButItsRecipient) {
  const absl::Status theirs = Get(Coordinator(), disclosure_, v1::MARAC_MEETING).status();
  EXPECT_EQ(theirs.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get(Coordinator(), referral_index_, v1::MARAC_MEETING).status(), theirs);
  EXPECT_EQ(Get(Coordinator(), 1u << 20, v1::MARAC_MEETING).status(), theirs);
  EXPECT_EQ(Confirm(Coordinator(), disclosure_, "", v1::MARAC_MEETING).status(), theirs);
  EXPECT_EQ(Count(v1::DENIED), 4u);
  EXPECT_EQ(Get(Idva(), disclosure_, v1::LAW_ENFORCEMENT).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(LedgerGovernanceTest, ShowsTheRecipientTheEntryAsStoredWithItsProof) {
  const auto release = Get(Idva(), disclosure_);
  ASSERT_TRUE(release.ok()) << release.status();
  v1::LogEntry entry;
  ASSERT_TRUE(entry.ParseFromString(release->entry()));
  EXPECT_EQ(entry.index(), disclosure_);
  const auto proof = tlog::ParseProof(release->receipt().tlog_proof());
  ASSERT_TRUE(proof.ok()) << proof.status();
  const auto key = ledger_->GetCheckpoint(Auditor(), v1::VERIFY_LAWFULNESS);
  const auto verifier = crypto::NoteVerifier::Parse(key->verifier_key());
  EXPECT_TRUE(tlog::VerifyProof(*proof, tlog::LeafHash(release->entry()), {*verifier}).ok());
  EXPECT_EQ(release->confirmation(), "");
  const v1::LogEntry last = Entries().back();
  EXPECT_EQ(last.operation(), v1::CONSULTATION);
  EXPECT_EQ(last.log_read().first_index(), disclosure_);
}

TEST_F(LedgerGovernanceTest, RefusesAConfirmationThatTheAgencyDidNotSignOfThisRelease) {
  tlog::ReleaseConfirmation other = Confirmation();
  other.released_digest = crypto::Sha256("something else");
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate(confirmer_->name());
  for (const std::string& note : {Signed(other), std::string("no note"),
                                  *stranger.Sign(tlog::ReleaseConfirmationText(Confirmation()))}) {
    const absl::Status status = Confirm(Idva(), disclosure_, note).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(status.message().find("confirmation: got one that does not hold"), 0u) << status;
  }
  const auto page = Read(Coordinator(), case_id_, v1::MARAC_MEETING);
  EXPECT_EQ(
      Confirm(Coordinator(), page->disclosure_index(), "note", v1::MARAC_MEETING).status().code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Count(v1::RELEASE_CONFIRMED), 0u);
}

TEST_F(LedgerGovernanceTest, KeepsTheFirstConfirmationAndShowsIt) {
  const std::string note = Signed(Confirmation());
  const auto receipt = Confirm(Idva(), disclosure_, note);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(Confirm(Idva(), disclosure_, note)->SerializeAsString(), receipt->SerializeAsString());
  EXPECT_EQ(Count(v1::RELEASE_CONFIRMED), 1u);
  Reopen();
  const auto release = Get(Idva(), disclosure_);
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->confirmation(), note);
  EXPECT_EQ(release->confirmation_receipt().SerializeAsString(), receipt->SerializeAsString());
}

TEST_F(LedgerGovernanceTest, HoldsACaseOfItsPartiesAlone) {
  const absl::Status not_theirs = Hold(Police("cumbria-police"), case_id_, true).status();
  EXPECT_EQ(not_theirs.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Hold(Police("cumbria-police"), "case-aaaaaaaaaaaaaaaaaaaaaaaaaa", true).status(),
            not_theirs);
  EXPECT_EQ(Count(v1::DENIED), 2u);
  EXPECT_EQ(Count(v1::EVIDENCE_HOLD), 0u);
  const auto held = Hold(Police(), case_id_, true);
  ASSERT_TRUE(held.ok()) << held.status();
  const v1::LogEntry entry = Entries()[held->leaf_index()];
  EXPECT_TRUE(entry.evidence_held().held());
  EXPECT_EQ(entry.case_ids(0), case_id_);
  EXPECT_TRUE(Hold(Police(), case_id_, false).ok());
}

TEST_F(LedgerGovernanceTest, FindsNobodyForWhoMayNotSearchAndRecordsTheAttempt) {
  EXPECT_EQ(Find(Coordinator(), Victim()).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Count(v1::SEARCH), 0u);
  EXPECT_EQ(Count(v1::DENIED), 1u);
}

TEST_F(LedgerGovernanceTest, FindsASubjectByExactIdentifiersAndRecordsTheSearch) {
  v1::Person other = Victim();
  other.set_date_of_birth("1990-05-04");
  EXPECT_EQ(Find(Auditor(), other)->found_size(), 0);
  const auto found = Find(Auditor(), Victim());
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->found_size(), 1);
  EXPECT_EQ(found->found(0).capacity(), v1::VICTIM);
  EXPECT_EQ(found->found(0).case_ids(0), case_id_);
  const v1::LogEntry entry = Entries()[found->leaf_index()];
  EXPECT_EQ(entry.operation(), v1::SEARCH);
  EXPECT_EQ(entry.subject_search().subject_ids(0), found->found(0).subject_id());
  EXPECT_EQ(entry.case_ids(0), case_id_);
  EXPECT_EQ(entry.SerializeAsString().find("Asha"), std::string::npos);
}

TEST_F(LedgerGovernanceTest, SaysInTheEventsEntryAloneThatItCombinesIdentifiersOfAPerson) {
  v1::CaseEvent event = Incident(30);
  event.mutable_persons(0)->set_full_name("Ines Placeholder");
  event.mutable_persons(1)->set_full_name("Jon Placeholder");
  event.mutable_persons(1)->clear_external_ids();
  const auto first = PushIncident(event);  // Of a case without a victim service to alert.
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Entries()[first->leaf_index()].collected().combined_subject_ids_size(), 0);
  // By a police force that is no party: its next index must not tell it that they were known.
  const auto receipt = Push(Police("cumbria-police"), WithNhsNumber(event), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const std::vector<v1::LogEntry> entries = Entries();
  EXPECT_EQ(entries.size(), receipt->leaf_index() + 1);
  const v1::LogEntry::Collected& collected = entries[receipt->leaf_index()].collected();
  ASSERT_EQ(collected.combined_subject_ids_size(), 1);
  EXPECT_EQ(collected.combined_subject_ids(0), collected.parts(1).subject_id());
}

// An entry of its own would show a sender, by its next leaf index, that they were known elsewhere.
TEST_F(LedgerGovernanceTest, SaysInTheEventsEntryAloneThatItPutsKnownPersonsIntoAnotherCase) {
  v1::CaseEvent event = Incident(20);
  event.mutable_persons(0)->set_full_name("Gina Placeholder");
  event.mutable_persons(1)->set_full_name("Hugo Placeholder");
  event.mutable_persons(1)->clear_external_ids();
  const auto theirs = PushIncident(event);  // Of a case without a victim service to alert.
  ASSERT_TRUE(theirs.ok()) << theirs.status();
  // Cumbria is party to no case of the pair, so its event opens one, of the same persons.
  const auto receipt = Push(Police("cumbria-police"), event, v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ASSERT_NE(receipt->case_ids(0), theirs->case_ids(0));
  const std::vector<v1::LogEntry> entries = Entries();
  EXPECT_EQ(entries.size(), receipt->leaf_index() + 1);
  const v1::LogEntry& entry = entries[receipt->leaf_index()];
  EXPECT_EQ(std::set<std::string>(entry.case_ids().begin(), entry.case_ids().end()),
            (std::set<std::string>{theirs->case_ids(0), receipt->case_ids(0)}));
  const v1::CaseChange* opened = nullptr;
  for (const v1::CaseChange& change : entry.collected().case_changes()) {
    if (change.case_id() == receipt->case_ids(0)) opened = &change;
  }
  ASSERT_NE(opened, nullptr);
  ASSERT_EQ(opened->persons_joined_size(), 2);
  const auto& known = entries[theirs->leaf_index()].collected().case_changes(0).persons_joined();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(opened->persons_joined(i).subject_id(), known.Get(i).subject_id());
  }
}

// DPA 2018 s62: who, when, why, under which law; recipients of a disclosure.
TEST_F(LedgerGovernanceTest, EveryEntryOfACallSaysWhoWhenWhyAndUnderWhichLaw) {
  EveryKindOfCall();
  std::set<v1::Operation> seen;
  for (const v1::LogEntry& entry : Entries()) {
    SCOPED_TRACE(v1::Operation_Name(entry.operation()));
    seen.insert(entry.operation());
    EXPECT_TRUE(entry.has_recorded_at());
    EXPECT_EQ(entry.policy_digest().size(), 32u);
    // The ledger's own acts, on nobody's behalf.
    if (entry.operation() == v1::POLICY_CHANGE || entry.operation() == v1::ERASURE_CERTIFIED) {
      EXPECT_FALSE(entry.has_actor());
      continue;
    }
    EXPECT_NE(entry.actor().spiffe_id(), "");
    EXPECT_NE(entry.actor().certificate_sha256(), "");
    EXPECT_NE(entry.purpose(), v1::PURPOSE_UNSPECIFIED);
    EXPECT_NE(entry.gateway(), v1::GATEWAY_UNSPECIFIED);
    EXPECT_NE(entry.regime(), v1::REGIME_UNSPECIFIED);
    EXPECT_EQ(entry.controller(), entry.actor().agency());
    if (entry.operation() != v1::DISCLOSURE) continue;
    ASSERT_EQ(entry.disclosed().recipients_size(), 1);
    EXPECT_NE(entry.disclosed().recipients(0).agency(), "");
    EXPECT_NE(entry.disclosed().recipients(0).spiffe_id(), "");
    EXPECT_NE(entry.disclosed().recipients(0).certificate_sha256(), "");
    EXPECT_GT(entry.disclosed().controllers_size(), 0);
  }
  EXPECT_EQ(seen, (std::set<v1::Operation>{v1::COLLECTION, v1::ALTERATION, v1::CONSULTATION,
                                           v1::DISCLOSURE, v1::ERASURE, v1::DENIED, v1::SEARCH,
                                           v1::POLICY_CHANGE, v1::ALERT_ACKNOWLEDGED,
                                           v1::RELEASE_CONFIRMED, v1::EVIDENCE_HOLD,
                                           v1::ERASURE_REQUESTED, v1::ERASURE_CERTIFIED}));
}

}  // namespace
}  // namespace concordat::services
