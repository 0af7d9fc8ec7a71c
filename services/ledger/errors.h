// The ledger's named errors. None carries personal data, and none tells a case that is not the
// caller's from one that isn't there.
#ifndef CONCORDAT_SERVICES_LEDGER_ERRORS_H_
#define CONCORDAT_SERVICES_LEDGER_ERRORS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::services::errors {

// NOT_FOUND, one text for "does not exist" and "not yours" (R1).
absl::Status CaseNotFound();
// FAILED_PRECONDITION: the sender's own case, whose events were destroyed.
absl::Status CaseErased();
// PERMISSION_DENIED: the role may not act for this purpose at all, whatever the case.
absl::Status PurposeNotAllowed(v1::Purpose purpose, std::string_view role_name);
// ALREADY_EXISTS: the same key was received with other content. Both digests are HMACs, in
// hexadecimal.
absl::Status ChangedRetry(std::string_view got_digest, std::string_view want_digest);
// INVALID_ARGUMENT: `event.correction.corrects_reference` names nothing that this agency's system
// sent.
absl::Status CorrectedEventNotFound();
absl::Status InvitedAgencyUnknown(int position);
absl::Status TooManyCases(size_t got);
absl::Status AlertNotFound(int position);
// NOT_FOUND, one text for no entry, no release and one to somebody else.
absl::Status ReleaseNotFound();
// The same for an auditor, to whom every release is one.
absl::Status NoSuchRelease();
absl::Status NoConfirmationKey();
absl::Status TooManySubjects(size_t got);
absl::Status ReplayOfAReplay(uint64_t shown);
absl::Status BadPageToken();
// NOT_FOUND: nobody of the case bears these identifiers in this capacity.
absl::Status ErasurePersonNotFound();
// NOT_FOUND, one text for "no such request" and "not of a case of yours".
absl::Status ErasureRequestNotFound();
// FAILED_PRECONDITION, each.
absl::Status OwnErasureRequest();
absl::Status AlreadyErased();
absl::Status HeldAsEvidence();
absl::Status SealedByAnother();
absl::Status NotSealed();
// A seal that would leave no victim service to be alerted.
absl::Status NobodyLeftToAlert();
absl::Status SealedAlready();
// A recall of an agency that opened the case, or that has nothing of it.
absl::Status NoRecipient();
// NOT_FOUND.
absl::Status NoticeNotFound(int position);
// NOT_FOUND, one text for no such record, one of somebody else and a case that is not the caller's.
absl::Status ReadRecordNotFound();
// PERMISSION_DENIED: the workload is not one of the agency's data protection officer.
absl::Status NotTheOfficers();
// PERMISSION_DENIED: what another agency was given is for the police and MARAC coordinators.
absl::Status ReadingsOfAnother();
// INVALID_ARGUMENT.
absl::Status SealedAgencyUnknown();
absl::Status SealAgainstOneself();
absl::Status NoPractitioners();
// Of another than oneself without being the data protection officer, or taken back by oneself.
absl::Status NotForThemToRegister();
absl::Status ConnectionNotFound();
// NOT_FOUND, one text for a grant that is not there, not the caller's, of another case or past its
// end.
absl::Status GrantNotFound();
// FAILED_PRECONDITION: nobody answers for it, or they did not just prove to be there.
absl::Status NoFreshPractitioner();
absl::Status MayNotBreakGlass(std::string_view role_name);
// NOT_FOUND, one text for a request that is not there, too old, or of a case not the caller's.
absl::Status ApprovalRequestNotFound();
// FAILED_PRECONDITION.
absl::Status OwnApprovalRequest();
absl::Status ApprovedAlready(uint64_t approval_index);
absl::Status ReviewedAlready(uint64_t review_index);
// PERMISSION_DENIED.
absl::Status NotForThemToReview();

}  // namespace concordat::services::errors

#endif  // CONCORDAT_SERVICES_LEDGER_ERRORS_H_
