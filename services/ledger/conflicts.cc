#include "services/ledger/conflicts.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/identity_tokens.h"
#include "storage/key_schema.h"

namespace concordat::services {

absl::StatusOr<Registered> RegisteredAt(const storage::Reader& reader, const storage::Vault& vault,
                                        LeafIndex index) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes,
                             reader.Get(storage::Family::kLog, storage::LogKey(index)));
  v1::LogEntry entry;
  Registered registered;
  if (!entry.ParseFromString(bytes) || !entry.connection_registered().has_tokens()) {
    return absl::DataLossError(StrCat("entry ", index.value, ": got no connection, want one"));
  }
  absl::StatusOr<std::string> plain =
      vault.Open(reader, entry.connection_registered().tokens(), index, 0);
  // What can't be opened keeps nobody in: the call fails.
  if (!plain.ok()) return absl::DataLossError(plain.status().message());
  registered.connection = entry.connection_registered();
  if (registered.person.ParseFromString(*plain)) return registered;
  return absl::DataLossError(StrCat("entry ", index.value, ": got tokens that do not parse"));
}

storage::PractitionerName NameOf(const v1::Actor& actor) {
  return {actor.agency(), actor.practitioner_issuer(), actor.practitioner()};
}

absl::StatusOr<Conflicts> Conflicts::Of(const storage::Reader& reader, const storage::Vault& vault,
                                        const v1::Actor& actor) {
  Conflicts conflicts;
  if (actor.practitioner().empty()) return conflicts;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<storage::StoredConnection> connections,
                             storage::ConnectionsOf(reader, NameOf(actor)));
  for (const storage::StoredConnection& connection : connections) {
    CONCORDAT_ASSIGN_OR_RETURN(Registered registered,
                               RegisteredAt(reader, vault, connection.index));
    conflicts.registered_.push_back(std::move(registered.person));
  }
  return conflicts;
}

bool Conflicts::With(const storage::Vault& vault, const v1::CaseRecord& record) const {
  return std::any_of(registered_.begin(), registered_.end(), [&](const auto& registered) {
    return std::any_of(record.persons().begin(), record.persons().end(),
                       [&](const auto& person) { return AreConnected(vault, person, registered); });
  });
}

}  // namespace concordat::services
