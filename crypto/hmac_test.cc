#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "crypto/secret_bytes.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

std::string Hex(const Digest& digest) { return absl::BytesToHexString(ToAbsl(AsBytes(digest))); }

std::string Code(std::string_view key, std::string_view message) {
  return Hex(HmacSha256(SecretBytes::CopyOf(key), message));
}

// RFC 4231 section 4, cases 1 to 4, 6 and 7 (case 5 is of a truncated code).
TEST(HmacTest, GivesThePublishedCodes) {
  EXPECT_EQ(Code(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Code("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Code(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting.push_back(c);
  EXPECT_EQ(Code(counting, std::string(50, '\xcd')),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  const std::string long_key(131, '\xaa');
  EXPECT_EQ(Code(long_key, "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(Code(long_key,
                 "This is a test using a larger than block-size key and a larger than block-size "
                 "data. The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacTest, TakesAnEmptyKeyAndAnEmptyMessage) {
  EXPECT_EQ(Code("", ""), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(HmacTest, DiffersForAnotherKeyOrMessage) {
  EXPECT_NE(Code("key", "message"), Code("kez", "message"));
  EXPECT_NE(Code("key", "message"), Code("key", "messagf"));
}

}  // namespace
}  // namespace concordat::crypto
