// JSON (RFC 8259) from outside, as one object in which no name stands twice: what one reader takes
// from a repeated name, another may not.
#ifndef CONCORDAT_AUTH_STRICT_JSON_H_
#define CONCORDAT_AUTH_STRICT_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace concordat::auth {

// Nullopt unless `text` is one object without a repeated name at any depth, at most 8 levels deep,
// in UTF-8 without a byte order mark.
std::optional<nlohmann::json> ParseStrictJson(std::string_view text);

// The member, where it is there and of that type; a time as whole seconds (RFC 7519 NumericDate)
// from 0 to the year 9999.
std::optional<std::string> TextMember(const nlohmann::json& object, const char* name);
std::optional<int64_t> SecondsMember(const nlohmann::json& object, const char* name);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_STRICT_JSON_H_
