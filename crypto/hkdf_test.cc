#include "crypto/hkdf.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

SecretBytes Hex(std::string_view hex) {
  return SecretBytes::CopyOf(absl::HexStringToBytes(ToAbsl(hex)));
}

// The bytes first, first + 1, ... up to but without `end`.
std::string Counting(int first, int end) {
  std::string bytes;
  for (int c = first; c < end; ++c) bytes.push_back(static_cast<char>(c));
  return bytes;
}

TEST(HkdfDeathTest, ASizeThatCannotBeDerivedIsABug) {
  const SecretBytes key = SecretBytes::Zeros(32);
  EXPECT_DEATH(HkdfSha256(key, "", "", 0), "check failed");
  EXPECT_DEATH(HkdfSha256(key, "", "", kHkdfBytesMax + 1), "check failed");
}

// RFC 5869 appendix A.1 to A.3.
TEST(HkdfTest, GivesThePublishedKeys) {
  const SecretBytes short_key = SecretBytes::CopyOf(std::string(22, '\x0b'));
  EXPECT_TRUE(HkdfSha256(short_key, Counting(0, 13), Counting(0xf0, 0xfa), 42)
                  .EqualsInConstantTime(
                      Hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                          "34007208d5b887185865")));
  EXPECT_TRUE(HkdfSha256(SecretBytes::CopyOf(Counting(0, 0x50)), Counting(0x60, 0xb0),
                         Counting(0xb0, 0x100), 82)
                  .EqualsInConstantTime(
                      Hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                          "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                          "cc30c58179ec3e87c14c01d5c1f3434f1d87")));
  EXPECT_TRUE(HkdfSha256(short_key, "", "", 42)
                  .EqualsInConstantTime(
                      Hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                          "9d201395faa4b61a96c8")));
}

TEST(HkdfTest, GivesAnotherKeyForAnotherSaltOrPurpose) {
  const SecretBytes key = SecretBytes::Zeros(32);
  const SecretBytes derived = HkdfSha256(key, "salt", "purpose", 32);
  EXPECT_FALSE(derived.EqualsInConstantTime(HkdfSha256(key, "salt", "purposf", 32)));
  EXPECT_FALSE(derived.EqualsInConstantTime(HkdfSha256(key, "salu", "purpose", 32)));
  EXPECT_FALSE(derived.EqualsInConstantTime(
      HkdfSha256(SecretBytes::CopyOf("another"), "salt", "purpose", 32)));
}

TEST(HkdfTest, GivesUpToTheLargestSize) {
  EXPECT_EQ(HkdfSha256(SecretBytes::Zeros(32), "", "", kHkdfBytesMax).size(), kHkdfBytesMax);
}

}  // namespace
}  // namespace concordat::crypto
