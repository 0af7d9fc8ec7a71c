#include "auth/json_web_keys.h"

#include <algorithm>
#include <utility>

#include "auth/strict_json.h"
#include "base/base64.h"
#include "base/field_error.h"
#include "base/str_cat.h"

namespace concordat::auth {
namespace {

using nlohmann::json;

absl::Status Refused(std::string_view field, std::string_view got, std::string_view want) {
  return FieldError(StrCat("JSON Web Key Set: ", field), got, want);
}

bool IsOrAbsent(const json& key, const char* name, std::string_view wanted) {
  return !key.contains(name) || TextMember(key, name) == wanted;
}

bool MayVerify(const json& key) {
  const auto operations = key.find("key_ops");
  if (operations == key.end()) return true;
  return operations->is_array() &&
         std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

bool IsForEs256(const json& key) {
  return TextMember(key, "kty") == "EC" && TextMember(key, "crv") == "P-256" &&
         IsOrAbsent(key, "use", "sig") && IsOrAbsent(key, "alg", "ES256") && MayVerify(key);
}

absl::StatusOr<crypto::P256VerifyingKey> KeyOf(const json& key) {
  const std::string x = DecodeBase64Url(TextMember(key, "x").value_or("")).value_or("");
  const std::string y = DecodeBase64Url(TextMember(key, "y").value_or("")).value_or("");
  return crypto::P256VerifyingKey::FromCoordinates(x, y);
}

}  // namespace

absl::StatusOr<JsonWebKeys> JsonWebKeys::Parse(std::string_view text) {
  if (text.size() > kJsonWebKeySetBytesMax) {
    return Refused("size", StrCat(text.size(), " bytes"),
                   StrCat("at most ", kJsonWebKeySetBytesMax));
  }
  const std::optional<json> set = ParseStrictJson(text);
  if (!set.has_value() || !set->contains("keys") || !(*set)["keys"].is_array()) {
    return Refused("keys", "no such array", "an object with one (RFC 7517 section 5)");
  }
  const json& listed = (*set)["keys"];
  if (listed.size() > kJsonWebKeysMax) {
    return Refused("keys", StrCat(listed.size()), StrCat("at most ", kJsonWebKeysMax));
  }
  JsonWebKeys keys;
  for (size_t i = 0; i < listed.size(); ++i) {
    const json& key = listed[i];
    const std::string field = StrCat("keys[", i, "]");
    if (!key.is_object()) return Refused(field, "something else", "an object");
    // Of whatever type: who publishes one has lost more than that key.
    if (key.contains("d") || key.contains("k")) {
      return Refused(field, "a private or secret key", "public ones alone");
    }
    if (!IsForEs256(key)) continue;
    const std::string id = TextMember(key, "kid").value_or("");
    if (id.empty() || id.size() > kJsonWebKeyIdBytesMax) {
      return Refused(StrCat(field, ".kid"), StrCat(id.size(), " bytes"),
                     StrCat("1 to ", kJsonWebKeyIdBytesMax));
    }
    const absl::StatusOr<crypto::P256VerifyingKey> parsed = KeyOf(key);
    if (!parsed.ok()) return Refused(field, "coordinates that are no point", "x and y of P-256");
    if (!keys.keys_.emplace(id, *parsed).second) {
      return Refused(StrCat(field, ".kid"), "one twice", "each once");
    }
  }
  if (keys.keys_.empty()) return Refused("keys", "none for ES256", "at least one");
  return keys;
}

const crypto::P256VerifyingKey* JsonWebKeys::Find(std::string_view key_id) const {
  const auto found = keys_.find(ToAbsl(key_id));
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace concordat::auth
