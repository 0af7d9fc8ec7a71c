#include "services/common/validate_governance.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/limits.h"

namespace concordat::services {
namespace {

template <typename Request>
std::string Text(const Request& request) {
  const absl::Status status = Validate(request);
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

v1::GetReleaseRequest GetRelease() {
  v1::GetReleaseRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  return request;
}

v1::ConfirmReleaseRequest Confirm() {
  v1::ConfirmReleaseRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.set_confirmation("text\n\n\u2014 name AAAA\n");
  return request;
}

v1::SetEvidenceHoldRequest Hold() {
  v1::SetEvidenceHoldRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_case_id("case-1");
  request.set_authority_reference("OIC/2026-11.7_b");
  return request;
}

v1::SealCaseRequest Seal() {
  v1::SealCaseRequest request;
  request.set_purpose(v1::MARAC_MEETING);
  request.set_case_id("case-1");
  request.set_agency("lancashire-police");
  request.set_authority_reference("SEAL/2026/7");
  return request;
}

v1::RequestErasureRequest Erase() {
  v1::RequestErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  request.set_case_id("case-1");
  request.set_reason(v1::COURT_ORDER);
  request.set_authority_reference("DPO/2026/7");
  return request;
}

v1::ApproveErasureRequest Approve() {
  v1::ApproveErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  return request;
}

v1::FindSubjectsRequest Find() {
  v1::FindSubjectsRequest request;
  request.set_purpose(v1::VERIFY_LAWFULNESS);
  request.mutable_person()->set_full_name("Asha Example");
  request.mutable_person()->set_date_of_birth("1990-01-31");
  return request;
}

v1::ReplayReleaseRequest Replay() {
  v1::ReplayReleaseRequest request;
  request.set_purpose(v1::SELF_MONITORING);
  return request;
}

void AddId(v1::Person* person, v1::IdentifierType type, const std::string& value) {
  v1::ExternalId* id = person->add_external_ids();
  id->set_type(type);
  id->set_value(value);
}

template <typename Request>
void ExpectsPurposeAndKnownFields(Request request) {
  const v1::Purpose purpose = request.purpose();
  ASSERT_EQ(Text(request), "ok");
  request.clear_purpose();
  EXPECT_EQ(Text(request).rfind("purpose: got PURPOSE_UNSPECIFIED, want one of ", 0), 0u);
  request.set_purpose(static_cast<v1::Purpose>(77));
  EXPECT_EQ(Text(request).rfind("purpose: got 77, want one of ", 0), 0u);
  request.set_purpose(purpose);
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(55, 1);
  EXPECT_EQ(Text(request), "request: got unknown field number 55, want only known fields");
}

TEST(ValidateGovernanceTest, WantsAPurposeAndKnownFieldsEverywhere) {
  ExpectsPurposeAndKnownFields(GetRelease());
  ExpectsPurposeAndKnownFields(Confirm());
  ExpectsPurposeAndKnownFields(Hold());
  ExpectsPurposeAndKnownFields(Erase());
  ExpectsPurposeAndKnownFields(Approve());
  ExpectsPurposeAndKnownFields(Find());
  ExpectsPurposeAndKnownFields(Replay());
}

TEST(ValidateGovernanceTest, EachHasThePurposesThatItMayHave) {
  for (int p = v1::Purpose_MIN + 1; p <= v1::Purpose_MAX; ++p) {
    const auto purpose = static_cast<v1::Purpose>(p);
    const std::string& name = v1::Purpose_Name(purpose);
    const bool of_the_log = p >= v1::VERIFY_LAWFULNESS && p <= v1::CRIMINAL_PROCEEDINGS;
    v1::SetEvidenceHoldRequest hold = Hold();
    hold.set_purpose(purpose);
    EXPECT_EQ(Text(hold),
              p == v1::LAW_ENFORCEMENT ? "ok" : "purpose: got " + name + ", want LAW_ENFORCEMENT");
    v1::RequestErasureRequest erase = Erase();
    erase.set_purpose(purpose);
    v1::ApproveErasureRequest approve = Approve();
    approve.set_purpose(purpose);
    const std::string rights =
        p == v1::INFORMATION_RIGHTS ? "ok" : "purpose: got " + name + ", want INFORMATION_RIGHTS";
    EXPECT_EQ(Text(erase), rights);
    EXPECT_EQ(Text(approve), rights);
    v1::FindSubjectsRequest find = Find();
    find.set_purpose(purpose);
    EXPECT_EQ(Text(find) == "ok", of_the_log) << name;
    v1::ReplayReleaseRequest replay = Replay();
    replay.set_purpose(purpose);
    EXPECT_EQ(Text(replay) == "ok", of_the_log) << name;
    replay.set_with_bytes(true);
    EXPECT_EQ(Text(replay) == "ok", p == v1::VERIFY_LAWFULNESS || p == v1::CRIMINAL_PROCEEDINGS)
        << name;
  }
}

TEST(ValidateGovernanceTest, RefusesBytesForSelfMonitoring) {
  v1::ReplayReleaseRequest replay = Replay();
  replay.set_with_bytes(true);
  EXPECT_EQ(Text(replay),
            "with_bytes: got true for SELF_MONITORING, want false but for VERIFY_LAWFULNESS and "
            "CRIMINAL_PROCEEDINGS");
}

TEST(ValidateGovernanceTest, RefusesAConfirmationThatIsEmptyOrTooLarge) {
  v1::ConfirmReleaseRequest confirm = Confirm();
  confirm.clear_confirmation();
  EXPECT_EQ(Text(confirm), "confirmation: got nothing, want a signed note");
  confirm.set_confirmation(std::string(kFreeTextBytesMax + 1, 'x'));
  EXPECT_NE(Text(confirm), "ok");
}

TEST(ValidateGovernanceTest, AuthorityReferencesArePlainAndShort) {
  const std::string want = ", want 1 to 64 of A-Z, a-z, 0-9, '/', '.', '_' and '-'";
  const auto check = [&](const std::string& reference, const std::string& answer) {
    v1::SetEvidenceHoldRequest hold = Hold();
    hold.set_authority_reference(reference);
    EXPECT_EQ(Text(hold), answer);
    v1::RequestErasureRequest erase = Erase();
    erase.set_authority_reference(reference);
    EXPECT_EQ(Text(erase), answer);
  };
  check("", "authority_reference: got nothing" + want);
  check("Asha Example", "authority_reference: got another character" + want);
  check("a@b", "authority_reference: got another character" + want);
  check("caf\u00e9", "authority_reference: got another character" + want);
  check(std::string(65, 'x'), "authority_reference: got 65 bytes" + want);
  check(std::string(64, 'x'), "ok");
  check("a/B.9_-", "ok");
}

TEST(ValidateGovernanceTest, HoldsAndErasuresNameACase) {
  v1::SetEvidenceHoldRequest hold = Hold();
  hold.clear_case_id();
  EXPECT_EQ(Text(hold), "case_id: got an empty string, want 1 to 256 printable ASCII characters");
  v1::RequestErasureRequest erase = Erase();
  erase.clear_case_id();
  EXPECT_EQ(Text(erase), "case_id: got an empty string, want 1 to 256 printable ASCII characters");
  erase = Erase();
  erase.clear_reason();
  EXPECT_EQ(Text(erase),
            "reason: got ERASURE_REASON_UNSPECIFIED, want one of UNLAWFUL_PROCESSING, "
            "RETENTION_ENDED, SUBJECT_REQUEST, COURT_ORDER");
}

TEST(ValidateGovernanceTest, APersonToEraseHasACapacityAndIsFoundByWhatEveryAgencyKnows) {
  v1::RequestErasureRequest erase = Erase();
  v1::Person* person = erase.mutable_person();
  EXPECT_EQ(Text(erase),
            "person.capacity: got CAPACITY_UNSPECIFIED, want one of VICTIM, PERPETRATOR, CHILD, "
            "THIRD_PARTY");
  person->set_capacity(v1::VICTIM);
  EXPECT_EQ(Text(erase),
            "person: got nothing that anybody is found by, want an identifier, or a name with a "
            "date of birth");
  AddId(person, v1::NHS_NUMBER, "9990000018");
  EXPECT_EQ(Text(erase), "ok");
  AddId(person, v1::LOCAL_PERSON_ID, "P-17");
  EXPECT_EQ(Text(erase),
            "person.external_ids: got LOCAL_PERSON_ID, want identifiers that mean the same to "
            "every agency");
}

TEST(ValidateGovernanceTest, ASearchIsByExactIdentifiersOrNameWithDateOfBirth) {
  const std::string nothing =
      "person: got nothing that anybody is found by, want an identifier, or a name with a date of "
      "birth";
  v1::FindSubjectsRequest find = Find();
  find.mutable_person()->clear_full_name();
  EXPECT_EQ(Text(find), nothing);
  find = Find();
  find.mutable_person()->clear_date_of_birth();
  EXPECT_EQ(Text(find), nothing);
  find.clear_person();
  EXPECT_EQ(Text(find), nothing);
  AddId(find.mutable_person(), v1::UPRN, "100012345678");
  EXPECT_EQ(Text(find), "person.external_ids[0].type: got UPRN, want the identifier of a person");
  find = Find();
  AddId(find.mutable_person(), v1::PNC_ID, "2003/0062845A");
  EXPECT_NE(Text(find), "ok");
  EXPECT_EQ(Text(find).find("0062845"), std::string::npos) << "an identifier in an error";
  find.mutable_person()->mutable_external_ids(0)->set_value("2003/0062845E");
  EXPECT_EQ(Text(find), "ok");
  find = Find();
  find.mutable_person()->set_date_of_birth("1990-02-30");
  EXPECT_NE(Text(find), "ok");
}

TEST(ValidateGovernanceTest, ALocalNumberIsSearchedWithinItsSystem) {
  v1::FindSubjectsRequest find = Find();
  find.set_source_agency("lancashire-police");
  EXPECT_EQ(Text(find), "source_agency: got a text, want nothing without a LOCAL_PERSON_ID");
  find.clear_source_agency();
  find.set_source_system("records");
  EXPECT_EQ(Text(find), "source_system: got a text, want nothing without a LOCAL_PERSON_ID");
  AddId(find.mutable_person(), v1::LOCAL_PERSON_ID, "P-17");
  EXPECT_EQ(Text(find).rfind("source_agency: got an empty string", 0), 0u) << Text(find);
  find.set_source_agency("lancashire-police");
  EXPECT_EQ(Text(find), "ok");
  find.clear_source_system();
  EXPECT_EQ(Text(find).rfind("source_system: got an empty string", 0), 0u) << Text(find);
}

TEST(ValidateGovernanceTest, RefusesWhatNobodyIsFoundBy) {
  const std::vector<std::function<void(v1::Person*)>> superfluous = {
      [](auto* p) { p->add_addresses()->set_postcode("FY1 4XX"); },
      [](auto* p) { p->add_contacts()->set_phone("01632 960001"); },
      [](auto* p) { p->set_workplace("A synthetic shop"); },
      [](auto* p) { p->set_school("A synthetic school"); },
      [](auto* p) { p->set_relationship("ex-partner"); },
      [](auto* p) { p->set_ethnicity("A1"); },
      [](auto* p) { p->set_language("en"); },
      [](auto* p) { p->set_gp_practice("A synthetic practice"); },
  };
  for (const auto& add : superfluous) {
    v1::FindSubjectsRequest find = Find();
    add(find.mutable_person());
    EXPECT_NE(Text(find).find(": got something, want nothing: nobody is found by it"),
              std::string::npos)
        << Text(find);
  }
  // The person's every field is either one that people are found by, or refused above.
  EXPECT_EQ(v1::Person::descriptor()->field_count(), 4 + static_cast<int>(superfluous.size()));
}

TEST(ValidateGovernanceTest, ASealNamesAPurposeACaseAnAgencyAndAnAuthority) {
  EXPECT_TRUE(Validate(Seal()).ok()) << Validate(Seal());
  v1::SealCaseRequest request = Seal();
  request.clear_purpose();
  EXPECT_EQ(Validate(request).message().substr(0, 8), "purpose:");
  request = Seal();
  request.clear_case_id();
  EXPECT_EQ(Validate(request).message().substr(0, 8), "case_id:");
  for (const char* agency : {"", "a b ", "an agency\n"}) {
    request = Seal();
    request.set_agency(agency);
    EXPECT_EQ(Validate(request).message().substr(0, 7), "agency:");
  }
  request = Seal();
  request.set_authority_reference("Asha Example");
  EXPECT_EQ(Validate(request).message().substr(0, 20), "authority_reference:");
}

TEST(ValidateGovernanceTest, ARecallIsASealAndLiftedAsOne) {
  v1::SealCaseRequest request = Seal();
  request.set_recall(true);
  EXPECT_EQ(Text(request),
            "recall: got true beside a seal that is lifted, want false: a recall is lifted as any "
            "seal");
  request.set_sealed(true);
  EXPECT_EQ(Text(request), "ok");
}

}  // namespace
}  // namespace concordat::services
