#include "services/ledger/errors.h"

#include "absl/strings/escaping.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/str_cat.h"

namespace concordat::services::errors {

absl::Status CaseNotFound() {
  return absl::NotFoundError("case_id: got no such case, want one your agency is party to");
}

absl::Status CaseErased() {
  return absl::FailedPreconditionError("event.case_id: got a case that was erased, want none");
}

absl::Status PurposeNotAllowed(v1::Purpose purpose, std::string_view role_name) {
  return absl::PermissionDeniedError(StrCat("purpose: got ", v1::Purpose_Name(purpose),
                                            ", want one that the policy allows to role ",
                                            role_name));
}

absl::Status ChangedRetry(std::string_view got_digest, std::string_view want_digest) {
  return absl::AlreadyExistsError(
      StrCat("event (source_system, source_reference, revision): got content ",
             absl::BytesToHexString(ToAbsl(got_digest)), ", want ",
             absl::BytesToHexString(ToAbsl(want_digest)),
             " as first received; send a change as a higher revision"));
}

absl::Status CorrectedEventNotFound() {
  return FieldError("event.correction.corrects_reference",
                    "a reference and revision that your system has not sent",
                    "one that it has sent");
}

absl::Status InvitedAgencyUnknown(int position) {
  return FieldError(StrCat("event.marac_referral.invited_agencies[", position, "]"),
                    "no agency of the directory", "an agency id");
}

absl::Status TooManyCases(size_t got) {
  return absl::ResourceExhaustedError(
      StrCat("event.persons: got ", got, " matching cases, want at most ", kCasesPerEventMax));
}

absl::Status AlertNotFound(int position) {
  return absl::NotFoundError(
      StrCat("sequences[", position, "]: got no such alert, want one raised for your agency"));
}

absl::Status ReleaseNotFound() {
  return absl::NotFoundError(
      "disclosure_index: got no such release, want one that was made to your agency");
}

absl::Status NoSuchRelease() {
  return absl::NotFoundError("disclosure_index: got no release, want the entry of one");
}

absl::Status NoConfirmationKey() {
  return absl::FailedPreconditionError(
      "confirmation: got one of an agency without a confirmation_key in the directory, want one "
      "with");
}

absl::Status TooManySubjects(size_t got) {
  return absl::ResourceExhaustedError(
      StrCat("person: got ", got, " matching subjects, want at most ", kSubjectsFoundMax));
}

absl::Status ReplayOfAReplay(uint64_t shown) {
  return FieldError("disclosure_index", "a replay",
                    StrCat("the release that it showed, entry ", shown));
}

absl::Status BadPageToken() {
  return FieldError("page_token", "a token not issued for this case and caller",
                    "next_page_token of an earlier page");
}

absl::Status ErasurePersonNotFound() {
  return absl::NotFoundError("person: got nobody of the case, want one who is known in it");
}

absl::Status ErasureRequestNotFound() {
  return absl::NotFoundError(
      "request_index: got no such request, want one of a case your agency is party to");
}

absl::Status OwnErasureRequest() {
  return absl::FailedPreconditionError(
      "request_index: got a request of your own agency, want another agency's");
}

absl::Status AlreadyErased() {
  return absl::FailedPreconditionError("case_id: got what was erased already, want what was not");
}

absl::Status HeldAsEvidence() {
  return absl::FailedPreconditionError(
      "case_id: got a case kept as evidence, want one without a hold");
}

absl::Status SealedByAnother() {
  return absl::FailedPreconditionError(
      "case_id: got a seal of another agency, want that agency to change or lift it");
}

absl::Status NotSealed() {
  return absl::FailedPreconditionError(
      "agency: got one that the case is not sealed against, want one that it is");
}

absl::Status NobodyLeftToAlert() {
  return absl::FailedPreconditionError(
      "agency: got the only victim service of the case, want another party to it first, who can be "
      "alerted");
}

absl::Status SealedAlready() {
  return absl::FailedPreconditionError(
      "agency: got one that the case is sealed against already, want one that it is there for");
}

absl::Status NoRecipient() {
  return absl::FailedPreconditionError(
      "agency: got the one that opened the case or one that has nothing of it, want a recipient");
}

absl::Status NoticeNotFound(int position) {
  return absl::NotFoundError(
      StrCat("sequences[", position, "]: got no such notice, want one at that desk"));
}

absl::Status ReadRecordNotFound() {
  return absl::NotFoundError(
      "leaf_index: got no such record, want your agency's own in a case that it is party to");
}

absl::Status NotTheOfficers() {
  return absl::PermissionDeniedError(
      "desk: got DATA_PROTECTION from another workload than the data protection officer's, want "
      "one of officer_workloads in the directory");
}

absl::Status ReadingsOfAnother() {
  return absl::PermissionDeniedError(
      "agency: got a caller that is neither POLICE nor MARAC_COORDINATOR, want one of them");
}

absl::Status SealedAgencyUnknown() {
  return absl::InvalidArgumentError(
      "agency: got one that the directory does not list, want an agency's id");
}

absl::Status SealAgainstOneself() {
  return absl::InvalidArgumentError(
      "agency: got the caller's own, want another: it could not lift the seal again");
}

absl::Status NoPractitioners() {
  return absl::FailedPreconditionError(
      "practitioner: got one of an agency whose practitioners the directory gives no issuer, want "
      "one "
      "that has");
}

absl::Status NotForThemToRegister() {
  return absl::PermissionDeniedError(
      "practitioner: got another's connection, or one's own to be taken back, want one's own, or "
      "the "
      "data protection officer");
}

absl::Status ConnectionNotFound() {
  return absl::NotFoundError("connection_id: got none of this practitioner, want one of theirs");
}

absl::Status GrantNotFound() {
  return absl::NotFoundError(
      "grant_index: got none that holds, want the practitioner's own grant for this case, before "
      "its "
      "end");
}

absl::Status NoFreshPractitioner() {
  return absl::FailedPreconditionError(
      "practitioner: got nobody, or no fresh strong authentication, want a person who has just "
      "proved "
      "to be there");
}

absl::Status MayNotBreakGlass(std::string_view role_name) {
  return absl::PermissionDeniedError(
      StrCat("role: got ", role_name, ", want one that the release policy lets break the glass"));
}

absl::Status ApprovalRequestNotFound() {
  return absl::NotFoundError(
      "request_index: got no request that waits, want another practitioner's of the last day");
}

absl::Status OwnApprovalRequest() {
  return absl::FailedPreconditionError(
      "request_index: got one's own request, want another person's");
}

absl::Status ApprovedAlready(uint64_t approval_index) {
  return absl::FailedPreconditionError(StrCat("request_index: got one that entry ", approval_index,
                                              " approved, want one that waits"));
}

absl::Status ReviewedAlready(uint64_t review_index) {
  return absl::FailedPreconditionError(
      StrCat("grant_index: got one that entry ", review_index, " reviewed, want one that waits"));
}

absl::Status NotForThemToReview() {
  return absl::PermissionDeniedError(
      "grant_index: got none that is theirs to review, want broken glass of another agency, by its "
      "overseer's or another party's data protection officer");
}

}  // namespace concordat::services::errors
