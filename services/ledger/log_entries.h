// Builders of log entries: who, why, which operation of DPA 2018 s62. Pure.
#ifndef CONCORDAT_SERVICES_LEDGER_LOG_ENTRIES_H_
#define CONCORDAT_SERVICES_LEDGER_LOG_ENTRIES_H_

#include <string_view>

#include "concordat/v1/log.pb.h"
#include "services/common/caller.h"
#include "storage/vault.h"

namespace concordat::services {

v1::Actor ActorOf(const Caller& caller);

v1::LogEntry EntryFor(const v1::Actor& actor, v1::Purpose purpose, v1::Operation operation);

// A refusal. `target` is blinded: the entry is the same for a case that isn't the caller's and for
// one that doesn't exist.
v1::LogEntry RefusedEntry(const v1::Actor& actor, v1::Purpose purpose, std::string_view method,
                          const storage::Vault& vault, std::string_view target,
                          std::string_view rule_id);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_LOG_ENTRIES_H_
