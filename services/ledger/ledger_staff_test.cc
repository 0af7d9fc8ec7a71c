// A person of a case who works for an agency that is party to it: those who may seal the case are
// told, the agency is not, and nothing else changes.
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "services/ledger/ledger_fixture.h"
#include "storage/testing/crash_env.h"

namespace concordat::services {
namespace {

constexpr char kIssuer[] = "https://issuer.test";

class LedgerStaffTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    ChangeDirectory([](v1::Agency& agency) {
      if (agency.role_service()) return;
      agency.set_practitioner_issuer(kIssuer);
      agency.add_workloads("dpo");
      agency.add_officer_workloads("dpo");
    });
  }

  absl::StatusOr<v1::RegisterConnectionResponse> Register(
      v1::Person person, v1::ConnectionRelation relation = v1::ONESELF,
      const std::string& subject = "sergeant-1") {
    Caller caller = Police();
    caller.practitioner = auth::Practitioner{kIssuer, subject, clock_.Now(), true, true};
    v1::RegisterConnectionRequest request;
    request.set_purpose(v1::LAW_ENFORCEMENT);
    request.set_practitioner(subject);
    request.set_relation(relation);
    person.clear_capacity();
    person.clear_relationship();
    *request.mutable_person() = person;
    request.set_authority_reference("STAFF/1");
    return Ask(&Ledger::RegisterConnection, caller, request);
  }
  absl::Status TakeBack(const std::string& connection) {
    Caller caller = Officer(Police());
    caller.practitioner = auth::Practitioner{kIssuer, "dpo-1", clock_.Now(), true, true};
    v1::RegisterConnectionRequest request;
    request.set_purpose(v1::LAW_ENFORCEMENT);
    request.set_practitioner("sergeant-1");
    request.set_connection_id(connection);
    request.set_authority_reference("STAFF/2");
    return Ask(&Ledger::RegisterConnection, caller, request).status();
  }
  // Desks told in the newest entry, as "agency/desk".
  std::set<std::string> ToldInLast() const {
    std::set<std::string> told;
    const v1::LogEntry last = Entries().back();
    for (const v1::Notice& notice : last.notices()) {
      if (notice.kind() != v1::PERSON_IS_STAFF) continue;
      EXPECT_EQ(notice.employer(), "lancashire-police");
      told.insert(notice.agency() + "/" + v1::Desk_Name(notice.desk()));
    }
    return told;
  }
  static bool TellsCoordinator(const std::set<std::string>& told) {
    return told.count("lancashire-marac/CASEWORK") == 1 &&
           told.count("lancashire-marac/DATA_PROTECTION") == 1;
  }
};

TEST_F(LedgerStaffTest, WhoMaySealIsToldWhenOneOfAPartysStaffIsNamedAndThePartyIsNot) {
  ASSERT_TRUE(Register(Perpetrator()).ok());
  EXPECT_TRUE(ToldInLast().empty());
  ASSERT_TRUE(Refer(Referral(1)).ok());
  const std::set<std::string> told = ToldInLast();
  EXPECT_TRUE(TellsCoordinator(told));
  EXPECT_EQ(told.count("lancashire-police/CASEWORK"), 0u);
  EXPECT_EQ(told.count("lancashire-police/DATA_PROTECTION"), 0u);
  // Nobody who works with the perpetrator.
  for (const std::string& desk : told) EXPECT_EQ(desk.find("drive-"), std::string::npos) << desk;
  const auto read = NoticesOf(v1::PERSON_IS_STAFF, Coordinator());
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].notice().employer(), "lancashire-police");
}

TEST_F(LedgerStaffTest, IsToldOnceAndAgainOfTheNextCase) {
  ASSERT_TRUE(Register(Perpetrator()).ok());
  ASSERT_TRUE(Refer(Referral(1)).ok());
  EXPECT_FALSE(ToldInLast().empty());
  ASSERT_TRUE(PushIncident(Incident(2)).ok());
  EXPECT_TRUE(ToldInLast().empty());
  v1::CaseEvent other = Referral(3);
  other.mutable_persons(0)->set_full_name("Another Example");
  other.mutable_persons(0)->set_date_of_birth("1991-01-01");
  other.mutable_persons(0)->clear_external_ids();
  const auto second = Refer(other);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(TellsCoordinator(ToldInLast()));
}

TEST_F(LedgerStaffTest, IsToldWhenSomebodyKnownAlreadyRegisters) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  ASSERT_TRUE(Register(Victim()).ok());
  EXPECT_TRUE(TellsCoordinator(ToldInLast()));
}

TEST_F(LedgerStaffTest, NotOfWhomTheyAreConnectedToNorOfWhoSharesAHome) {
  v1::Person at_home = Victim();
  at_home.set_full_name("Somebody Else");
  at_home.set_date_of_birth("1970-01-01");
  at_home.clear_external_ids();
  at_home.clear_workplace();
  ASSERT_TRUE(Register(Perpetrator(), v1::RELATIVE).ok());
  ASSERT_TRUE(Register(at_home, v1::ONESELF, "sergeant-2").ok());
  ASSERT_TRUE(Refer(Referral(1)).ok());
  EXPECT_TRUE(ToldInLast().empty());
  ASSERT_TRUE(Register(Perpetrator(), v1::RELATIVE, "sergeant-3").ok());
  EXPECT_TRUE(ToldInLast().empty());
  ASSERT_TRUE(Register(at_home, v1::ONESELF, "sergeant-4").ok());
  EXPECT_TRUE(ToldInLast().empty());
}

