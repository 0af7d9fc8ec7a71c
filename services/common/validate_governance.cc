#include "services/common/validate_governance.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "services/common/check_tree.h"
#include "services/common/field_path.h"
#include "services/common/text_rules.h"
#include "services/common/validate_person.h"
#include "services/common/validate_request.h"

namespace concordat::services {
namespace {

using google::protobuf::FieldDescriptor;

// A search for somebody not born yet finds nobody.
const absl::CivilDay kLastDay(9999, 12, 31);

absl::Status CheckPurpose(v1::Purpose purpose, v1::Purpose wanted) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(purpose));
  if (purpose == wanted) return absl::OkStatus();
  return FieldPath("purpose").Error(v1::Purpose_Name(purpose), v1::Purpose_Name(wanted));
}

absl::Status CheckCaseId(const std::string& case_id) {
  return CheckId(FieldPath("case_id"), case_id, kShortTextBytesMax);
}

// Fields beside those that anybody is found by.
absl::Status CheckNothingElse(const v1::Person& person, const FieldPath& path) {
  std::vector<const FieldDescriptor*> fields;
  person.GetReflection()->ListFields(person, &fields);
  for (const FieldDescriptor* field : fields) {
    switch (field->number()) {
      case v1::Person::kCapacityFieldNumber:
      case v1::Person::kFullNameFieldNumber:
      case v1::Person::kDateOfBirthFieldNumber:
      case v1::Person::kExternalIdsFieldNumber:
        break;
      default:
        return path.Child(field->name()).Error("something", "nothing: nobody is found by it");
    }
  }
  return absl::OkStatus();
}

bool HasLocalNumber(const v1::Person& person) {
  return std::any_of(person.external_ids().begin(), person.external_ids().end(),
                     [](const v1::ExternalId& id) { return id.type() == v1::LOCAL_PERSON_ID; });
}

absl::Status CheckSearched(const v1::Person& person, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(CheckNothingElse(person, path));
  for (int i = 0; i < person.external_ids_size(); ++i) {
    const FieldPath at = path.Child("external_ids", i);
    CONCORDAT_RETURN_IF_ERROR(ValidateExternalId(person.external_ids(i), at));
    if (person.external_ids(i).type() == v1::UPRN) {
      return at.Child("type").Error("UPRN", "the identifier of a person");
    }
  }
  if (!person.full_name().empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckName(path.Child("full_name"), person.full_name()));
  }
  if (!person.date_of_birth().empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckDate(path.Child("date_of_birth"), person.date_of_birth(), kLastDay));
  }
  const bool by_name = !person.full_name().empty() && !person.date_of_birth().empty();
  if (by_name || person.external_ids_size() > 0) return absl::OkStatus();
  return path.Error("nothing that anybody is found by",
                    "an identifier, or a name with a date of birth");
}

absl::Status CheckErased(const v1::Person& person) {
  const FieldPath path("person");
  if (person.capacity() == v1::CAPACITY_UNSPECIFIED) {
    return path.Child("capacity")
        .Error("CAPACITY_UNSPECIFIED", "one of VICTIM, PERPETRATOR, CHILD, THIRD_PARTY");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckSearched(person, path));
  if (!HasLocalNumber(person)) return absl::OkStatus();
  return path.Child("external_ids")
      .Error("LOCAL_PERSON_ID", "identifiers that mean the same to every agency");
}

}  // namespace

absl::Status Validate(const v1::GetReleaseRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  return CheckTree(request, FieldPath("request"));
}

absl::Status Validate(const v1::ConfirmReleaseRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  if (!request.confirmation().empty()) return absl::OkStatus();
  return FieldPath("confirmation").Error("nothing", "a signed note");
}

absl::Status Validate(const v1::SetEvidenceHoldRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckPurpose(request.purpose(), v1::LAW_ENFORCEMENT));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  CONCORDAT_RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  return CheckAuthorityReference(FieldPath("authority_reference"), request.authority_reference());
}

absl::Status Validate(const v1::SealCaseRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  CONCORDAT_RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  CONCORDAT_RETURN_IF_ERROR(CheckId(FieldPath("agency"), request.agency(), kAgencyIdBytesMax));
  if (request.recall() && !request.sealed()) {
    return FieldPath("recall").Error("true beside a seal that is lifted",
                                     "false: a recall is lifted as any seal");
  }
  return CheckAuthorityReference(FieldPath("authority_reference"), request.authority_reference());
}

absl::Status Validate(const v1::RequestErasureRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckPurpose(request.purpose(), v1::INFORMATION_RIGHTS));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  CONCORDAT_RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  if (request.has_person()) CONCORDAT_RETURN_IF_ERROR(CheckErased(request.person()));
  if (request.reason() == v1::ERASURE_REASON_UNSPECIFIED) {
    return FieldPath("reason").Error(
        "ERASURE_REASON_UNSPECIFIED",
        "one of UNLAWFUL_PROCESSING, RETENTION_ENDED, SUBJECT_REQUEST, COURT_ORDER");
  }
  return CheckAuthorityReference(FieldPath("authority_reference"), request.authority_reference());
}

absl::Status Validate(const v1::ApproveErasureRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckPurpose(request.purpose(), v1::INFORMATION_RIGHTS));
  return CheckTree(request, FieldPath("request"));
}

absl::Status Validate(const v1::FindSubjectsRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidateLogPurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  CONCORDAT_RETURN_IF_ERROR(CheckSearched(request.person(), FieldPath("person")));
  if (HasLocalNumber(request.person())) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckId(FieldPath("source_agency"), request.source_agency(), kAgencyIdBytesMax));
    return CheckId(FieldPath("source_system"), request.source_system(), kSourceSystemBytesMax);
  }
  if (request.source_agency().empty() && request.source_system().empty()) return absl::OkStatus();
  return FieldPath(request.source_agency().empty() ? "source_system" : "source_agency")
      .Error("a text", "nothing without a LOCAL_PERSON_ID");
}

absl::Status Validate(const v1::ReplayReleaseRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidateLogPurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  if (!request.with_bytes() || request.purpose() == v1::VERIFY_LAWFULNESS ||
      request.purpose() == v1::CRIMINAL_PROCEEDINGS) {
    return absl::OkStatus();
  }
  return FieldPath("with_bytes")
      .Error(absl::StrCat("true for ", v1::Purpose_Name(request.purpose())),
             "false but for VERIFY_LAWFULNESS and CRIMINAL_PROCEEDINGS");
}

}  // namespace concordat::services
