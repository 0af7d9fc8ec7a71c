// What the requests about access beyond the policy, connections, notices and readings must be
// before anything is done with them. Pure. Errors are base/field_error.h's; neither a reason nor
// anything of a person ever stands in one.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_ACCESS_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_ACCESS_H_

#include <string_view>

#include "absl/status/status.h"
#include "concordat/v1/governance.pb.h"

namespace concordat::services {

// Each: INVALID_ARGUMENT unless there is a purpose, no unknown field, and
//  - BreakGlass: a case_id, a category, a reason of kReasonBytesMin to kReasonBytesMax bytes;
//  - ReviewBreakGlass: a grant_index, a finding, an authority_reference;
//  - RequestApproval: a case_id and a reason;
//  - GiveApproval: a request_index;
//  - RegisterConnection: a practitioner, an authority_reference, and either a relation with a
//  person
//    or a connection_id alone. The person has what anybody is found or connected by: an identifier
//    that means the same to every agency, a name with a date of birth, a phone, an address; of
//    ONESELF a name;
//  - ReadNotices: a desk;
//  - AcknowledgeNotices: a desk, and 1 to kAcknowledgeMax different sequences from 1;
//  - ListReadings: a case_id, and exactly one of leaf_index and agency.
absl::Status Validate(const v1::BreakGlassRequest& request);
absl::Status Validate(const v1::ReviewBreakGlassRequest& request);
absl::Status Validate(const v1::RequestApprovalRequest& request);
absl::Status Validate(const v1::GiveApprovalRequest& request);
absl::Status Validate(const v1::RegisterConnectionRequest& request);
absl::Status Validate(const v1::ReadNoticesRequest& request);
absl::Status Validate(const v1::AcknowledgeNoticesRequest& request);
absl::Status Validate(const v1::ListReadingsRequest& request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_ACCESS_H_
