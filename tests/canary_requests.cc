#include "tests/canary_requests.h"

#include <type_traits>

#include "concordat/v1/governance.pb.h"

namespace concordat::tests {

std::vector<std::unique_ptr<google::protobuf::Message>> GovernanceRequests(
    const std::string& type, const std::vector<std::string>& case_ids) {
  std::vector<std::unique_ptr<google::protobuf::Message>> requests;
  const auto add = [&](const auto& request) {
    requests.push_back(std::make_unique<std::decay_t<decltype(request)>>(request));
  };
  // The first entry is nobody's release; a late one may be the caller's.
  for (const uint64_t index : {0, 400}) {
    if (index == 0 && type != "GetReleaseRequest") continue;
    if (type == "GetReleaseRequest") {
      v1::GetReleaseRequest request;
      request.set_disclosure_index(index);
      add(request);
    } else if (type == "ConfirmReleaseRequest") {
      v1::ConfirmReleaseRequest request;
      request.set_disclosure_index(index);
      request.set_confirmation("no confirmation");
      add(request);
    } else if (type == "ApproveErasureRequest") {
      v1::ApproveErasureRequest request;
      request.set_request_index(index);
      add(request);
    } else if (type == "ReplayReleaseRequest") {
      v1::ReplayReleaseRequest request;
      request.set_disclosure_index(index);
      add(request);
    }
  }
  for (const std::string& id : case_ids) {
    if (type == "SetEvidenceHoldRequest") {
      v1::SetEvidenceHoldRequest request;
      request.set_case_id(id);
      request.set_held(true);
      request.set_authority_reference("CANARY/1");
      add(request);
    } else if (type == "SealCaseRequest") {
      // Lifts what nobody set: a seal that held would hide the canaries from who must see them.
      v1::SealCaseRequest request;
      request.set_case_id(id);
      request.set_agency("cumbria-police");
      request.set_authority_reference("CANARY/3");
      add(request);
    } else if (type == "BreakGlassRequest") {
      v1::BreakGlassRequest request;
      request.set_case_id(id);
      request.set_category(v1::RISK_TO_LIFE);
      request.set_reason("a canary is missing");
      add(request);
    } else if (type == "RequestApprovalRequest") {
      v1::RequestApprovalRequest request;
      request.set_case_id(id);
      request.set_reason("a canary is missing");
      add(request);
    } else if (type == "ListReadingsRequest") {
      v1::ListReadingsRequest request;
      request.set_case_id(id);
      request.set_leaf_index(1);
      add(request);
      request.clear_leaf_index();
      request.set_agency("lancashire-police");
      add(request);
    } else if (type == "RequestErasureRequest") {
      v1::RequestErasureRequest request;
      request.set_case_id(id);
      request.set_reason(v1::COURT_ORDER);
      request.set_authority_reference("CANARY/2");
      add(request);
    }
  }
  for (const v1::Desk desk : {v1::CASEWORK, v1::DATA_PROTECTION}) {
    if (type == "ReadNoticesRequest") {
      v1::ReadNoticesRequest request;
      request.set_desk(desk);
      add(request);
    } else if (type == "AcknowledgeNoticesRequest") {
      v1::AcknowledgeNoticesRequest request;
      request.set_desk(desk);
      request.add_sequences(1);
      add(request);
    }
  }
  if (type == "ReviewBreakGlassRequest") {
    v1::ReviewBreakGlassRequest request;
    request.set_grant_index(400);
    request.set_finding(v1::JUSTIFIED);
    request.set_authority_reference("CANARY/4");
    add(request);
  } else if (type == "GiveApprovalRequest") {
    v1::GiveApprovalRequest request;
    request.set_request_index(400);
    add(request);
  } else if (type == "RegisterConnectionRequest") {
    v1::RegisterConnectionRequest request;
    request.set_practitioner("canary.keeper");
    request.set_relation(v1::RELATIVE);
    request.mutable_person()->set_full_name("Asha Example");
    request.mutable_person()->set_date_of_birth("1990-04-05");
    request.set_authority_reference("CANARY/5");
    add(request);
  }
  if (type == "FindSubjectsRequest") {
    v1::FindSubjectsRequest request;
    request.mutable_person()->set_full_name("Asha Example");
    request.mutable_person()->set_date_of_birth("1990-04-05");
    add(request);
  }
  return requests;
}

std::string WithPurpose(const google::protobuf::Message& request, v1::Purpose purpose) {
  std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  const google::protobuf::FieldDescriptor* field =
      copy->GetDescriptor()->FindFieldByName("purpose");
  copy->GetReflection()->SetEnumValue(copy.get(), field, purpose);
  return copy->SerializeAsString();
}

}  // namespace concordat::tests
