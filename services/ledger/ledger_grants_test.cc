// Two persons' approval: another person, of an agency of the case, opens that condition for the
// first.
#include <string>

#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

constexpr char kIssuer[] = "https://issuer.test";

class LedgerGrantsTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    ASSERT_TRUE(PushIncident(Incident(2)).ok());
  }

  Caller By(Caller caller, const std::string& subject) const {
    caller.practitioner = auth::Practitioner{kIssuer, subject, clock_.Now(), true, true};
    return caller;
  }
  Caller Asker() const { return By(Police(), "officer-1"); }
  Caller Second() const { return By(Police(), "officer-2"); }

  absl::StatusOr<v1::RequestApprovalResponse> Request(const Caller& caller,
                                                      const std::string& case_id) {
    v1::RequestApprovalRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id);
    request.set_reason("to find her before he does");
    return Ask(&Ledger::RequestApproval, caller, request);
  }
  absl::StatusOr<v1::AccessGrant> Approve(const Caller& caller, uint64_t request_index) {
    v1::GiveApprovalRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_request_index(request_index);
    return Ask(&Ledger::GiveApproval, caller, request);
  }
  absl::StatusOr<v1::CasePage> ReadBy(const Caller& caller, uint64_t grant) {
    v1::ReadCaseRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id_);
    request.set_grant_index(grant);
    return Ask(&Ledger::ReadCase, caller, request);
  }
  static bool TellsWhereSheIs(const absl::StatusOr<v1::CasePage>& page) {
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return false;
    for (const auto& event : page->events()) {
      for (const auto& person : event.event().persons()) {
        if (person.capacity() == v1::VICTIM && person.addresses_size() > 0) return true;
      }
    }
    return false;
  }

  std::string case_id_;
};

TEST_F(LedgerGrantsTest, NobodyApprovesTheirOwnRequest) {
  const auto asked = Request(Asker(), case_id_);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(Approve(Asker(), asked->request_index()).status()));
  // Nor by another desk of theirs.
  Caller elsewhere = By(CallerFrom("lancashire-marac", "svc-marac"), "officer-1");
  EXPECT_TRUE(absl::IsFailedPrecondition(Approve(elsewhere, asked->request_index()).status()));
}

TEST_F(LedgerGrantsTest, AnotherPersonsApprovalOpensThatConditionForTheAskerAlone) {
  EXPECT_FALSE(TellsWhereSheIs(ReadBy(Asker(), 0)));
  const auto asked = Request(Asker(), case_id_);
  ASSERT_TRUE(asked.ok());
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Asker(), asked->request_index()).status()));
  const auto grant = Approve(Second(), asked->request_index());
  ASSERT_TRUE(grant.ok()) << grant.status();
  const auto page = ReadBy(Asker(), grant->grant_index());
  EXPECT_TRUE(TellsWhereSheIs(page));
  for (const auto& event : page->events()) {
    EXPECT_TRUE(event.event().incident().circumstances().empty());
  }
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Second(), grant->grant_index()).status()));
  EXPECT_EQ(Entries().back().operation(), v1::DENIED);
  clock_.Advance(absl::Hours(1));
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Asker(), grant->grant_index()).status()));
}

TEST_F(LedgerGrantsTest, WhoIsNotOfTheCaseNeitherAsksNorApprovesAndCannotTellWhy) {
  const Caller outsider = By(Police("cumbria-police"), "officer-9");
  EXPECT_EQ(Request(outsider, case_id_).status(),
            Request(outsider, "case-abcdefghijklmnopqrstuvwxyz").status());
  const auto asked = Request(Asker(), case_id_);
  ASSERT_TRUE(asked.ok());
  const absl::Status refused = Approve(outsider, asked->request_index()).status();
  EXPECT_TRUE(absl::IsNotFound(refused));
  EXPECT_EQ(refused, Approve(outsider, 999999).status());
  EXPECT_EQ(refused, Approve(outsider, 1).status());
}

TEST_F(LedgerGrantsTest, ARequestWaitsForADayAndIsApprovedOnce) {
  const auto asked = Request(Asker(), case_id_);
  ASSERT_TRUE(asked.ok());
  const auto late = Request(Asker(), case_id_);
  clock_.Advance(absl::Hours(24) - absl::Seconds(1));
  ASSERT_TRUE(Approve(By(Coordinator(), "coordinator-1"), asked->request_index()).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Approve(Second(), asked->request_index()).status()));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(absl::IsNotFound(Approve(Second(), late->request_index()).status()));
}

TEST_F(LedgerGrantsTest, BothMustHaveJustProvedToBeThere) {
  Caller stale = Asker();
  stale.practitioner->fresh = false;
  EXPECT_TRUE(absl::IsFailedPrecondition(Request(stale, case_id_).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Request(Police(), case_id_).status()));
  const auto asked = Request(Asker(), case_id_);
  ASSERT_TRUE(asked.ok());
  stale = Second();
  stale.practitioner->fresh = false;
  EXPECT_TRUE(absl::IsFailedPrecondition(Approve(stale, asked->request_index()).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Approve(Police(), asked->request_index()).status()));
}

TEST_F(LedgerGrantsTest, NoApprovalOpensAnythingForWhoFacesPerpetrators) {
  const Caller manager = By(Drive(), "manager-1");
  const auto before = ReadBy(manager, 0);
  ASSERT_TRUE(before.ok()) << before.status();
  const auto asked = Request(manager, case_id_);
  ASSERT_TRUE(asked.ok()) << asked.status();
  const auto grant = Approve(Second(), asked->request_index());
  ASSERT_TRUE(grant.ok()) << grant.status();
  const auto after = ReadBy(manager, grant->grant_index());
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(before->released_digest(), after->released_digest());
}

TEST_F(LedgerGrantsTest, WhatWasReadByItIsShownAgainAfterItsEnd) {
  const auto asked = Request(Asker(), case_id_);
  ASSERT_TRUE(asked.ok());
  const auto grant = Approve(Second(), asked->request_index());
  ASSERT_TRUE(grant.ok());
  const auto page = ReadBy(Asker(), grant->grant_index());
  ASSERT_TRUE(page.ok());
  clock_.Advance(absl::Hours(2));
  v1::ReplayReleaseRequest replay;
  replay.set_purpose(v1::VERIFY_LAWFULNESS);
  replay.set_disclosure_index(page->disclosure_index());
  const auto shown = Ask(&Ledger::ReplayRelease, Auditor(), replay);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->verdict(), v1::SAME_BYTES) << shown->why();
}

}  // namespace
}  // namespace concordat::services
