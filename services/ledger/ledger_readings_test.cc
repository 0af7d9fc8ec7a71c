// Who was given what: told to the source of a record and to those who recall, and a correction to
// whoever relies on what it corrects.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "services/ledger/ledger_fixture.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"

namespace concordat::services {
namespace {

class LedgerReadingsTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    const auto pushed = PushIncident(Incident(2));
    ASSERT_TRUE(pushed.ok()) << pushed.status();
    incident_ = pushed->leaf_index();
  }

  absl::StatusOr<v1::ListReadingsResponse> Readers(const Caller& caller, uint64_t leaf,
                                                   const std::string& case_id = "") {
    v1::ListReadingsRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id.empty() ? case_id_ : case_id);
    request.set_leaf_index(leaf);
    return Ask(&Ledger::ListReadings, caller, request);
  }
  absl::StatusOr<v1::ListReadingsResponse> GivenTo(const Caller& caller, const std::string& agency,
                                                   const std::string& case_id = "") {
    v1::ListReadingsRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id.empty() ? case_id_ : case_id);
    request.set_agency(agency);
    return Ask(&Ledger::ListReadings, caller, request);
  }
  absl::StatusOr<v1::Receipt> Revise(int n, uint32_t revision) {
    v1::CaseEvent revised = Incident(n);
    revised.set_revision(revision);
    revised.mutable_incident()->set_initial_grade(v1::HIGH);
    return PushIncident(revised);
  }
  void SealOff(const std::string& agency) {
    v1::SealCaseRequest seal;
    seal.set_purpose(v1::MARAC_MEETING);
    seal.set_case_id(case_id_);
    seal.set_agency(agency);
    seal.set_sealed(true);
    seal.set_authority_reference("SEAL/1");
    const auto sealed = Ask(&Ledger::SealCase, Coordinator(), seal);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
  }
  // Whom the last entry tells of a correction.
  std::vector<std::string> ToldOfACorrection() const {
    std::vector<std::string> told;
    const v1::LogEntry last = Entries().back();
    for (const v1::Notice& notice : last.notices()) {
      if (notice.kind() == v1::RECORD_CORRECTED) told.push_back(notice.agency());
    }
    std::sort(told.begin(), told.end());
    return told;
  }

  std::string case_id_;
  uint64_t incident_ = 0;
};

TEST_F(LedgerReadingsTest, OnlyTheSourceIsToldOfItsRecordAndEverybodyElseNothing) {
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  const auto outsider = Push(Police("cumbria-police"), Incident(5), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(outsider.ok());
  const auto expect_refused = [&](const absl::StatusOr<v1::ListReadingsResponse>& answer) {
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(
        answer.status().message(),
        "leaf_index: got no such record, want your agency's own in a case that it is party to");
    EXPECT_EQ(Entries().back().operation(), v1::DENIED);
    EXPECT_EQ(Entries().back().refused().method(), "/concordat.v1.Ledger/Test");
  };
  expect_refused(Readers(Idva(), incident_));              // Another's.
  expect_refused(Readers(Police(), 99999));                // None.
  expect_refused(Readers(Police(), incident_ + 1));        // No event, but the reading itself.
  expect_refused(Readers(Police(), incident_, "case-x"));  // Of no case.
  expect_refused(Readers(Police(), incident_, outsider->case_ids(0)));
  // Its own record, by a case that it isn't party to.
  expect_refused(Readers(Police("cumbria-police"), outsider->leaf_index()));
  SealOff("lancashire-police");
  expect_refused(Readers(Police(), incident_));
}

// Its event joined a case that it may not know of, and is read there.
TEST_F(LedgerReadingsTest, AReadingInACaseThatIsNotThereForTheSourceIsNotListed) {
  const Caller cumbria = Police("cumbria-police");
  const auto outsider = Push(cumbria, Incident(5), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(outsider.ok());
  const auto page = ReadAs(Idva(), case_id_);
  ASSERT_TRUE(std::any_of(page->events().begin(), page->events().end(), [&](const auto& event) {
    return event.leaf_index() == outsider->leaf_index() && event.has_event();
  }));
  const auto listed = Readers(cumbria, outsider->leaf_index(), outsider->case_ids(0));
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->items_size(), 0);
  // Its correction reaches the reader, of whom it hears nothing.
  v1::CaseEvent revised = Incident(5);
  revised.set_revision(2);
  ASSERT_TRUE(Push(cumbria, revised, v1::LAW_ENFORCEMENT).ok());
  EXPECT_EQ(ToldOfACorrection(), std::vector<std::string>{"fcwa-victim-service"});
  const auto again = Readers(cumbria, outsider->leaf_index(), outsider->case_ids(0));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->unacknowledged_by_size(), 0);
}

