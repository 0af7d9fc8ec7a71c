// A practitioner who is connected to a person of a case: for them, and for them alone, it does not
// exist, by no way in, and they can't tell.
#include <set>
#include <string>
#include <vector>

#include "auth/config_file.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

constexpr char kIssuer[] = "https://issuer.test";

class LedgerConnectionsTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    v1::AgencyDirectory file;
    ASSERT_TRUE(auth::ReadTextproto("deploy/directory/lancashire.textproto", &file).ok());
    for (v1::Agency& agency : *file.mutable_agencies()) {
      if (agency.role_service()) continue;
      agency.set_practitioner_issuer(kIssuer);
      agency.clear_workloads();
      for (const char* workload : {"console", "desk"}) agency.add_workloads(workload);
      agency.add_officer_workloads("desk");
    }
    auto directory = auth::Directory::Create(std::move(file));
    ASSERT_TRUE(directory.ok()) << directory.status();
    trust_->Replace(*std::move(directory));
    const auto referred = Refer(Referral(1));
    ASSERT_TRUE(referred.ok()) << referred.status();
    case_id_ = referred->case_ids(0);
    ASSERT_TRUE(PushIncident(Incident(2)).ok());
  }

  // At the console, not at the officer's desk.
  Caller As(Caller caller, const std::string& subject) const {
    auto id = auth::SpiffeId::Parse("spiffe://" + caller.id.trust_domain() + "/agency/" +
                                    caller.agency.id() + "/console");
    caller.id = *std::move(id);
    caller.practitioner = auth::Practitioner{kIssuer, subject, clock_.Now(), true, true};
    return caller;
  }
  Caller Officer() const { return As(Police(), "officer-1"); }
  Caller Colleague() const { return As(Police(), "officer-2"); }
  Caller DataProtectionOfficer() const {
    Caller caller = Police();
    caller.practitioner = auth::Practitioner{kIssuer, "dpo-1", clock_.Now(), true, true};
    return caller;
  }

  absl::StatusOr<v1::RegisterConnectionResponse> Register(
      const Caller& caller, const v1::Person& person, const std::string& subject = "officer-1") {
    v1::RegisterConnectionRequest request;
    request.set_purpose(v1::LAW_ENFORCEMENT);
    request.set_practitioner(subject);
    request.set_relation(v1::RELATIVE);
    *request.mutable_person() = person;
    request.mutable_person()->clear_capacity();
    request.mutable_person()->clear_relationship();
    request.set_authority_reference("CONFLICT/1");
    return Ask(&Ledger::RegisterConnection, caller, request);
  }
  absl::StatusOr<v1::RegisterConnectionResponse> TakeBack(const Caller& caller,
                                                          const std::string& connection) {
    v1::RegisterConnectionRequest request;
    request.set_purpose(v1::LAW_ENFORCEMENT);
    request.set_practitioner("officer-1");
    request.set_connection_id(connection);
    request.set_authority_reference("CONFLICT/2");
    return Ask(&Ledger::RegisterConnection, caller, request);
  }
  absl::Status ReadBy(const Caller& caller) {
    return Read(caller, case_id_, v1::LAW_ENFORCEMENT).status();
  }
  absl::Status ReadOfNothing(const Caller& caller) {
    return Read(caller, "case-abcdefghijklmnopqrstuvwxyz", v1::LAW_ENFORCEMENT).status();
  }
  v1::LogEntry Last() const { return Entries().back(); }

  std::string case_id_;
};

TEST_F(LedgerConnectionsTest, ACaseOfSomebodyRegisteredIsNotThereForThemAlone) {
  ASSERT_TRUE(ReadBy(Officer()).ok());
  ASSERT_TRUE(Register(Officer(), Perpetrator()).ok());
  EXPECT_EQ(ReadBy(Officer()), ReadOfNothing(Officer()));
  EXPECT_TRUE(absl::IsNotFound(ReadBy(Officer())));
  EXPECT_TRUE(ReadBy(Colleague()).ok());
  EXPECT_TRUE(ReadBy(Police()).ok());
  // The same subject of another agency, or another issuer's, is another person.
  EXPECT_TRUE(Read(As(Coordinator(), "officer-1"), case_id_, v1::MARAC_MEETING).ok());
  Caller other = Officer();
  other.practitioner->issuer = "https://other.test";
  EXPECT_TRUE(ReadBy(other).ok());
}

