#include "storage/testing/stored_rows.h"

#include "base/check.h"
#include "storage/key_schema.h"

namespace concordat::storage {

StoredRows::StoredRows() {
  for (size_t i = 0; i < kFamilyNames.size(); ++i) rows_[static_cast<Family>(i)];
}

StoredRows::StoredRows(const Reader& reader) {
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    Rows& rows = rows_[static_cast<Family>(i)];
    CONCORDAT_CHECK(reader
                        .Scan(static_cast<Family>(i), "", "",
                              [&](std::string_view key, std::string_view value) {
                                rows.emplace(key, value);
                                return true;
                              })
                        .ok());
  }
}

absl::StatusOr<std::string> StoredRows::Get(Family family, std::string_view key) const {
  const Rows& rows = rows_.at(family);
  const auto row = rows.find(key);
  if (row == rows.end()) return absl::NotFoundError("stored rows: got no such key");
  return row->second;
}

absl::Status StoredRows::Scan(Family family, std::string_view begin, std::string_view end,
                              Visit visit) const {
  const Rows& rows = rows_.at(family);
  for (auto row = rows.lower_bound(begin); row != rows.end(); ++row) {
    if (!end.empty() && row->first >= end) break;
    if (!visit(row->first, row->second)) break;
  }
  return absl::OkStatus();
}

}  // namespace concordat::storage
