#include "tests/canary_fixture.h"

#include <google/protobuf/text_format.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/check.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/canary_requests.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using google::protobuf::MethodDescriptor;
using v1::CaseEvent;

constexpr char kOutsider[] = "cumbria-police";
constexpr char kSourceSystem[] = "records";

struct Sender {
  std::string service;  // And method.
  std::string method;
  std::string agency;
  v1::Purpose purpose;
};

Sender SenderOf(const CaseEvent& event) {
  const v1::Correction& correction = event.correction();
  if (event.has_marac_referral()) {
    return {"marac", "Marac/ReferCase", "lancashire-marac", v1::MARAC_MEETING};
  }
  if (event.has_social_care_contact() || correction.has_social_care_contact()) {
    return {"social", "Social/RecordContact", "blackpool-childrens-services",
            v1::CHILD_SAFEGUARDING};
  }
  if (event.has_liaison_contact() || correction.has_liaison_contact()) {
    return {"victim", "Victim/RecordLiaisonContact", "fcwa-victim-service", v1::VICTIM_SUPPORT};
  }
  return {"police", "Police/NotifyIncident", "lancashire-police", v1::LAW_ENFORCEMENT};
}

struct Body {
  v1::EventType type;
  std::string field;  // Of CaseEvent.
};

const std::vector<Body>& Bodies() {
  static const auto& bodies = *new std::vector<Body>{
      {v1::INCIDENT_EVENT, "incident"},
      {v1::RISK_ASSESSMENT_EVENT, "risk_assessment"},
      {v1::MARAC_REFERRAL_EVENT, "marac_referral"},
      {v1::SOCIAL_CARE_CONTACT_EVENT, "social_care_contact"},
      {v1::CUSTODY_CHANGE_EVENT, "custody_change"},
      {v1::LIAISON_CONTACT_EVENT, "liaison_contact"},
  };
  return bodies;
}

// Makes `field` the event's, or the correction's, body, with what a canary can't be in.
void SetBody(const std::string& field, bool open, google::protobuf::Message* owner) {
  google::protobuf::Message* body =
      owner->GetReflection()->MutableMessage(owner, owner->GetDescriptor()->FindFieldByName(field));
  if (field == "incident") {
    auto* incident = static_cast<v1::IncidentNotification*>(body);
    incident->mutable_intelligence()->set_handling(open ? v1::IntelligenceReport::HANDLING_P
                                                        : v1::IntelligenceReport::HANDLING_C);
  } else if (field == "risk_assessment") {
    static_cast<v1::RiskAssessment*>(body)->set_grade(v1::HIGH);
  } else if (field == "social_care_contact") {
    static_cast<v1::SocialCareContact*>(body)->set_kind(
        open ? v1::SocialCareContact::SECTION_47_ENQUIRY : v1::SocialCareContact::CONTACT_RECEIVED);
  }
}

std::string Serialised(v1::PushRequest push) { return push.SerializeAsString(); }

std::string ServiceOf(const MethodDescriptor& method) {
  return absl::AsciiStrToLower(method.service()->name());
}

std::vector<v1::Purpose> Purposes() {
  std::vector<v1::Purpose> purposes;
  for (int i = 0; i < v1::Purpose_descriptor()->value_count(); ++i) {
    purposes.push_back(static_cast<v1::Purpose>(v1::Purpose_descriptor()->value(i)->number()));
  }
  return purposes;
}

}  // namespace

std::unique_ptr<CanaryFixture::State> CanaryFixture::state_;

