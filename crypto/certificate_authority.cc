#include "crypto/certificate_authority.h"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/digest.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/certificate.h"
#include "crypto/random.h"

namespace concordat::crypto {
namespace {

constexpr size_t kCommonNameCharsMax = 64;  // RFC 5280 appendix A.1, ub-common-name.
constexpr size_t kSerialBytes = 16;

bssl::UniquePtr<BIO> BioOf(std::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Contents(const BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  CONCORDAT_CHECK(BIO_mem_contents(bio, &data, &size) == 1);
  return std::string(reinterpret_cast<const char*>(data), size);
}

std::string CertificatePem(X509* certificate) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  CONCORDAT_CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return Contents(bio.get());
}

std::string PrivateKeyPem(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  CONCORDAT_CHECK(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Contents(bio.get());
}

bssl::UniquePtr<EVP_PKEY> GenerateKey() {
  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  CONCORDAT_CHECK(EC_KEY_generate_key(ec.get()) == 1);
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  CONCORDAT_CHECK(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1);
  return key;
}

bool IsP256(const EVP_PKEY* key) {
  const EC_KEY* const ec = EVP_PKEY_get0_EC_KEY(key);
  return ec != nullptr && EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) == NID_X9_62_prime256v1;
}

absl::Status CheckValidity(absl::Time not_before, absl::Time not_after) {
  // What the encodings of RFC 5280 section 4.1.2.5 can hold.
  const absl::Time first = absl::FromCivil(absl::CivilYear(1950), absl::UTCTimeZone());
  const absl::Time end = absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone());
  if (not_before < first || not_after >= end) {
    return FieldError("validity", "a time beyond the years 1950 to 9999", "those years");
  }
  if (absl::ToUnixSeconds(not_before) >= absl::ToUnixSeconds(not_after)) {
    return FieldError("validity", "an end that is not after its beginning", "a later end");
  }
  return absl::OkStatus();
}

absl::Status CheckName(std::string_view field, std::string_view name, size_t bytes_max) {
  if (name.empty() || name.size() > bytes_max ||
      !std::all_of(name.begin(), name.end(), absl::ascii_isprint)) {
    return FieldError(field, "a name that is empty, too long or not printable ASCII",
                      StrCat("1 to ", bytes_max, " printable ASCII characters"));
  }
  return absl::OkStatus();
}

void SetRandomSerial(X509* certificate) {
  const std::string random = RandomBytes(kSerialBytes);
  const bssl::UniquePtr<BIGNUM> number(
      BN_bin2bn(reinterpret_cast<const uint8_t*>(random.data()), random.size(), nullptr));
  CONCORDAT_CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void SetCommonName(X509* certificate, std::string_view name) {
  CONCORDAT_CHECK(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             MBSTRING_UTF8,
                                             reinterpret_cast<const uint8_t*>(name.data()),
                                             static_cast<int>(name.size()), -1, 0) == 1);
}

// A certificate for `key`, without issuer, extensions and signature.
bssl::UniquePtr<X509> NewCertificate(std::string_view common_name, absl::Time not_before,
                                     absl::Time not_after, EVP_PKEY* key) {
  bssl::UniquePtr<X509> certificate(X509_new());
  CONCORDAT_CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  SetRandomSerial(certificate.get());
  SetCommonName(certificate.get(), common_name);
  CONCORDAT_CHECK(ASN1_TIME_set(X509_getm_notBefore(certificate.get()),
                                absl::ToUnixSeconds(not_before)) != nullptr);
  CONCORDAT_CHECK(ASN1_TIME_set(X509_getm_notAfter(certificate.get()),
                                absl::ToUnixSeconds(not_after)) != nullptr);
  CONCORDAT_CHECK(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

// `value` is a constant of ours in the extension language, never text from outside.
void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context = {};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value));
  CONCORDAT_CHECK(extension != nullptr);
  CONCORDAT_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

void SignAs(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  // In this order: the authority key identifier of a self-signed certificate is its own subject key
  // identifier.
  AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
  AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
  CONCORDAT_CHECK(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
  CONCORDAT_CHECK(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
}

void ConstrainUris(X509* certificate, std::string_view host) {
  bssl::UniquePtr<GENERAL_SUBTREE> subtree(GENERAL_SUBTREE_new());
  ASN1_IA5STRING* const value = ASN1_IA5STRING_new();
  CONCORDAT_CHECK(ASN1_STRING_set(value, host.data(), static_cast<int>(host.size())) == 1);
  GENERAL_NAME_set0_value(subtree->base, GEN_URI, value);
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(NAME_CONSTRAINTS_new());
  constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
  CONCORDAT_CHECK(bssl::PushToStack(constraints->permittedSubtrees, std::move(subtree)));
  CONCORDAT_CHECK(X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(),
                                    /*crit=*/1, /*flags=*/0) == 1);
}

void AddName(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  bssl::UniquePtr<GENERAL_NAME> name(GENERAL_NAME_new());
  GENERAL_NAME_set0_value(name.get(), type, value);
  CONCORDAT_CHECK(bssl::PushToStack(names, std::move(name)));
}

absl::Status AddTextNames(std::string_view field, const std::vector<std::string>& texts, int type,
                          GENERAL_NAMES* names) {
  for (const std::string& text : texts) {
    CONCORDAT_RETURN_IF_ERROR(CheckName(field, text, kShortTextBytesMax));
    if (text.find(' ') != text.npos) return FieldError(field, "a space", "a name without one");
    ASN1_IA5STRING* const value = ASN1_IA5STRING_new();
    CONCORDAT_CHECK(ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) == 1);
    AddName(names, type, value);
  }
  return absl::OkStatus();
}

// The address in network order, 4 or 16 bytes; empty when the text is none. Not a2i_IPADDRESS,
// which takes "1.2.3.4/24".
std::string PackAddress(const std::string& text) {
  std::array<char, 16> packed;
  if (inet_pton(AF_INET, text.c_str(), packed.data()) == 1) return std::string(packed.data(), 4);
  if (inet_pton(AF_INET6, text.c_str(), packed.data()) == 1) return std::string(packed.data(), 16);
  return "";
}

absl::Status AddAddresses(const std::vector<std::string>& texts, GENERAL_NAMES* names) {
  for (const std::string& text : texts) {
    CONCORDAT_RETURN_IF_ERROR(CheckName("leaf.ip_addresses", text, kShortTextBytesMax));
    const std::string packed = PackAddress(text);
    if (packed.empty()) {
      return FieldError("leaf.ip_addresses", "text that is no address", "an IPv4 or IPv6 address");
    }
    ASN1_OCTET_STRING* const address = ASN1_OCTET_STRING_new();
    CONCORDAT_CHECK(ASN1_STRING_set(address, packed.data(), static_cast<int>(packed.size())) == 1);
    AddName(names, GEN_IPADD, address);
  }
  return absl::OkStatus();
}

absl::StatusOr<bssl::UniquePtr<GENERAL_NAMES>> NamesOf(const CertificateAuthority::Leaf& leaf) {
  const size_t count = leaf.uris.size() + leaf.dns_names.size() + leaf.ip_addresses.size();
  if (count == 0 || count > kCertificateNamesMax) {
    return FieldError("leaf", StrCat(count, " names"), StrCat("1 to ", kCertificateNamesMax));
  }
  bssl::UniquePtr<GENERAL_NAMES> names(GENERAL_NAMES_new());
  CONCORDAT_RETURN_IF_ERROR(AddTextNames("leaf.uris", leaf.uris, GEN_URI, names.get()));
  CONCORDAT_RETURN_IF_ERROR(AddTextNames("leaf.dns_names", leaf.dns_names, GEN_DNS, names.get()));
  CONCORDAT_RETURN_IF_ERROR(AddAddresses(leaf.ip_addresses, names.get()));
  return names;
}

// For people who read certificates; software reads the alternative names.
std::string CommonNameOf(const CertificateAuthority::Leaf& leaf) {
  const std::string& first = !leaf.uris.empty()        ? leaf.uris.front()
                             : !leaf.dns_names.empty() ? leaf.dns_names.front()
                                                       : leaf.ip_addresses.front();
  return first.substr(0, kCommonNameCharsMax);
}

}  // namespace

