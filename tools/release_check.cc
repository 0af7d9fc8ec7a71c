#include "tools/release_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/audit_report.h"
#include "tools/audit_text.h"
#include "tools/proven_entry.h"
#include "tools/receipt.h"

namespace concordat::tools {

absl::StatusOr<ProvenRelease> ProveRelease(const v1::Release& release, const LogTrust& trust) {
  CONCORDAT_ASSIGN_OR_RETURN(ProvenEntry logged,
                             ProveEntry(release.entry(), release.receipt(), trust));
  ProvenRelease proven = {std::move(logged.entry), std::move(logged.origin), logged.leaf_hash, {}};
  if (!proven.entry.has_disclosed() || proven.entry.operation() != v1::DISCLOSURE) {
    return absl::DataLossError("entry: got none of a disclosure, want one");
  }
  const auto digest = crypto::DigestFromBytes(proven.entry.disclosed().released_digest());
  if (!digest.ok()) return absl::DataLossError("entry: got no digest of what was released");
  proven.released_digest = *digest;
  return proven;
}

absl::StatusOr<tlog::ReleaseConfirmation> ConfirmationOf(const ProvenRelease& proven,
                                                         const std::string& agency) {
  const auto& recipients = proven.entry.disclosed().recipients();
  if (std::none_of(recipients.begin(), recipients.end(),
                   [&](const auto& recipient) { return recipient.agency() == agency; })) {
    return absl::DataLossError(
        StrCat("entry ", proven.entry.index(), ": got a release to others, want to ", agency));
  }
  return tlog::ReleaseConfirmation{proven.origin, LeafIndex{proven.entry.index()}, proven.leaf_hash,
                                   proven.released_digest, agency};
}

absl::Status CheckConfirmation(const v1::Release& release, const ProvenRelease& proven,
                               const crypto::NoteVerifier& key, const LogTrust& trust) {
  if (release.confirmation().empty()) {
    return absl::NotFoundError("confirmation: got none, want the recipient's");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::ReleaseConfirmation expected,
                             ConfirmationOf(proven, AgencyOfKey(key)));
  const absl::Status signed_by_recipient =
      tlog::VerifyReleaseConfirmation(release.confirmation(), key, expected);
  if (!signed_by_recipient.ok()) {
    return absl::DataLossError(StrCat("confirmation: ", ToStd(signed_by_recipient.message())));
  }
  const auto logged = CheckReceipt(release.confirmation_receipt(), trust);
  if (logged.ok() && logged->origin == proven.origin) return absl::OkStatus();
  return absl::DataLossError(
      StrCat("confirmation_receipt: ",
             logged.ok() ? "got one of another log" : ToStd(logged.status().message())));
}

crypto::Digest ReleasedDigest(const google::protobuf::RepeatedPtrField<v1::ReleasedEvent>& events) {
  v1::CasePage alone;
  *alone.mutable_events() = events;
  return crypto::Sha256(alone.SerializeAsString());
}

std::string AgencyOfKey(const crypto::NoteVerifier& key) {
  return key.name().substr(key.name().rfind('/') + 1);
}

std::string ReleaseText(const ProvenRelease& proven) {
  const absl::StatusOr<AuditRow> row = AuditRowOf(proven.entry);
  std::string text = row.ok() ? AuditTable({*row}) : StrCat(ToStd(row.status().message()), "\n");
  StrAppend(&text, "    policy: ", absl::BytesToHexString(proven.entry.policy_digest()),
            "\n    bytes: ", proven.entry.disclosed().size_bytes(), ", SHA-256 ",
            absl::BytesToHexString(ToAbsl(crypto::AsBytes(proven.released_digest))), "\n");
  return text;
}

}  // namespace concordat::tools
