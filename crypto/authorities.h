// Which certificate authorities are trusted, by key, and whether one of them issued a certificate.
#ifndef CONCORDAT_CRYPTO_AUTHORITIES_H_
#define CONCORDAT_CRYPTO_AUTHORITIES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct x509_st;

namespace concordat::crypto {

// Movable; thread-safe for const calls. Nothing is remembered between calls: what is asked of the
// next Authorities is decided anew.
class Authorities {
 public:
  Authorities() = default;  // None: nobody's certificate is certified by a named one.

  // The authorities among the certificates in `roots_pem`: those with basicConstraints CA:TRUE and,
  // where they say what their key is for, keyCertSign. INVALID_ARGUMENT "trusted roots: got ...,
  // want ..." for one that can't be read, or a key of none of the kinds below.
  static absl::StatusOr<Authorities> Parse(std::string_view roots_pem);

  // Whether one of the authorities whose id is in `named` issued the first certificate in
  // `leaf_pem`: it is named as issuer, is itself in date at `now`, its key verifies the signature
  // (ECDSA on P-256 or P-384, Ed25519, RSA PKCS #1 v1.5 of 2048 bits or more; SHA-256, 384 or 512),
  // and its name constraints (RFC 5280 section 4.2.1.10) allow the certificate's names. A
  // certificate that may itself issue others is nobody's.
  //
  // With nothing in `named` the issuer may be any, also one that is not here (an intermediate):
  // then the answer is no only where all that issued it are out of date or constrained to other
  // names.
  bool Certify(std::string_view leaf_pem, const std::vector<std::string_view>& named,
               absl::Time now) const;

  // Each once, in the order of the file.
  std::vector<std::string> ids() const;

 private:
  struct FreeCertificate {
    void operator()(x509_st* certificate) const;
  };
  struct Authority {
    std::unique_ptr<x509_st, FreeCertificate> certificate;
    std::string id;
    absl::Time not_before;
    absl::Time not_after;
  };

  std::vector<Authority> authorities_;
};

// How a directory names the authority of a certificate: SHA-256 of its SubjectPublicKeyInfo (DER),
// 64 lower-case hexadecimal digits. It stays when the certificate is renewed for the same key.
// INVALID_ARGUMENT as Parse, and for a certificate that is no authority's.
absl::StatusOr<std::string> AuthorityIdOf(std::string_view certificate_pem);

inline constexpr size_t kAuthorityIdChars = 64;
bool IsAuthorityId(std::string_view text);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_AUTHORITIES_H_
