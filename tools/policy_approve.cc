#include "tools/policy_approve.h"

#include "auth/policy.h"
#include "auth/policy_approval.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tools/exit_codes.h"
#include "tools/flags.h"
#include "tools/release_confirm.h"

namespace concordat::tools {
namespace {

struct ApproveFlags {
  std::string policy;
  std::string origin;
  std::string key;
  std::string approvals;
};

// What was signed.
absl::StatusOr<std::string> Approve(const ApproveFlags& flags) {
  CONCORDAT_ASSIGN_OR_RETURN(const auth::PolicyEngine policy,
                             auth::PolicyEngine::Load(flags.policy));
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::NoteSigner key, ReadConfirmationKey(flags.key));
  std::string text = auth::PolicyApprovalText(flags.origin, policy);
  CONCORDAT_ASSIGN_OR_RETURN(std::string note, key.Sign(text));
  const absl::StatusOr<std::string> before = ReadFile(flags.approvals);
  if (before.ok()) {
    const absl::StatusOr<crypto::SignedNote> others = crypto::ParseSignedNote(*before);
    if (!others.ok() || others->text != text) {
      return FieldError("--approvals",
                        StrCat(flags.approvals, ", which approves of something else"),
                        StrCat("a new file, or the others' approvals of ", policy.version()));
    }
    CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote own, crypto::ParseSignedNote(note));
    CONCORDAT_ASSIGN_OR_RETURN(note, crypto::AddSignatures(*before, own.signatures));
  } else if (!absl::IsNotFound(before.status())) {
    return before.status();
  }
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(flags.approvals, note, 0644));
  return text;
}

}  // namespace

int RunPolicyApprove(const std::vector<std::string>& args, const Console& console) {
  ApproveFlags flags;
  FlagTable table(
      {"concordat policy approve --policy FILE --origin ORIGIN --key FILE --approvals FILE",
       "Signs for a release policy, beside the agencies that signed for it before. What is signed "
       "is "
       "shown:\nread the policy first (policy matrix, policy diff).",
       "concordat policy approve --policy release-policy.textproto --origin "
       "lancashire.concordat.test/log --key confirmation.key --approvals approvals.note"});
  table.RequiredText("policy", &flags.policy, "FILE", "the ReleasePolicy, in protobuf text form")
      .RequiredText("origin", &flags.origin, "ORIGIN", "the log that it is to decide for")
      .RequiredText("key", &flags.key, "FILE", "the agency's confirmation key")
      .RequiredText("approvals", &flags.approvals, "FILE", "where the signed note is kept");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<std::string> text = Approve(flags);
  if (absl::IsInvalidArgument(text.status())) return Fail(console, text.status(), kExitUsage);
  if (!text.ok()) return Fail(console, text.status(), kExitFailed);
  console.out << *text << "signed in " << flags.approvals << "\n";
  return kExitOk;
}

}  // namespace concordat::tools