void CanaryFixture::StartSuite(Cluster::Options options) {
  auto state = std::make_unique<State>();
  options.one_process = true;
  absl::StatusOr<std::unique_ptr<Cluster>> cluster = Cluster::Start(std::move(options));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  state->cluster = *std::move(cluster);
  const absl::StatusOr<std::string> policy =
      ReadFile(Runfile("deploy/policy/release-policy.textproto"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(*policy, &state->policy));
  state_ = std::move(state);
  MakeCase(1, /*open=*/false);
  MakeCase(2, /*open=*/true);
  MakeBrokenPushes();
  if (HasFailure()) state_.reset();
}

void CanaryFixture::TearDownTestSuite() { state_.reset(); }

void CanaryFixture::MakeCase(int family, bool open) {
  v1::PushRequest referral = Referral(family, StrCat("open-", family), 0);
  for (const v1::Agency& agency : cluster().directory().agencies()) {
    if (agency.role_service() || agency.id() == kOutsider) continue;
    referral.mutable_event()->mutable_marac_referral()->add_invited_agencies(agency.id());
  }
  const auto marac = cluster().Stub<v1::Marac>("lancashire-marac");
  const auto receipt = Call(*marac, &v1::Marac::Stub::ReferCase, referral);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  state_->case_ids.push_back(receipt->case_ids(0));
  for (const v1::SourceClass source :
       {v1::SOURCE_AGENCY_OBSERVED, v1::SOURCE_VICTIM, v1::SOURCE_CLASS_UNSPECIFIED}) {
    PushEvents(receipt->case_ids(0), open, source);
  }
}

void CanaryFixture::PushEvents(const std::string& case_id, bool open, v1::SourceClass source) {
  EventFacts facts;
  facts.source = source;
  facts.conditions = {v1::HIGH_RISK_CASE};  // Referred to a MARAC.
  if (open) {
    facts.conditions.push_back(v1::VICTIM_CONSENT);
    facts.conditions.push_back(v1::INTELLIGENCE_HANDLING_P);
    facts.conditions.push_back(v1::CHILD_ENQUIRY_OPEN);
  }
  for (const Body& body : Bodies()) {
    CaseEvent event = NewEvent(case_id, open, source);
    SetBody(body.field, open, &event);
    facts.types = {body.type};
    Push(event, facts, case_id);
    if (v1::Correction::descriptor()->FindFieldByName(body.field) == nullptr) continue;

    // One that is corrected: nobody sees anything of it again.
    EventFacts wrong_facts = facts;
    wrong_facts.superseded = true;
    CaseEvent wrong = NewEvent(case_id, open, source);
    wrong.set_source_reference(StrCat("wrong-", state_->facts.size()));
    SetBody(body.field, open, &wrong);
    Push(wrong, wrong_facts, case_id);
    CaseEvent right = NewEvent(case_id, open, source);
    right.mutable_correction()->set_corrects_reference(wrong.source_reference());
    right.mutable_correction()->set_corrects_revision(1);
    SetBody(body.field, open, right.mutable_correction());
    EventFacts right_facts = facts;
    right_facts.types = {v1::CORRECTION_EVENT, body.type};
    Push(right, right_facts, case_id);
  }
}

CaseEvent CanaryFixture::NewEvent(const std::string& case_id, bool open, v1::SourceClass source) {
  CaseEvent event;
  event.set_source_system(kSourceSystem);
  event.set_case_id(case_id);
  event.set_revision(1);
  *event.mutable_occurred_at() = ToTimestamp(At(static_cast<int>(state_->facts.size())));
  event.set_source_class(source);
  event.set_victim_consent(open ? v1::CONSENT_GIVEN : v1::CONSENT_NOT_ASKED);
  for (const v1::Capacity capacity : {v1::VICTIM, v1::PERPETRATOR, v1::CHILD, v1::THIRD_PARTY}) {
    event.add_persons()->set_capacity(capacity);
  }
  return event;
}

size_t CanaryFixture::NextEvent(const EventFacts& facts, const std::string& case_id) {
  state_->facts.push_back(facts);
  state_->cases.push_back(case_id);
  return state_->facts.size() - 1;
}

void CanaryFixture::Push(CaseEvent event, const EventFacts& facts, const std::string& case_id) {
  // Enum fields left alone would get their first value, which makes an unspecified source another.
  const v1::SourceClass source = event.source_class();
  state_->book.Fill(NextEvent(facts, case_id), &event);
  event.set_source_class(source);
  const Sender sender = SenderOf(event);
  v1::PushRequest push;
  push.set_purpose(sender.purpose);
  *push.mutable_event() = event;
  const RawReply reply =
      tests::Call(Channel(sender.service, sender.agency),
                  {StrCat("/concordat.v1.", sender.method), {push.SerializeAsString()}});
  ASSERT_TRUE(reply.status.ok()) << sender.method << ": " << reply.status.error_message();
  EXPECT_TRUE(book().Find(reply.AllBytes()).empty()) << "a receipt tells what was sent";
}

void CanaryFixture::MakeBrokenPushes() {
  EventFacts nobody;
  nobody.superseded = true;
  const auto add = [&](const Body& body, const std::function<void(v1::PushRequest*)>& spoil) {
    CaseEvent event = NewEvent(state_->case_ids[0], false, v1::SOURCE_AGENCY_OBSERVED);
    SetBody(body.field, false, &event);
    state_->book.Fill(NextEvent(nobody, ""), &event);
    v1::PushRequest push;
    push.set_purpose(SenderOf(event).purpose);
    *push.mutable_event() = std::move(event);
    spoil(&push);
    state_->broken_pushes.push_back(Serialised(std::move(push)));
  };
  for (const Body& body : Bodies()) {
    add(body, [](v1::PushRequest* push) { push->clear_purpose(); });
    add(body, [](v1::PushRequest* push) { push->mutable_event()->set_revision(0); });
    add(body, [](v1::PushRequest* push) {
      push->mutable_event()->mutable_persons(0)->mutable_full_name()->append(300, 'a');
    });
    add(body, [](v1::PushRequest* push) {
      v1::Person& person = *push->mutable_event()->mutable_persons(1);
      person.set_date_of_birth(person.full_name());
    });
    for (int id = 0; id < 4; ++id) {
      add(body, [id](v1::PushRequest* push) {
        push->mutable_event()
            ->mutable_persons(1)
            ->mutable_external_ids(id)
            ->mutable_value()
            ->append("x");
      });
    }
    add(body, [](v1::PushRequest* push) {
      v1::Address& address = *push->mutable_event()->mutable_persons(0)->mutable_addresses(0);
      address.set_local_authority(address.lines(0));
    });
    add(body, [](v1::PushRequest* push) {
      push->mutable_event()->set_case_id(push->event().source_reference());
    });
    add(body, [](v1::PushRequest* push) {
      push->mutable_event()->mutable_marac_referral()->add_invited_agencies(
          push->event().persons(0).full_name());
    });
    add(body, [](v1::PushRequest* push) {
      push->mutable_event()->mutable_correction()->set_corrects_reference(
          push->event().persons(0).full_name());
    });
  }
}

std::vector<const MethodDescriptor*> CanaryFixture::Methods() {
  const google::protobuf::FileDescriptor* file = v1::GetCheckpointRequest::descriptor()->file();
  std::vector<const MethodDescriptor*> methods;
  for (int i = 0; i < file->service_count(); ++i) {
    for (int j = 0; j < file->service(i)->method_count(); ++j) {
      methods.push_back(file->service(i)->method(j));
    }
  }
  return methods;
}

const v1::Agency& CanaryFixture::AgencyOf(const std::string& id) {
  for (const v1::Agency& agency : cluster().directory().agencies()) {
    if (agency.id() == id) return agency;
  }
  return v1::Agency::default_instance();
}

std::vector<CanaryFixture::Caller> CanaryFixture::CallersOf(const MethodDescriptor& method,
                                                            const TokenOf& token_of) {
  const std::string service = ServiceOf(method);
  const bool at_ledger = service == "ledger";
  const v1::Role service_role = AgencyOf(StrCat("svc-", service)).role();
  std::vector<Caller> callers;
  for (const v1::Agency& agency : cluster().directory().agencies()) {
    Caller caller{agency.id(), agency.id(), agency.id(), {}, {}};
    if (!at_ledger && !agency.role_service() && agency.id() != kOutsider) {
      caller.roles = {service_role, agency.role()};
    }
    if (token_of != nullptr && !agency.role_service()) {
      caller.metadata = {{"authorization", StrCat("Bearer ", token_of(agency.id()))}};
    }
    callers.push_back(caller);
    // Anybody may try to state one; of those who may not, two are enough.
    const bool states = agency.role_service() || agency.role() == v1::POLICE;
    if (!at_ledger || !states) continue;
    for (const v1::Agency& end : cluster().directory().agencies()) {
      if (end.role_service()) continue;
      v1::EndCaller stated;
      stated.set_spiffe_id(cluster().pki().SpiffeId(end.id(), end.workloads(0)));
      stated.set_certificate_sha256(std::string(32, '\x7f'));
      if (token_of != nullptr) stated.set_practitioner_token(token_of(end.id()));
      caller.name = StrCat(agency.id(), " for ", end.id());
      caller.end = end.id();
      caller.metadata = {{"concordat-end-caller-bin", stated.SerializeAsString()}};
      caller.roles.clear();
      if (agency.role_service() && end.id() != kOutsider)
        caller.roles = {agency.role(), end.role()};
      callers.push_back(caller);
    }
  }
  return callers;
}

std::vector<CanaryFixture::Request> CanaryFixture::RequestsFor(const MethodDescriptor& method) {
  const std::string& type = method.input_type()->name();
  std::vector<Request> requests;
  if (type == "PushRequest") {
    for (const std::string& bytes : state_->broken_pushes)
      requests.push_back({bytes, v1::PURPOSE_UNSPECIFIED, ""});
    return requests;
  }
  for (const v1::Purpose purpose : Purposes()) {
    const auto add = [&](auto request, const std::string& case_id = "") {
      request.set_purpose(purpose);
      requests.push_back({request.SerializeAsString(), purpose, case_id});
    };
    if (type == "ReadCaseRequest") {
      for (const std::string& id : state_->case_ids) add(ReadRequest(id, purpose, 100), id);
      add(ReadRequest("qx000001zq", purpose));
    } else if (type == "WatchAlertsRequest") {
      add(v1::WatchAlertsRequest());
    } else if (type == "AcknowledgeAlertsRequest") {
      v1::AcknowledgeAlertsRequest acknowledge;
      acknowledge.add_sequences(1);
      add(acknowledge);
    } else if (type == "GetCheckpointRequest") {
      add(v1::GetCheckpointRequest());
    } else if (type == "GetEntriesRequest") {
      add(v1::GetEntriesRequest());
    } else if (type == "GetConsistencyProofRequest") {
      v1::GetConsistencyProofRequest proof;
      proof.set_old_size(1);
      proof.set_new_size(2);
      add(proof);
    } else {
      for (const auto& request : GovernanceRequests(type, state_->case_ids)) {
        requests.push_back({WithPurpose(*request, purpose), purpose, ""});
      }
    }
  }
  return requests;
}

std::shared_ptr<grpc::Channel> CanaryFixture::Channel(const std::string& service,
                                                      const std::string& agency) {
  auto& channel = state_->channels[service + agency];
  if (channel == nullptr) channel = cluster().Channel(service, agency);
  return channel;
}

RawReply CanaryFixture::CallAs(const Caller& caller, const MethodDescriptor& method,
                               const Request& request) {
  RawCall call{StrCat("/", method.service()->full_name(), "/", method.name()), {request.bytes}};
  call.metadata = caller.metadata;
  if (method.output_type() == v1::WatchAlertsItem::descriptor()) {
    call.stop = [](std::string_view message) {
      v1::WatchAlertsItem item;
      return !item.ParseFromArray(message.data(), static_cast<int>(message.size())) ||
             item.has_heartbeat();
    };
  }
  return tests::Call(Channel(ServiceOf(method), caller.agency), call);
}

bool CanaryFixture::IsRelease(const MethodDescriptor& method) {
  return method.output_type() == v1::CasePage::descriptor() ||
         method.output_type() == v1::WatchAlertsItem::descriptor();
}

bool CanaryFixture::MaySee(const Caller& caller, const Request& request, const Canary& canary) {
  return !caller.roles.empty() && MayActFor(state_->policy, caller.roles.back(), request.purpose) &&
         SeesValue(state_->policy, caller.roles, state_->facts[canary.event],
                   {canary.field_class, canary.capacity, canary.generaliser});
}

std::string CanaryFixture::Describe(const Canary& canary) {
  const EventFacts& facts = state_->facts[canary.event];
  std::string types;
  for (const v1::EventType type : facts.types) types += v1::EventType_Name(type) + " ";
  return StrCat(canary.field, " (", v1::DataClass_Name(canary.field_class), ", ",
                v1::Capacity_Name(canary.capacity), ") of ", types, "from ",
                v1::SourceClass_Name(facts.source), facts.superseded ? ", superseded" : "");
}

}  // namespace concordat::tests
