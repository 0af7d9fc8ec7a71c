// What comes out: as decided, in order, and recorded first.
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

using LedgerReleaseTest = LedgerFixture;

bool Has(const v1::CasePage& page, const std::string& text) {
  return page.SerializeAsString().find(text) != std::string::npos;
}

TEST_F(LedgerReleaseTest, CaseNotYoursLooksExactlyLikeNone) {
  const std::string id = PushIncident(Incident(1))->case_ids(0);
  const absl::Status not_yours = Read(Idva(), id, v1::VICTIM_SUPPORT).status();
  const absl::Status not_there =
      Read(Idva(), "case-aaaaaaaaaaaaaaaaaaaaaaaaaa", v1::VICTIM_SUPPORT).status();
  EXPECT_EQ(not_yours.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(not_yours, not_there);
  std::vector<v1::LogEntry> denied;
  for (v1::LogEntry& entry : Entries()) {
    if (entry.operation() == v1::DENIED) denied.push_back(entry);
  }
  ASSERT_EQ(denied.size(), 2u);
  EXPECT_EQ(denied[0].ByteSizeLong(), denied[1].ByteSizeLong());
  EXPECT_TRUE(denied[0].case_ids().empty());
}

TEST_F(LedgerReleaseTest, PerpetratorFacingReaderGetsNothingOfTheVictimsPlaceOrWords) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  const absl::StatusOr<v1::CasePage> page = Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_GT(page->events_size(), 0);
  EXPECT_TRUE(Has(*page, "Bram Specimen"));
  for (const char* secret : {"Asha Example", "Synthetic Street", "FY1", "960001", "school gate",
                             "Escalation", "1990-04-05"}) {
    EXPECT_FALSE(Has(*page, secret)) << secret;
  }
}

TEST_F(LedgerReleaseTest, PerpetratorFacingReaderDoesNotSeeThatTheVictimSpoke) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  const absl::StatusOr<v1::CasePage> before = Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT);
  v1::CaseEvent liaison = Incident(2);
  liaison.set_case_id(id);
  liaison.set_source_class(v1::SOURCE_VICTIM);
  liaison.mutable_liaison_contact()->set_what_was_said("I am moving (synthetic).");
  ASSERT_TRUE(Push(Idva(), liaison, v1::VICTIM_SUPPORT).ok());
  v1::CaseEvent told = Incident(3);
  told.set_source_class(v1::SOURCE_VICTIM);
  ASSERT_TRUE(PushIncident(told).ok());
  const absl::StatusOr<v1::CasePage> after = Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(ReleasedDigest(*before), ReleasedDigest(*after));
  EXPECT_EQ(Read(Idva(), id, v1::VICTIM_SUPPORT)->events_size(), 3);
}

TEST_F(LedgerReleaseTest, CorrectionOfAConcealedEventIsConcealedAlsoWhenItIsSupersededItself) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  const absl::StatusOr<v1::CasePage> before = Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT);
  v1::CaseEvent liaison = Incident(2);
  liaison.set_case_id(id);
  liaison.mutable_liaison_contact()->set_what_was_said("Said nothing (synthetic).");
  ASSERT_TRUE(Push(Idva(), liaison, v1::VICTIM_SUPPORT).ok());
  for (const int revision : {1, 2}) {
    v1::CaseEvent correction = Incident(3);
    correction.set_case_id(id);
    correction.set_revision(revision);
    correction.mutable_correction()->set_corrects_reference("INC-2");
    correction.mutable_correction()->set_corrects_revision(1);
    const absl::StatusOr<v1::Receipt> receipt = Push(Idva(), correction, v1::VICTIM_SUPPORT);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
  }
  v1::CaseEvent again = Incident(4);
  again.set_case_id(id);
  again.mutable_correction()->set_corrects_reference("INC-3");
  again.mutable_correction()->set_corrects_revision(2);
  ASSERT_TRUE(Push(Idva(), again, v1::VICTIM_SUPPORT).ok());
  const absl::StatusOr<v1::CasePage> after = Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT);
  EXPECT_EQ(ReleasedDigest(*before), ReleasedDigest(*after));
  EXPECT_EQ(Read(Idva(), id, v1::VICTIM_SUPPORT)->events_size(), 5);
}

TEST_F(LedgerReleaseTest, VictimsWorkerGetsTheAddressAndTheCoordinatorItsDistrict) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  const absl::StatusOr<v1::CasePage> idva = Read(Idva(), id, v1::VICTIM_SUPPORT);
  ASSERT_TRUE(idva.ok()) << idva.status();
  EXPECT_TRUE(Has(*idva, "1 Synthetic Street"));
  EXPECT_TRUE(Has(*idva, "FY1 4XX"));
  const absl::StatusOr<v1::CasePage> marac = Read(Coordinator(), id, v1::MARAC_MEETING);
  EXPECT_FALSE(Has(*marac, "1 Synthetic Street"));
  EXPECT_FALSE(Has(*marac, "FY1 4XX"));
  EXPECT_TRUE(Has(*marac, "FY1"));
  EXPECT_GT(marac->events(0).markers_size(), 0);
}

