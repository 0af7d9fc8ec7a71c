// Broken glass: one case, one practitioner, one hour; who is told, what opens, what never does.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

constexpr char kIssuer[] = "https://issuer.test";
constexpr char kNoCase[] = "case-abcdefghijklmnopqrstuvwxyz";
constexpr char kReason[] = "she rang: he is at the door with a knife";

class LedgerBreakGlassTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    ChangeDirectory([](v1::Agency& agency) {
      if (agency.role_service()) return;
      agency.set_practitioner_issuer(kIssuer);
      agency.add_workloads("dpo");
      agency.add_officer_workloads("dpo");
      if (agency.id() == "cumbria-police") agency.set_overseen_by("log-auditor");
    });
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    ASSERT_TRUE(PushIncident(Incident(2)).ok());
  }

  Caller By(Caller caller, const std::string& subject) const {
    caller.practitioner = auth::Practitioner{kIssuer, subject, clock_.Now(), true, true};
    return caller;
  }
  Caller Sergeant() const { return By(Police(), "sergeant-1"); }
  Caller Outsider() const { return By(Police("cumbria-police"), "sergeant-9"); }

  absl::StatusOr<v1::AccessGrant> Break(const Caller& caller, const std::string& case_id) {
    v1::BreakGlassRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id);
    request.set_category(v1::RISK_TO_LIFE);
    request.set_reason(kReason);
    return Ask(&Ledger::BreakGlass, caller, request);
  }
  absl::StatusOr<v1::CasePage> ReadBy(const Caller& caller, uint64_t grant,
                                      const std::string& case_id = "") {
    v1::ReadCaseRequest request;
    request.set_purpose(PurposeOf(caller));
    request.set_case_id(case_id.empty() ? case_id_ : case_id);
    request.set_grant_index(grant);
    return Ask(&Ledger::ReadCase, caller, request);
  }
  absl::StatusOr<v1::Receipt> Review(const Caller& caller, uint64_t grant) {
    v1::ReviewBreakGlassRequest request;
    request.set_purpose(caller.agency.role() == v1::AUDITOR ? v1::VERIFY_LAWFULNESS
                                                            : PurposeOf(caller));
    request.set_grant_index(grant);
    request.set_finding(v1::JUSTIFIED);
    request.set_authority_reference("REVIEW/1");
    return Ask(&Ledger::ReviewBreakGlass, caller, request);
  }
  static bool TellsCircumstances(const absl::StatusOr<v1::CasePage>& page) {
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() &&
           std::any_of(page->events().begin(), page->events().end(),
                       [](const auto& e) { return !e.event().incident().circumstances().empty(); });
  }
  static bool TellsWhereSheIs(const absl::StatusOr<v1::CasePage>& page) {
    for (const auto& event : page->events()) {
      for (const auto& person : event.event().persons()) {
        if (person.capacity() != v1::VICTIM) continue;
        if (person.addresses_size() > 0 || person.contacts_size() > 0) return true;
      }
    }
    return false;
  }

  std::string case_id_;
};

TEST_F(LedgerBreakGlassTest, OpensWhatTheRolesRuleLiftsAndNothingOfWhereSheIs) {
  EXPECT_FALSE(TellsCircumstances(ReadBy(Sergeant(), 0)));
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok()) << grant.status();
  const auto page = ReadBy(Sergeant(), grant->grant_index());
  EXPECT_TRUE(TellsCircumstances(page));
  EXPECT_FALSE(TellsWhereSheIs(page));
  EXPECT_FALSE(TellsCircumstances(ReadBy(Sergeant(), 0)));
}

TEST_F(LedgerBreakGlassTest, EveryReadingByItIsMarked) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  const auto page = ReadBy(Sergeant(), grant->grant_index());
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->grant_index(), grant->grant_index());
  EXPECT_EQ(Entries().back().disclosed().grant_index(), grant->grant_index());
  EXPECT_EQ(ReadBy(Sergeant(), 0)->grant_index(), 0u);
}

TEST_F(LedgerBreakGlassTest, ACaseThatIsNotThereIsRefusedInOneTextAndOneEntry) {
  const auto refused = [&](const Caller& caller, const std::string& case_id) {
    const size_t before = Entries().size();
    const absl::Status status = Break(caller, case_id).status();
    const std::vector<v1::LogEntry> entries = Entries();
    EXPECT_EQ(entries.size(), before + 1);
    v1::LogEntry entry = entries.back();
    entry.clear_index();
    entry.clear_recorded_at();
    entry.mutable_refused()->clear_target();
    return status.ToString() + entry.SerializeAsString();
  };
  EXPECT_EQ(refused(Outsider(), kNoCase), refused(Outsider(), "case-bbcdefghijklmnopqrstuvwxyz"));
  v1::SealCaseRequest seal;
  seal.set_purpose(v1::MARAC_MEETING);
  seal.set_case_id(case_id_);
  seal.set_agency("cumbria-police");
  seal.set_sealed(true);
  seal.set_authority_reference("SEAL/1");
  const auto sealed = Ask(&Ledger::SealCase, Coordinator(), seal);
  ASSERT_TRUE(sealed.ok()) << sealed.status();
  EXPECT_EQ(refused(Outsider(), case_id_), refused(Outsider(), kNoCase));
}

