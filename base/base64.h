// Base64 (RFC 4648 section 4) in its one canonical spelling, for texts that are signed or compared.
// Pure and thread-safe.
#ifndef CONCORDAT_BASE_BASE64_H_
#define CONCORDAT_BASE_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace concordat {

std::string EncodeBase64(std::string_view bytes);

// The bytes of exactly what EncodeBase64 gives; nullopt for anything else: blanks, missing padding,
// the URL alphabet, bits left over. The empty text is no bytes.
std::optional<std::string> DecodeBase64(std::string_view text);

// The URL alphabet without padding (RFC 4648 section 5, as RFC 7515 section 2 has it), the same
// way.
std::string EncodeBase64Url(std::string_view bytes);
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace concordat

#endif  // CONCORDAT_BASE_BASE64_H_
