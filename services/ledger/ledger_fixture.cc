#include "services/ledger/ledger_fixture.h"

#include <utility>

#include "auth/config_file.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "crypto/random.h"
#include "crypto/signed_note.h"

namespace concordat::services {
namespace {

v1::Role RoleBehind(const auth::Directory& directory, const std::string& agency) {
  return directory.Find(agency)->role();
}

}  // namespace

void LedgerFixture::SetUp() {
  v1::AgencyDirectory file;
  ASSERT_TRUE(auth::ReadTextproto("deploy/directory/lancashire.textproto", &file).ok());
  confirmer_ = std::make_unique<crypto::NoteSigner>(crypto::NoteSigner::Generate(
      auth::ConfirmationKeyName(file.trust_domain(), "fcwa-victim-service")));
  for (v1::Agency& agency : *file.mutable_agencies()) {
    if (agency.id() != "fcwa-victim-service") continue;
    agency.set_confirmation_key(confirmer_->verifier().Encode());
  }
  absl::StatusOr<auth::Directory> directory = auth::Directory::Create(std::move(file));
  ASSERT_TRUE(directory.ok()) << directory.status();
  trust_ = std::make_unique<auth::Trust>(*std::move(directory));
  const std::string dir = StrCat(::testing::TempDir(), "/ledger-", crypto::RandomId());
  const std::string origin = "lancashire.concordat.test/log";
  const std::string signing_key = StrCat(dir, ".log-key");
  const std::string wrapping_key = StrCat(dir, ".kek");
  ASSERT_TRUE(
      WriteFileAtomically(signing_key, crypto::NoteSigner::Generate(origin).EncodePrivate(), 0600)
          .ok());
  ASSERT_TRUE(WriteFileAtomically(wrapping_key, std::string(64, '7'), 0600).ok());
  config_.set_data_dir(dir);
  config_.set_log_origin(origin);
  config_.set_log_signing_key_file(signing_key);
  config_.set_key_encryption_key_file(wrapping_key);
  config_.set_policy_file("deploy/policy/release-policy.textproto");
  config_.set_police_force_area("E23000003");
  Reopen();
}

void LedgerFixture::ChangeDirectory(const std::function<void(v1::Agency&)>& change) {
  v1::AgencyDirectory file;
  file.set_version(directory().version() + 1);
  file.set_trust_domain(directory().trust_domain());
  for (const v1::Agency& agency : directory().agencies()) {
    v1::Agency& changed = *file.add_agencies();
    changed = agency;
    change(changed);
  }
  absl::StatusOr<auth::Directory> directory = auth::Directory::Create(std::move(file));
  ASSERT_TRUE(directory.ok()) << directory.status();
  trust_->Replace(*std::move(directory));
}

void LedgerFixture::Reopen() {
  ledger_.reset();
  absl::StatusOr<std::unique_ptr<Ledger>> ledger =
      Ledger::Open(config_, trust_.get(), &clock_, env_);
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  ledger_ = *std::move(ledger);
}

Caller LedgerFixture::CallerFrom(const std::string& agency, const std::string& via) const {
  const auto id = [&](const std::string& name, const std::string& workload) {
    return *auth::SpiffeId::Parse(
        StrCat("spiffe://", directory().trust_domain(), "/agency/", name, "/", workload));
  };
  Caller caller{id(agency, "desk"),
                *directory().Find(agency),
                std::string(32, '\1'),
                std::nullopt,
                {},
                "/concordat.v1.Ledger/Test",
                v1::ROLE_UNSPECIFIED};
  if (!via.empty()) {
    caller.via = id(via, "service");
    caller.service_role = RoleBehind(directory(), via);
    caller.view.roles.push_back(caller.service_role);
  }
  caller.view.roles.push_back(RoleBehind(directory(), agency));
  return caller;
}

absl::StatusOr<v1::Receipt> LedgerFixture::Push(const Caller& caller, const v1::CaseEvent& event,
                                                v1::Purpose purpose) {
  v1::PushRequest push;
  *push.mutable_event() = event;
  push.set_purpose(purpose);
  absl::StatusOr<v1::Receipt> answer;
  absl::Notification given;
  ledger_->Append(caller, std::move(push), [&](absl::StatusOr<v1::Receipt> receipt) {
    answer = std::move(receipt);
    given.Notify();
  });
  given.WaitForNotification();
  return answer;
}

absl::StatusOr<v1::CasePage> LedgerFixture::Read(const Caller& caller, const std::string& case_id,
                                                 v1::Purpose purpose, uint32_t page_size,
                                                 const std::string& token) {
  v1::ReadCaseRequest request;
  request.set_case_id(case_id);
  request.set_purpose(purpose);
  request.set_page_size(page_size);
  request.set_page_token(token);
  return Ask(&Ledger::ReadCase, caller, request);
}

absl::StatusOr<AlertBatch> LedgerFixture::Alerts(const Caller& caller, uint64_t after, bool woken) {
  absl::StatusOr<AlertBatch> answer;
  absl::Notification given;
  ledger_->ReadAlerts(caller, v1::VICTIM_SUPPORT, after, woken,
                      [&](absl::StatusOr<AlertBatch> batch) {
                        answer = std::move(batch);
                        given.Notify();
                      });
  given.WaitForNotification();
  return answer;
}

absl::StatusOr<v1::AcknowledgeAlertsResponse> LedgerFixture::Acknowledge(
    const Caller& caller, std::vector<uint64_t> sequences) {
  v1::AcknowledgeAlertsRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  for (const uint64_t sequence : sequences) request.add_sequences(sequence);
  return Ask(&Ledger::AcknowledgeAlerts, caller, request);
}

Caller LedgerFixture::Officer(const Caller& desk) const {
  Caller officer = desk;
  officer.id = *auth::SpiffeId::Parse(
      StrCat("spiffe://", directory().trust_domain(), "/agency/", desk.agency.id(), "/dpo"));
  return officer;
}

v1::Purpose LedgerFixture::PurposeOf(const Caller& caller) {
  switch (caller.agency.role()) {
    case v1::POLICE:
      return v1::LAW_ENFORCEMENT;
    case v1::VICTIM_SERVICE:
      return v1::VICTIM_SUPPORT;
    case v1::CHILDRENS_SOCIAL_CARE:
      return v1::CHILD_SAFEGUARDING;
    case v1::DRIVE_CASE_MANAGER:
    case v1::PROBATION:
      return v1::PERPETRATOR_MANAGEMENT;
    default:
      return v1::MARAC_MEETING;
  }
}

absl::StatusOr<v1::ReadNoticesResponse> LedgerFixture::Notices(const Caller& caller,
                                                               v1::Desk desk) {
  v1::ReadNoticesRequest request;
  request.set_purpose(PurposeOf(caller));
  request.set_desk(desk);
  return Ask(&Ledger::ReadNotices, caller, request);
}

std::vector<v1::ReadNoticesResponse::Item> LedgerFixture::NoticesOf(v1::NoticeKind kind,
                                                                    const Caller& caller,
                                                                    v1::Desk desk) {
  std::vector<v1::ReadNoticesResponse::Item> items;
  const auto notices = Notices(caller, desk);
  EXPECT_TRUE(notices.ok()) << notices.status();
  if (!notices.ok()) return items;
  for (const v1::ReadNoticesResponse::Item& item : notices->items()) {
    if (item.notice().kind() == kind) items.push_back(item);
  }
  return items;
}

absl::StatusOr<v1::Receipt> LedgerFixture::AcknowledgeNotices(const Caller& caller,
                                                              std::vector<uint64_t> sequences,
                                                              v1::Desk desk) {
  v1::AcknowledgeNoticesRequest request;
  request.set_purpose(PurposeOf(caller));
  request.set_desk(desk);
  for (const uint64_t sequence : sequences) request.add_sequences(sequence);
  return Ask(&Ledger::AcknowledgeNotices, caller, request);
}

absl::StatusOr<v1::RequestErasureResponse> LedgerFixture::RequestErasure(const Caller& caller,
                                                                         const std::string& case_id,
                                                                         const v1::Person* person) {
  v1::RequestErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  request.set_case_id(case_id);
  request.set_reason(v1::COURT_ORDER);
  request.set_authority_reference("DPO/2026/7");
  if (person != nullptr) *request.mutable_person() = *person;
  return Ask(&Ledger::RequestErasure, caller, request);
}

absl::StatusOr<v1::DestructionCertificate> LedgerFixture::ApproveErasure(const Caller& caller,
                                                                         uint64_t request_index) {
  v1::ApproveErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  request.set_request_index(request_index);
  return Ask(&Ledger::ApproveErasure, caller, request);
}

absl::Status LedgerFixture::SealAgainst(const std::string& agency, const Caller& by,
                                        const std::string& case_id) {
  v1::SealCaseRequest request;
  request.set_purpose(PurposeOf(by));
  request.set_case_id(case_id);
  request.set_agency(agency);
  request.set_sealed(true);
  request.set_authority_reference("SEAL/1");
  return Ask(&Ledger::SealCase, by, request).status();
}

void LedgerFixture::Hold(const std::string& case_id, bool held, const std::string& police) {
  v1::SetEvidenceHoldRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_case_id(case_id);
  request.set_held(held);
  request.set_authority_reference("OIC/2026/7");
  const auto receipt = Ask(&Ledger::SetEvidenceHold, Police(police), request);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
}

std::vector<v1::LogEntry> LedgerFixture::Entries() const {
  std::vector<v1::LogEntry> entries;
  const absl::StatusOr<v1::GetCheckpointResponse> checkpoint =
      ledger_->GetCheckpoint(CallerFrom("log-auditor", ""), v1::INTEGRITY_AND_SECURITY);
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
  // The size is the checkpoint's second line (C2SP tlog-checkpoint).
  const size_t line = checkpoint->checkpoint().find('\n') + 1;
  const uint64_t size = std::stoull(checkpoint->checkpoint().substr(line));
  while (entries.size() < size) {
    const absl::StatusOr<v1::GetEntriesResponse> page = ledger_->ReadEntries(entries.size(), size);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const std::string& bytes : page->entries()) {
      EXPECT_TRUE(entries.emplace_back().ParseFromString(bytes));
    }
  }
  return entries;
}