TEST_F(LedgerReadingsTest, TheSourceSeesTheLast25ReadingsNewestFirst) {
  std::vector<uint64_t> disclosures;
  for (int i = 0; i < 27; ++i) {
    const auto page = ReadAs(i == 26 ? Drive() : Idva(), case_id_);
    ASSERT_TRUE(page.ok()) << page.status();
    disclosures.push_back(page->disclosure_index());
  }
  ASSERT_TRUE(ReadAs(Police(), case_id_).ok());  // No reading: its own.
  const auto listed = Readers(Police(), incident_);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->items_size(), 25);
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(listed->items(i).disclosure_index(), disclosures[26 - i]);
    EXPECT_FALSE(listed->items(i).has_receipt());
  }
  const v1::ReadingRecord& newest = listed->items(0).reading();
  EXPECT_EQ(newest.agency(), "drive-lancashire");
  EXPECT_EQ(newest.role(), v1::DRIVE_CASE_MANAGER);
  EXPECT_EQ(newest.purpose(), v1::PERPETRATOR_MANAGEMENT);
  EXPECT_EQ(newest.case_id(), case_id_);
  EXPECT_EQ(listed->items(1).reading().agency(), "fcwa-victim-service");
  EXPECT_EQ(Entries().back().operation(), v1::CONSULTATION);
  EXPECT_EQ(Entries().back().readings_listed().leaf_index(), incident_);
}

TEST_F(LedgerReadingsTest, WhoFacesPerpetratorsIsNotToldWhoReadItsRecord) {
  const auto own = Push(Drive(), Referral(7), v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(own.ok());
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  const auto listed = Readers(Drive(), own->leaf_index());
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->items_size(), 1);
  v1::ReadingRecord reading = listed->items(0).reading();
  EXPECT_TRUE(reading.has_read_at());
  reading.clear_read_at();
  reading.clear_case_id();
  EXPECT_EQ(reading.ByteSizeLong(), 0u);
  // Nor who relies on it.
  v1::CaseEvent revised = Referral(7);
  revised.set_revision(2);
  ASSERT_TRUE(Push(Drive(), revised, v1::PERPETRATOR_MANAGEMENT).ok());
  EXPECT_EQ(ToldOfACorrection(), std::vector<std::string>{"fcwa-victim-service"});
  EXPECT_EQ(Readers(Drive(), own->leaf_index())->unacknowledged_by_size(), 0);
}

TEST_F(LedgerReadingsTest, WhatAnAgencyWasGivenIsForThePoliceAndCoordinatorsOfTheCase) {
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  for (const Caller& caller : {Idva(), Drive(), SocialCare()}) {
    EXPECT_EQ(GivenTo(caller, "fcwa-victim-service").status().code(),
              absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(Entries().back().operation(), v1::DENIED);
  }
  EXPECT_EQ(GivenTo(Police("cumbria-police"), "fcwa-victim-service").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Entries().back().operation(), v1::DENIED);
  const auto none = GivenTo(Police(), "blackpool-childrens-services");
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->items_size(), 0);
}

TEST_F(LedgerReadingsTest, ProvesWhatAnAgencyWasGiven) {
  const auto first = ReadAs(Idva(), case_id_);
  const auto second = ReadAs(Idva(), case_id_);
  ASSERT_TRUE(ReadAs(Drive(), case_id_).ok());
  const auto given = GivenTo(Police(), "fcwa-victim-service");
  ASSERT_TRUE(given.ok()) << given.status();
  ASSERT_EQ(given->items_size(), 2);
  EXPECT_EQ(given->items(0).disclosure_index(), second->disclosure_index());
  EXPECT_EQ(given->items(1).disclosure_index(), first->disclosure_index());
  const std::string key = ledger_->GetCheckpoint(Auditor(), v1::VERIFY_LAWFULNESS)->verifier_key();
  for (const auto& item : given->items()) {
    EXPECT_EQ(item.reading().agency(), "fcwa-victim-service");
    v1::LogEntry entry;
    ASSERT_TRUE(entry.ParseFromString(item.entry()));
    EXPECT_EQ(entry.operation(), v1::DISCLOSURE);
    EXPECT_EQ(entry.index(), item.disclosure_index());
    EXPECT_TRUE(std::find(item.records().begin(), item.records().end(), incident_) !=
                item.records().end());
    const auto proof = tlog::ParseProof(item.receipt().tlog_proof());
    ASSERT_TRUE(proof.ok()) << proof.status();
    const auto held = tlog::VerifyProof(*proof, tlog::LeafHash(item.entry()),
                                        {*crypto::NoteVerifier::Parse(key)});
    EXPECT_TRUE(held.ok()) << held.status();
  }
}