TEST_F(LedgerBreakGlassTest, ThePoliceMayOpenACaseThatIsNotTheirs) {
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Outsider(), 0).status()));
  const auto grant = Break(Outsider(), case_id_);
  ASSERT_TRUE(grant.ok()) << grant.status();
  const auto page = ReadBy(Outsider(), grant->grant_index());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_GT(page->events_size(), 0);
  EXPECT_FALSE(TellsWhereSheIs(page));
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Outsider(), 0).status()));
  // A seal that comes in between closes it.
  v1::SealCaseRequest seal;
  seal.set_purpose(v1::MARAC_MEETING);
  seal.set_case_id(case_id_);
  seal.set_agency("cumbria-police");
  seal.set_sealed(true);
  seal.set_authority_reference("SEAL/1");
  ASSERT_TRUE(Ask(&Ledger::SealCase, Coordinator(), seal).ok());
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Outsider(), grant->grant_index()).status()));
}

TEST_F(LedgerBreakGlassTest, AnAgencysOwnCaseIsNobodyElsesToOpen) {
  // Probation may push referrals only: what it claims about persons of a case that it does not know
  // of is its own.
  const auto own = Push(CallerFrom("lancashire-probation", "svc-marac"), Referral(7),
                        v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(own.ok()) << own.status();
  ASSERT_NE(own->case_ids(0), case_id_);
  EXPECT_EQ(Break(Outsider(), own->case_ids(0)).status(), Break(Outsider(), kNoCase).status());
}

TEST_F(LedgerBreakGlassTest, NobodyBreaksItWhoDidNotJustProveToBeThere) {
  EXPECT_TRUE(absl::IsFailedPrecondition(Break(Police(), case_id_).status()));
  Caller stale = Sergeant();
  stale.practitioner->fresh = false;
  EXPECT_TRUE(absl::IsFailedPrecondition(Break(stale, case_id_).status()));
  Caller weak = Sergeant();
  weak.practitioner->strong = false;
  EXPECT_TRUE(absl::IsFailedPrecondition(Break(weak, case_id_).status()));
}

TEST_F(LedgerBreakGlassTest, NeitherWhoFacesPerpetratorsNorWhoHasNoRuleMay) {
  EXPECT_TRUE(absl::IsPermissionDenied(Break(By(Drive(), "manager-1"), case_id_).status()));
  EXPECT_EQ(Entries().back().refused().rule_id(), "break-glass");
  // Nor by another's grant.
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  Caller drive = By(Drive(), "sergeant-1");
  EXPECT_TRUE(absl::IsNotFound(ReadBy(drive, grant->grant_index()).status()));
}

TEST_F(LedgerBreakGlassTest, WhoIsConnectedNeverComesToItByBrokenGlassEither) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  v1::RegisterConnectionRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_practitioner("sergeant-1");
  request.set_relation(v1::ONESELF);
  *request.mutable_person() = Perpetrator();
  request.mutable_person()->clear_capacity();
  request.set_authority_reference("CONFLICT/1");
  ASSERT_TRUE(Ask(&Ledger::RegisterConnection, Sergeant(), request).ok());
  EXPECT_EQ(ReadBy(Sergeant(), grant->grant_index()).status(),
            ReadBy(Sergeant(), 0, kNoCase).status());
  EXPECT_EQ(Break(Sergeant(), case_id_).status(), Break(Sergeant(), kNoCase).status());
}

TEST_F(LedgerBreakGlassTest, HoldsForOneHourOneCaseAndOnePersonAlone) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  const uint64_t index = grant->grant_index();
  const absl::Status none = ReadBy(Sergeant(), 999999).status();
  EXPECT_TRUE(absl::IsNotFound(none));
  EXPECT_EQ(ReadBy(By(Police(), "sergeant-2"), index).status(), none);
  EXPECT_EQ(ReadBy(Police(), index).status(), none);
  EXPECT_EQ(ReadBy(By(Coordinator(), "sergeant-1"), index).status(), none);
  Caller other_issuer = Sergeant();
  other_issuer.practitioner->issuer = "https://other.test";
  EXPECT_EQ(ReadBy(other_issuer, index).status(), none);
  v1::CaseEvent strangers = Referral(5);
  for (v1::Person& person : *strangers.mutable_persons()) {
    person.set_full_name("Nobody " + person.full_name());
    person.clear_external_ids();
  }
  const auto other = Refer(strangers);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(ReadBy(Sergeant(), index, other->case_ids(0)).status(), none);
  clock_.Advance(absl::Hours(1) - absl::Nanoseconds(1));
  EXPECT_TRUE(ReadBy(Sergeant(), index).ok());
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(ReadBy(Sergeant(), index).status(), none);
}

