// Certificate revocation lists (RFC 5280 section 5): which certificates of the trusted authorities
// are no longer to be believed.
#ifndef CONCORDAT_CRYPTO_REVOCATION_LIST_H_
#define CONCORDAT_CRYPTO_REVOCATION_LIST_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct X509_crl_st;

namespace concordat::crypto {

// Movable; thread-safe for const calls.
class RevocationLists {
 public:
  RevocationLists() = default;  // None: nothing is revoked.

  // Every list in `lists_pem`. INVALID_ARGUMENT "revocation list N: got ..., want ..." (N from 1)
  // for more than kRevocationListBytesMax of text, no list at all, one that can't be read, that no
  // certificate in `roots_pem` signed, whose time has not come or is over at `now`, that names no
  // next update, or that has a critical extension: it would say less, or something else, than that
  // its certificates are revoked.
  static absl::StatusOr<RevocationLists> Parse(std::string_view lists_pem,
                                               std::string_view roots_pem, absl::Time now);

  // Of the first certificate in `certificate_pem`; one that can't be read is.
  bool IsRevoked(std::string_view certificate_pem) const;

  // The earliest time at which one of them wants to be replaced; the infinite future for none.
  absl::Time next_update() const { return next_update_; }

 private:
  struct FreeList {
    void operator()(X509_crl_st* list) const;
  };
  std::vector<std::unique_ptr<X509_crl_st, FreeList>> lists_;
  absl::Time next_update_ = absl::InfiniteFuture();
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_REVOCATION_LIST_H_
