// Reading notifies the owner, an unusual access the officer of another agency: and nobody for whom
// the case is not there, for a notice says that there is one.
#include <algorithm>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "services/ledger/ledger_fixture.h"
#include "services/ledger/release_notices.h"

namespace concordat::services {
namespace {

using Item = v1::ReadNoticesResponse::Item;

class LedgerNoticesTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    ChangeDirectory([](v1::Agency& agency) {
      if (agency.id() == "lancashire-marac" || agency.id() == "blackpool-childrens-services" ||
          agency.id() == "drive-lancashire" || agency.id() == "blackpool-housing") {
        agency.add_workloads("dpo");
        agency.add_officer_workloads("dpo");
      }
    });
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    const auto pushed = PushIncident(Incident(2));
    ASSERT_TRUE(pushed.ok()) << pushed.status();
    incident_ = pushed->leaf_index();
  }

  void Oversee(const std::string& agency, const std::string& over) {
    ChangeDirectory([&](v1::Agency& changed) {
      if (changed.id() == agency) changed.set_overseen_by(over);
    });
  }
  void SealOff(const std::string& agency, const Caller& caller) {
    v1::SealCaseRequest seal;
    seal.set_purpose(PurposeOf(caller));
    seal.set_case_id(case_id_);
    seal.set_agency(agency);
    seal.set_sealed(true);
    seal.set_authority_reference("SEAL/1");
    const auto sealed = Ask(&Ledger::SealCase, caller, seal);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
  }
  // Past the day after the incident, which says where the victim lives.
  void ALaterDay() { clock_.Advance(absl::Hours(25)); }

  // Whom the last entry tells, and of what.
  std::vector<std::string> Told() const {
    std::vector<std::string> told;
    const v1::LogEntry last = Entries().back();
    for (const v1::Notice& notice : last.notices()) {
      told.push_back(StrCat(notice.agency(), " ", v1::NoticeKind_Name(notice.kind())));
    }
    std::sort(told.begin(), told.end());
    return told;
  }
  bool Tells(const std::string& agency) const {
    const v1::LogEntry last = Entries().back();
    return std::any_of(last.notices().begin(), last.notices().end(),
                       [&](const v1::Notice& notice) { return notice.agency() == agency; });
  }
  std::vector<int> Unusual() const {
    const v1::LogEntry last = Entries().back();
    return {last.disclosed().unusual().begin(), last.disclosed().unusual().end()};
  }
  static Caller As(Caller caller, const std::string& practitioner) {
    caller.practitioner = auth::Practitioner{"https://issuer.test", practitioner,
                                             absl::FromUnixSeconds(1700000000), true, true};
    return caller;
  }

  std::string case_id_;
  uint64_t incident_ = 0;
};

TEST_F(LedgerNoticesTest, AnOwnerForWhomTheCaseIsNotThereIsNotTold) {
  // Not party: its event joined the case, and it has no way to know.
  ASSERT_TRUE(Push(Police("cumbria-police"), Incident(5), v1::LAW_ENFORCEMENT).ok());
  const auto page = ReadAs(Idva(), case_id_);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(std::any_of(page->events().begin(), page->events().end(), [](const auto& event) {
    return event.has_event() && event.source_agency() == "cumbria-police";
  }));
  EXPECT_FALSE(Tells("cumbria-police"));
  EXPECT_TRUE(Tells("lancashire-police"));
  EXPECT_EQ(Notices(Police("cumbria-police"))->last_sequence(), 0u);
  // Sealed.
  SealOff("lancashire-police", Coordinator());
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_FALSE(Tells("lancashire-police"));
  EXPECT_EQ(Notices(Police())->last_sequence(), 1u);
  // And of the notice from before it is only told that there was one.
  const auto before = NoticesOf(v1::RECORD_READ, Police());
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0].notice().case_id(), "");
  EXPECT_EQ(before[0].notice().about_size(), 0);
  EXPECT_EQ(before[0].by_agency(), "");
  EXPECT_EQ(before[0].entry_index(), 0u);
}

