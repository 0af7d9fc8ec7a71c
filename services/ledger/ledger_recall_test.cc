// A wrong recipient is recalled: the case, and no other, is not there for it any more, and it is
// told what it has to destroy.
#include <algorithm>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

constexpr char kSocialCare[] = "blackpool-childrens-services";
constexpr char kIdva[] = "fcwa-victim-service";

class LedgerRecallTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    ChangeDirectory([](v1::Agency& agency) {
      if (agency.id() != kSocialCare) return;
      agency.add_workloads("dpo");
      agency.add_officer_workloads("dpo");
    });
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    ASSERT_TRUE(PushIncident(Incident(2)).ok());
  }

  absl::StatusOr<v1::Receipt> Seal(const std::string& agency, bool sealed, bool recall,
                                   const Caller& caller, const std::string& case_id) {
    v1::SealCaseRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id);
    request.set_agency(agency);
    request.set_sealed(sealed);
    request.set_recall(recall);
    request.set_authority_reference("RECALL/1");
    return Ask(&Ledger::SealCase, caller, request);
  }
  absl::StatusOr<v1::Receipt> Recall(const std::string& agency) {
    return Seal(agency, true, true, Coordinator(), case_id_);
  }
  static v1::CaseEvent OtherPair(int n) {
    v1::CaseEvent event = Referral(n);
    v1::Person& other = *event.mutable_persons(1);
    other.set_full_name("Cato Placeholder");
    other.clear_external_ids();
    return event;
  }

  std::string case_id_;
};

TEST_F(LedgerRecallTest, IsNotOfTheOpenerNorOfOneselfNorOfWhoHasNothingNorOfWhoIsSealedOut) {
  const auto refused = [&](const absl::StatusOr<v1::Receipt>& answer, absl::StatusCode code) {
    EXPECT_EQ(answer.status().code(), code) << answer.status();
    EXPECT_FALSE(Entries().back().has_case_sealed());
  };
  refused(Seal("lancashire-marac", true, true, Police(), case_id_),
          absl::StatusCode::kFailedPrecondition);
  refused(Recall("lancashire-marac"), absl::StatusCode::kInvalidArgument);
  refused(Recall("cumbria-police"), absl::StatusCode::kFailedPrecondition);
  refused(Recall("no-such-agency"), absl::StatusCode::kInvalidArgument);
  refused(Seal(kSocialCare, true, true, Police("cumbria-police"), case_id_),
          absl::StatusCode::kNotFound);
  refused(Recall(kIdva), absl::StatusCode::kFailedPrecondition);  // The only one to be alerted.
  ASSERT_TRUE(Seal(kSocialCare, true, false, Coordinator(), case_id_).ok());
  const uint64_t told = Notices(SocialCare())->last_sequence();
  EXPECT_EQ(Recall(kSocialCare).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Notices(SocialCare())->last_sequence(), told);
}

