#include "crypto/certificate_authority.h"

#include <gtest/gtest.h>
#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "crypto/certificate.h"

namespace concordat::crypto {
namespace {

absl::Time Utc(int year, int month = 1, int day = 1) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

CertificateAuthority Authority(std::string_view name = "Test authority") {
  return *CertificateAuthority::Generate(name, Utc(2020), Utc(2040));
}

CertificateAuthority::Leaf Leaf() {
  return {{"spiffe://example.org/agency/police/rms"},
          {"localhost"},
          {"127.0.0.1", "::1"},
          Utc(2025),
          Utc(2026)};
}

absl::StatusCode CodeOf(const CertificateAuthority::Leaf& leaf) {
  static const CertificateAuthority* const authority = new CertificateAuthority(Authority());
  return authority->Issue(leaf).status().code();
}

bssl::UniquePtr<X509> Read(std::string_view pem) {
  const bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return bssl::UniquePtr<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

bssl::UniquePtr<EVP_PKEY> ReadKey(std::string_view pem) {
  const bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return bssl::UniquePtr<EVP_PKEY>(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

// X509_V_OK or why `leaf` is refused by someone who trusts `authority`, for `purpose` on `day`.
int Verify(std::string_view authority, std::string_view leaf, int purpose, absl::Time day) {
  const bssl::UniquePtr<X509> root = Read(authority);
  const bssl::UniquePtr<X509> certificate = Read(leaf);
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), root.get());
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, absl::ToTimeT(day));
  X509_VERIFY_PARAM_set_purpose(parameters, purpose);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST(CertificateAuthorityTest, RefusesNamesAndTimesThatACertificateCannotHold) {
  for (const std::string_view name : {"", "a\n", "caf\u00e9"}) {
    EXPECT_FALSE(CertificateAuthority::Generate(name, Utc(2020), Utc(2040)).ok()) << name;
  }
  EXPECT_FALSE(CertificateAuthority::Generate(std::string(65, 'a'), Utc(2020), Utc(2040)).ok());
  EXPECT_TRUE(CertificateAuthority::Generate(std::string(64, 'a'), Utc(2020), Utc(2040)).ok());
  EXPECT_FALSE(CertificateAuthority::Generate("a", Utc(2020), Utc(2020)).ok());
  EXPECT_FALSE(CertificateAuthority::Generate("a", Utc(2021), Utc(2020)).ok());
  EXPECT_FALSE(CertificateAuthority::Generate("a", Utc(1949), Utc(2020)).ok());
  EXPECT_FALSE(CertificateAuthority::Generate("a", Utc(2020), Utc(10000)).ok());
  EXPECT_FALSE(CertificateAuthority::Generate("a", Utc(2020), absl::InfiniteFuture()).ok());
  EXPECT_FALSE(CertificateAuthority::Generate("a", absl::InfinitePast(), Utc(2020)).ok());
}

TEST(CertificateAuthorityTest, RefusesALeafWithoutNamesOrWithTooMany) {
  auto leaf = Leaf();
  leaf.uris.clear();
  leaf.dns_names.clear();
  leaf.ip_addresses.clear();
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument);
  leaf.dns_names.assign(kCertificateNamesMax, "localhost");
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kOk);
  leaf.uris.push_back("spiffe://example.org/a");
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument);
}

TEST(CertificateAuthorityTest, RefusesNamesOfAnotherForm) {
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a\0b", 3), std::string("a\n"),
        std::string("caf\u00e9"), std::string(kShortTextBytesMax + 1, 'a')}) {
    auto leaf = Leaf();
    leaf.uris = {bad};
    EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument) << bad;
    leaf = Leaf();
    leaf.dns_names = {"localhost", bad};
    EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument) << bad;
    leaf = Leaf();
    leaf.ip_addresses = {bad};
    EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument) << bad;
  }
  for (const std::string_view bad : {"localhost", "1.2.3", "1.2.3.256", "::g", "1.2.3.4/24"}) {
    auto leaf = Leaf();
    leaf.ip_addresses = {std::string(bad)};
    EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(CertificateAuthorityTest, RefusesALeafBeyondItsOwnValidity) {
  auto leaf = Leaf();
  leaf.not_before = Utc(2020);
  leaf.not_after = Utc(2040);
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kOk);
  leaf.not_before = Utc(2020) - absl::Seconds(1);
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument);
  leaf.not_before = Utc(2020);
  leaf.not_after = Utc(2040) + absl::Seconds(1);
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument);
  leaf.not_after = leaf.not_before;
  EXPECT_EQ(CodeOf(leaf), absl::StatusCode::kInvalidArgument);
}

