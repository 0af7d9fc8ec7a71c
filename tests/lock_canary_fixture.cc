#include "tests/lock_canary_fixture.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "auth/testing/token_issuer.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"

namespace concordat::tests {
namespace {

using google::protobuf::MethodDescriptor;

const auth::testing::TokenIssuer& Issuer() {
  static const auto& issuer = *new auth::testing::TokenIssuer();
  return issuer;
}

bool ReadsACase(const MethodDescriptor& method) {
  return method.output_type() == v1::CasePage::descriptor();
}

// Of the requests: what the caller's role has no purpose for is refused before anything is looked
// up, and canary_test tries it.
bool IsFor(const std::vector<v1::Purpose>& purposes, v1::Purpose purpose) {
  return std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
}

// The service of the role's own, and its method that reads a case.
std::string ReadMethodOf(v1::Role role) {
  switch (role) {
    case v1::POLICE:
      return "Police/ReadCase";
    case v1::CHILDRENS_SOCIAL_CARE:
    case v1::ADULT_SOCIAL_CARE:
      return "Social/ReadCase";
    case v1::VICTIM_SERVICE:
      return "Victim/ReadCase";
    default:
      return "Marac/PullCaseHistory";
  }
}

}  // namespace

void LockCanaryFixture::SetUpTestSuite() {
  const std::string keys = StrCat(::testing::TempDir(), "/practitioner-keys.json");
  CONCORDAT_CHECK(WriteFileAtomically(keys, Issuer().KeySet(), 0644).ok());
  Cluster::Options options;
  options.edit_directory = [](v1::AgencyDirectory* directory) {
    // A case is not sealed against its only victim service.
    v1::Agency& service = *directory->add_agencies();
    service.set_id("lancaster-victim-service");
    service.set_name("Example Victim Service of Lancaster");
    service.set_role(v1::VICTIM_SERVICE);
    service.add_police_force_areas("E23000003");
    service.add_local_authorities("E07000121");
    service.add_workloads("desk");
    for (v1::Agency& agency : *directory->mutable_agencies()) {
      if (!agency.role_service()) agency.set_practitioner_issuer(auth::testing::kTestIssuer);
    }
  };
  options.edit_config = [keys](const std::string&, v1::ServerConfig* config) {
    *config->add_practitioner_issuers() = auth::testing::TokenIssuer::Config(keys);
  };
  StartSuite(std::move(options));
  if (HasFailure()) return;
  // Nothing here may erase a case.
  for (const std::string& case_id : case_ids()) {
    v1::SetEvidenceHoldRequest hold;
    hold.set_case_id(case_id);
    hold.set_held(true);
    hold.set_authority_reference("CANARY/1");
    const auto held =
        Govern(&v1::Governance::Stub::SetEvidenceHold, "lancashire-police", "keeper-1", hold);
    ASSERT_TRUE(held.ok()) << held.status();
  }
}

std::vector<std::string> LockCanaryFixture::Parties() {
  std::vector<std::string> parties;
  std::set<v1::Role> roles;
  for (const v1::Agency& agency : cluster().directory().agencies()) {
    const bool takes_part =
        !agency.role_service() && agency.role() != v1::AUDITOR && agency.role() != v1::EVALUATOR;
    if (takes_part && roles.insert(agency.role()).second) parties.push_back(agency.id());
  }
  return parties;
}

std::string LockCanaryFixture::Token(const std::string& agency, const std::string& subject) {
  return Issuer().Token(agency, subject, Clock::Real().Now());
}

std::vector<v1::Purpose> LockCanaryFixture::PurposesOf(const std::string& agency) {
  std::vector<v1::Purpose> purposes;
  for (const v1::RoleRule& rule : policy().roles()) {
    if (rule.role() != AgencyOf(agency).role()) continue;
    for (const v1::PurposeRule& allowed : rule.purposes()) purposes.push_back(allowed.purpose());
  }
  CONCORDAT_CHECK(!purposes.empty());
  return purposes;
}

void LockCanaryFixture::Seal(const std::string& case_id, const std::string& against, bool sealed) {
  v1::SealCaseRequest request;
  request.set_case_id(case_id);
  request.set_agency(against);
  request.set_sealed(sealed);
  request.set_authority_reference("CANARY/6");
  const std::string by = against == "lancashire-marac" ? "lancashire-police" : "lancashire-marac";
  const auto done = Govern(&v1::Governance::Stub::SealCase, by, "sealer-1", request);
  ASSERT_TRUE(done.ok()) << against << ": " << done.status();
}

void LockCanaryFixture::Connect(const std::string& agency, const std::string& subject,
                                const v1::Person& person) {
  v1::RegisterConnectionRequest request;
  request.set_practitioner(subject);
  request.set_relation(v1::RELATIVE);
  *request.mutable_person() = person;
  // By who they are alone: the synthetic people all live at a few addresses.
  v1::Person& only = *request.mutable_person();
  for (const char* name : {"capacity", "relationship", "workplace", "addresses", "contacts"}) {
    only.GetReflection()->ClearField(&only, only.GetDescriptor()->FindFieldByName(name));
  }
  request.set_authority_reference("CANARY/7");
  const auto done = Govern(&v1::Governance::Stub::RegisterConnection, agency, subject, request);
  ASSERT_TRUE(done.ok()) << agency << ": " << done.status();
}

std::set<std::string> LockCanaryFixture::CasesThatReach(const std::string& agency,
                                                        const std::string& subject) {
  std::set<std::string> reached;
  const std::vector<v1::Purpose> purposes = PurposesOf(agency);
  const std::string token = Token(agency, subject);
  for (const MethodDescriptor* method : Methods()) {
    const std::vector<Request> requests = RequestsFor(*method);
    for (const Caller& caller : CallersOf(*method, [&](const std::string& end) {
           return end == agency ? token : std::string();
         })) {
      if (caller.end != agency) continue;
      for (const Request& request : requests) {
        // A broken push names no purpose; one of a method is enough, canary_test tries them all.
        const bool is_push = request.purpose == v1::PURPOSE_UNSPECIFIED;
        if (is_push ? &request != &requests.front() : !IsFor(purposes, request.purpose)) continue;
        const RawReply reply = CallAs(caller, *method, request);
        for (const size_t index : book().Find(reply.AllBytes())) {
          reached.insert(CaseOf(book().at(index)));
        }
      }
    }
  }
  return reached;
}

std::set<size_t> LockCanaryFixture::ReadBy(const std::string& agency, const std::string& subject,
                                           const std::string& case_id, uint64_t grant,
                                           const MaySeeIt& may_see, std::set<std::string>* wrong) {
  std::set<size_t> found;
  const std::string token = Token(agency, subject);
  for (const MethodDescriptor* method : Methods()) {
    if (!ReadsACase(*method)) continue;
    for (const Caller& caller : CallersOf(*method, [&](const std::string& end) {
           return end == agency ? token : std::string();
         })) {
      if (caller.end != agency) continue;
      for (const v1::Purpose purpose : PurposesOf(agency)) {
        v1::ReadCaseRequest read = ReadRequest(case_id, purpose, 100);
        read.set_grant_index(grant);
        const RawReply reply =
            CallAs(caller, *method, {read.SerializeAsString(), purpose, case_id});
        const std::set<size_t> here = book().Find(reply.AllBytes());
        found.insert(here.begin(), here.end());
        for (size_t index = 0; index < book().size(); ++index) {
          const Canary& canary = book().at(index);
          const bool may = reply.status.ok() && CaseOf(canary) == case_id &&
                           !caller.roles.empty() && may_see(caller, canary);
          const bool is = here.count(index) > 0;
          // A person of whom nothing but references is left is dropped with them.
          if (is == may || (may && canary.field_class == v1::REFERENCE)) continue;
          wrong->insert(StrCat(caller.name, " at ", method->full_name(), is ? " got " : " lacks ",
                               Describe(canary)));
        }
      }
    }
  }
  return found;
}

RawReply LockCanaryFixture::ReadPage(const std::string& agency, const std::string& subject,
                                     const std::string& case_id, const std::string& page_token,
                                     uint64_t grant) {
  v1::ReadCaseRequest read = ReadRequest(case_id, PurposesOf(agency)[0], 1);
  read.set_page_token(page_token);
  read.set_grant_index(grant);
  const std::string method = ReadMethodOf(AgencyOf(agency).role());
  RawCall call{StrCat("/concordat.v1.", method), {read.SerializeAsString()}};
  call.metadata = {{"authorization", StrCat("Bearer ", Token(agency, subject))}};
  // The first page is enough: the call goes on by its token.
  call.stop = [](std::string_view) { return true; };
  return tests::Call(
      cluster().Channel(absl::AsciiStrToLower(method.substr(0, method.find('/'))), agency), call);
}

}  // namespace concordat::tests
