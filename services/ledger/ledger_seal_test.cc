// Somebody of the case works for an agency: for that agency nothing of the persons is there, by no
// way in, and it can't tell; for everybody else nothing changes.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "auth/config_file.h"
#include "base/str_cat.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

constexpr char kPolice[] = "lancashire-police";
constexpr char kOther[] = "lancashire-victim-service";

std::set<std::string> IncidentsIn(const absl::StatusOr<v1::CasePage>& page) {
  std::set<std::string> numbers;
  EXPECT_TRUE(page.ok()) << page.status();
  if (!page.ok()) return numbers;
  for (const v1::ReleasedEvent& event : page->events()) {
    if (event.event().has_incident()) numbers.insert(event.event().incident().incident_number());
  }
  return numbers;
}

class LedgerSealTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    v1::AgencyDirectory file;
    ASSERT_TRUE(auth::ReadTextproto("deploy/directory/lancashire.textproto", &file).ok());
    for (const v1::Agency& agency : directory().agencies()) {
      if (agency.id() != "fcwa-victim-service") continue;
      v1::Agency& other = *file.add_agencies();
      other = agency;
      other.set_id(kOther);
      other.clear_confirmation_key();
    }
    absl::StatusOr<auth::Directory> directory = auth::Directory::Create(std::move(file));
    ASSERT_TRUE(directory.ok()) << directory.status();
    trust_->Replace(*std::move(directory));
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    ASSERT_TRUE(PushIncident(Incident(2)).ok());
  }

  Caller OtherIdva() const { return CallerFrom(kOther, "svc-victim"); }

  absl::StatusOr<v1::Receipt> Seal(const std::string& agency, bool sealed = true,
                                   const std::string& case_id = "",
                                   const Caller* caller = nullptr) {
    v1::SealCaseRequest request;
    request.set_purpose(v1::MARAC_MEETING);
    request.set_case_id(case_id.empty() ? case_id_ : case_id);
    request.set_agency(agency);
    request.set_sealed(sealed);
    request.set_authority_reference("SEAL/1");
    if (caller != nullptr && caller->agency.role() == v1::POLICE) {
      request.set_purpose(v1::LAW_ENFORCEMENT);
    }
    return Ask(&Ledger::SealCase, caller == nullptr ? Coordinator() : *caller, request);
  }
  absl::StatusOr<v1::CasePage> ReadAs(const Caller& caller, const std::string& case_id) {
    switch (caller.agency.role()) {
      case v1::POLICE:
        return Read(caller, case_id, v1::LAW_ENFORCEMENT);
      case v1::VICTIM_SERVICE:
        return Read(caller, case_id, v1::VICTIM_SUPPORT);
      default:
        return Read(caller, case_id, v1::MARAC_MEETING);
    }
  }
  // The victim with somebody else.
  static v1::CaseEvent OtherPair(int n) {
    v1::CaseEvent event = Incident(n);
    v1::Person& other = *event.mutable_persons(1);
    other.set_full_name("Cato Placeholder");
    other.clear_external_ids();
    return event;
  }
  static v1::CaseEvent Strangers(int n) {
    v1::CaseEvent event = OtherPair(n);
    event.mutable_persons(0)->set_full_name("Dora Dummy");
    return event;
  }

  std::string case_id_;
};

