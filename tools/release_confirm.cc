#include "tools/release_confirm.h"

#include <unistd.h>

#include <fstream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/release_confirmation.h"
#include "tools/append_file.h"
#include "tools/json_lines.h"
#include "tools/json_text.h"
#include "tools/release_check.h"

namespace concordat::tools {
namespace {

std::string Hex(const crypto::Digest& digest) {
  return absl::BytesToHexString(ToAbsl(crypto::AsBytes(digest)));
}

absl::StatusOr<std::string> ReadLine(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StripTrailingAsciiWhitespace(&text);
  return text;
}

}  // namespace

absl::StatusOr<v1::Release> ConfirmRelease(const ReleaseCalls& calls, v1::Purpose purpose,
                                           uint64_t disclosure_index,
                                           const crypto::Digest& received, const LogTrust& trust,
                                           const crypto::NoteSigner& key) {
  v1::GetReleaseRequest get;
  get.set_purpose(purpose);
  get.set_disclosure_index(disclosure_index);
  CONCORDAT_ASSIGN_OR_RETURN(v1::Release release, calls.get(get));
  CONCORDAT_ASSIGN_OR_RETURN(const ProvenRelease proven, ProveRelease(release, trust));
  if (proven.entry.index() != disclosure_index) {
    return absl::DataLossError(
        StrCat("entry: got entry ", proven.entry.index(), ", want entry ", disclosure_index));
  }
  if (proven.released_digest != received) {
    return absl::DataLossError(StrCat("entry ", disclosure_index, ": got a release of bytes ",
                                      Hex(proven.released_digest), ", want what was received, ",
                                      Hex(received)));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::ReleaseConfirmation confirmation,
                             ConfirmationOf(proven, AgencyOfKey(key.verifier())));
  if (release.confirmation().empty()) {
    v1::ConfirmReleaseRequest confirm;
    confirm.set_purpose(purpose);
    confirm.set_disclosure_index(disclosure_index);
    CONCORDAT_ASSIGN_OR_RETURN(*confirm.mutable_confirmation(),
                               key.Sign(tlog::ReleaseConfirmationText(confirmation)));
    CONCORDAT_ASSIGN_OR_RETURN(*release.mutable_confirmation_receipt(), calls.confirm(confirm));
    release.set_confirmation(confirm.confirmation());
  }
  CONCORDAT_RETURN_IF_ERROR(CheckConfirmation(release, proven, key.verifier(), trust));
  return release;
}

absl::StatusOr<crypto::NoteSigner> ReadConfirmationKey(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadLine(path));
  absl::StatusOr<crypto::NoteSigner> key = crypto::NoteSigner::Parse(text);
  if (key.ok()) return key;
  return FieldError(path, "no private key", "one line as `pki confirmation-key` writes it");
}

absl::StatusOr<crypto::NoteVerifier> ReadConfirmationPublicKey(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadLine(path));
  absl::StatusOr<crypto::NoteVerifier> key = crypto::NoteVerifier::Parse(text);
  if (key.ok()) return key;
  return FieldError(path, "no verifier key", "one line name+hash+base64 (C2SP signed-note)");
}

absl::Status KeepRelease(const std::string& path, const v1::Release& release) {
  CONCORDAT_ASSIGN_OR_RETURN(const int file, OpenForAppend(path));
  const absl::Cleanup close_file = [file] { close(file); };
  CONCORDAT_RETURN_IF_ERROR(WriteAll(file, JsonOf(release) + "\n", path));
  CONCORDAT_RETURN_IF_ERROR(SyncFile(file, path));
  return SyncDirectoryOf(path);
}

absl::StatusOr<std::vector<v1::Release>> ReadKeptReleases(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(path + ": can't be read");
  std::vector<v1::Release> releases;
  LineReader lines(&file);
  while (const auto line = lines.Next()) {
    if (line->too_long || !FromJson(line->text, &releases.emplace_back()).ok()) {
      return FieldError(StrCat(path, " line ", line->number), "no release",
                        "a line as `release confirm` writes it");
    }
  }
  return releases;
}

}  // namespace concordat::tools
