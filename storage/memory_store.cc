#include "storage/memory_store.h"

#include "storage/key_schema.h"

namespace concordat::storage {

void MemoryStore::Put(Family family, std::string_view key, std::string_view value) {
  if (!IsProjection(family)) return;
  auto& rows = rows_[family];
  const auto row = rows.lower_bound(key);
  if (row != rows.end() && row->first == key) {
    row->second = value;
  } else {
    rows.emplace_hint(row, key, value);
  }
}

void MemoryStore::Delete(Family family, std::string_view key) {
  const auto rows = rows_.find(family);
  if (rows == rows_.end()) return;
  const auto row = rows->second.find(key);
  if (row != rows->second.end()) rows->second.erase(row);
}

absl::StatusOr<std::string> MemoryStore::Get(Family family, std::string_view key) const {
  if (!IsProjection(family) && stored_ != nullptr) return stored_->Get(family, key);
  const auto rows = rows_.find(family);
  if (rows == rows_.end()) return absl::NotFoundError("memory store: got no such key");
  const auto row = rows->second.find(key);
  if (row == rows->second.end()) return absl::NotFoundError("memory store: got no such key");
  return row->second;
}

absl::Status MemoryStore::Scan(Family family, std::string_view begin, std::string_view end,
                               Visit visit) const {
  if (!IsProjection(family)) {
    return stored_ == nullptr ? absl::OkStatus() : stored_->Scan(family, begin, end, visit);
  }
  const auto rows = rows_.find(family);
  if (rows == rows_.end()) return absl::OkStatus();
  for (auto row = rows->second.lower_bound(begin); row != rows->second.end(); ++row) {
    if (!end.empty() && row->first >= end) break;
    if (!visit(row->first, row->second)) break;
  }
  return absl::OkStatus();
}

}  // namespace concordat::storage