TEST_F(LedgerSealTest, TheCaseIsNotThereForTheSealedAgencyAloneAndLooksAsIfItNeverWas) {
  ASSERT_TRUE(ReadAs(Police(), case_id_).ok());
  const auto sealed = Seal(kPolice);
  ASSERT_TRUE(sealed.ok()) << sealed.status();
  const auto refused = ReadAs(Police(), case_id_);
  const auto absent = ReadAs(Police(), "case-abcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(refused.status(), absent.status());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kNotFound);
  std::vector<v1::LogEntry> entries = Entries();
  ASSERT_GE(entries.size(), 2u);
  v1::LogEntry& last = entries.back();
  v1::LogEntry& before = entries[entries.size() - 2];
  EXPECT_EQ(last.ByteSizeLong(), before.ByteSizeLong());
  for (v1::LogEntry* entry : {&last, &before}) {
    EXPECT_EQ(entry->operation(), v1::DENIED);
    entry->clear_index();
    entry->mutable_refused()->clear_target();
  }
  EXPECT_EQ(last.SerializeAsString(), before.SerializeAsString());
  EXPECT_EQ(IncidentsIn(ReadAs(Idva(), case_id_)), std::set<std::string>{"LC-TEST-2"});
  EXPECT_TRUE(ReadAs(Coordinator(), case_id_).ok());
  Reopen();
  EXPECT_FALSE(ReadAs(Police(), case_id_).ok());
}

TEST_F(LedgerSealTest, ItsOwnEventsReachTheOthersAndItSeesOnlyThose) {
  ASSERT_TRUE(Seal(kPolice).ok());
  const auto stranger = PushIncident(Strangers(3));
  const auto pushed = PushIncident(Incident(4));
  ASSERT_TRUE(pushed.ok() && stranger.ok()) << pushed.status();
  // One entry and one case in the receipt, as for strangers.
  EXPECT_EQ(pushed->leaf_index(), stranger->leaf_index() + 1);
  ASSERT_EQ(pushed->case_ids_size(), 1);
  EXPECT_EQ(stranger->case_ids_size(), 1);
  EXPECT_NE(pushed->case_ids(0), case_id_);
  EXPECT_EQ(IncidentsIn(ReadAs(Idva(), case_id_)),
            (std::set<std::string>{"LC-TEST-2", "LC-TEST-4"}));
  EXPECT_EQ(Alerts(Idva())->alerts.back().event().event().incident().incident_number(),
            "LC-TEST-4");
  // What anybody else sends does not come to it.
  v1::CaseEvent others = Incident(5);
  ASSERT_TRUE(Push(Police("cumbria-police"), others, v1::LAW_ENFORCEMENT).ok());
  EXPECT_EQ(IncidentsIn(ReadAs(Police(), pushed->case_ids(0))), std::set<std::string>{"LC-TEST-4"});
  EXPECT_EQ(IncidentsIn(ReadAs(Idva(), case_id_)).count("LC-TEST-5"), 1u);
  // Its next goes to its own case again, and a retry says the same.
  const auto next = PushIncident(Incident(6));
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->case_ids(0), pushed->case_ids(0));
  EXPECT_EQ(next->case_ids_size(), 1);
  EXPECT_EQ(PushIncident(Incident(6))->SerializeAsString(), next->SerializeAsString());
  // Naming its own case does not keep it from the others.
  v1::CaseEvent named = Incident(7);
  named.set_case_id(pushed->case_ids(0));
  const auto into_own = PushIncident(named);
  ASSERT_TRUE(into_own.ok()) << into_own.status();
  EXPECT_EQ(into_own->case_ids(0), pushed->case_ids(0));
  EXPECT_EQ(into_own->case_ids_size(), 1);
  EXPECT_EQ(IncidentsIn(ReadAs(Idva(), case_id_)).count("LC-TEST-7"), 1u);
}

TEST_F(LedgerSealTest, FollowsThePersonsIntoEveryOtherCase) {
  const auto other = PushIncident(OtherPair(3));
  const auto stranger = PushIncident(Strangers(4));
  ASSERT_TRUE(other.ok() && stranger.ok());
  ASSERT_TRUE(ReadAs(Police(), other->case_ids(0)).ok());
  ASSERT_TRUE(Seal(kPolice).ok());
  EXPECT_FALSE(ReadAs(Police(), other->case_ids(0)).ok());
  EXPECT_TRUE(ReadAs(Police(), stranger->case_ids(0)).ok());
}