TEST_F(LedgerConnectionsTest, TheEntryOfTheRefusalDiffersInItsReasonAndInWhoIsWarned) {
  ASSERT_TRUE(Register(Officer(), Victim()).ok());
  ASSERT_FALSE(ReadBy(Officer()).ok());
  v1::LogEntry conflict = Last();
  ASSERT_FALSE(ReadOfNothing(Officer()).ok());
  v1::LogEntry nothing = Last();
  EXPECT_EQ(conflict.refused().rule_id(), "conflict");
  EXPECT_EQ(nothing.refused().rule_id(), "not-party");
  EXPECT_EQ(nothing.notices_size(), 0);
  std::set<std::string> warned;
  for (const v1::Notice& notice : conflict.notices()) {
    EXPECT_EQ(notice.kind(), v1::CONFLICT_REFUSED);
    EXPECT_EQ(notice.desk(), v1::DATA_PROTECTION);
    warned.insert(notice.agency());
  }
  EXPECT_EQ(warned.count("lancashire-police"), 1u);
  EXPECT_EQ(warned.count("lancashire-marac"), 1u);
  EXPECT_EQ(warned.count("drive-lancashire"), 0u);
  conflict.clear_notices();
  for (v1::LogEntry* entry : {&conflict, &nothing}) {
    entry->mutable_refused()->clear_rule_id();
    entry->mutable_refused()->clear_target();
    entry->clear_index();
    entry->clear_recorded_at();
  }
  EXPECT_EQ(conflict.SerializeAsString(), nothing.SerializeAsString());
}

TEST_F(LedgerConnectionsTest, FindsWhoSharesAPhoneAHouseholdOrSurnameAndPostcode) {
  v1::CaseEvent event = Incident(3);
  v1::Person& victim = *event.mutable_persons(0);
  victim.add_contacts()->set_phone("+44 7700 900001");
  v1::Address& home = *victim.add_addresses();
  home.add_lines("1 Example Street");
  home.set_postcode("FY1 1AA");
  v1::ExternalId& uprn = *victim.add_external_ids();
  uprn.set_type(v1::UPRN);
  uprn.set_value("100000000001");
  ASSERT_TRUE(PushIncident(event).ok());

  const auto hidden_by = [&](const std::string& subject, const v1::Person& person) {
    const Caller caller = As(Police(), subject);
    EXPECT_TRUE(ReadBy(caller).ok());
    EXPECT_TRUE(Register(caller, person, subject).ok());
    return !ReadBy(caller).ok();
  };
  v1::Person phone;
  phone.add_contacts()->set_phone("07700-900 001");
  EXPECT_TRUE(hidden_by("by-phone", phone));
  v1::Person household;
  household.add_addresses()->add_lines("1, EXAMPLE STREET");
  household.mutable_addresses(0)->set_postcode("fy11aa");
  EXPECT_TRUE(hidden_by("by-household", household));
  v1::Person property;
  *property.add_external_ids() = uprn;
  EXPECT_TRUE(hidden_by("by-uprn", property));
  v1::Person surname;
  const std::string name = Victim().full_name();
  surname.set_full_name("Somebody " + name.substr(name.rfind(' ') + 1));
  surname.add_addresses()->set_postcode("FY1 1AA");
  EXPECT_TRUE(hidden_by("by-surname", surname));

  v1::Person neither;
  neither.set_full_name("Somebody Else");
  neither.add_addresses()->set_postcode("FY1 1AA");
  neither.mutable_addresses(0)->add_lines("2 Example Street");
  neither.add_contacts()->set_phone("07700 900002");
  EXPECT_FALSE(hidden_by("by-nothing", neither));
}

TEST_F(LedgerConnectionsTest, LinksNeverMakeTwoRecordsOnePerson) {
  v1::CaseEvent first = Incident(3);
  first.mutable_persons(0)->add_contacts()->set_phone("07700 900001");
  const auto known = PushIncident(first);
  ASSERT_TRUE(known.ok());
  v1::CaseEvent second = Incident(4);
  for (v1::Person& person : *second.mutable_persons()) {
    person.set_full_name("Nobody " + person.full_name());
    person.clear_external_ids();
  }
  second.mutable_persons(0)->add_contacts()->set_phone("07700 900001");
  const auto other = PushIncident(second);
  ASSERT_TRUE(other.ok());
  EXPECT_NE(known->case_ids(0), other->case_ids(0));
  EXPECT_EQ(Last().collected().combined_subject_ids_size(), 0);
}

