// What the lines of the C2SP texts are made of: decimal numbers and hashes, each in its one
// canonical spelling. Pure and thread-safe.
#ifndef CONCORDAT_TLOG_TEXT_FIELDS_H_
#define CONCORDAT_TLOG_TEXT_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/sha256.h"

namespace concordat::tlog {

// ASCII decimal without sign, blanks or leading zeros, within 64 bits; nullopt for anything else.
std::optional<uint64_t> ParseDecimal(std::string_view text);

// Base64 of exactly 32 bytes; nullopt for anything else.
std::optional<crypto::Digest> ParseHash(std::string_view text);
std::string FormatHash(const crypto::Digest& hash);

// Takes the first line off `text`, without its newline; nullopt, taking nothing, when there is no
// newline.
std::optional<std::string_view> TakeLine(std::string_view* text);

// Takes `prefix` off `text`; false, taking nothing, when it does not begin so.
bool TakePrefix(std::string_view* text, std::string_view prefix);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_TEXT_FIELDS_H_
