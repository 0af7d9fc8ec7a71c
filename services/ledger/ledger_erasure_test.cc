// What is erased, who may, and that it stays so; negative first.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "services/ledger/ledger_fixture.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"

namespace concordat::services {
namespace {

using absl::StatusCode;

class LedgerErasureTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    const auto receipt = Refer(Referral(1));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    referral_ = *receipt;
    case_id_ = receipt->case_ids(0);
  }

  static v1::Person VictimByName() {
    v1::Person person;
    person.set_capacity(v1::VICTIM);
    person.set_full_name(Victim().full_name());
    person.set_date_of_birth(Victim().date_of_birth());
    return person;
  }

  uint64_t Requested(const v1::Person* person = nullptr) {
    const auto answer = RequestErasure(Police(), case_id_, person);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->request_index() : 0;
  }

  v1::LogEntry LastEntry() const { return Entries().back(); }

  // The entry is in the tree of the checkpoint that the receipt carries.
  static bool Proves(const v1::Receipt& receipt, const std::string& entry) {
    const auto proof = tlog::ParseProof(receipt.tlog_proof());
    if (!proof.ok()) return false;
    // The signature is tools/destruction_test's business: here the tree alone.
    const size_t end = proof->checkpoint_note.find("\n\n");
    const auto checkpoint = tlog::ParseCheckpointText(proof->checkpoint_note.substr(0, end + 1));
    return checkpoint.ok() &&
           tlog::VerifyInclusion(LeafIndex{receipt.leaf_index()}, checkpoint->size,
                                 tlog::LeafHash(entry), proof->inclusion, checkpoint->root)
               .ok();
  }

  std::vector<std::string> StoredEntries() {
    std::vector<std::string> stored;
    for (const v1::LogEntry& entry : Entries()) stored.push_back(entry.SerializeAsString());
    return stored;
  }

  v1::Receipt referral_;
  std::string case_id_;
};