TEST_F(LedgerConnectionsTest, NoCallAboutTheCaseIsAnswered) {
  ASSERT_TRUE(Register(Officer(), Perpetrator()).ok());
  v1::SetEvidenceHoldRequest hold;
  hold.set_purpose(v1::LAW_ENFORCEMENT);
  hold.set_case_id(case_id_);
  hold.set_held(true);
  EXPECT_EQ(Ask(&Ledger::SetEvidenceHold, Officer(), hold).status(), ReadOfNothing(Officer()));
  v1::SealCaseRequest seal;
  seal.set_purpose(v1::LAW_ENFORCEMENT);
  seal.set_case_id(case_id_);
  seal.set_agency("fcwa-victim-service");
  seal.set_sealed(true);
  EXPECT_EQ(Ask(&Ledger::SealCase, Officer(), seal).status(), ReadOfNothing(Officer()));
  EXPECT_TRUE(absl::IsNotFound(RequestErasure(Officer(), case_id_).status()));
  const auto asked = RequestErasure(Coordinator(), case_id_);
  ASSERT_TRUE(asked.ok()) << asked.status();
  const absl::Status approved = ApproveErasure(Officer(), asked->request_index()).status();
  EXPECT_EQ(approved, ApproveErasure(Officer(), 0).status());
  v1::CaseEvent named = Incident(5);
  named.set_case_id(case_id_);
  EXPECT_EQ(Push(Officer(), named, v1::LAW_ENFORCEMENT).status(), ReadOfNothing(Officer()));
}

TEST_F(LedgerConnectionsTest, WhatTheySendReachesTheCaseAndTheirReceiptDoesNotNameIt) {
  ASSERT_TRUE(Register(Officer(), Perpetrator()).ok());
  const auto receipt = Push(Officer(), Incident(6), v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ASSERT_EQ(receipt->case_ids_size(), 1);
  EXPECT_NE(receipt->case_ids(0), case_id_);
  const auto page = Read(Police(), case_id_, v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(page.ok());
  std::set<uint64_t> indices;
  for (const auto& event : page->events()) indices.insert(event.leaf_index());
  EXPECT_EQ(indices.count(receipt->leaf_index()), 1u);
}

TEST_F(LedgerConnectionsTest, TheirAgencysReleasesOfTheCaseAreNotTheirs) {
  const auto page = Read(Police(), case_id_, v1::LAW_ENFORCEMENT);
  ASSERT_TRUE(page.ok());
  v1::GetReleaseRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_disclosure_index(page->disclosure_index());
  ASSERT_TRUE(Ask(&Ledger::GetRelease, Officer(), request).ok());
  ASSERT_TRUE(Register(Officer(), Perpetrator()).ok());
  const absl::Status refused = Ask(&Ledger::GetRelease, Officer(), request).status();
  request.set_disclosure_index(0);
  EXPECT_EQ(refused, Ask(&Ledger::GetRelease, Officer(), request).status());
}

TEST_F(LedgerConnectionsTest, NeitherSeesNorAcknowledgesItsAlerts) {
  const Caller worker = As(Idva(), "worker-1");
  const auto before = Alerts(worker);
  ASSERT_TRUE(before.ok());
  ASSERT_GT(before->alerts.size(), 0u);
  v1::RegisterConnectionRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.set_practitioner("worker-1");
  request.set_relation(v1::PARTNER_OR_FORMER_PARTNER);
  request.mutable_person()->set_full_name(Perpetrator().full_name());
  request.mutable_person()->set_date_of_birth(Perpetrator().date_of_birth());
  *request.mutable_person()->mutable_external_ids() = Perpetrator().external_ids();
  request.set_authority_reference("CONFLICT/3");
  ASSERT_TRUE(Ask(&Ledger::RegisterConnection, worker, request).ok());

  const auto after = Alerts(worker, 0, true);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->alerts.size(), 0u);
  EXPECT_EQ(after->counts.unacknowledged(), 0u);
  EXPECT_EQ(Last().disclosed().alerts_read().left_out_size(),
            static_cast<int>(before->alerts.size()));
  const uint64_t sequence = before->alerts[0].sequence();
  EXPECT_EQ(Acknowledge(worker, {sequence}).status(), Acknowledge(worker, {999}).status());
  // Everybody else does.
  EXPECT_EQ(Alerts(Idva())->alerts.size(), before->alerts.size());
  EXPECT_TRUE(Acknowledge(Idva(), {sequence}).ok());
}

TEST_F(LedgerConnectionsTest, AReadingOfAlertsThatLeftSomeOutIsShownAgainAsItWas) {
  const Caller worker = As(Idva(), "worker-1");
  v1::RegisterConnectionRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.set_practitioner("worker-1");
  request.set_relation(v1::RELATIVE);
  *request.mutable_person()->mutable_external_ids() = Perpetrator().external_ids();
  request.mutable_person()->set_full_name(Perpetrator().full_name());
  request.mutable_person()->set_date_of_birth(Perpetrator().date_of_birth());
  request.set_authority_reference("CONFLICT/3");
  ASSERT_TRUE(Ask(&Ledger::RegisterConnection, worker, request).ok());
  v1::CaseEvent strangers = Incident(7);
  for (v1::Person& person : *strangers.mutable_persons()) {
    person.set_full_name("Nobody " + person.full_name());
    person.clear_external_ids();
  }
  v1::CaseEvent referral = Referral(8);
  *referral.mutable_persons() = strangers.persons();
  ASSERT_TRUE(Refer(referral).ok());
  ASSERT_TRUE(PushIncident(strangers).ok());
  const auto read = Alerts(worker);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_GT(read->alerts.size(), 0u);
  ASSERT_GT(Last().disclosed().alerts_read().left_out_size(), 0);
  v1::ReplayReleaseRequest replay;
  replay.set_purpose(v1::VERIFY_LAWFULNESS);
  replay.set_disclosure_index(read->alerts[0].disclosure_index());
  const auto shown = Ask(&Ledger::ReplayRelease, Auditor(), replay);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->verdict(), v1::SAME_BYTES) << shown->why();
}