TEST_F(LedgerSealTest, ReachesCasesThatComeToBeLater) {
  ASSERT_TRUE(Seal(kPolice).ok());
  v1::CaseEvent contact = Referral(3);
  *contact.mutable_persons() = OtherPair(3).persons();
  const auto referred = Refer(contact);
  ASSERT_TRUE(referred.ok()) << referred.status();
  EXPECT_TRUE(ReadAs(Idva(), referred->case_ids(0)).ok());
  // The police were joined to it, as to every referral of the area, and yet:
  EXPECT_FALSE(ReadAs(Police(), referred->case_ids(0)).ok());
  v1::CaseEvent named = Incident(5);
  named.set_case_id(referred->case_ids(0));
  EXPECT_EQ(PushIncident(named).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LedgerSealTest, ReachesACaseThatAPersonOfTheSealedOneJoins) {
  const auto stranger = PushIncident(Strangers(3));
  ASSERT_TRUE(Seal(kPolice).ok());
  ASSERT_TRUE(ReadAs(Police(), stranger->case_ids(0)).ok());
  // The sealed case learns of a child that is the victim of the other.
  v1::CaseEvent event = Referral(4);
  v1::Person& child = *event.add_persons();
  child = Strangers(3).persons(0);
  child.set_capacity(v1::CHILD);
  ASSERT_TRUE(Refer(event).ok());
  EXPECT_FALSE(ReadAs(Police(), stranger->case_ids(0)).ok());
}

TEST_F(LedgerSealTest, AReferralByTheSealedAgencyDoesNotLetItIn) {
  ASSERT_TRUE(Seal(kPolice).ok());
  const auto referred = Push(CallerFrom(kPolice, "svc-marac"), Referral(3), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(referred.ok()) << referred.status();
  ASSERT_EQ(referred->case_ids_size(), 1);
  EXPECT_NE(referred->case_ids(0), case_id_);
  EXPECT_FALSE(ReadAs(Police(), case_id_).ok());
}

TEST_F(LedgerSealTest, NoOtherCallFindsTheCase) {
  ASSERT_TRUE(Seal(kPolice).ok());
  EXPECT_EQ(RequestErasure(Police(), case_id_).status().code(), absl::StatusCode::kNotFound);
  v1::SetEvidenceHoldRequest hold;
  hold.set_purpose(v1::LAW_ENFORCEMENT);
  hold.set_case_id(case_id_);
  hold.set_held(true);
  hold.set_authority_reference("HOLD/1");
  EXPECT_EQ(Ask(&Ledger::SetEvidenceHold, Police(), hold).status().code(),
            absl::StatusCode::kNotFound);
  const Caller police = Police();
  for (const bool sealed : {true, false}) {
    EXPECT_EQ(Seal("cumbria-police", sealed, case_id_, &police).status().code(),
              absl::StatusCode::kNotFound);
  }
}

TEST_F(LedgerSealTest, IsLiftedByWhoSealedAloneAndEverywhere) {
  const auto other = PushIncident(OtherPair(3));
  EXPECT_EQ(Seal(kPolice, false).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Seal(kPolice).ok());
  const Caller another = CallerFrom("blackpool-childrens-services", "svc-marac");
  v1::SealCaseRequest request;
  request.set_purpose(v1::CHILD_SAFEGUARDING);
  request.set_case_id(case_id_);
  request.set_agency(kPolice);
  request.set_authority_reference("SEAL/2");
  EXPECT_EQ(Ask(&Ledger::SealCase, another, request).status().code(),
            absl::StatusCode::kFailedPrecondition);
  const auto lifted = Seal(kPolice, false);
  ASSERT_TRUE(lifted.ok()) << lifted.status();
  EXPECT_TRUE(ReadAs(Police(), case_id_).ok());
  EXPECT_TRUE(ReadAs(Police(), other->case_ids(0)).ok());
}

TEST_F(LedgerSealTest, IsOfAnAgencyThatIsThereAndOfACaseOfOnesOwn) {
  EXPECT_EQ(Seal("no-such-agency").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Seal("svc-police").status().code(), absl::StatusCode::kInvalidArgument);
  // Nobody could lift it: whether the case is there or not.
  EXPECT_EQ(Seal("lancashire-marac").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Seal("lancashire-marac", true, "case-none").status(),
            Seal("lancashire-marac").status());
  const Caller outsider = Police("cumbria-police");
  EXPECT_EQ(Seal(kPolice, true, case_id_, &outsider).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(ReadAs(Police(), case_id_).ok());
}

TEST_F(LedgerSealTest, NobodyIsLeftWithoutAlerts) {
  const auto both = Alerts(OtherIdva());
  ASSERT_TRUE(both.ok());
  ASSERT_EQ(both->alerts.size(), 2u);
  ASSERT_TRUE(Acknowledge(Idva(), {1}).ok());
  ASSERT_TRUE(Seal("fcwa-victim-service").ok());
  // What it had not acknowledged is taken from it, and stands with who can see it.
  EXPECT_EQ(Alerts(Idva())->counts.unacknowledged(), 0u);
  const auto moved = Alerts(OtherIdva());
  ASSERT_EQ(moved->alerts.size(), 3u);
  EXPECT_EQ(moved->alerts[2].event().leaf_index(), moved->alerts[1].event().leaf_index());
  EXPECT_EQ(moved->alerts[2].acknowledge_by().seconds(),
            moved->alerts[1].acknowledge_by().seconds());
  // What comes now comes to the other alone.
  ASSERT_TRUE(PushIncident(Incident(3)).ok());
  EXPECT_EQ(Alerts(OtherIdva())->alerts.size(), 4u);
  EXPECT_TRUE(Alerts(Idva())->alerts.empty());
  EXPECT_EQ(Alerts(Idva())->counts.last_sequence(), 2u);
  // And the last one can't be sealed off.
  EXPECT_EQ(Seal(kOther).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LedgerSealTest, ASuspendedServiceIsNobodyWhoIsAlerted) {
  v1::AgencyDirectory file;
  for (v1::Agency agency : directory().agencies()) {
    if (agency.id() == kOther) agency.set_suspended(true);
    *file.add_agencies() = agency;
  }
  file.set_version(directory().version() + 1);
  file.set_trust_domain(directory().trust_domain());
  trust_->Replace(*auth::Directory::Create(std::move(file)));
  EXPECT_EQ(Seal("fcwa-victim-service").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Alerts(Idva())->alerts.size(), 2u);
}

TEST_F(LedgerSealTest, WhoProtectsAPersonInTheSealedCaseStandsInWhereOnlyTheSealedServiceWas) {
  v1::AgencyDirectory file;
  for (v1::Agency agency : directory().agencies()) {
    if (agency.id() == kOther) agency.clear_local_authorities();
    *file.add_agencies() = agency;
  }
  file.set_version(directory().version() + 1);
  file.set_trust_domain(directory().trust_domain());
  trust_->Replace(*auth::Directory::Create(std::move(file)));
  v1::CaseEvent referral = Referral(3);
  *referral.mutable_persons() = OtherPair(3).persons();
  const auto referred = Refer(referral);  // Joins fcwa-victim-service alone.
  ASSERT_TRUE(referred.ok());
  EXPECT_FALSE(ReadAs(OtherIdva(), referred->case_ids(0)).ok());
  ASSERT_TRUE(Seal("fcwa-victim-service").ok());
  EXPECT_FALSE(ReadAs(Idva(), referred->case_ids(0)).ok());
  EXPECT_TRUE(ReadAs(OtherIdva(), referred->case_ids(0)).ok());
  const size_t before = Alerts(OtherIdva())->alerts.size();
  ASSERT_TRUE(PushIncident(OtherPair(4)).ok());
  EXPECT_EQ(Alerts(OtherIdva())->alerts.size(), before + 1);
}

TEST_F(LedgerSealTest, ReleasesFromBeforeAndAfterAreReplayedToTheSameBytes) {
  const auto before = Alerts(Idva());
  ASSERT_TRUE(ReadAs(Police(), case_id_).ok());
  ASSERT_TRUE(Seal("fcwa-victim-service").ok());
  ASSERT_TRUE(Seal(kPolice).ok());
  ASSERT_TRUE(Alerts(OtherIdva()).ok());
  ASSERT_TRUE(Seal("fcwa-victim-service", false).ok());
  ASSERT_TRUE(PushIncident(Incident(5)).ok());
  ASSERT_TRUE(Alerts(Idva()).ok());
  ASSERT_TRUE(ReadAs(OtherIdva(), case_id_).ok());
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
  EXPECT_GE(releases, 5);
}

// A referral is a claim: who may push nothing else learns nothing of what follows.
TEST_F(LedgerSealTest, AnOutsiderThatOnlyRefersGetsNobodyElsesEvents) {
  const auto claimed = Push(CallerFrom("lancashire-probation", "svc-marac"), Referral(3),
                            v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_NE(claimed->case_ids(0), case_id_);
  ASSERT_TRUE(PushIncident(Incident(4)).ok());
  const auto page = Read(CallerFrom("lancashire-probation", "svc-marac"), claimed->case_ids(0),
                         v1::PERPETRATOR_MANAGEMENT);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(IncidentsIn(page).empty());
}

}  // namespace
}  // namespace concordat::services
