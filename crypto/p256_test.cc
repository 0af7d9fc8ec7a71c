#include "crypto/p256.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/base64.h"
#include "gtest/gtest.h"

namespace concordat::crypto {
namespace {

// RFC 7515 appendix A.3.
constexpr char kX[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr char kY[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr char kD[] = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
constexpr char kSigned[] =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";
constexpr char kSignature[] =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

std::string Url(std::string_view text) { return *DecodeBase64Url(text); }

P256VerifyingKey RfcKey() { return *P256VerifyingKey::FromCoordinates(Url(kX), Url(kY)); }

TEST(P256Test, VerifiesTheSignatureOfRfc7515) {
  EXPECT_TRUE(RfcKey().Verify(kSigned, Url(kSignature)));
}

TEST(P256Test, RefusesAnyOtherMessageAndEveryChangedByteOfTheSignature) {
  EXPECT_FALSE(RfcKey().Verify(std::string(kSigned) + "A", Url(kSignature)));
  for (size_t i = 0; i < kP256SignatureBytes; ++i) {
    std::string changed = Url(kSignature);
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(RfcKey().Verify(kSigned, changed)) << i;
  }
}

TEST(P256Test, RefusesSignaturesOfAnotherSizeAndZeros) {
  EXPECT_FALSE(RfcKey().Verify(kSigned, ""));
  EXPECT_FALSE(RfcKey().Verify(kSigned, Url(kSignature) + "x"));
  EXPECT_FALSE(RfcKey().Verify(kSigned, Url(kSignature).substr(1)));
  EXPECT_FALSE(
      RfcKey().Verify(kSigned, std::string(kP256SignatureBytes, '\0')));  // CVE-2022-21449.
  EXPECT_FALSE(RfcKey().Verify(kSigned, std::string(kP256SignatureBytes, '\xff')));
}

TEST(P256Test, RefusesWhatIsNoPointOfTheCurve) {
  std::string y = Url(kY);
  y[31] = static_cast<char>(y[31] ^ 1);
  EXPECT_TRUE(absl::IsInvalidArgument(P256VerifyingKey::FromCoordinates(Url(kX), y).status()));
  const std::string zeros(32, '\0');
  EXPECT_FALSE(P256VerifyingKey::FromCoordinates(zeros, zeros).ok());
  EXPECT_FALSE(P256VerifyingKey::FromCoordinates(Url(kX).substr(1), Url(kY)).ok());
  EXPECT_FALSE(P256VerifyingKey::FromCoordinates(Url(kX), Url(kY) + "x").ok());
}

TEST(P256Test, SignsWhatItsPublicKeyVerifies) {
  const auto key = P256SigningKey::FromScalar(Url(kD));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->verifying_key(), RfcKey());
  EXPECT_TRUE(RfcKey().Verify("message", key->Sign("message")));
  const P256SigningKey other = P256SigningKey::Generate();
  EXPECT_FALSE(RfcKey().Verify("message", other.Sign("message")));
  EXPECT_TRUE(other.verifying_key().Verify("message", other.Sign("message")));
}

TEST(P256Test, RefusesScalarsThatAreNone) {
  // The order of the curve.
  const std::string order =
      absl::HexStringToBytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  for (const std::string& scalar : {std::string(32, '\0'), order, std::string(31, '\1')}) {
    EXPECT_FALSE(P256SigningKey::FromScalar(scalar).ok());
  }
}

}  // namespace
}  // namespace concordat::crypto