TEST_F(LedgerReleaseTest, EveryPageIsRecordedWithTheDigestOfItsBytes) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  const absl::StatusOr<v1::CasePage> page = Read(Coordinator(), id, v1::MARAC_MEETING);
  ASSERT_TRUE(page.ok()) << page.status();
  const v1::LogEntry entry = Entries()[page->disclosure_index()];
  EXPECT_EQ(entry.operation(), v1::DISCLOSURE);
  EXPECT_EQ(entry.actor().agency(), "lancashire-marac");
  EXPECT_EQ(entry.disclosed().recipients(0).agency(), "lancashire-marac");
  EXPECT_EQ(entry.controller(), "lancashire-marac");
  EXPECT_NE(entry.gateway(), v1::GATEWAY_UNSPECIFIED);
  EXPECT_NE(entry.regime(), v1::REGIME_UNSPECIFIED);
  EXPECT_EQ(entry.disclosed().view_roles_size(), 2);
  const crypto::Digest digest = ReleasedDigest(*page);
  EXPECT_EQ(entry.disclosed().released_digest(), crypto::AsBytes(digest));
  EXPECT_EQ(entry.disclosed().records_size(), page->events_size());
}

TEST_F(LedgerReleaseTest, PagesAreOrderedByWhenItHappenedAndMissNothing) {
  const std::string id = Refer(Referral(50))->case_ids(0);
  for (const int n : {9, 3, 7, 5}) ASSERT_TRUE(PushIncident(Incident(n)).ok());
  std::vector<int64_t> seconds;
  std::string token;
  int pages = 0;
  do {
    const absl::StatusOr<v1::CasePage> page = Read(Coordinator(), id, v1::MARAC_MEETING, 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->events_size(), 2);
    for (const v1::ReleasedEvent& event : page->events()) {
      seconds.push_back(event.event().occurred_at().seconds() - 1690000000);
    }
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(seconds, (std::vector<int64_t>{3, 5, 7, 9, 50}));
  EXPECT_EQ(pages, 3);
}

TEST_F(LedgerReleaseTest, PageStaysBelowWhatAClientTakes) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  for (int n = 2; n < 32; ++n) {
    v1::CaseEvent large = Incident(n);
    large.mutable_incident()->set_circumstances(std::string(150000, 'x'));
    ASSERT_TRUE(PushIncident(large).ok());
  }
  std::string token;
  int events = 0;
  do {
    const absl::StatusOr<v1::CasePage> page = Read(Idva(), id, v1::VICTIM_SUPPORT, 500, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), size_t{3} << 20);
    events += page->events_size();
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(events, 31);
}

TEST_F(LedgerReleaseTest, ConcealedEventsLeaveNoExtraPage) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  for (int n = 2; n < 8; ++n) {
    v1::CaseEvent told = Incident(n);
    told.set_source_class(v1::SOURCE_VICTIM);
    ASSERT_TRUE(PushIncident(told).ok());
  }
  const absl::StatusOr<v1::CasePage> page = Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT, 1);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->events_size(), 1);
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_F(LedgerReleaseTest, RefusesAPageTokenOfAnotherCallerOrAnAlteredOne) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  const std::string token = Read(Coordinator(), id, v1::MARAC_MEETING, 1)->next_page_token();
  ASSERT_FALSE(token.empty());
  EXPECT_EQ(Read(Idva(), id, v1::VICTIM_SUPPORT, 1, token).status().code(),
            absl::StatusCode::kInvalidArgument);
  for (const std::string& bad :
       {token + "0", "1" + token, std::string("x.y.z"), std::string("."), std::string("1.2.3.4")}) {
    EXPECT_EQ(Read(Coordinator(), id, v1::MARAC_MEETING, 1, bad).status().code(),
              absl::StatusCode::kInvalidArgument)
        << bad;
  }
}

TEST_F(LedgerReleaseTest, SupersededEventKeepsItsPlaceAndShowsNothingMore) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  v1::CaseEvent wrong = Incident(2);
  wrong.mutable_incident()->add_offence_codes("WRONG-CODE");
  ASSERT_TRUE(PushIncident(wrong).ok());
  v1::CaseEvent right = Incident(2);
  right.set_revision(2);
  right.mutable_incident()->add_offence_codes("RIGHT-CODE");
  ASSERT_TRUE(PushIncident(right).ok());
  const absl::StatusOr<v1::CasePage> page = Read(Coordinator(), id, v1::MARAC_MEETING);
  ASSERT_EQ(page->events_size(), 3);
  EXPECT_FALSE(Has(*page, "WRONG-CODE"));
  EXPECT_TRUE(Has(*page, "RIGHT-CODE"));
  EXPECT_TRUE(page->events(1).superseded() || page->events(2).superseded());
}

TEST_F(LedgerReleaseTest, LateOlderRevisionDoesNotReplaceTheNewer) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  v1::CaseEvent second = Incident(2);
  second.set_revision(2);
  second.mutable_incident()->add_offence_codes("SECOND");
  v1::CaseEvent first = Incident(2);
  first.mutable_incident()->add_offence_codes("FIRST");
  ASSERT_TRUE(PushIncident(second).ok());
  ASSERT_TRUE(PushIncident(first).ok());
  const absl::StatusOr<v1::CasePage> page = Read(Coordinator(), id, v1::MARAC_MEETING);
  EXPECT_TRUE(Has(*page, "SECOND"));
  EXPECT_FALSE(Has(*page, "FIRST"));
}

TEST_F(LedgerReleaseTest, RoleServiceNarrowsWhatItsCallerGets) {
  const std::string id = Refer(Referral(1))->case_ids(0);
  EXPECT_TRUE(Has(*Read(Idva(), id, v1::VICTIM_SUPPORT), "1 Synthetic Street"));
  const Caller through_marac = CallerFrom("fcwa-victim-service", "svc-marac");
  EXPECT_FALSE(Has(*Read(through_marac, id, v1::VICTIM_SUPPORT), "1 Synthetic Street"));
}

}  // namespace
}  // namespace concordat::services