void CertificateAuthority::FreeCertificate::operator()(x509_st* certificate) const {
  X509_free(certificate);
}

void CertificateAuthority::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

CertificateAuthority::CertificateAuthority(Certificate certificate, Key key, absl::Time not_before,
                                           absl::Time not_after)
    : certificate_(std::move(certificate)),
      key_(std::move(key)),
      not_before_(not_before),
      not_after_(not_after) {}

absl::StatusOr<CertificateAuthority> CertificateAuthority::Generate(std::string_view name,
                                                                    absl::Time not_before,
                                                                    absl::Time not_after,
                                                                    std::string_view uri_host) {
  CONCORDAT_RETURN_IF_ERROR(CheckName("name", name, kCommonNameCharsMax));
  if (!uri_host.empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckName("uri_host", uri_host, kShortTextBytesMax));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckValidity(not_before, not_after));
  bssl::UniquePtr<EVP_PKEY> key = GenerateKey();
  bssl::UniquePtr<X509> certificate = NewCertificate(name, not_before, not_after, key.get());
  AddExtension(certificate.get(), certificate.get(), NID_basic_constraints,
               "critical,CA:TRUE,pathlen:0");
  AddExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  if (!uri_host.empty()) ConstrainUris(certificate.get(), uri_host);
  SignAs(certificate.get(), certificate.get(), key.get());
  return CertificateAuthority(Certificate(certificate.release()), Key(key.release()),
                              absl::FromUnixSeconds(absl::ToUnixSeconds(not_before)),
                              absl::FromUnixSeconds(absl::ToUnixSeconds(not_after)));
}

