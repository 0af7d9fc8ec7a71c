// A small certificate authority for development, tests and exercises. Production certificates come
// from the agencies' own authorities; nothing that serves needs this.
//
// ECDSA P-256 with SHA-256 (RFC 5480), profile of RFC 5280: the authority is CA:TRUE, pathlen 0,
// keyCertSign and cRLSign, and may be constrained to the URIs of one host; a leaf is for
// digitalSignature, TLS client and server, with its names in subjectAltName. Both carry subject and
// authority key identifiers and a random serial number of 128 bits. Keys are PKCS#8.
#ifndef CONCORDAT_CRYPTO_CERTIFICATE_AUTHORITY_H_
#define CONCORDAT_CRYPTO_CERTIFICATE_AUTHORITY_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct evp_pkey_st;
struct x509_st;

namespace concordat::crypto {

// Movable; thread-safe for const calls. A moved-from authority may only be assigned or destroyed.
class CertificateAuthority {
 public:
  struct Leaf {
    std::vector<std::string> uris;          // Such as spiffe://example.org/agency/police/rms.
    std::vector<std::string> dns_names;     // Such as localhost.
    std::vector<std::string> ip_addresses;  // IPv4 or IPv6 in text form.
    absl::Time not_before;
    absl::Time not_after;
  };
  struct Issued {
    std::string certificate_pem;
    std::string private_key_pem;  // In the clear, for a file that only its owner reads.
  };

  // A new self-signed authority. `name` is its common name, 1 to 64 printable ASCII characters.
  // Times are taken to the second. With `uri_host` a critical name constraint (RFC 5280 section
  // 4.2.1.10) lets it certify URIs of that host alone: for SPIFFE ids, the trust domain. Issue does
  // not look at it; who verifies does. INVALID_ARGUMENT for another name or host, or unless
  // not_before < not_after, years 1950 to 9999.
  static absl::StatusOr<CertificateAuthority> Generate(std::string_view name, absl::Time not_before,
                                                       absl::Time not_after,
                                                       std::string_view uri_host = "");

  // INVALID_ARGUMENT unless these are a P-256 authority's certificate and its own private key, in
  // the clear.
  static absl::StatusOr<CertificateAuthority> Load(std::string_view certificate_pem,
                                                   std::string_view private_key_pem);

  // A new key and a certificate for it. INVALID_ARGUMENT for a leaf without any name or with more
  // than kCertificateNamesMax, for a name that is empty or not printable ASCII or, as address, not
  // one, and for a time of validity that is empty or not within the authority's own.
  absl::StatusOr<Issued> Issue(const Leaf& leaf) const;

  // A list (RFC 5280 section 5, version 2, PEM) of these certificates, whoever issued them, made at
  // `made` and to be replaced by `next`. INVALID_ARGUMENT for one that is no certificate, and for
  // times as in Generate.
  absl::StatusOr<std::string> Revoke(const std::vector<std::string>& certificate_pems,
                                     absl::Time made, absl::Time next) const;

  std::string certificate_pem() const;
  std::string private_key_pem() const;

 private:
  struct FreeCertificate {
    void operator()(x509_st* certificate) const;
  };
  struct FreeKey {
    void operator()(evp_pkey_st* key) const;
  };
  using Certificate = std::unique_ptr<x509_st, FreeCertificate>;
  using Key = std::unique_ptr<evp_pkey_st, FreeKey>;

  CertificateAuthority(Certificate certificate, Key key, absl::Time not_before,
                       absl::Time not_after);

  Certificate certificate_;
  Key key_;
  absl::Time not_before_;
  absl::Time not_after_;
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_CERTIFICATE_AUTHORITY_H_
