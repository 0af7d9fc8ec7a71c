// Entry bundles of C2SP tlog-tiles (c2sp.org/tlog-tiles): up to 256 consecutive entries as they are
// stored, each after its length in two big-endian bytes. Bundle n holds the entries whose hashes
// level-0 tile n holds. Pure and thread-safe.
#ifndef CONCORDAT_TLOG_ENTRY_BUNDLE_H_
#define CONCORDAT_TLOG_ENTRY_BUNDLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/limits.h"
#include "tlog/tiles.h"

namespace concordat::tlog {

inline constexpr size_t kEntryBundleBytesMax = size_t{kTileWidth} * (2 + kLogEntryBytesMax);
static_assert(kLogEntryBytesMax <= 65535, "an entry's length is 16 bits");

// INVALID_ARGUMENT for an entry of more than 65535 bytes; nothing is appended then.
absl::Status AppendToBundle(std::string_view entry, std::string* bundle);

// The entries of a bundle of `width`, as views into `bundle`. DATA_LOSS unless it is exactly that
// many entries: one cut short, bytes left over, fewer or more.
absl::StatusOr<std::vector<std::string_view>> ParseEntryBundle(std::string_view bundle,
                                                               uint32_t width);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_ENTRY_BUNDLE_H_
