#include "tlog/entry_bundle.h"

#include "base/field_error.h"
#include "base/str_cat.h"

namespace concordat::tlog {
namespace {

constexpr size_t kLengthBytes = 2;
constexpr size_t kEntryBytesMax = 65535;

}  // namespace

absl::Status AppendToBundle(std::string_view entry, std::string* bundle) {
  if (entry.size() > kEntryBytesMax) {
    return FieldError("entry bundle", StrCat("an entry of ", entry.size(), " bytes"),
                      StrCat("at most ", kEntryBytesMax));
  }
  bundle->push_back(static_cast<char>(entry.size() >> 8));
  bundle->push_back(static_cast<char>(entry.size()));
  bundle->append(entry);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string_view>> ParseEntryBundle(std::string_view bundle,
                                                               uint32_t width) {
  std::vector<std::string_view> entries;
  entries.reserve(width);
  while (entries.size() < width) {
    size_t size = 0;
    if (bundle.size() >= kLengthBytes) {
      size = static_cast<uint8_t>(bundle[0]) << 8 | static_cast<uint8_t>(bundle[1]);
    }
    if (bundle.size() < kLengthBytes + size) {
      return absl::DataLossError(
          StrCat("entry bundle: got ", entries.size(), " whole entries, want ", width));
    }
    entries.push_back(bundle.substr(kLengthBytes, size));
    bundle.remove_prefix(kLengthBytes + size);
  }
  if (!bundle.empty()) {
    return absl::DataLossError(
        StrCat("entry bundle: got ", bundle.size(), " bytes after ", width, " entries, want none"));
  }
  return entries;
}

}  // namespace concordat::tlog