v1::Person LedgerFixture::Victim() {
  v1::Person person;
  person.set_capacity(v1::VICTIM);
  person.set_full_name("Asha Example");
  person.set_date_of_birth("1990-04-05");
  v1::Address& address = *person.add_addresses();
  address.add_lines("1 Synthetic Street");
  address.set_postcode("FY1 4XX");
  address.set_local_authority("E06000009");
  person.add_contacts()->set_phone("01632 960001");
  return person;
}

v1::Person LedgerFixture::Perpetrator() {
  v1::Person person;
  person.set_capacity(v1::PERPETRATOR);
  person.set_full_name("Bram Specimen");
  person.set_date_of_birth("1985-06-07");
  v1::ExternalId& pnc = *person.add_external_ids();
  pnc.set_type(v1::PNC_ID);
  pnc.set_value("1979/0123456T");
  return person;
}

v1::CaseEvent LedgerFixture::Incident(int n) {
  v1::CaseEvent event;
  event.set_source_system("rms-test");
  event.set_source_reference(StrCat("INC-", n));
  event.set_revision(1);
  *event.mutable_occurred_at() = ToTimestamp(absl::FromUnixSeconds(1690000000 + n));
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  *event.add_persons() = Victim();
  *event.add_persons() = Perpetrator();
  v1::IncidentNotification& incident = *event.mutable_incident();
  incident.set_incident_number(StrCat("LC-TEST-", n));
  incident.set_domestic_abuse_flag(true);
  incident.set_initial_grade(v1::MEDIUM);
  incident.set_circumstances("She said he waited at the school gate (synthetic).");
  return event;
}

v1::CaseEvent LedgerFixture::Referral(int n) {
  v1::CaseEvent event = Incident(n);
  event.set_source_system("marac-test");
  event.set_source_reference(StrCat("REF-", n));
  v1::MaracReferral& referral = *event.mutable_marac_referral();
  referral.add_criteria(v1::MaracReferral::PROFESSIONAL_JUDGEMENT);
  referral.add_invited_agencies("drive-lancashire");
  referral.add_invited_agencies("blackpool-childrens-services");
  referral.set_reason("Escalation over three months (synthetic).");
  return event;
}

}  // namespace concordat::services
