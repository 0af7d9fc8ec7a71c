// Whom a practitioner is connected to.
#ifndef CONCORDAT_STORAGE_CONNECTION_STORE_H_
#define CONCORDAT_STORAGE_CONNECTION_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/state.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// One person at work: a subject of an issuer, who acts for an agency.
struct PractitionerName {
  std::string agency;
  std::string issuer;
  std::string subject;
};

struct StoredConnection {
  LeafIndex index{0};  // Of the entry that holds the person's tokens.
  v1::ConnectionRecord record;
};

// In the order of their entries.
absl::StatusOr<std::vector<StoredConnection>> ConnectionsOf(const Reader& reader,
                                                            const PractitionerName& practitioner);

// Those of everybody.
absl::StatusOr<std::vector<StoredConnection>> AllConnections(const Reader& reader);

void PutConnection(Writer& writer, const PractitionerName& practitioner, LeafIndex index,
                   const v1::ConnectionRecord& record);
// NOT_FOUND when the practitioner has none of that id.
absl::Status RemoveConnection(Writer& writer, const PractitionerName& practitioner,
                              std::string_view connection_id);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_CONNECTION_STORE_H_
