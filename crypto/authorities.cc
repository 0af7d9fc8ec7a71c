#include "crypto/authorities.h"

#include <openssl/asn1.h>
#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/check.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/asn1_time.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

constexpr int kRsaBitsMin = 2048;

absl::Status Refused(std::string_view got, std::string_view want) {
  return absl::InvalidArgumentError(StrCat("trusted roots: got ", got, ", want ", want));
}

// The next certificate; null at the end. INVALID_ARGUMENT for one that can't be read.
absl::StatusOr<bssl::UniquePtr<X509>> Next(BIO* bio) {
  bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
  if (certificate != nullptr) return certificate;
  const uint32_t error = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE) {
    return certificate;
  }
  return Refused("a certificate that can't be read", "X.509 in PEM");
}

bssl::UniquePtr<BIO> BioOf(std::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// X509_check_ca also answers yes to version 1 and to what Netscape made of it.
bool IsAuthority(X509* certificate) {
  constexpr int kByBasicConstraints = 1;
  return X509_check_ca(certificate) == kByBasicConstraints;
}

bool IsKeyOfAllowedKind(EVP_PKEY* key) {
  if (key == nullptr) return false;
  if (EVP_PKEY_id(key) == EVP_PKEY_ED25519) return true;
  if (EVP_PKEY_id(key) == EVP_PKEY_RSA) return EVP_PKEY_bits(key) >= kRsaBitsMin;
  const EC_KEY* const ec = EVP_PKEY_get0_EC_KEY(key);
  if (ec == nullptr) return false;
  const int curve = EC_GROUP_get_curve_name(EC_KEY_get0_group(ec));
  return curve == NID_X9_62_prime256v1 || curve == NID_secp384r1;
}

bool IsSignatureOfAllowedKind(const X509* certificate) {
  switch (X509_get_signature_nid(certificate)) {
    case NID_ecdsa_with_SHA256:
    case NID_ecdsa_with_SHA384:
    case NID_ecdsa_with_SHA512:
    case NID_ED25519:
    case NID_sha256WithRSAEncryption:
    case NID_sha384WithRSAEncryption:
    case NID_sha512WithRSAEncryption:
      return true;
    default:
      return false;
  }
}

std::string IdOf(X509* certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  CONCORDAT_CHECK(size > 0);
  const bssl::UniquePtr<uint8_t> owner(der);
  const Digest digest =
      Sha256(std::string_view(reinterpret_cast<const char*>(der), static_cast<size_t>(size)));
  return absl::BytesToHexString(ToAbsl(AsBytes(digest)));
}

bool IsSignedBy(X509* leaf, X509* authority) {
  if (X509_NAME_cmp(X509_get_subject_name(authority), X509_get_issuer_name(leaf)) != 0) {
    return false;
  }
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(authority));
  const bool verified = IsKeyOfAllowedKind(key.get()) && X509_verify(leaf, key.get()) == 1;
  ERR_clear_error();
  return verified;
}

// GnuTLS does not look at constraints on URIs, and nothing at all does once the handshake is over.
bool MayNameWhatLeafNames(X509* authority, X509* leaf) {
  int critical = 0;
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(static_cast<NAME_CONSTRAINTS*>(
      X509_get_ext_d2i(authority, NID_name_constraints, &critical, nullptr)));
  // -1: the certificate has no such extension; else it is repeated or can't be read.
  if (constraints == nullptr) return critical == -1;
  return NAME_CONSTRAINTS_check(leaf, constraints.get()) == X509_V_OK;
}

}  // namespace

void Authorities::FreeCertificate::operator()(x509_st* certificate) const {
  X509_free(certificate);
}

absl::StatusOr<Authorities> Authorities::Parse(std::string_view roots_pem) {
  const bssl::UniquePtr<BIO> bio = BioOf(roots_pem);
  Authorities parsed;
  for (;;) {
    CONCORDAT_ASSIGN_OR_RETURN(bssl::UniquePtr<X509> certificate, Next(bio.get()));
    if (certificate == nullptr) return parsed;
    if (!IsAuthority(certificate.get())) continue;
    const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate.get()));
    if (!IsKeyOfAllowedKind(key.get())) {
      ERR_clear_error();
      return Refused("an authority with another kind of key",
                     "P-256, P-384, Ed25519, or RSA of 2048 bits or more");
    }
    const std::optional<absl::Time> from = TimeOf(X509_get0_notBefore(certificate.get()));
    const std::optional<absl::Time> to = TimeOf(X509_get0_notAfter(certificate.get()));
    if (!from.has_value() || !to.has_value()) {
      return Refused("a time that is none", "validity in UTC");
    }
    std::string id = IdOf(certificate.get());
    Authority authority{{}, std::move(id), *from, *to};
    authority.certificate.reset(certificate.release());
    parsed.authorities_.push_back(std::move(authority));
  }
}

bool Authorities::Certify(std::string_view leaf_pem, const std::vector<std::string_view>& named,
                          absl::Time now) const {
  if (leaf_pem.size() > kCertificatePemBytesMax) return false;
  const auto leaf = Next(BioOf(leaf_pem).get());
  if (!leaf.ok() || *leaf == nullptr || X509_check_ca(leaf->get()) != 0) return false;
  if (!named.empty() && !IsSignatureOfAllowedKind(leaf->get())) return false;
  bool issued_here = false;
  for (const Authority& authority : authorities_) {
    X509* const certificate = authority.certificate.get();
    const bool counts =
        named.empty() || std::find(named.begin(), named.end(), authority.id) != named.end();
    if (!counts || !IsSignedBy(leaf->get(), certificate)) continue;
    issued_here = true;
    if (now < authority.not_before || now > authority.not_after) continue;
    if (MayNameWhatLeafNames(certificate, leaf->get())) return true;
  }
  return named.empty() && !issued_here;
}

std::vector<std::string> Authorities::ids() const {
  std::vector<std::string> ids;
  for (const Authority& authority : authorities_) {
    if (std::find(ids.begin(), ids.end(), authority.id) == ids.end()) ids.push_back(authority.id);
  }
  return ids;
}

absl::StatusOr<std::string> AuthorityIdOf(std::string_view certificate_pem) {
  CONCORDAT_ASSIGN_OR_RETURN(const Authorities authorities, Authorities::Parse(certificate_pem));
  const std::vector<std::string> ids = authorities.ids();
  if (ids.size() == 1) return ids[0];
  return Refused(StrCat(ids.size(), " authorities"), "the certificate of one");
}

bool IsAuthorityId(std::string_view text) {
  return text.size() == kAuthorityIdChars && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace concordat::crypto