TEST_F(LedgerConnectionsTest, OneRegistersOneselfAndOnlyTheOfficerTakesBackAnothers) {
  EXPECT_TRUE(absl::IsPermissionDenied(Register(Colleague(), Perpetrator()).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Register(As(Police(), ""), Perpetrator()).status()));
  const auto own = Register(Officer(), Perpetrator());
  ASSERT_TRUE(own.ok());
  EXPECT_TRUE(absl::IsPermissionDenied(TakeBack(Officer(), own->connection_id()).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(TakeBack(Colleague(), own->connection_id()).status()));
  Caller at_the_desk = DataProtectionOfficer();
  at_the_desk.practitioner->subject = "officer-1";
  EXPECT_TRUE(absl::IsPermissionDenied(TakeBack(at_the_desk, own->connection_id()).status()));
  EXPECT_TRUE(absl::IsNotFound(TakeBack(DataProtectionOfficer(), "connection-x").status()));
  EXPECT_FALSE(ReadBy(Officer()).ok());
  ASSERT_TRUE(TakeBack(DataProtectionOfficer(), own->connection_id()).ok());
  EXPECT_TRUE(ReadBy(Officer()).ok());
  EXPECT_TRUE(absl::IsNotFound(TakeBack(DataProtectionOfficer(), own->connection_id()).status()));
  EXPECT_TRUE(Register(DataProtectionOfficer(), Victim()).ok());
  EXPECT_FALSE(ReadBy(Officer()).ok());
}

TEST_F(LedgerConnectionsTest, HoldsAfterARestartAndTheLogHoldsNoneOfThePerson) {
  v1::Person person = Perpetrator();
  person.add_contacts()->set_phone("07700900077");
  ASSERT_TRUE(Register(Officer(), person).ok());
  const std::string bytes = Last().SerializeAsString();
  EXPECT_EQ(bytes.find(person.full_name()), std::string::npos);
  EXPECT_EQ(bytes.find("900077"), std::string::npos);
  Reopen();
  EXPECT_FALSE(ReadBy(Officer()).ok());
  EXPECT_TRUE(ReadBy(Colleague()).ok());
}

TEST_F(LedgerConnectionsTest, WhatIsErasedOfAPersonTakesTheirLinksWithIt) {
  v1::CaseEvent event = Incident(3);
  for (v1::Person& person : *event.mutable_persons()) {
    person.add_contacts()->set_phone("07700 900001");  // They share it.
  }
  ASSERT_TRUE(PushIncident(event).ok());
  const v1::Person victim = Victim();
  const auto asked = RequestErasure(Coordinator(), case_id_, &victim);
  ASSERT_TRUE(asked.ok()) << asked.status();
  const auto erased = ApproveErasure(Police(), asked->request_index());
  EXPECT_TRUE(erased.ok()) << erased.status();
  v1::Person phone;
  phone.add_contacts()->set_phone("07700 900001");
  ASSERT_TRUE(Register(Officer(), phone).ok());
  EXPECT_FALSE(ReadBy(Officer()).ok());  // By the perpetrator's, who is still there.
}

TEST_F(LedgerConnectionsTest, AnAgencyWithoutAnIssuerHasNobodyToRegister) {
  Caller caller = Officer();
  caller.agency.clear_practitioner_issuer();
  EXPECT_TRUE(absl::IsFailedPrecondition(Register(caller, Victim()).status()));
}

}  // namespace
}  // namespace concordat::services