TEST_F(LedgerStaffTest, NotOnceItIsTakenBack) {
  const auto registered = Register(Perpetrator());
  ASSERT_TRUE(registered.ok()) << registered.status();
  const absl::Status back = TakeBack(registered->connection_id());
  ASSERT_TRUE(back.ok()) << back;
  ASSERT_TRUE(Refer(Referral(1)).ok());
  EXPECT_TRUE(ToldInLast().empty());
}

TEST_F(LedgerStaffTest, StillThereWhereItsTakingBackCouldNotBeWritten) {
  ledger_.reset();
  storage::CrashEnv disk;
  env_ = disk.env();
  config_.set_data_dir("/data/log");
  Reopen();
  const auto registered = Register(Perpetrator());
  ASSERT_TRUE(registered.ok()) << registered.status();
  disk.faults().FailNth(1, storage::FileFaults::Mode::kFromThenOn);
  EXPECT_FALSE(TakeBack(registered->connection_id()).ok());
  disk.faults().Stop();
  // The writer finds out by itself that it can write again.
  const absl::Time give_up = Clock::Real().Now() + absl::Seconds(30);
  while (!Refer(Referral(1)).ok() && Clock::Real().Now() < give_up) {
  }
  EXPECT_TRUE(TellsCoordinator(ToldInLast()));
  ledger_.reset();
}

TEST_F(LedgerStaffTest, NotOfACaseThatIsSealedAgainstTheEmployer) {
  const auto referred = Refer(Referral(1));
  ASSERT_TRUE(referred.ok());
  ASSERT_TRUE(SealAgainst("lancashire-police", Coordinator(), referred->case_ids(0)).ok());
  ASSERT_TRUE(Register(Perpetrator()).ok());
  EXPECT_TRUE(ToldInLast().empty());
  v1::CaseEvent again = Referral(2);
  again.mutable_persons(0)->mutable_addresses(0)->set_lines(0, "9 Synthetic Street");
  ASSERT_TRUE(Refer(again).ok());
  EXPECT_TRUE(ToldInLast().empty());
}

TEST_F(LedgerStaffTest, ACoordinatorsOwnDeskIsNotToldOfItsStaff) {
  Caller coordinator = Coordinator();
  coordinator.practitioner = auth::Practitioner{kIssuer, "coordinator-1", clock_.Now(), true, true};
  v1::RegisterConnectionRequest request;
  request.set_purpose(v1::MARAC_MEETING);
  request.set_practitioner("coordinator-1");
  request.set_relation(v1::ONESELF);
  *request.mutable_person() = Victim();
  request.mutable_person()->clear_capacity();
  request.mutable_person()->clear_relationship();
  request.set_authority_reference("STAFF/3");
  ASSERT_TRUE(Ask(&Ledger::RegisterConnection, coordinator, request).ok());
  ASSERT_TRUE(Refer(Referral(1)).ok());
  std::set<std::string> told;
  const v1::LogEntry last = Entries().back();
  for (const v1::Notice& notice : last.notices()) {
    EXPECT_EQ(notice.employer(), "lancashire-marac");
    told.insert(notice.agency());
  }
  EXPECT_EQ(told.count("lancashire-marac"), 0u);
  EXPECT_EQ(told.count("lancashire-police"), 1u);
}

TEST_F(LedgerStaffTest, WhoIsSealedOutLaterIsNotToldOfWhomItWas) {
  ASSERT_TRUE(Register(Perpetrator()).ok());
  const auto referred = Refer(Referral(1));
  ASSERT_TRUE(referred.ok());
  ASSERT_EQ(NoticesOf(v1::PERSON_IS_STAFF, Coordinator())[0].notice().employer(),
            "lancashire-police");
  ASSERT_TRUE(SealAgainst("lancashire-marac", Police(), referred->case_ids(0)).ok());
  const auto read = NoticesOf(v1::PERSON_IS_STAFF, Coordinator());
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].notice().employer(), "");
  EXPECT_EQ(read[0].notice().case_id(), "");
}

TEST_F(LedgerStaffTest, HoldsAfterARestart) {
  ASSERT_TRUE(Register(Perpetrator()).ok());
  const auto taken_back = Register(Victim(), v1::ONESELF, "sergeant-1");
  ASSERT_TRUE(taken_back.ok());
  ASSERT_TRUE(TakeBack(taken_back->connection_id()).ok());
  Reopen();
  v1::CaseEvent of_victim = Referral(1);
  of_victim.mutable_persons()->DeleteSubrange(1, of_victim.persons_size() - 1);
  ASSERT_TRUE(Refer(of_victim).ok());
  EXPECT_TRUE(ToldInLast().empty());
  ASSERT_TRUE(Refer(Referral(2)).ok());
  EXPECT_TRUE(TellsCoordinator(ToldInLast()));
}

}  // namespace
}  // namespace concordat::services
