#include "storage/connection_store.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"

namespace concordat::storage {

namespace {

absl::StatusOr<std::vector<StoredConnection>> ConnectionsUnder(const Reader& reader,
                                                               const std::string& prefix) {
  constexpr size_t kIndexBytes = sizeof(uint64_t);
  std::vector<StoredConnection> connections;
  absl::Status damaged;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kConnections, prefix, PrefixEnd(prefix),
      [&](std::string_view key, std::string_view value) {
        StoredConnection connection;
        const absl::StatusOr<uint64_t> index =
            DecodeUint64(key.substr(key.size() - std::min(key.size(), kIndexBytes)));
        if (!index.ok() ||
            !connection.record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          damaged = absl::DataLossError("connections: got a record that is none");
          return false;
        }
        connection.index = LeafIndex{*index};
        connections.push_back(std::move(connection));
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(damaged);
  return connections;
}

}  // namespace

absl::StatusOr<std::vector<StoredConnection>> ConnectionsOf(const Reader& reader,
                                                            const PractitionerName& practitioner) {
  return ConnectionsUnder(
      reader, ConnectionsPrefix(practitioner.agency, practitioner.issuer, practitioner.subject));
}

absl::StatusOr<std::vector<StoredConnection>> AllConnections(const Reader& reader) {
  return ConnectionsUnder(reader, "");
}

void PutConnection(Writer& writer, const PractitionerName& practitioner, LeafIndex index,
                   const v1::ConnectionRecord& record) {
  writer.Put(Family::kConnections,
             ConnectionKey(practitioner.agency, practitioner.issuer, practitioner.subject, index),
             record.SerializeAsString());
}

absl::Status RemoveConnection(Writer& writer, const PractitionerName& practitioner,
                              std::string_view connection_id) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<StoredConnection> connections,
                             ConnectionsOf(writer, practitioner));
  for (const StoredConnection& connection : connections) {
    if (connection.record.connection_id() != connection_id) continue;
    writer.Delete(Family::kConnections, ConnectionKey(practitioner.agency, practitioner.issuer,
                                                      practitioner.subject, connection.index));
    return absl::OkStatus();
  }
  return absl::NotFoundError("connection: got none of this id, want one of the practitioner's");
}

}  // namespace concordat::storage
