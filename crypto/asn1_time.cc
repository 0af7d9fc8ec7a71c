#include "crypto/asn1_time.h"

#include <openssl/asn1.h>
#include <openssl/base.h>

namespace concordat::crypto {

std::optional<absl::Time> TimeOf(const asn1_string_st* time) {
  const bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (time == nullptr || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
    return std::nullopt;
  }
  return absl::UnixEpoch() + 24 * absl::Hours(days) + absl::Seconds(seconds);
}

}  // namespace concordat::crypto
