// What the requests of Governance, and of auditors about subjects and releases, must be before
// anything is done with them. Pure. Errors are base/field_error.h's; an identifier that somebody is
// searched by never stands in one.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_GOVERNANCE_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_GOVERNANCE_H_

#include "absl/status/status.h"
#include "concordat/v1/governance.pb.h"

namespace concordat::services {

// Each: INVALID_ARGUMENT unless there is a purpose, no unknown field, and
//  - ConfirmRelease: a confirmation of 1 to kFreeTextBytesMax bytes;
//  - SetEvidenceHold: purpose LAW_ENFORCEMENT, a case_id, an authority_reference;
//  - SealCase: any purpose, a case_id, an agency, an authority_reference;
//  - RequestErasure: purpose INFORMATION_RIGHTS, a case_id, a reason, an authority_reference; and
//  where a person is given, its capacity and what it is found by, without a local person number;
//  - ApproveErasure: purpose INFORMATION_RIGHTS;
//  - FindSubjects: a log purpose; what the person is found by; source_agency and source_system
//  exactly where that has a local person number;
//  - ReplayRelease: a log purpose; with_bytes only for VERIFY_LAWFULNESS and CRIMINAL_PROCEEDINGS.
//
// An authority_reference is 1 to kAuthorityReferenceBytesMax of A-Z, a-z, 0-9, '/', '.', '_', '-':
// it stands in the log for ever, and names a record, never a person.
//
// A person is found by a PNC id, CRO, NHS, NDelius or local person number, or by name and date of
// birth. Whatever else a person has is refused: nobody is found by it, so it needs not be sent.
absl::Status Validate(const v1::GetReleaseRequest& request);
absl::Status Validate(const v1::ConfirmReleaseRequest& request);
absl::Status Validate(const v1::SetEvidenceHoldRequest& request);
absl::Status Validate(const v1::SealCaseRequest& request);
absl::Status Validate(const v1::RequestErasureRequest& request);
absl::Status Validate(const v1::ApproveErasureRequest& request);
absl::Status Validate(const v1::FindSubjectsRequest& request);
absl::Status Validate(const v1::ReplayReleaseRequest& request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_GOVERNANCE_H_
