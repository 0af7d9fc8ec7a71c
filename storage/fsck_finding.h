// How a difference is told: DATA_LOSS "<place>: got <got>, want <want>". Internal to storage/.
#ifndef CONCORDAT_STORAGE_FSCK_FINDING_H_
#define CONCORDAT_STORAGE_FSCK_FINDING_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"

namespace concordat::storage {

inline absl::Status Finding(std::string_view place, std::string_view got, std::string_view want) {
  return absl::DataLossError(StrCat(place, ": got ", got, ", want ", want));
}

// A stored key, which holds identifiers and blinded tokens, never a person's data.
inline std::string Hex(std::string_view bytes) { return absl::BytesToHexString(ToAbsl(bytes)); }

inline std::string Base64(const crypto::Digest& digest) {
  return absl::Base64Escape(ToAbsl(crypto::AsBytes(digest)));
}

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FSCK_FINDING_H_
