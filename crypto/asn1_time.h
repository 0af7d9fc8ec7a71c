// A time in a certificate or a revocation list (RFC 5280 section 4.1.2.5).
#ifndef CONCORDAT_CRYPTO_ASN1_TIME_H_
#define CONCORDAT_CRYPTO_ASN1_TIME_H_

#include <optional>

#include "absl/time/time.h"

struct asn1_string_st;

namespace concordat::crypto {

// nullopt for null, and for one that is no time in UTC.
std::optional<absl::Time> TimeOf(const asn1_string_st* time);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_ASN1_TIME_H_
