// Builders of log entries: who, why, on what legal basis, which operation of DPA 2018 s62. Pure.
#ifndef CONCORDAT_SERVICES_LEDGER_LOG_ENTRIES_H_
#define CONCORDAT_SERVICES_LEDGER_LOG_ENTRIES_H_

#include <string_view>

#include "auth/policy.h"
#include "concordat/v1/log.pb.h"
#include "services/common/caller.h"
#include "storage/vault.h"

namespace concordat::services {

v1::Actor ActorOf(const Caller& caller);

// What every entry of a call begins with: the actor, the purpose with the gateway and regime that
// the policy has for the caller's role, the caller's agency as controller, the policy's digest. No
// gateway and no regime where the policy does not allow the purpose: such a call is refused.
v1::LogEntry EntryFor(const Caller& caller, v1::Purpose purpose, v1::Operation operation,
                      const auth::PolicyEngine& policy);

// `begun` as a refusal. `target` is blinded: the entry is the same for a case that isn't the
// caller's and for one that doesn't exist.
v1::LogEntry RefusedEntry(v1::LogEntry begun, std::string_view method, const storage::Vault& vault,
                          std::string_view target, std::string_view rule_id);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_LOG_ENTRIES_H_
