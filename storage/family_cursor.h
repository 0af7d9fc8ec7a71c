// A family read row by row, so that several can be walked side by side: holds at most
// kCursorBytesMax and one row of it at a time. Internal to storage/; not thread-safe.
#ifndef CONCORDAT_STORAGE_FAMILY_CURSOR_H_
#define CONCORDAT_STORAGE_FAMILY_CURSOR_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/reader.h"

namespace concordat::storage {

struct Row {
  std::string key;
  std::string value;
};

class FamilyCursor {
 public:
  static constexpr size_t kCursorBytesMax = size_t{1} << 20;

  // From the first row. The reader must outlive it, and show the same state for as long.
  FamilyCursor(const Reader& reader, Family family) : reader_(reader), family_(family) {}

  // The row it stands at, until the next call of Next; null after the last. Errors as for
  // Reader::Scan.
  absl::StatusOr<const Row*> Peek();
  void Next() { ++at_; }
  // The row it stands at, and Next; only after a Peek that was not null.
  Row Take() { return std::move(rows_[at_++]); }

 private:
  absl::Status Fill();

  const Reader& reader_;
  const Family family_;
  std::vector<Row> rows_;
  size_t at_ = 0;
  std::string begin_;  // Where the next rows are read from.
  bool ended_ = false;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FAMILY_CURSOR_H_
