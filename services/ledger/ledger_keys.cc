#include "services/ledger/ledger_keys.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

constexpr size_t kKeyHexChars = 64;

absl::StatusOr<crypto::SecretBytes> LoadKeyEncryptionKey(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const std::string_view hex = ToStd(absl::StripAsciiWhitespace(text));
  bool digits = hex.size() == kKeyHexChars;
  for (const char c : hex) digits = digits && absl::ascii_isxdigit(c);
  if (!digits) {
    return FieldError("ledger.key_encryption_key_file", StrCat(hex.size(), " characters"),
                      "64 hexadecimal digits (32 bytes)");
  }
  return crypto::SecretBytes::CopyOf(absl::HexStringToBytes(ToAbsl(hex)));
}

}  // namespace

absl::StatusOr<LedgerKeys> LoadLedgerKeys(const v1::LedgerConfig& config) {
  if (config.log_origin().empty()) {
    return FieldError("ledger.log_origin", "nothing",
                      "the log's name, such as \"area.example/log\"");
  }
  if (config.police_force_area().empty()) {
    return FieldError("ledger.police_force_area", "nothing", "an ONS code, such as E23000003");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(config.log_signing_key_file()));
  absl::StatusOr<crypto::NoteSigner> signer =
      crypto::NoteSigner::Parse(ToStd(absl::StripAsciiWhitespace(text)));
  if (!signer.ok()) {
    return FieldError("ledger.log_signing_key_file", "no C2SP signed-note private key",
                      "PRIVATE+KEY+<origin>+<hash>+<key>");
  }
  if (signer->name() != config.log_origin()) {
    return FieldError("ledger.log_origin", config.log_origin(),
                      StrCat(signer->name(), ", the name of the signing key"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(crypto::SecretBytes key,
                             LoadKeyEncryptionKey(config.key_encryption_key_file()));
  return LedgerKeys{*std::move(signer), std::move(key)};
}

}  // namespace concordat::services