TEST_F(LedgerRecallTest, TheCaseIsNotThereForItAndTheReadersOfTheOthersStay) {
  ASSERT_TRUE(ReadAs(SocialCare(), case_id_).ok());
  const size_t before = Entries().size();
  ASSERT_TRUE(Recall(kSocialCare).ok());
  EXPECT_EQ(Entries().size(), before + 1);
  EXPECT_EQ(ReadAs(SocialCare(), case_id_).status(),
            ReadAs(SocialCare(), "case-abcdefghijklmnopqrstuvwxyz").status());
  EXPECT_EQ(ReadAs(SocialCare(), case_id_).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(ReadAs(Idva(), case_id_).ok());
  Reopen();
  EXPECT_FALSE(ReadAs(SocialCare(), case_id_).ok());
}

TEST_F(LedgerRecallTest, OtherCasesOfThePersonsStayThereNowAndLater) {
  const auto other = Refer(OtherPair(3));
  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_TRUE(ReadAs(SocialCare(), other->case_ids(0)).ok());
  ASSERT_TRUE(Recall(kSocialCare).ok());
  EXPECT_TRUE(ReadAs(SocialCare(), other->case_ids(0)).ok());
  // A new event about the persons takes the recall nowhere.
  v1::CaseEvent third = OtherPair(4);
  third.mutable_persons(1)->set_full_name("Dino Mockup");
  const auto later = Refer(third);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_TRUE(ReadAs(SocialCare(), later->case_ids(0)).ok());
  EXPECT_FALSE(ReadAs(SocialCare(), case_id_).ok());
  EXPECT_TRUE(Entries().back().collected().seals_spread().empty());
}

TEST_F(LedgerRecallTest, TellsBothItsDesksWhatToDestroyAndThatStaysReadable) {
  const auto first = ReadAs(SocialCare(), case_id_);
  const auto second = ReadAs(SocialCare(), case_id_);
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE(Recall(kSocialCare).ok());
  const Caller officer = Officer(SocialCare());
  for (const v1::Desk desk : {v1::CASEWORK, v1::DATA_PROTECTION}) {
    const auto told = NoticesOf(v1::RECIPIENT_RECALLED, officer, desk);
    ASSERT_EQ(told.size(), 1u) << desk;
    EXPECT_EQ(told[0].notice().case_id(), case_id_);
    ASSERT_EQ(told[0].notice().about_size(), 2);
    EXPECT_EQ(told[0].notice().about(0), second->disclosure_index());
    EXPECT_EQ(told[0].notice().about(1), first->disclosure_index());
    EXPECT_EQ(told[0].by_agency(), "lancashire-marac");
    ASSERT_TRUE(AcknowledgeNotices(officer, {told[0].notice().sequence()}, desk).ok());
    EXPECT_TRUE(NoticesOf(v1::RECIPIENT_RECALLED, officer, desk).empty());
  }
  // Nobody else is told.
  EXPECT_TRUE(NoticesOf(v1::RECIPIENT_RECALLED, Idva()).empty());
  EXPECT_TRUE(NoticesOf(v1::RECIPIENT_RECALLED, Drive()).empty());
}

TEST_F(LedgerRecallTest, WhatItReadBeforeIsProvenAfterwards) {
  const auto page = ReadAs(SocialCare(), case_id_);
  ASSERT_TRUE(page.ok());
  ASSERT_TRUE(Recall(kSocialCare).ok());
  v1::ListReadingsRequest request;
  request.set_purpose(v1::MARAC_MEETING);
  request.set_case_id(case_id_);
  request.set_agency(kSocialCare);
  const auto given = Ask(&Ledger::ListReadings, Coordinator(), request);
  ASSERT_TRUE(given.ok()) << given.status();
  ASSERT_EQ(given->items_size(), 1);
  EXPECT_EQ(given->items(0).disclosure_index(), page->disclosure_index());
  v1::ReplayReleaseRequest replay;
  replay.set_purpose(v1::VERIFY_LAWFULNESS);
  replay.set_disclosure_index(page->disclosure_index());
  EXPECT_EQ(Ask(&Ledger::ReplayRelease, Auditor(), replay)->verdict(), v1::SAME_BYTES);
}

TEST_F(LedgerRecallTest, AllThatItReadIsProvenPageByPage) {
  std::vector<uint64_t> read;
  for (int i = 0; i < 230; ++i) {
    const auto page = ReadAs(SocialCare(), case_id_);
    ASSERT_TRUE(page.ok()) << page.status();
    read.insert(read.begin(), page->disclosure_index());
  }
  v1::ListReadingsRequest request;
  request.set_purpose(v1::MARAC_MEETING);
  request.set_case_id(case_id_);
  request.set_agency(kSocialCare);
  std::vector<uint64_t> proven;
  int pages = 0;
  do {
    const auto listed = Ask(&Ledger::ListReadings, Coordinator(), request);
    ASSERT_TRUE(listed.ok()) << listed.status();
    for (const auto& item : listed->items()) {
      EXPECT_FALSE(item.entry().empty());
      EXPECT_FALSE(item.receipt().tlog_proof().empty());
      proven.push_back(item.disclosure_index());
    }
    request.set_before(listed->next_before());
  } while (request.before() != 0 && ++pages < 10);
  EXPECT_EQ(proven, read);
  EXPECT_EQ(pages, 2);
}

TEST_F(LedgerRecallTest, IsLiftedAsASealAndMayBecomeOne) {
  const auto other = Refer(OtherPair(3));
  ASSERT_TRUE(Recall(kSocialCare).ok());
  EXPECT_EQ(Seal(kSocialCare, false, false, Police(), case_id_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Seal(kSocialCare, false, false, Coordinator(), case_id_).ok());
  EXPECT_TRUE(ReadAs(SocialCare(), case_id_).ok());
  ASSERT_TRUE(Recall(kSocialCare).ok());
  ASSERT_TRUE(Seal(kSocialCare, true, false, Coordinator(), case_id_).ok());
  EXPECT_FALSE(ReadAs(SocialCare(), other->case_ids(0)).ok());
}

TEST_F(LedgerRecallTest, AlertsOfARecalledServiceMoveToWhoCanSeeThem) {
  v1::AgencyDirectory file;
  file.set_version(directory().version() + 1);
  file.set_trust_domain(directory().trust_domain());
  for (const v1::Agency& agency : directory().agencies()) {
    *file.add_agencies() = agency;
    if (agency.id() != kIdva) continue;
    v1::Agency& second = *file.add_agencies();
    second = agency;
    second.set_id("lancashire-victim-service");
    second.clear_confirmation_key();
  }
  trust_->Replace(*auth::Directory::Create(std::move(file)));
  const Caller stand_in = CallerFrom("lancashire-victim-service", "svc-victim");
  ASSERT_TRUE(Refer(Referral(3)).ok());
  const size_t waiting = Alerts(Idva())->alerts.size();
  const size_t had = Alerts(stand_in)->alerts.size();
  ASSERT_TRUE(Recall(kIdva).ok());
  EXPECT_EQ(Alerts(Idva())->counts.unacknowledged(), 0u);
  EXPECT_EQ(Alerts(stand_in)->alerts.size(), had + waiting);
}

}  // namespace
}  // namespace concordat::services
