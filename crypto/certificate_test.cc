#include "crypto/certificate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "crypto/certificate_authority.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

constexpr std::string_view kUri = "spiffe://example.org/agency/police/rms";

absl::Time Utc(int year, int month = 1, int day = 1, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, 0, 0, second), absl::UTCTimeZone());
}

CertificateAuthority::Leaf Leaf() {
  return {{std::string(kUri)},
          {"localhost", "police.example.org"},
          {"127.0.0.1"},
          Utc(2025),
          Utc(2026)};
}

std::string Issue(const CertificateAuthority::Leaf& leaf) {
  return CertificateAuthority::Generate("Test authority", Utc(2000), Utc(2100))
      ->Issue(leaf)
      ->certificate_pem;
}

std::string DerOf(std::string_view pem) {
  std::string base64;
  for (const absl::string_view line : absl::StrSplit(ToAbsl(pem), '\n')) {
    if (!line.empty() && line[0] != '-') base64.append(line.data(), line.size());
  }
  std::string der;
  EXPECT_TRUE(absl::Base64Unescape(base64, &der));
  return der;
}

std::string PemOf(std::string_view der, std::string_view label = "CERTIFICATE") {
  const std::string base64 = absl::Base64Escape(ToAbsl(der));
  std::string pem = StrCat("-----BEGIN ", label, "-----\n");
  for (size_t i = 0; i < base64.size(); i += 64) StrAppend(&pem, base64.substr(i, 64), "\n");
  return StrCat(pem, "-----END ", label, "-----\n");
}

void ExpectRefused(std::string_view pem) {
  EXPECT_EQ(ParseCertificatePem(pem).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CertificateTest, RefusesWhatIsNoCertificate) {
  const std::string der = DerOf(Issue(Leaf()));
  ExpectRefused("");
  ExpectRefused("certificate");
  ExpectRefused(der);
  ExpectRefused(PemOf(""));
  ExpectRefused(PemOf("not DER"));
  ExpectRefused(PemOf(der, "PUBLIC KEY"));
  ExpectRefused("-----BEGIN CERTIFICATE-----\n");
  ExpectRefused("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n");
}

TEST(CertificateTest, RefusesACertificateCutShortOrExtended) {
  const std::string der = DerOf(Issue(Leaf()));
  for (size_t size = 0; size < der.size(); ++size) ExpectRefused(PemOf(der.substr(0, size)));
  ExpectRefused(PemOf(der + '\0'));
  ExpectRefused(PemOf(der + der));
}

TEST(CertificateTest, RefusesMoreTextThanTheBound) {
  std::string pem = Issue(Leaf());
  pem.append(kCertificatePemBytesMax - pem.size(), '\n');
  EXPECT_TRUE(ParseCertificatePem(pem).ok());
  ExpectRefused(pem + "\n");
}

TEST(CertificateTest, DamageToAnyByteNeverGivesTheSameFingerprint) {
  const std::string der = DerOf(Issue(Leaf()));
  const Digest digest = Sha256(der);
  for (size_t i = 0; i < der.size(); ++i) {
    for (const char flip : {'\x01', '\x20', '\x80', '\xff'}) {
      std::string damaged = der;
      damaged[i] ^= flip;
      const auto info = ParseCertificatePem(PemOf(damaged));
      EXPECT_FALSE(info.ok() && info->sha256 == digest) << i;
    }
  }
}

TEST(CertificateTest, RefusesANameThatIsNotPrintable) {
  const std::string der = DerOf(Issue(Leaf()));
  for (const std::string_view name : {kUri, std::string_view("police.example.org")}) {
    const size_t at = der.rfind(std::string(name));
    ASSERT_NE(at, std::string::npos);
    for (const char bad : {'\0', ' ', '\n', '\x7f', '\xe9'}) {
      std::string damaged = der;
      damaged[at + 4] = bad;
      ExpectRefused(PemOf(damaged));
    }
  }
}

TEST(CertificateTest, RefusesARepeatedListOfNames) {
  // extendedKeyUsage (2.5.29.37) relabelled as a second subjectAltName (2.5.29.17).
  std::string der = DerOf(Issue(Leaf()));
  const size_t at = der.find("\x06\x03\x55\x1d\x25");
  ASSERT_NE(at, std::string::npos);
  der[at + 4] = '\x11';
  ExpectRefused(PemOf(der));
}

TEST(CertificateTest, ReadsNamesTimesAndFingerprint) {
  const std::string pem = Issue(Leaf());
  const auto info = ParseCertificatePem(pem);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->uri_sans, std::vector<std::string>{std::string(kUri)});
  EXPECT_EQ(info->dns_sans, (std::vector<std::string>{"localhost", "police.example.org"}));
  EXPECT_EQ(info->not_before, Utc(2025));
  EXPECT_EQ(info->not_after, Utc(2026));
  EXPECT_EQ(info->sha256, Sha256(DerOf(pem)));
}

TEST(CertificateTest, ReadsTimesInBothTheirEncodings) {
  auto leaf = Leaf();
  leaf.not_before = Utc(2049, 12, 31, 59);
  leaf.not_after = Utc(2050, 1, 1, 1);
  const auto info = ParseCertificatePem(Issue(leaf));
  EXPECT_EQ(info->not_before, leaf.not_before);
  EXPECT_EQ(info->not_after, leaf.not_after);
}

TEST(CertificateTest, ACertificateWithoutNamesHasNone) {
  const auto authority = CertificateAuthority::Generate("Test authority", Utc(1950), Utc(2100));
  const auto info = ParseCertificatePem(authority->certificate_pem());
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_TRUE(info->uri_sans.empty());
  EXPECT_TRUE(info->dns_sans.empty());
  EXPECT_EQ(info->not_before, Utc(1950));
}

TEST(CertificateTest, ReadsTheFirstOfSeveral) {
  const std::string first = Issue(Leaf());
  const std::string second = Issue(Leaf());
  const auto info = ParseCertificatePem(StrCat("a comment\n", PemOf("x", "NOTE"), first, second));
  EXPECT_EQ(info->sha256, Sha256(DerOf(first)));
}

}  // namespace
}  // namespace concordat::crypto
