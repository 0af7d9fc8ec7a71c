// What derived state is written through: a transaction of the log, or a store in memory.
#ifndef CONCORDAT_STORAGE_WRITER_H_
#define CONCORDAT_STORAGE_WRITER_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"

namespace concordat::storage {

// Reads see what was written before.
class Writer : public Reader {
 public:
  // An empty value is a value. A write that can't be made is told by the implementation: see there.
  virtual void Put(Family family, std::string_view key, std::string_view value) = 0;
  virtual void Delete(Family family, std::string_view key) = 0;
};

// Writes all that one log entry changes of the derived state (R5). The entry has its index and
// time. An error undoes the operation that appended it.
using Fold = std::function<absl::Status(Writer&, const v1::LogEntry&)>;

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_WRITER_H_
