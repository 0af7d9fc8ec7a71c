#include "services/ledger/conflicts.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/identity_tokens.h"
#include "storage/key_schema.h"

namespace concordat::services {
namespace {

absl::StatusOr<v1::PersonTokens> TokensAt(const storage::Reader& reader,
                                          const storage::Vault& vault, LeafIndex index) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes,
                             reader.Get(storage::Family::kLog, storage::LogKey(index)));
  v1::LogEntry entry;
  v1::PersonTokens tokens;
  if (!entry.ParseFromString(bytes) || !entry.connection_registered().has_tokens()) {
    return absl::DataLossError(StrCat("entry ", index.value, ": got no connection, want one"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string plain,
                             vault.Open(reader, entry.connection_registered().tokens(), index, 0));
  if (tokens.ParseFromString(plain)) return tokens;
  return absl::DataLossError(StrCat("entry ", index.value, ": got tokens that do not parse"));
}

}  // namespace

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
    absl::StatusOr<v1::PersonTokens> tokens = TokensAt(reader, vault, connection.index);
    // What can't be opened keeps nobody in: the call fails.
    if (!tokens.ok()) return absl::DataLossError(tokens.status().message());
    conflicts.registered_.push_back(*std::move(tokens));
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
