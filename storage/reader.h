// What storage is read through: the committed state at one moment, or a transaction that also sees
// its own writes.
#ifndef CONCORDAT_STORAGE_READER_H_
#define CONCORDAT_STORAGE_READER_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/key_schema.h"

namespace concordat::storage {

class Reader {
 public:
  // Returns whether to go on. Key and value live only until it returns.
  using Visit = absl::FunctionRef<bool(std::string_view key, std::string_view value)>;

  virtual ~Reader() = default;

  // NOT_FOUND when absent; UNAVAILABLE or DATA_LOSS when storage fails or its checksums do not
  // hold.
  virtual absl::StatusOr<std::string> Get(Family family, std::string_view key) const = 0;

  // Visits begin <= key < end in byte order; an empty `end` is the end of the family. Errors as for
  // Get, never NOT_FOUND: an empty range is OK.
  virtual absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                            Visit visit) const = 0;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_READER_H_