TEST_F(LedgerBreakGlassTest, ThePartiesAndTheOfficersAreToldAtOnceAndNobodyWhoFacesPerpetrators) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  const v1::LogEntry entry = Entries().back();
  std::set<std::string> told;
  for (const v1::Notice& notice : entry.notices()) {
    EXPECT_EQ(notice.kind(), v1::GLASS_BROKEN);
    EXPECT_EQ(notice.act_by().seconds(), grant->review_due().seconds());
    told.insert(notice.agency() + "/" + v1::Desk_Name(notice.desk()));
  }
  EXPECT_EQ(told.count("lancashire-police/DATA_PROTECTION"), 1u);
  EXPECT_EQ(told.count("lancashire-police/CASEWORK"), 0u);
  EXPECT_EQ(told.count("lancashire-marac/CASEWORK"), 1u);
  EXPECT_EQ(told.count("lancashire-marac/DATA_PROTECTION"), 1u);
  EXPECT_EQ(told.count("fcwa-victim-service/CASEWORK"), 1u);
  for (const std::string& desk : told) EXPECT_EQ(desk.find("drive-"), std::string::npos) << desk;
  EXPECT_EQ(NoticesOf(v1::GLASS_BROKEN, Coordinator()).size(), 1u);
}

TEST_F(LedgerBreakGlassTest, AReviewIsDueInADayByAnotherAgencysOfficer) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  EXPECT_EQ(grant->review_due().seconds() - Entries().back().recorded_at().seconds(), 24 * 3600);
  const uint64_t index = grant->grant_index();
  EXPECT_TRUE(absl::IsPermissionDenied(Review(Officer(Police()), index).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Review(Coordinator(), index).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Review(Officer(Police("cumbria-police")), index).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Review(Officer(Coordinator()), 1).status()));
  ASSERT_TRUE(Review(Officer(Coordinator()), index).ok());
  EXPECT_EQ(Entries().back().break_glass_reviewed().finding(), v1::JUSTIFIED);
  EXPECT_TRUE(absl::IsFailedPrecondition(Review(Officer(Coordinator()), index).status()));
}

TEST_F(LedgerBreakGlassTest, TheReasonIsSealedAndErasedWithTheCase) {
  ASSERT_TRUE(Break(Sergeant(), case_id_).ok());
  EXPECT_EQ(Entries().back().SerializeAsString().find("knife"), std::string::npos);
  const auto asked = RequestErasure(Coordinator(), case_id_);
  ASSERT_TRUE(asked.ok());
  const auto erased = ApproveErasure(Police(), asked->request_index());
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(Break(Sergeant(), case_id_).status()));
  EXPECT_TRUE(absl::IsNotFound(Break(Outsider(), case_id_).status()));
}

TEST_F(LedgerBreakGlassTest, WhatWasReadByItIsShownAgainAfterItsEnd) {
  for (const Caller& caller : {Sergeant(), Outsider()}) {
    const auto grant = Break(caller, case_id_);
    ASSERT_TRUE(grant.ok());
    const auto page = ReadBy(caller, grant->grant_index());
    ASSERT_TRUE(page.ok());
    clock_.Advance(absl::Hours(2));
    v1::ReplayReleaseRequest replay;
    replay.set_purpose(v1::VERIFY_LAWFULNESS);
    replay.set_disclosure_index(page->disclosure_index());
    const auto shown = Ask(&Ledger::ReplayRelease, Auditor(), replay);
    ASSERT_TRUE(shown.ok()) << shown.status();
    EXPECT_EQ(shown->verdict(), v1::SAME_BYTES) << shown->why();
  }
}

TEST_F(LedgerBreakGlassTest, APageTokenGoesOnByItsOwnGrantAlone) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  v1::ReadCaseRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_case_id(case_id_);
  request.set_page_size(1);
  request.set_grant_index(grant->grant_index());
  const auto first = Ask(&Ledger::ReadCase, Sergeant(), request);
  ASSERT_TRUE(first.ok());
  ASSERT_FALSE(first->next_page_token().empty());
  request.set_page_token(first->next_page_token());
  EXPECT_TRUE(Ask(&Ledger::ReadCase, Sergeant(), request).ok());
  request.clear_grant_index();
  EXPECT_TRUE(absl::IsInvalidArgument(Ask(&Ledger::ReadCase, Sergeant(), request).status()));
}

TEST_F(LedgerBreakGlassTest, HoldsAfterARestart) {
  const auto grant = Break(Sergeant(), case_id_);
  ASSERT_TRUE(grant.ok());
  Reopen();
  EXPECT_TRUE(ReadBy(Sergeant(), grant->grant_index()).ok());
  EXPECT_TRUE(Review(Officer(Coordinator()), grant->grant_index()).ok());
}

}  // namespace
}  // namespace concordat::services
