#include "auth/json_web_keys.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_replace.h"
#include "auth/testing/token_issuer.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using testing::TokenIssuer;

std::string KeyText() {
  const std::string set = TokenIssuer().KeySet();
  return set.substr(9, set.size() - 11);  // Without {"keys":[ and ]}.
}
std::string SetOf(const std::string& keys) { return StrCat("{\"keys\":[", keys, "]}"); }
std::string Changed(const std::string& from, const std::string& to) {
  return absl::StrReplaceAll(KeyText(), {{from, to}});
}

TEST(JsonWebKeysTest, RefusesTheWholeSetForOneBadKey) {
  const std::string good = KeyText();
  for (const std::string& bad :
       {std::string("7"), std::string("[]"), Changed("\"kid\":\"key-1\",", ""),
        Changed("\"key-1\"", "7"), Changed("\"key-1\"", "\"\""),
        Changed("\"x\":\"", "\"x\":\"AAAA"), Changed("\"y\"", "\"z\""),
        Changed("\"kty\"", "\"d\":\"AA\",\"kty\""),
        std::string("{\"kty\":\"oct\",\"k\":\"AA\",\"kid\":\"o\"}"),
        std::string("{\"kty\":\"RSA\",\"d\":\"AA\",\"kid\":\"o\"}"), good}) {
    const auto keys = JsonWebKeys::Parse(SetOf(StrCat(good, ",", bad)));
    EXPECT_TRUE(absl::IsInvalidArgument(keys.status())) << bad << keys.status();
  }
}

TEST(JsonWebKeysTest, RefusesSetsThatAreNone) {
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("{\"keys\":{}}"), SetOf(""), KeyText(),
        StrCat("[", KeyText(), "]"), SetOf(KeyText()) + "x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(JsonWebKeys::Parse(bad).status())) << bad;
  }
  EXPECT_FALSE(
      JsonWebKeys::Parse(std::string(kJsonWebKeySetBytesMax, ' ') + SetOf(KeyText())).ok());
  std::string many = KeyText();
  for (size_t i = 0; i < kJsonWebKeysMax; ++i) many += ",{\"kty\":\"RSA\"}";
  EXPECT_FALSE(JsonWebKeys::Parse(SetOf(many)).ok());
}

// RFC 7517 section 5: keys that a reader doesn't understand are passed over.
TEST(JsonWebKeysTest, PassesOverKeysForSomethingElse) {
  const std::string set = SetOf(
      StrCat(KeyText(), ",{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"AQAB\",\"e\":\"AQAB\"},",
             Changed("\"use\":\"sig\"", "\"use\":\"enc\""), ",", Changed("\"P-256\"", "\"P-384\""),
             ",", Changed("\"use\":\"sig\"", "\"alg\":\"ES384\""), ",",
             Changed("\"use\":\"sig\"", "\"key_ops\":[\"sign\"]")));
  const auto keys = JsonWebKeys::Parse(set);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->Find("r"), nullptr);
  // A set of those alone has nothing to verify with.
  EXPECT_FALSE(JsonWebKeys::Parse(SetOf(Changed("\"P-256\"", "\"P-384\""))).ok());
}

TEST(JsonWebKeysTest, FindsAKeyByItsId) {
  TokenIssuer issuer("2026-11");
  const auto keys = JsonWebKeys::Parse(issuer.KeySet());
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_NE(keys->Find("2026-11"), nullptr);
  EXPECT_EQ(*keys->Find("2026-11"), issuer.key().verifying_key());
  EXPECT_EQ(keys->Find("2026-1"), nullptr);
  EXPECT_EQ(keys->Find(""), nullptr);
}

}  // namespace
}  // namespace concordat::auth
