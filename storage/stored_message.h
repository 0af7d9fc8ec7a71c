// Protobuf messages as stored values. Internal to storage/.
#ifndef CONCORDAT_STORAGE_STORED_MESSAGE_H_
#define CONCORDAT_STORAGE_STORED_MESSAGE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/reader.h"

namespace concordat::storage {

// DATA_LOSS "stored <name>: ..." unless the bytes are a Message.
template <typename Message>
absl::StatusOr<Message> ParseStored(std::string_view name, const std::string& bytes) {
  Message message;
  if (message.ParseFromString(bytes)) return message;
  return absl::DataLossError(StrCat("stored ", name, ": got bytes that do not parse"));
}

// As Reader::Get, with a NOT_FOUND that says what was looked for.
template <typename Message>
absl::StatusOr<Message> GetStored(const Reader& reader, Family family, std::string_view key,
                                  std::string_view name) {
  const absl::StatusOr<std::string> bytes = reader.Get(family, key);
  if (absl::IsNotFound(bytes.status())) return absl::NotFoundError(StrCat(name, ": got none"));
  CONCORDAT_RETURN_IF_ERROR(bytes.status());
  return ParseStored<Message>(name, *bytes);
}

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_STORED_MESSAGE_H_
