#include "crypto/key_pair.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "crypto/certificate_authority.h"

namespace concordat::crypto {
namespace {

constexpr absl::Time kFrom = absl::FromUnixSeconds(1700000000);
constexpr absl::Time kTo = absl::FromUnixSeconds(1800000000);

CertificateAuthority::Issued NewLeaf() {
  const auto authority = CertificateAuthority::Generate("Example authority", kFrom, kTo);
  const auto issued = authority->Issue({{"spiffe://example.test/agency/a/b"}, {}, {}, kFrom, kTo});
  return *issued;
}

TEST(KeyPairTest, RefusesTheKeyOfAnotherCertificate) {
  EXPECT_EQ(CheckKeyPair(NewLeaf().certificate_pem, NewLeaf().private_key_pem),
            absl::InvalidArgumentError(
                "private key: got that of another certificate, want the certificate's"));
}

TEST(KeyPairTest, RefusesWhatCannotBeRead) {
  const CertificateAuthority::Issued leaf = NewLeaf();
  const auto no_certificate =
      absl::InvalidArgumentError("certificate: got no readable one, want one in PEM");
  EXPECT_EQ(CheckKeyPair("", leaf.private_key_pem), no_certificate);
  EXPECT_EQ(CheckKeyPair(leaf.private_key_pem, leaf.private_key_pem), no_certificate);
  const auto no_key =
      absl::InvalidArgumentError("private key: got no readable one, want one in PEM, in the clear");
  EXPECT_EQ(CheckKeyPair(leaf.certificate_pem, ""), no_key);
  EXPECT_EQ(CheckKeyPair(leaf.certificate_pem, leaf.certificate_pem), no_key);
  EXPECT_EQ(CheckKeyPair(leaf.certificate_pem,
                         "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            no_key);
}

TEST(KeyPairTest, RefusesFilesThatAreTooLarge) {
  const CertificateAuthority::Issued leaf = NewLeaf();
  const std::string padding(kCertificatePemBytesMax, '\n');
  EXPECT_FALSE(CheckKeyPair(padding + leaf.certificate_pem, leaf.private_key_pem).ok());
  EXPECT_FALSE(CheckKeyPair(leaf.certificate_pem, padding + leaf.private_key_pem).ok());
}

TEST(KeyPairTest, AcceptsACertificateAndItsKey) {
  const CertificateAuthority::Issued leaf = NewLeaf();
  EXPECT_EQ(CheckKeyPair(leaf.certificate_pem, leaf.private_key_pem), absl::OkStatus());
}

}  // namespace
}  // namespace concordat::crypto