TEST_F(LedgerErasureTest, ACaseThatIsNotThereAndOneThatIsNotTheCallersAreRefusedAlike) {
  const auto other = RequestErasure(Police("cumbria-police"), case_id_);
  EXPECT_EQ(LastEntry().operation(), v1::DENIED);
  const auto none = RequestErasure(Police(), "case-none");
  EXPECT_EQ(LastEntry().operation(), v1::DENIED);
  EXPECT_EQ(other.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(other.status(), none.status());
}

TEST_F(LedgerErasureTest, APersonWhoIsNotOfTheCaseIsRefused) {
  v1::Person person = VictimByName();
  person.set_full_name("Cara Placeholder");
  const auto answer = RequestErasure(Police(), case_id_, &person);
  EXPECT_EQ(answer.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(answer.status().message().find("Cara"), absl::string_view::npos);
  person = VictimByName();
  person.set_capacity(v1::CHILD);
  EXPECT_EQ(RequestErasure(Police(), case_id_, &person).status().code(), StatusCode::kNotFound);
}

TEST_F(LedgerErasureTest, AHeldCaseIsNeitherRequestedNorErased) {
  const uint64_t request = Requested();
  Hold(case_id_, true);
  const auto again = RequestErasure(Police(), case_id_);
  EXPECT_EQ(again.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(again.status().message(),
            "case_id: got a case kept as evidence, want one without a hold");
  EXPECT_EQ(ApproveErasure(Coordinator(), request).status(), again.status());
  EXPECT_NE(LastEntry().operation(), v1::ERASURE);
  Hold(case_id_, false);
  EXPECT_TRUE(ApproveErasure(Coordinator(), request).ok());
}

TEST_F(LedgerErasureTest, AHoldOnAnotherCaseOfThePersonStopsItToo) {
  // Cumbria is party to no case of the pair, so its event opens one, with the same persons.
  const auto elsewhere = Push(Police("cumbria-police"), Incident(7), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.status();
  ASSERT_NE(elsewhere->case_ids(0), case_id_);
  const v1::Person victim = VictimByName();
  const uint64_t request = Requested(&victim);
  Hold(elsewhere->case_ids(0), true, "cumbria-police");
  const absl::Status refused = ApproveErasure(Coordinator(), request).status();
  EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(refused.message().find(elsewhere->case_ids(0)), absl::string_view::npos);
  Hold(elsewhere->case_ids(0), false, "cumbria-police");
  const auto certificate = ApproveErasure(Coordinator(), request);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->SerializeAsString().find(elsewhere->case_ids(0)), std::string::npos);
  // The person is gone from the other case, too.
  const auto page = Read(Police("cumbria-police"), elsewhere->case_ids(0), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->SerializeAsString().find(victim.full_name()), std::string::npos);
}

TEST_F(LedgerErasureTest, OnlyAnotherAgencyOfTheCaseApproves) {
  const uint64_t request = Requested();
  EXPECT_EQ(ApproveErasure(Police(), request).status().code(), StatusCode::kFailedPrecondition);
  const absl::Status stranger = ApproveErasure(Police("cumbria-police"), request).status();
  EXPECT_EQ(LastEntry().operation(), v1::DENIED);
  const absl::Status none = ApproveErasure(Coordinator(), request + 1000).status();
  EXPECT_EQ(LastEntry().operation(), v1::DENIED);
  EXPECT_EQ(stranger.code(), StatusCode::kNotFound);
  EXPECT_EQ(stranger, none);
  EXPECT_EQ(ApproveErasure(Coordinator(), referral_.leaf_index()).status(), none);
  EXPECT_TRUE(Read(Coordinator(), case_id_, v1::MARAC_MEETING)->events(0).has_event());
}

TEST_F(LedgerErasureTest, WhatIsErasedIsNotErasedTwice) {
  const uint64_t first = Requested();
  const uint64_t second = Requested();
  ASSERT_TRUE(ApproveErasure(Coordinator(), first).ok());
  EXPECT_EQ(ApproveErasure(Coordinator(), second).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(RequestErasure(Police(), case_id_).status().code(), StatusCode::kFailedPrecondition);
}

TEST_F(LedgerErasureTest, TheCertificateNamesTheKeysAndIsTheSameForWhoAsksAgain) {
  const std::vector<std::string> before = StoredEntries();
  const uint64_t request = Requested();
  const auto certificate = ApproveErasure(Coordinator(), request);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  v1::LogEntry erasure, certified;
  ASSERT_TRUE(erasure.ParseFromString(certificate->erasure_entry()));
  ASSERT_TRUE(certified.ParseFromString(certificate->certificate_entry()));
  EXPECT_EQ(erasure.operation(), v1::ERASURE);
  EXPECT_EQ(erasure.erased().request_index(), request);
  // The case, the victim and the perpetrator, whom no other case knows.
  EXPECT_EQ(erasure.erased().subject_ids_size(), 3);
  EXPECT_EQ(erasure.erased().wrapped_key_sha256_size(), 3);
  EXPECT_EQ(certified.erasure_certified().erasure_index(), erasure.index());
  EXPECT_GT(certified.erasure_certified().files_scanned(), 3u);
  EXPECT_GT(certified.erasure_certified().bytes_scanned(), 1000u);
  EXPECT_TRUE(Proves(certificate->erasure_receipt(), certificate->erasure_entry()));
  EXPECT_TRUE(Proves(certificate->certificate_receipt(), certificate->certificate_entry()));
  // The log is what it was, and receipts from before hold.
  const std::vector<std::string> after = StoredEntries();
  ASSERT_GT(after.size(), before.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  EXPECT_TRUE(Proves(referral_, after[referral_.leaf_index()]));
  const auto again = ApproveErasure(Coordinator(), request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), certificate->SerializeAsString());
}

TEST_F(LedgerErasureTest, ReadersSeeThatThePersonWasErasedAndPerpetratorFacingOnesNothing) {
  const v1::Person victim = VictimByName();
  ASSERT_TRUE(ApproveErasure(Coordinator(), Requested(&victim)).ok());
  const auto marked = [](const absl::StatusOr<v1::CasePage>& page) {
    int markers = 0;
    for (const v1::ReleasedEvent& event : page->events()) {
      EXPECT_EQ(event.SerializeAsString().find("Asha"), std::string::npos);
      for (const v1::Marker& marker : event.markers()) markers += marker.reason() == v1::ERASED;
    }
    return markers;
  };
  const auto seen = Read(Coordinator(), case_id_, v1::MARAC_MEETING);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(marked(seen), 1);
  const auto hidden = Read(Drive(), case_id_, v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(hidden.ok()) << hidden.status();
  EXPECT_EQ(marked(hidden), 0);
}

TEST_F(LedgerErasureTest, ARetriedPushAnswersItsReceiptAndANewEventGetsANewSubject) {
  ASSERT_TRUE(ApproveErasure(Coordinator(), Requested()).ok());
  const auto retried = Refer(Referral(1));
  ASSERT_TRUE(retried.ok()) << retried.status();
  EXPECT_EQ(retried->SerializeAsString(), referral_.SerializeAsString());
  const auto fresh = Refer(Referral(2));
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_NE(fresh->case_ids(0), case_id_);
  const std::vector<v1::LogEntry> entries = Entries();
  const auto& old_parts = entries[referral_.leaf_index()].collected().parts();
  for (const v1::SealedPart& part : entries[fresh->leaf_index()].collected().parts()) {
    for (const v1::SealedPart& old : old_parts) EXPECT_NE(part.subject_id(), old.subject_id());
  }
}

TEST_F(LedgerErasureTest, StaysErasedAndCertifiedAfterARestart) {
  const uint64_t request = Requested();
  const auto certificate = ApproveErasure(Coordinator(), request);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  Reopen();
  const auto again = ApproveErasure(Coordinator(), request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->certificate_entry(), certificate->certificate_entry());
  const auto page = Read(Coordinator(), case_id_, v1::MARAC_MEETING);
  ASSERT_TRUE(page.ok()) << page.status();
  for (const v1::ReleasedEvent& event : page->events()) EXPECT_FALSE(event.has_event());
}

// With a register, and a copy of the data directory from before the erasure.
class RestoredBackupTest : public LedgerErasureTest {
 protected:
  void SetUp() override {
    LedgerErasureTest::SetUp();
    config_.set_erasure_register_file(StrCat(config_.data_dir(), ".register"));
    Reopen();
  }
  std::string backup() const { return StrCat(config_.data_dir(), ".backup"); }
  void BackUp() {
    ledger_.reset();
    std::filesystem::copy(config_.data_dir(), backup(), std::filesystem::copy_options::recursive);
    Reopen();
  }
  void Restore() {
    ledger_.reset();
    std::filesystem::remove_all(config_.data_dir());
    std::filesystem::rename(backup(), config_.data_dir());
    Reopen();
  }
  void ExpectErasedAgain() {
    const std::vector<v1::LogEntry> entries = Entries();
    ASSERT_GE(entries.size(), 2u);
    const v1::LogEntry& erasure = entries[entries.size() - 2];
    EXPECT_EQ(erasure.operation(), v1::ERASURE);
    EXPECT_TRUE(erasure.erased().has_first_erased_at());
    EXPECT_EQ(erasure.erased().subject_ids_size(), 3);
    EXPECT_EQ(entries.back().operation(), v1::ERASURE_CERTIFIED);
    const auto page = Read(Coordinator(), case_id_, v1::MARAC_MEETING);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::ReleasedEvent& event : page->events()) EXPECT_FALSE(event.has_event());
  }
};

TEST_F(RestoredBackupTest, WithoutTheRegisterTheBackupWouldBringThePersonBack) {
  BackUp();
  ASSERT_TRUE(ApproveErasure(Coordinator(), Requested()).ok());
  config_.clear_erasure_register_file();
  Restore();
  EXPECT_TRUE(Read(Coordinator(), case_id_, v1::MARAC_MEETING)->events(0).has_event());
}

TEST_F(RestoredBackupTest, IsErasedAgainBeforeAnythingIsServed) {
  BackUp();
  ASSERT_TRUE(ApproveErasure(Coordinator(), Requested()).ok());
  Restore();
  ExpectErasedAgain();
}

TEST_F(RestoredBackupTest, FromBetweenRequestAndErasureItIsTheRequestThatIsCarriedOut) {
  const uint64_t request = Requested();
  BackUp();
  ASSERT_TRUE(ApproveErasure(Coordinator(), request).ok());
  Restore();
  ExpectErasedAgain();
  EXPECT_TRUE(ApproveErasure(Coordinator(), request).ok());
}

TEST_F(RestoredBackupTest, ADamagedRegisterRefusesToStart) {
  ledger_.reset();
  ASSERT_TRUE(WriteFileAtomically(config_.erasure_register_file(), "damaged\n", 0600).ok());
  EXPECT_EQ(Ledger::Open(config_, trust_.get(), &clock_).status().code(), StatusCode::kDataLoss);
}

TEST_F(RestoredBackupTest, ARegisterInsideTheDataDirectoryIsRefused) {
  ledger_.reset();
  config_.set_erasure_register_file(StrCat(config_.data_dir(), "/register"));
  EXPECT_EQ(Ledger::Open(config_, trust_.get(), &clock_).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace concordat::services
