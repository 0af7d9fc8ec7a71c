#include "storage/family_cursor.h"

#include <string_view>

#include "base/status_macros.h"

namespace concordat::storage {

absl::StatusOr<const Row*> FamilyCursor::Peek() {
  if (at_ == rows_.size() && !ended_) CONCORDAT_RETURN_IF_ERROR(Fill());
  return at_ < rows_.size() ? &rows_[at_] : nullptr;
}

absl::Status FamilyCursor::Fill() {
  rows_.clear();
  at_ = 0;
  size_t bytes = 0;
  ended_ = true;
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(family_, begin_, "", [&](std::string_view key, std::string_view value) {
        rows_.push_back({std::string(key), std::string(value)});
        bytes += sizeof(Row) + key.size() + value.size();
        ended_ = bytes < kCursorBytesMax;
        return ended_;
      }));
  // The least key above the last one.
  if (!rows_.empty()) begin_ = rows_.back().key + '\0';
  return absl::OkStatus();
}

}  // namespace concordat::storage
