#include "services/common/validate_request.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "auth/legal_basis.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "services/common/check_tree.h"
#include "services/common/field_path.h"
#include "services/common/text_rules.h"

namespace concordat::services {
namespace {

constexpr char kLogPurposes[] =
    "VERIFY_LAWFULNESS, SELF_MONITORING, INTEGRITY_AND_SECURITY or CRIMINAL_PROCEEDINGS";

std::string PurposeNames() {
  std::vector<std::string> names;
  for (int i = 0; i < v1::Purpose_descriptor()->value_count(); ++i) {
    const auto* value = v1::Purpose_descriptor()->value(i);
    if (value->number() != v1::PURPOSE_UNSPECIFIED) names.emplace_back(value->name());
  }
  return absl::StrCat("one of ", absl::StrJoin(names, ", "));
}

}  // namespace

absl::Status ValidatePurpose(v1::Purpose purpose) {
  if (v1::Purpose_IsValid(purpose) && purpose != v1::PURPOSE_UNSPECIFIED) return absl::OkStatus();
  const std::string got = v1::Purpose_IsValid(purpose) ? v1::Purpose_Name(purpose)
                                                       : absl::StrCat(static_cast<int>(purpose));
  return FieldPath("purpose").Error(got, PurposeNames());
}

absl::Status ValidateLogPurpose(v1::Purpose purpose) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(purpose));
  if (auth::IsLogPurpose(purpose)) return absl::OkStatus();
  return FieldPath("purpose").Error(v1::Purpose_Name(purpose), kLogPurposes);
}

absl::Status CheckSequences(const FieldPath& path,
                            const google::protobuf::RepeatedField<uint64_t>& sequences) {
  if (sequences.empty()) return path.Error("none", absl::StrCat("1 to ", kAcknowledgeMax));
  if (static_cast<size_t>(sequences.size()) > kAcknowledgeMax) {
    return path.Error(absl::StrCat(sequences.size(), " elements"),
                      absl::StrCat("at most ", kAcknowledgeMax));
  }
  absl::flat_hash_set<uint64_t> seen;
  for (const uint64_t sequence : sequences) {
    if (sequence == 0) return path.Error("0", "sequences from 1");
    if (!seen.insert(sequence).second) {
      return path.Error(absl::StrCat(sequence, " twice"), "each sequence once");
    }
  }
  return absl::OkStatus();
}

absl::Status Validate(const v1::ReadCaseRequest& request) {
  const FieldPath path("request");
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, path));
  CONCORDAT_RETURN_IF_ERROR(CheckId(FieldPath("case_id"), request.case_id(), kShortTextBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckOptionalId(FieldPath("page_token"), request.page_token(), kShortTextBytesMax));
  if (request.page_size() <= kCasePageMax) return absl::OkStatus();
  return FieldPath("page_size")
      .Error(absl::StrCat(request.page_size()), absl::StrCat("at most ", kCasePageMax));
}

absl::Status Validate(const v1::WatchAlertsRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  return CheckTree(request, FieldPath("request"));
}

absl::Status Validate(const v1::AcknowledgeAlertsRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  return CheckSequences(FieldPath("sequences"), request.sequences());
}

absl::Status Validate(const v1::GetCheckpointRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidateLogPurpose(request.purpose()));
  return CheckTree(request, FieldPath("request"));
}

absl::Status Validate(const v1::GetEntriesRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidateLogPurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  if (request.end_index() == 0 || request.first_index() < request.end_index()) {
    return absl::OkStatus();
  }
  return FieldPath("first_index")
      .Error(absl::StrCat(request.first_index()),
             absl::StrCat("less than end_index ", request.end_index()));
}

absl::Status Validate(const v1::GetConsistencyProofRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(ValidateLogPurpose(request.purpose()));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(request, FieldPath("request")));
  if (request.old_size() == 0) return FieldPath("old_size").Error("0", "at least 1");
  if (request.old_size() <= request.new_size()) return absl::OkStatus();
  return FieldPath("new_size")
      .Error(absl::StrCat(request.new_size()),
             absl::StrCat("at least old_size ", request.old_size()));
}

}  // namespace concordat::services
