// Derived state in memory, above what is stored: to fold the log again without touching the disk.
#ifndef CONCORDAT_STORAGE_MEMORY_STORE_H_
#define CONCORDAT_STORAGE_MEMORY_STORE_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/writer.h"

namespace concordat::storage {

// Projections are its own, empty at first; the log, sealed bodies and keys are read from `stored`,
// and writes to those are ignored: they are no projections. Not thread-safe.
class MemoryStore final : public Writer {
 public:
  // Null: the families below are empty, too.
  explicit MemoryStore(const Reader* stored) : stored_(stored) {}

  void Put(Family family, std::string_view key, std::string_view value) override;
  void Delete(Family family, std::string_view key) override;
  absl::StatusOr<std::string> Get(Family family, std::string_view key) const override;
  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    Visit visit) const override;

 private:
  const Reader* stored_;
  std::map<Family, std::map<std::string, std::string, std::less<>>> rows_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_MEMORY_STORE_H_