TEST_F(LedgerReadingsTest, AnEntryOfAlertsOfAnotherCaseIsProvenAndNotShown) {
  // The police are party to both, the coordinator to one.
  v1::CaseEvent other = Incident(9);
  other.mutable_persons(0)->set_full_name("Dora Dummy");
  other.mutable_persons(1)->set_full_name("Cato Placeholder");
  other.mutable_persons(1)->clear_external_ids();
  v1::CaseEvent referral = Referral(9);
  *referral.mutable_persons() = other.persons();
  const auto referred =
      Push(CallerFrom("lancashire-police", "svc-marac"), referral, v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(referred.ok()) << referred.status();
  ASSERT_TRUE(SealAgainst("lancashire-marac", Police(), referred->case_ids(0)).ok());
  ASSERT_EQ(Alerts(Idva())->alerts.size(), 3u);
  const auto to_police = GivenTo(Police(), "fcwa-victim-service");
  ASSERT_EQ(to_police->items_size(), 1);
  EXPECT_NE(to_police->items(0).entry(), "");
  const auto to_coordinator = GivenTo(Coordinator(), "fcwa-victim-service");
  ASSERT_EQ(to_coordinator->items_size(), 1);
  EXPECT_EQ(to_coordinator->items(0).entry(), "");
  EXPECT_TRUE(to_coordinator->items(0).has_receipt());
  for (const uint64_t record : to_coordinator->items(0).records()) {
    EXPECT_NE(record, referred->leaf_index());
  }
  EXPECT_EQ(to_coordinator->items(0).records_size(), 2);
}

TEST_F(LedgerReadingsTest, ACorrectionTellsNobodyWhoWasNotGivenTheRecordOrIsSealedOutOrSuspended) {
  ASSERT_TRUE(Revise(2, 2).ok());
  EXPECT_TRUE(ToldOfACorrection().empty());
  for (const Caller& reader : {Idva(), Drive(), Coordinator(), SocialCare(), Police()}) {
    ASSERT_TRUE(ReadAs(reader, case_id_).ok());
  }
  SealOff("drive-lancashire");
  ChangeDirectory([](v1::Agency& agency) {
    if (agency.id() == "blackpool-childrens-services") agency.set_suspended(true);
  });
  const size_t before = Entries().size();
  ASSERT_TRUE(Revise(2, 3).ok());
  EXPECT_EQ(ToldOfACorrection(),
            (std::vector<std::string>{"fcwa-victim-service", "lancashire-marac"}));
  EXPECT_EQ(Entries().size(), before + 1);
  // One that comes too late takes nothing's place.
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  v1::CaseEvent late = Incident(10);
  late.set_revision(2);
  ASSERT_TRUE(PushIncident(late).ok());
  ASSERT_TRUE(PushIncident(Incident(10)).ok());
  EXPECT_TRUE(ToldOfACorrection().empty());
}

TEST_F(LedgerReadingsTest, ACorrectionStaysWithEveryRecipientUntilEachHasAcknowledged) {
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  ASSERT_TRUE(ReadAs(Drive(), case_id_).ok());
  v1::CaseEvent correction = Incident(40);
  correction.mutable_correction()->set_corrects_reference("INC-2");
  correction.mutable_correction()->set_corrects_revision(1);
  const auto corrected = PushIncident(correction);
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  for (const Caller& recipient : {Idva(), Drive()}) {
    const auto told = NoticesOf(v1::RECORD_CORRECTED, recipient);
    ASSERT_EQ(told.size(), 1u) << recipient.agency.id();
    EXPECT_EQ(told[0].notice().case_id(), case_id_);
    ASSERT_EQ(told[0].notice().about_size(), 1);
    EXPECT_EQ(told[0].notice().about(0), incident_);
    EXPECT_EQ(told[0].entry_index(), corrected->leaf_index());
    EXPECT_EQ(told[0].by_agency(), "lancashire-police");
  }
  const auto waiting = [&] {
    const auto listed = Readers(Police(), incident_);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return std::set<std::string>(listed->unacknowledged_by().begin(),
                                 listed->unacknowledged_by().end());
  };
  EXPECT_EQ(waiting(), (std::set<std::string>{"drive-lancashire", "fcwa-victim-service"}));
  const auto idva = NoticesOf(v1::RECORD_CORRECTED, Idva());
  ASSERT_TRUE(AcknowledgeNotices(Idva(), {idva[0].notice().sequence()}).ok());
  EXPECT_EQ(waiting(), std::set<std::string>{"drive-lancashire"});
  Reopen();
  EXPECT_EQ(waiting(), std::set<std::string>{"drive-lancashire"});
  const auto drive = NoticesOf(v1::RECORD_CORRECTED, Drive());
  ASSERT_EQ(drive.size(), 1u);
  ASSERT_TRUE(AcknowledgeNotices(Drive(), {drive[0].notice().sequence()}).ok());
  EXPECT_TRUE(waiting().empty());
}

}  // namespace
}  // namespace concordat::services
