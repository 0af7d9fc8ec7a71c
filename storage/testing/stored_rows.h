// All that a log has stored, copied into memory: to be damaged record by record.
#ifndef CONCORDAT_STORAGE_TESTING_STORED_ROWS_H_
#define CONCORDAT_STORAGE_TESTING_STORED_ROWS_H_

#include <map>
#include <string>
#include <string_view>

#include "storage/reader.h"

namespace concordat::storage {

// Not thread-safe.
class StoredRows final : public Reader {
 public:
  using Rows = std::map<std::string, std::string, std::less<>>;

  // Nothing stored.
  StoredRows();
  // Fails the process where the reader does.
  explicit StoredRows(const Reader& reader);

  Rows& operator[](Family family) { return rows_[family]; }

  absl::StatusOr<std::string> Get(Family family, std::string_view key) const override;
  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    Visit visit) const override;

 private:
  std::map<Family, Rows> rows_;  // Of every family.
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_STORED_ROWS_H_
