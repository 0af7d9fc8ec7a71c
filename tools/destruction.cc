#include "tools/destruction.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "tools/json_text.h"
#include "tools/proven_entry.h"

namespace concordat::tools {

absl::StatusOr<ProvenDestruction> ProveDestruction(const v1::DestructionCertificate& certificate,
                                                   const LogTrust& trust) {
  CONCORDAT_ASSIGN_OR_RETURN(ProvenEntry erasure, ProveEntry(certificate.erasure_entry(),
                                                             certificate.erasure_receipt(), trust));
  const v1::LogEntry::Erased& erased = erasure.entry.erased();
  if (erasure.entry.operation() != v1::ERASURE || erased.subject_ids().empty() ||
      erased.subject_ids_size() != erased.wrapped_key_sha256_size()) {
    return absl::DataLossError("erasure_entry: got none of destroyed keys, want one");
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      ProvenEntry certified,
      ProveEntry(certificate.certificate_entry(), certificate.certificate_receipt(), trust));
  if (certified.entry.operation() != v1::ERASURE_CERTIFIED ||
      !certified.entry.has_erasure_certified() ||
      certified.entry.erasure_certified().erasure_index() != erasure.entry.index() ||
      certified.entry.index() <= erasure.entry.index()) {
    return absl::DataLossError(StrCat("certificate_entry: got another entry, want the certificate ",
                                      "of entry ", erasure.entry.index()));
  }
  if (certified.origin != erasure.origin) {
    return absl::DataLossError("certificate_entry: got one of another log");
  }
  return ProvenDestruction{std::move(erasure.entry), std::move(certified.entry),
                           std::move(erasure.origin)};
}

std::string DestructionText(const ProvenDestruction& proven) {
  const v1::LogEntry::Erased& erased = proven.erasure.erased();
  std::string text =
      StrCat("destroyed at ", Timestamp(ToTime(proven.erasure.recorded_at())), " by ",
             proven.erasure.actor().agency(), ", entry ", proven.erasure.index(), " of ",
             proven.origin, ", on request ", erased.request_index(), ":\n");
  for (int i = 0; i < erased.subject_ids_size(); ++i) {
    StrAppend(&text, "  the key of ", erased.subject_ids(i), ", SHA-256 of its wrapping ",
              absl::BytesToHexString(erased.wrapped_key_sha256(i)), "\n");
  }
  const auto& searched = proven.certificate.erasure_certified();
  StrAppend(&text, "searched at ", Timestamp(ToTime(proven.certificate.recorded_at())), ", entry ",
            proven.certificate.index(), ": ", searched.files_scanned(), " files, ",
            searched.bytes_scanned(), " bytes, and nothing of it found\n");
  return text;
}

}  // namespace concordat::tools
