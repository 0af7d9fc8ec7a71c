#include "crypto/ed25519.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

struct Vector {
  std::string_view seed;
  std::string_view public_key;
  std::string_view message;
  std::string_view signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

// The order of the group (RFC 8032 section 5.1), least significant byte first.
constexpr std::string_view kOrder =
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

std::string Bytes(std::string_view hex) { return absl::HexStringToBytes(ToAbsl(hex)); }

SigningKey Key(const Vector& v) {
  return *SigningKey::FromSeed(SecretBytes::CopyOf(Bytes(v.seed)));
}

TEST(Ed25519Test, RefusesKeysOfTheWrongSize) {
  for (const size_t size : {0, 1, 31, 33, 64}) {
    EXPECT_EQ(SigningKey::FromSeed(SecretBytes::Zeros(size)).status().code(),
              absl::StatusCode::kInvalidArgument)
        << size;
    EXPECT_EQ(VerifyingKey::FromBytes(std::string(size, 'a')).status().code(),
              absl::StatusCode::kInvalidArgument)
        << size;
  }
}

TEST(Ed25519Test, RefusesDamageToAnyBitOfTheSignature) {
  const SigningKey key = Key(kVectors[0]);
  const std::string signature = key.Sign("checkpoint");
  for (size_t i = 0; i < signature.size() * 8; ++i) {
    std::string damaged = signature;
    damaged[i / 8] ^= static_cast<char>(1 << (i % 8));
    EXPECT_FALSE(key.verifying_key().Verify("checkpoint", damaged)) << i;
  }
}

TEST(Ed25519Test, RefusesASignatureOfTheWrongSize) {
  const SigningKey key = Key(kVectors[0]);
  const std::string signature = key.Sign("checkpoint");
  for (size_t size = 0; size < signature.size(); ++size) {
    EXPECT_FALSE(key.verifying_key().Verify("checkpoint", signature.substr(0, size)));
  }
  EXPECT_FALSE(key.verifying_key().Verify("checkpoint", signature + '\0'));
}

TEST(Ed25519Test, RefusesAnotherMessageOrKey) {
  const SigningKey key = Key(kVectors[0]);
  const std::string signature = key.Sign("checkpoint");
  for (const std::string_view other : {"", "checkpoin", "checkpoint ", "checkpoinu"}) {
    EXPECT_FALSE(key.verifying_key().Verify(other, signature));
  }
  EXPECT_FALSE(Key(kVectors[1]).verifying_key().Verify("checkpoint", signature));
}

// RFC 8032 section 5.1.7: the same signature with the group's order added to its second half must
// not verify, or there would be two signatures where one was made.
TEST(Ed25519Test, RefusesASecondFormOfTheSameSignature) {
  const SigningKey key = Key(kVectors[0]);
  std::string signature = key.Sign("checkpoint");
  const std::string order = Bytes(kOrder);
  int carry = 0;
  for (size_t i = 0; i < 32; ++i) {
    carry += static_cast<uint8_t>(signature[32 + i]) + static_cast<uint8_t>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0);
  EXPECT_FALSE(key.verifying_key().Verify("checkpoint", signature));
}

TEST(Ed25519Test, BytesThatAreNoPointVerifyNothing) {
  // y = 2 has no x on the curve.
  const auto key = VerifyingKey::FromBytes(std::string("\x02") + std::string(31, '\0'));
  EXPECT_FALSE(key->Verify("checkpoint", Key(kVectors[0]).Sign("checkpoint")));
  EXPECT_FALSE(key->Verify("checkpoint", std::string(kEd25519SignatureBytes, '\0')));
}

TEST(Ed25519Test, GivesThePublishedKeysAndSignatures) {
  for (const Vector& v : kVectors) {
    const SigningKey key = Key(v);
    EXPECT_EQ(absl::BytesToHexString(ToAbsl(key.verifying_key().bytes())), v.public_key);
    EXPECT_EQ(absl::BytesToHexString(key.Sign(Bytes(v.message))), v.signature);
    const auto verifying_key = VerifyingKey::FromBytes(Bytes(v.public_key));
    EXPECT_TRUE(verifying_key->Verify(Bytes(v.message), Bytes(v.signature)));
  }
}

TEST(Ed25519Test, TheSeedGivesTheKeyBack) {
  SigningKey key = SigningKey::Generate();
  const std::string signature = key.Sign("checkpoint");
  const SigningKey again = *SigningKey::FromSeed(key.seed());
  EXPECT_EQ(again.Sign("checkpoint"), signature);
  const SigningKey moved = std::move(key);
  EXPECT_EQ(moved.Sign("checkpoint"), signature);
  EXPECT_TRUE(again.verifying_key().Verify("checkpoint", signature));
}

TEST(Ed25519Test, EveryGeneratedKeyIsAnother) {
  EXPECT_NE(SigningKey::Generate().verifying_key().bytes(),
            SigningKey::Generate().verifying_key().bytes());
}

}  // namespace
}  // namespace concordat::crypto
