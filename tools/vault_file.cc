#include "tools/vault_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/secret_bytes.h"

namespace concordat::tools {
namespace {

constexpr size_t kKeyHexChars = 64;

}  // namespace

absl::StatusOr<std::unique_ptr<storage::Vault>> OpenVault(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StripAsciiWhitespace(&text);
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isxdigit(c); });
  const size_t characters = text.size();
  std::string bytes;
  if (digits && characters == kKeyHexChars) bytes = absl::HexStringToBytes(text);
  crypto::WipeString(&text);
  if (bytes.empty()) {
    return FieldError(path, StrCat(characters, " characters"),
                      "64 hexadecimal digits (a key-encryption key of 32 bytes)");
  }
  crypto::SecretBytes key = crypto::SecretBytes::CopyOf(bytes);
  crypto::WipeString(&bytes);
  return storage::Vault::Create(std::move(key));
}

}  // namespace concordat::tools