TEST_F(LedgerNoticesTest, ASuspendedOwnerTheReaderItselfAndWhoWasGivenNothingAreNotTold) {
  ASSERT_TRUE(ReadAs(Police(), case_id_).ok());
  EXPECT_FALSE(Tells("lancashire-police"));
  ChangeDirectory([](v1::Agency& agency) {
    if (agency.id() == "lancashire-police") agency.set_suspended(true);
  });
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_FALSE(Tells("lancashire-police"));
  EXPECT_FALSE(Tells("drive-lancashire"));
}

TEST_F(LedgerNoticesTest, TheOwnerIsToldWhoReadWhichOfItsRecordsInTheDisclosuresOwnEntry) {
  const size_t before = Entries().size();
  const auto page = ReadAs(As(Idva(), "idva-1"), case_id_);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(Entries().size(), before + 1);
  const auto told = Notices(Police());
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->items_size(), 1);
  EXPECT_EQ(told->last_sequence(), 1u);
  EXPECT_EQ(told->unacknowledged(), 1u);
  const Item& item = told->items(0);
  EXPECT_EQ(item.notice().kind(), v1::RECORD_READ);
  EXPECT_EQ(item.notice().case_id(), case_id_);
  EXPECT_EQ(item.notice().sequence(), 1u);
  ASSERT_EQ(item.notice().about_size(), 1);
  EXPECT_EQ(item.notice().about(0), incident_);
  EXPECT_EQ(item.entry_index(), page->disclosure_index());
  EXPECT_EQ(item.by_agency(), "fcwa-victim-service");
  EXPECT_EQ(item.by_role(), v1::VICTIM_SERVICE);
  EXPECT_EQ(item.by_practitioner(), "idva-1");
  // Itself recorded.
  const v1::LogEntry last = Entries().back();
  EXPECT_EQ(last.operation(), v1::CONSULTATION);
  EXPECT_EQ(last.notices_read().notices(), 1u);
}

TEST_F(LedgerNoticesTest, ReadingAnAlertNotifiesTheOwnerOfItsEvent) {
  ASSERT_EQ(Alerts(Idva())->alerts.size(), 2u);
  EXPECT_TRUE(Tells("lancashire-police"));
  EXPECT_TRUE(Tells("lancashire-marac"));
  EXPECT_EQ(NoticesOf(v1::RECORD_READ, Police()).size(), 1u);
}

// Which refuge reads of a case tells where the victim is looked after.
TEST_F(LedgerNoticesTest, WhoFacesPerpetratorsIsNotToldWhoRead) {
  const auto own = Push(Drive(), Referral(7), v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(own.ok()) << own.status();
  ASSERT_EQ(own->case_ids(0), case_id_);
  ASSERT_TRUE(ReadAs(As(Idva(), "idva-1"), case_id_).ok());
  const auto told = NoticesOf(v1::RECORD_READ, Drive());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].notice().about(0), own->leaf_index());
  EXPECT_EQ(told[0].by_agency(), "");
  EXPECT_EQ(told[0].by_role(), v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(told[0].by_practitioner(), "");
}

TEST_F(LedgerNoticesTest, TheOfficersDeskIsForTheOfficersWorkloadsAlone) {
  Oversee("fcwa-victim-service", "lancashire-marac");
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  const auto refused = Notices(Coordinator(), v1::DATA_PROTECTION);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Entries().back().operation(), v1::DENIED);
  EXPECT_EQ(AcknowledgeNotices(Coordinator(), {1}, v1::DATA_PROTECTION).status(), refused.status());
  EXPECT_EQ(Entries().back().operation(), v1::DENIED);
  EXPECT_EQ(Notices(Officer(Idva()), v1::DATA_PROTECTION).status().code(),
            absl::StatusCode::kPermissionDenied);
  const auto told = Notices(Officer(Coordinator()), v1::DATA_PROTECTION);
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->items_size(), 1);
  EXPECT_TRUE(AcknowledgeNotices(Officer(Coordinator()), {1}, v1::DATA_PROTECTION).ok());
  EXPECT_EQ(Notices(Officer(Coordinator()), v1::DATA_PROTECTION)->items_size(), 0);
}