TEST(CertificateAuthorityTest, LoadRefusesAnythingButAnAuthorityAndItsKey) {
  const CertificateAuthority authority = Authority();
  const std::string certificate = authority.certificate_pem();
  const std::string key = authority.private_key_pem();
  const auto leaf = authority.Issue(Leaf());
  const std::string other_key = Authority().private_key_pem();
  const std::string encrypted =
      absl::StrReplaceAll(key, {{"-----BEGIN PRIVATE KEY-----\n",
                                 "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                                 "DEK-Info: AES-128-CBC,000102030405060708090a0b0c0d0e0f\n\n"}});
  ASSERT_TRUE(CertificateAuthority::Load(certificate, key).ok());
  for (const auto& [bad_certificate, bad_key] : {
           std::pair<std::string, std::string>("", key),
           {certificate, ""},
           {key, certificate},
           {certificate, other_key},
           {certificate, encrypted},
           {certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
           {leaf->certificate_pem, leaf->private_key_pem},
       }) {
    const absl::Status status = CertificateAuthority::Load(bad_certificate, bad_key).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  }
}

TEST(CertificateAuthorityTest, ItsLeavesAreAcceptedFromBothSidesAndByNobodyElse) {
  const CertificateAuthority authority = Authority();
  const std::string leaf = authority.Issue(Leaf())->certificate_pem;
  const absl::Time day = Utc(2025, 6, 1);
  for (const int purpose : {X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER}) {
    EXPECT_EQ(Verify(authority.certificate_pem(), leaf, purpose, day), X509_V_OK);
    EXPECT_NE(Verify(Authority().certificate_pem(), leaf, purpose, day), X509_V_OK);
    EXPECT_EQ(Verify(authority.certificate_pem(), leaf, purpose, Utc(2026, 1, 2)),
              X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(Verify(authority.certificate_pem(), leaf, purpose, Utc(2024, 12, 31)),
              X509_V_ERR_CERT_NOT_YET_VALID);
  }
  EXPECT_NE(Verify(authority.certificate_pem(), leaf, X509_PURPOSE_SMIME_SIGN, day), X509_V_OK);
}

TEST(CertificateAuthorityTest, GivesEachRoleItsUsesAndNoMore) {
  const CertificateAuthority authority = Authority();
  const bssl::UniquePtr<X509> root = Read(authority.certificate_pem());
  EXPECT_EQ(X509_check_ca(root.get()), 1);
  EXPECT_EQ(X509_get_pathlen(root.get()), 0);
  EXPECT_EQ(X509_get_key_usage(root.get()), static_cast<uint32_t>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));

  const bssl::UniquePtr<X509> leaf = Read(authority.Issue(Leaf())->certificate_pem);
  EXPECT_EQ(X509_check_ca(leaf.get()), 0);
  EXPECT_EQ(X509_get_key_usage(leaf.get()), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(leaf.get()),
            static_cast<uint32_t>(XKU_SSL_SERVER | XKU_SSL_CLIENT));
  const ASN1_OCTET_STRING* const root_id = X509_get0_subject_key_id(root.get());
  const ASN1_OCTET_STRING* const issuer_id = X509_get0_authority_key_id(leaf.get());
  ASSERT_TRUE(root_id != nullptr && issuer_id != nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(root_id, issuer_id), 0);
  EXPECT_NE(X509_get0_subject_key_id(leaf.get()), nullptr);
}

TEST(CertificateAuthorityTest, AnIssuedKeyIsItsCertificates) {
  const auto issued = Authority().Issue(Leaf());
  const bssl::UniquePtr<EVP_PKEY> key = ReadKey(issued->private_key_pem);
  EXPECT_EQ(X509_check_private_key(Read(issued->certificate_pem).get(), key.get()), 1);
  EXPECT_TRUE(absl::StartsWith(issued->private_key_pem, "-----BEGIN PRIVATE KEY-----\n"));
}

TEST(CertificateAuthorityTest, PutsEveryNameInTheCertificate) {
  const std::string pem = Authority().Issue(Leaf())->certificate_pem;
  const auto info = ParseCertificatePem(pem);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->uri_sans, Leaf().uris);
  EXPECT_EQ(info->dns_sans, Leaf().dns_names);
  EXPECT_EQ(info->not_before, Leaf().not_before);
  EXPECT_EQ(info->not_after, Leaf().not_after);
  const bssl::UniquePtr<X509> leaf = Read(pem);
  for (const std::string& address : Leaf().ip_addresses) {
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), address.c_str(), 0), 1) << address;
  }
  EXPECT_NE(X509_check_ip_asc(leaf.get(), "127.0.0.2", 0), 1);
}

TEST(CertificateAuthorityTest, TakesANameLongerThanACommonNameMayBe) {
  auto leaf = Leaf();
  leaf.uris = {StrCat("spiffe://example.org/agency/", std::string(200, 'a'), "/rms")};
  const CertificateAuthority authority = Authority();
  const auto issued = authority.Issue(leaf);
  ASSERT_TRUE(issued.ok()) << issued.status();
  EXPECT_EQ(ParseCertificatePem(issued->certificate_pem)->uri_sans, leaf.uris);
  EXPECT_EQ(Verify(authority.certificate_pem(), issued->certificate_pem, X509_PURPOSE_SSL_CLIENT,
                   Utc(2025, 6, 1)),
            X509_V_OK);
}

TEST(CertificateAuthorityTest, NoTwoCertificatesShareASerialNumberOrAKey) {
  const CertificateAuthority authority = Authority();
  std::set<std::string> serials;
  std::set<std::string> keys;
  for (int i = 0; i < 50; ++i) {
    const auto issued = authority.Issue(Leaf());
    const bssl::UniquePtr<X509> leaf = Read(issued->certificate_pem);
    const ASN1_INTEGER* const serial = X509_get0_serialNumber(leaf.get());
    serials.insert(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                               ASN1_STRING_length(serial)));
    keys.insert(issued->private_key_pem);
  }
  EXPECT_EQ(serials.size(), 50u);
  EXPECT_EQ(keys.size(), 50u);
}

TEST(CertificateAuthorityTest, WorksTheSameAfterItWasLoaded) {
  CertificateAuthority made = Authority();
  auto loaded = CertificateAuthority::Load(made.certificate_pem(), made.private_key_pem());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->certificate_pem(), made.certificate_pem());
  EXPECT_EQ(loaded->private_key_pem(), made.private_key_pem());
  const CertificateAuthority moved = *std::move(loaded);
  EXPECT_EQ(Verify(made.certificate_pem(), moved.Issue(Leaf())->certificate_pem,
                   X509_PURPOSE_SSL_SERVER, Utc(2025, 6, 1)),
            X509_V_OK);
  auto leaf = Leaf();
  leaf.not_after = Utc(2041);
  EXPECT_FALSE(moved.Issue(leaf).ok());
}

}  // namespace
}  // namespace concordat::crypto
