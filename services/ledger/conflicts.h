// A practitioner who is, or is connected to, a person of a case never sees it: for them it does not
// exist (HMICFRS, College of Policing and IOPC 2022, police perpetrated domestic abuse). By what is
// registered, and by what anybody registered shares with a person of the case.
#ifndef CONCORDAT_SERVICES_LEDGER_CONFLICTS_H_
#define CONCORDAT_SERVICES_LEDGER_CONFLICTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/log.pb.h"
#include "storage/connection_store.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

// As the log names them; empty names for a system on its own, which nobody is connected by.
storage::PractitionerName NameOf(const v1::Actor& actor);

struct Registered {
  v1::LogEntry::ConnectionRegistered connection;
  v1::PersonTokens person;
};
// What the entry at `index` registered. DATA_LOSS where what is stored does not open.
absl::StatusOr<Registered> RegisteredAt(const storage::Reader& reader, const storage::Vault& vault,
                                        LeafIndex index);

// Whom one practitioner is connected to, opened once a call. A plain value.
class Conflicts {
 public:
  // No connections.
  Conflicts() = default;
  // Those registered by now. DATA_LOSS where what is stored does not open.
  static absl::StatusOr<Conflicts> Of(const storage::Reader& reader, const storage::Vault& vault,
                                      const v1::Actor& actor);

  bool With(const storage::Vault& vault, const v1::CaseRecord& record) const;
  bool any() const { return !registered_.empty(); }

 private:
  std::vector<v1::PersonTokens> registered_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_CONFLICTS_H_