TEST_F(LedgerNoticesTest, StaysUntilItIsAcknowledgedOnceOrTwice) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  const size_t before = Entries().size();
  const auto unknown = AcknowledgeNotices(Police(), {2, 9});
  EXPECT_EQ(unknown.status().message(), "sequences[1]: got no such notice, want one at that desk");
  EXPECT_EQ(Entries().size(), before);
  EXPECT_EQ(NoticesOf(v1::RECORD_READ, Police()).size(), 3u);
  ASSERT_TRUE(AcknowledgeNotices(Police(), {2}).ok());
  ASSERT_TRUE(AcknowledgeNotices(Police(), {2}).ok());
  Reopen();
  const auto left = Notices(Police());
  ASSERT_EQ(left->items_size(), 2);
  EXPECT_EQ(left->items(0).notice().sequence(), 1u);
  EXPECT_EQ(left->items(1).notice().sequence(), 3u);
  EXPECT_EQ(left->last_sequence(), 3u);
  EXPECT_EQ(left->unacknowledged(), 2u);
  // Nobody else's.
  EXPECT_FALSE(AcknowledgeNotices(Police("cumbria-police"), {1}).ok());
}

TEST_F(LedgerNoticesTest, AFirstEverRecipientIsSaidOnceAndNotOfTheOpenerNorOfOnesOwn) {
  ALaterDay();
  Oversee("fcwa-victim-service", "lancashire-marac");
  ASSERT_TRUE(ReadAs(Coordinator(), case_id_).ok());
  EXPECT_TRUE(Unusual().empty());
  const auto alone = PushIncident([] {
    v1::CaseEvent event = Incident(8);
    event.mutable_persons(0)->set_full_name("Dora Dummy");
    event.mutable_persons(1)->set_full_name("Cato Placeholder");
    event.mutable_persons(1)->clear_external_ids();
    return event;
  }());
  ASSERT_TRUE(ReadAs(Police(), alone->case_ids(0)).ok());
  EXPECT_TRUE(Unusual().empty());
  ASSERT_TRUE(ReadAs(As(Idva(), "idva-1"), case_id_).ok());
  EXPECT_EQ(Unusual(), std::vector<int>{v1::FIRST_EVER_RECIPIENT});
  const auto warned = NoticesOf(v1::UNUSUAL_ACCESS, Officer(Coordinator()), v1::DATA_PROTECTION);
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_EQ(warned[0].notice().case_id(), case_id_);
  ASSERT_EQ(warned[0].notice().unusual_size(), 1);
  EXPECT_EQ(warned[0].notice().unusual(0), v1::FIRST_EVER_RECIPIENT);
  EXPECT_EQ(warned[0].by_agency(), "fcwa-victim-service");
  EXPECT_EQ(warned[0].by_practitioner(), "idva-1");
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_TRUE(Unusual().empty());
}

TEST_F(LedgerNoticesTest, WhereNobodyIsSetOverTheReaderOtherPartiesOfficersAreWarned) {
  ALaterDay();
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  // Not Drive's, which faces perpetrators, and not housing's, which is no party.
  EXPECT_EQ(Told(),
            (std::vector<std::string>{
                "blackpool-childrens-services UNUSUAL_ACCESS", "lancashire-marac RECORD_READ",
                "lancashire-marac UNUSUAL_ACCESS", "lancashire-police RECORD_READ"}));
}

TEST_F(LedgerNoticesTest, AnOverseerThatIsSealedOutIsNotWarnedAndOthersAre) {
  ALaterDay();
  Oversee("fcwa-victim-service", "lancashire-marac");
  SealOff("lancashire-marac", Police());
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_EQ(Told(), (std::vector<std::string>{"blackpool-childrens-services UNUSUAL_ACCESS",
                                              "lancashire-police RECORD_READ"}));
}

// It can ask for the entry, and so would learn of parties: which refuge, where.
TEST_F(LedgerNoticesTest, OfWhatFacesPerpetratorsOnlySourcesOfWhatItWasGivenAreWarned) {
  ALaterDay();
  const auto page = ReadAs(Drive(), case_id_);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(Unusual(), std::vector<int>{v1::FIRST_EVER_RECIPIENT});
  const v1::LogEntry last = Entries().back();
  EXPECT_GT(last.notices_size(), 0);
  for (const v1::Notice& notice : last.notices()) {
    EXPECT_TRUE(std::any_of(page->events().begin(), page->events().end(), [&](const auto& event) {
      return event.source_agency() == notice.agency();
    })) << notice.agency();
  }
}

