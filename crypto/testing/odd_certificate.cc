#include "crypto/testing/odd_certificate.h"

#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/clock.h"

namespace concordat::crypto::testing {
namespace {

bssl::UniquePtr<EVP_PKEY> OfCurve(int curve) {
  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve));
  CONCORDAT_CHECK(EC_KEY_generate_key(ec.get()) == 1);
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  CONCORDAT_CHECK(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1);
  return key;
}

bssl::UniquePtr<EVP_PKEY> OfRsa(int bits) {
  const bssl::UniquePtr<RSA> rsa(RSA_new());
  const bssl::UniquePtr<BIGNUM> exponent(BN_new());
  CONCORDAT_CHECK(BN_set_word(exponent.get(), RSA_F4) == 1);
  CONCORDAT_CHECK(RSA_generate_key_ex(rsa.get(), bits, exponent.get(), nullptr) == 1);
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  CONCORDAT_CHECK(EVP_PKEY_set1_RSA(key.get(), rsa.get()) == 1);
  return key;
}

bssl::UniquePtr<EVP_PKEY> OfEd25519() {
  uint8_t seed[32];
  RAND_bytes(seed, sizeof(seed));
  return bssl::UniquePtr<EVP_PKEY>(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed, sizeof(seed)));
}

bssl::UniquePtr<EVP_PKEY> NewKey(KeyKind kind) {
  switch (kind) {
    case KeyKind::kP256:
      return OfCurve(NID_X9_62_prime256v1);
    case KeyKind::kP384:
      return OfCurve(NID_secp384r1);
    case KeyKind::kP224:
      return OfCurve(NID_secp224r1);
    case KeyKind::kEd25519:
      return OfEd25519();
    case KeyKind::kRsa2048:
      return OfRsa(2048);
    case KeyKind::kRsa1024:
      return OfRsa(1024);
  }
  return nullptr;
}

bssl::UniquePtr<BIO> BioOf(const std::string& text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Contents(const BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  CONCORDAT_CHECK(BIO_mem_contents(bio, &data, &size) == 1);
  return std::string(reinterpret_cast<const char*>(data), size);
}

void SetTime(ASN1_TIME* time, absl::Time value) {
  CONCORDAT_CHECK(ASN1_TIME_set(time, absl::ToUnixSeconds(value)) != nullptr);
}

}  // namespace

MadeCertificate Make(const OddCertificate& odd, const MadeCertificate* issuer) {
  const bssl::UniquePtr<EVP_PKEY> key = NewKey(odd.key);
  const bssl::UniquePtr<X509> made(X509_new());
  bssl::UniquePtr<X509> by;
  bssl::UniquePtr<EVP_PKEY> by_key;
  if (issuer != nullptr) {
    by.reset(PEM_read_bio_X509(BioOf(issuer->certificate_pem).get(), nullptr, nullptr, nullptr));
    by_key.reset(
        PEM_read_bio_PrivateKey(BioOf(issuer->private_key_pem).get(), nullptr, nullptr, nullptr));
    CONCORDAT_CHECK(by != nullptr && by_key != nullptr);
  }
  X509* const issuing = issuer == nullptr ? made.get() : by.get();
  EVP_PKEY* const signing = issuer == nullptr ? key.get() : by_key.get();
  CONCORDAT_CHECK(X509_set_version(made.get(), X509_VERSION_3) == 1);
  uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<uint8_t*>(&serial), sizeof(serial));
  CONCORDAT_CHECK(ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial) == 1);
  CONCORDAT_CHECK(X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName,
                                             MBSTRING_UTF8,
                                             reinterpret_cast<const uint8_t*>(odd.name.data()),
                                             static_cast<int>(odd.name.size()), -1, 0) == 1);
  CONCORDAT_CHECK(X509_set_issuer_name(made.get(), X509_get_subject_name(issuing)) == 1);
  const absl::Time now = Clock::Real().Now();
  SetTime(X509_getm_notBefore(made.get()), now - absl::Hours(24));
  SetTime(X509_getm_notAfter(made.get()), now + odd.valid_for);
  CONCORDAT_CHECK(X509_set_pubkey(made.get(), key.get()) == 1);
  for (const auto& [name, value] : odd.extensions) {
    X509V3_CTX context = {};
    X509V3_set_ctx(&context, issuing, made.get(), nullptr, nullptr, 0);
    const bssl::UniquePtr<X509_EXTENSION> extension(
        X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str()));
    CONCORDAT_CHECK(extension != nullptr);
    CONCORDAT_CHECK(X509_add_ext(made.get(), extension.get(), -1) == 1);
  }
  const bool own_hash = EVP_PKEY_id(signing) == EVP_PKEY_ED25519;
  const EVP_MD* const hash = own_hash ? nullptr : odd.sha1 ? EVP_sha1() : EVP_sha256();
  CONCORDAT_CHECK(X509_sign(made.get(), signing, hash) > 0);
  const bssl::UniquePtr<BIO> certificate(BIO_new(BIO_s_mem()));
  CONCORDAT_CHECK(PEM_write_bio_X509(certificate.get(), made.get()) == 1);
  const bssl::UniquePtr<BIO> private_key(BIO_new(BIO_s_mem()));
  CONCORDAT_CHECK(PEM_write_bio_PKCS8PrivateKey(private_key.get(), key.get(), nullptr, nullptr, 0,
                                                nullptr, nullptr) == 1);
  return {Contents(certificate.get()), Contents(private_key.get())};
}

OddCertificate AuthorityNamed(const std::string& name,
                              std::vector<std::pair<std::string, std::string>> more) {
  OddCertificate authority;
  authority.name = name;
  authority.extensions = {{"basicConstraints", "critical,CA:TRUE"},
                          {"keyUsage", "critical,keyCertSign,cRLSign"}};
  authority.extensions.insert(authority.extensions.end(), more.begin(), more.end());
  return authority;
}

OddCertificate LeafFor(const std::string& uri) {
  OddCertificate leaf;
  leaf.name = "workload";
  leaf.extensions = {{"basicConstraints", "critical,CA:FALSE"},
                     {"keyUsage", "critical,digitalSignature"},
                     {"extendedKeyUsage", "clientAuth,serverAuth"},
                     {"subjectAltName", "URI:" + uri}};
  leaf.valid_for = absl::Hours(1);
  return leaf;
}

}  // namespace concordat::crypto::testing
