#include "services/common/validate_access.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

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

const absl::CivilDay kLastDay(9999, 12, 31);

template <typename Request>
absl::Status CheckAny(const Request& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  return CheckTree(request, FieldPath("request"));
}

absl::Status CheckCaseId(const std::string& case_id) {
  return CheckId(FieldPath("case_id"), case_id, kShortTextBytesMax);
}

absl::Status CheckReason(const std::string& reason) {
  const FieldPath path("reason");
  CONCORDAT_RETURN_IF_ERROR(CheckText(path, reason, kReasonBytesMax));
  if (reason.size() >= kReasonBytesMin) return absl::OkStatus();
  return path.Error(absl::StrCat(reason.size(), " bytes"),
                    absl::StrCat("at least ", kReasonBytesMin));
}

absl::Status CheckIndex(const char* field, uint64_t index) {
  // Entry 0 of a log is its policy.
  return index > 0 ? absl::OkStatus() : FieldPath(field).Error("0", "the index of an entry");
}

absl::Status CheckDesk(v1::Desk desk) {
  if (desk != v1::DESK_UNSPECIFIED) return absl::OkStatus();
  return FieldPath("desk").Error("DESK_UNSPECIFIED", "one of CASEWORK, DATA_PROTECTION");
}

// Fields beside those that anybody is found or connected by.
absl::Status CheckNothingElse(const v1::Person& person, const FieldPath& path) {
  std::vector<const FieldDescriptor*> fields;
  person.GetReflection()->ListFields(person, &fields);
  for (const FieldDescriptor* field : fields) {
    switch (field->number()) {
      case v1::Person::kFullNameFieldNumber:
      case v1::Person::kDateOfBirthFieldNumber:
      case v1::Person::kExternalIdsFieldNumber:
      case v1::Person::kAddressesFieldNumber:
      case v1::Person::kContactsFieldNumber:
        break;
      default:
        return path.Child(field->name()).Error("something", "nothing: nobody is connected by it");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckConnected(const v1::Person& person, v1::ConnectionRelation relation) {
  const FieldPath path("person");
  CONCORDAT_RETURN_IF_ERROR(CheckNothingElse(person, path));
  if (!person.full_name().empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckName(path.Child("full_name"), person.full_name()));
  } else if (relation == v1::ONESELF) {
    return path.Child("full_name").Error("nothing", "the practitioner's name");
  }
  if (!person.date_of_birth().empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckDate(path.Child("date_of_birth"), person.date_of_birth(), kLastDay));
  }
  for (int i = 0; i < person.external_ids_size(); ++i) {
    const FieldPath at = path.Child("external_ids", i);
    CONCORDAT_RETURN_IF_ERROR(ValidateExternalId(person.external_ids(i), at));
    if (person.external_ids(i).type() == v1::LOCAL_PERSON_ID) {
      return at.Child("type").Error("LOCAL_PERSON_ID",
                                    "an identifier that means the same to every agency");
    }
  }
  for (int i = 0; i < person.addresses_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(ValidateAddress(person.addresses(i), path.Child("addresses", i)));
  }
  const bool by_name = !person.full_name().empty() && !person.date_of_birth().empty();
  if (by_name ||
      person.external_ids_size() + person.addresses_size() + person.contacts_size() > 0) {
    return absl::OkStatus();
  }
  return path.Error("nothing that anybody is connected by",
                    "an identifier, a name with a date of birth, a phone or an address");
}

}  // namespace

absl::Status Validate(const v1::BreakGlassRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  CONCORDAT_RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  if (request.category() == v1::BREAK_GLASS_CATEGORY_UNSPECIFIED) {
    return FieldPath("category")
        .Error("BREAK_GLASS_CATEGORY_UNSPECIFIED",
               "one of RISK_TO_LIFE, CHILD_AT_IMMEDIATE_RISK, MISSING_PERSON");
  }
  return CheckReason(request.reason());
}

absl::Status Validate(const v1::ReviewBreakGlassRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  CONCORDAT_RETURN_IF_ERROR(CheckIndex("grant_index", request.grant_index()));
  if (request.finding() == v1::REVIEW_FINDING_UNSPECIFIED) {
    return FieldPath("finding").Error("REVIEW_FINDING_UNSPECIFIED",
                                      "one of JUSTIFIED, NOT_JUSTIFIED");
  }
  return CheckAuthorityReference(FieldPath("authority_reference"), request.authority_reference());
}

absl::Status Validate(const v1::RequestApprovalRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  CONCORDAT_RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  return CheckReason(request.reason());
}

absl::Status Validate(const v1::GiveApprovalRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  return CheckIndex("request_index", request.request_index());
}

absl::Status Validate(const v1::RegisterConnectionRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  CONCORDAT_RETURN_IF_ERROR(
      CheckId(FieldPath("practitioner"), request.practitioner(), kPractitionerBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckAuthorityReference(FieldPath("authority_reference"), request.authority_reference()));
  const FieldPath connection_id("connection_id");
  CONCORDAT_RETURN_IF_ERROR(
      CheckOptionalId(connection_id, request.connection_id(), kSubjectIdBytesMax));
  if (!request.connection_id().empty()) {
    if (!request.has_person() && request.relation() == v1::CONNECTION_RELATION_UNSPECIFIED) {
      return absl::OkStatus();
    }
    return connection_id.Error("one beside a person or a relation", "it alone, to take it back");
  }
  if (request.relation() == v1::CONNECTION_RELATION_UNSPECIFIED) {
    return FieldPath("relation")
        .Error(
            "CONNECTION_RELATION_UNSPECIFIED",
            "one of ONESELF, PARTNER_OR_FORMER_PARTNER, RELATIVE, FRIEND_OR_NEIGHBOUR, COLLEAGUE");
  }
  return CheckConnected(request.person(), request.relation());
}

absl::Status Validate(const v1::ReadNoticesRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  return CheckDesk(request.desk());
}

absl::Status Validate(const v1::AcknowledgeNoticesRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  CONCORDAT_RETURN_IF_ERROR(CheckDesk(request.desk()));
  return CheckSequences(FieldPath("sequences"), request.sequences());
}

absl::Status Validate(const v1::ListReadingsRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckAny(request));
  CONCORDAT_RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckOptionalId(FieldPath("agency"), request.agency(), kAgencyIdBytesMax));
  if (request.before() != 0 && request.agency().empty()) {
    return FieldPath("before").Error("one without an agency", "none");
  }
  if ((request.leaf_index() == 0) != request.agency().empty()) return absl::OkStatus();
  return FieldPath("agency").Error(request.agency().empty() ? "neither" : "one beside leaf_index",
                                   "an agency, or a leaf_index");
}

}  // namespace concordat::services
