#include "auth/policy_approval.h"

#include "base/base64.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"

namespace concordat::auth {

std::string PolicyApprovalText(std::string_view origin, const PolicyEngine& policy) {
  return StrCat("concordat policy approval v1\n", origin, "\n", policy.version(), "\n",
                EncodeBase64(crypto::AsBytes(policy.digest())), "\n");
}

absl::StatusOr<std::vector<std::string>> ApprovedBy(std::string_view note, std::string_view origin,
                                                    const PolicyEngine& policy,
                                                    const Directory& directory) {
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote approval, crypto::ParseSignedNote(note));
  if (approval.text != PolicyApprovalText(origin, policy)) {
    return FieldError("policy approval", "a note of another log or policy",
                      StrCat("one of ", policy.version(), " for ", origin));
  }
  std::vector<std::string> agencies;
  for (const v1::Agency& agency : directory.agencies()) {
    if (agency.confirmation_key().empty() || agency.suspended() || agency.role_service()) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const crypto::NoteVerifier key,
                               crypto::NoteVerifier::Parse(agency.confirmation_key()));
    const absl::StatusOr<std::string> signed_text = key.Verify(note);
    if (absl::IsNotFound(signed_text.status())) continue;
    CONCORDAT_RETURN_IF_ERROR(signed_text.status());
    agencies.push_back(agency.id());
  }
  return agencies;
}

}  // namespace concordat::auth