TEST_F(LedgerNoticesTest, ReadingWithinADayOfAnAddressIsUnusualButForItsSource) {
  Oversee("fcwa-victim-service", "lancashire-marac");
  Oversee("lancashire-police", "lancashire-marac");
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_EQ(Unusual(), (std::vector<int>{v1::FIRST_EVER_RECIPIENT, v1::AFTER_ADDRESS_CHANGE}));
  clock_.Advance(absl::Hours(23));
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_EQ(Unusual(), std::vector<int>{v1::AFTER_ADDRESS_CHANGE});
  clock_.Advance(absl::Hours(2));
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_TRUE(Unusual().empty());
  ASSERT_TRUE(ReadAs(Police(), case_id_).ok());
  ASSERT_TRUE(PushIncident(Incident(6)).ok());
  ASSERT_TRUE(ReadAs(Police(), case_id_).ok());
  EXPECT_TRUE(Unusual().empty());
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  EXPECT_EQ(Unusual(), std::vector<int>{v1::AFTER_ADDRESS_CHANGE});
}

TEST_F(LedgerNoticesTest, BulkReadingIsCountedByPractitionerAndNotForgottenByARestart) {
  std::vector<std::string> cases;
  for (size_t i = 0; i <= kBulkCasesPerHour; ++i) {
    v1::CaseEvent event = Incident(static_cast<int>(100 + i));
    event.mutable_persons(0)->set_full_name(StrCat("Dora Dummy-", i));
    event.mutable_persons(1)->set_full_name(StrCat("Cato Placeholder-", i));
    event.mutable_persons(1)->clear_external_ids();
    const auto pushed = PushIncident(event);
    ASSERT_TRUE(pushed.ok()) << pushed.status();
    cases.push_back(pushed->case_ids(0));
  }
  const Caller officer = As(Police(), "officer-1");
  for (size_t i = 0; i < kBulkCasesPerHour; ++i) {
    ASSERT_TRUE(ReadAs(officer, cases[i]).ok());
    EXPECT_TRUE(Unusual().empty()) << i;
  }
  ASSERT_TRUE(ReadAs(officer, cases[0]).ok());
  EXPECT_TRUE(Unusual().empty());
  ASSERT_TRUE(ReadAs(As(Police(), "officer-2"), cases.back()).ok());
  EXPECT_TRUE(Unusual().empty());
  Reopen();
  ASSERT_TRUE(ReadAs(officer, cases.back()).ok());
  EXPECT_EQ(Unusual(), std::vector<int>{v1::BULK_READING});
  clock_.Advance(absl::Minutes(62));
  ASSERT_TRUE(ReadAs(officer, cases.back()).ok());
  EXPECT_TRUE(Unusual().empty());
}

TEST_F(LedgerNoticesTest, WhatWasReleasedIsReplayedToTheSameBytes) {
  ASSERT_TRUE(ReadAs(Idva(), case_id_).ok());
  ASSERT_TRUE(ReadAs(Coordinator(), case_id_).ok());  // Told of the other, and then of a revision.
  ASSERT_TRUE(Alerts(Idva()).ok());
  ASSERT_TRUE(AcknowledgeNotices(Police(), {1}).ok());
  v1::CaseEvent revised = Incident(2);
  revised.set_revision(2);
  ASSERT_TRUE(PushIncident(revised).ok());
  ASSERT_TRUE(ReadAs(Drive(), case_id_).ok());
  ASSERT_TRUE(Alerts(Idva()).ok());
  int releases = 0;
  for (const v1::LogEntry& entry : Entries()) {
    if (!entry.has_disclosed()) continue;
    ++releases;
    v1::ReplayReleaseRequest request;
    request.set_purpose(v1::VERIFY_LAWFULNESS);
    request.set_disclosure_index(entry.index());
    const auto replayed = Ask(&Ledger::ReplayRelease, Auditor(), request);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    EXPECT_EQ(replayed->verdict(), v1::SAME_BYTES) << entry.index() << " " << replayed->why();
  }
  EXPECT_EQ(releases, 5);
}

}  // namespace
}  // namespace concordat::services