absl::StatusOr<CertificateAuthority> CertificateAuthority::Load(std::string_view certificate_pem,
                                                                std::string_view private_key_pem) {
  CONCORDAT_ASSIGN_OR_RETURN(const CertificateInfo info, ParseCertificatePem(certificate_pem));
  Certificate certificate(
      PEM_read_bio_X509(BioOf(certificate_pem).get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return FieldError("certificate", "no readable one", "one in PEM");
  if (private_key_pem.size() > kCertificatePemBytesMax) {
    return FieldError("private key", StrCat(private_key_pem.size(), " bytes"),
                      StrCat("at most ", kCertificatePemBytesMax));
  }
  Key key(PEM_read_bio_PrivateKey(BioOf(private_key_pem).get(), nullptr, nullptr, nullptr));
  if (key == nullptr || !IsP256(key.get())) {
    return FieldError("private key", "no readable P-256 key", "one in PEM, in the clear");
  }
  if (X509_check_ca(certificate.get()) != 1) {
    return FieldError("certificate", "one that may not issue others", "an authority's");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return FieldError("private key", "that of another certificate", "the authority's own");
  }
  return CertificateAuthority(std::move(certificate), std::move(key), info.not_before,
                              info.not_after);
}

absl::StatusOr<CertificateAuthority::Issued> CertificateAuthority::Issue(const Leaf& leaf) const {
  CONCORDAT_RETURN_IF_ERROR(CheckValidity(leaf.not_before, leaf.not_after));
  if (leaf.not_before < not_before_ ||
      absl::ToUnixSeconds(leaf.not_after) > absl::ToUnixSeconds(not_after_)) {
    return FieldError("leaf", "a time of validity beyond the authority's", "one within it");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const bssl::UniquePtr<GENERAL_NAMES> names, NamesOf(leaf));
  const bssl::UniquePtr<EVP_PKEY> key = GenerateKey();
  const bssl::UniquePtr<X509> certificate =
      NewCertificate(CommonNameOf(leaf), leaf.not_before, leaf.not_after, key.get());
  AddExtension(certificate.get(), certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(certificate.get(), certificate_.get(), NID_key_usage, "critical,digitalSignature");
  AddExtension(certificate.get(), certificate_.get(), NID_ext_key_usage, "clientAuth,serverAuth");
  CONCORDAT_CHECK(X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(),
                                    /*crit=*/0, /*flags=*/0) == 1);
  SignAs(certificate.get(), certificate_.get(), key_.get());
  return Issued{CertificatePem(certificate.get()), PrivateKeyPem(key.get())};
}

absl::StatusOr<std::string> CertificateAuthority::Revoke(
    const std::vector<std::string>& certificate_pems, absl::Time made, absl::Time next) const {
  CONCORDAT_RETURN_IF_ERROR(CheckValidity(made, next));
  const bssl::UniquePtr<ASN1_TIME> made_at(ASN1_TIME_set(nullptr, absl::ToUnixSeconds(made)));
  const bssl::UniquePtr<ASN1_TIME> next_at(ASN1_TIME_set(nullptr, absl::ToUnixSeconds(next)));
  const bssl::UniquePtr<X509_CRL> list(X509_CRL_new());
  CONCORDAT_CHECK(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1);
  CONCORDAT_CHECK(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get())) ==
                  1);
  CONCORDAT_CHECK(X509_CRL_set1_lastUpdate(list.get(), made_at.get()) == 1);
  CONCORDAT_CHECK(X509_CRL_set1_nextUpdate(list.get(), next_at.get()) == 1);
  for (const std::string& pem : certificate_pems) {
    const bssl::UniquePtr<BIO> bio = BioOf(pem);
    const bssl::UniquePtr<X509> revoked(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (revoked == nullptr) return FieldError("certificate_pems", "no certificate", "one in PEM");
    bssl::UniquePtr<X509_REVOKED> entry(X509_REVOKED_new());
    CONCORDAT_CHECK(
        X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(revoked.get())) == 1);
    CONCORDAT_CHECK(X509_REVOKED_set_revocationDate(entry.get(), made_at.get()) == 1);
    CONCORDAT_CHECK(X509_CRL_add0_revoked(list.get(), entry.release()) == 1);
  }
  CONCORDAT_CHECK(X509_CRL_sort(list.get()) == 1);
  CONCORDAT_CHECK(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) > 0);
  const bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  CONCORDAT_CHECK(PEM_write_bio_X509_CRL(out.get(), list.get()) == 1);
  return Contents(out.get());
}

std::string CertificateAuthority::certificate_pem() const {
  return CertificatePem(certificate_.get());
}

std::string CertificateAuthority::private_key_pem() const { return PrivateKeyPem(key_.get()); }

}  // namespace concordat::crypto
