#include "services/ledger/log_entries.h"

#include <string>

#include "base/timestamps.h"
#include "services/ledger/blind.h"

namespace concordat::services {

v1::Actor ActorOf(const Caller& caller) {
  v1::Actor actor;
  actor.set_spiffe_id(caller.id.ToString());
  actor.set_agency(caller.agency.id());
  actor.set_certificate_sha256(caller.certificate_sha256);
  actor.set_role(caller.agency.role());
  if (caller.via.has_value()) actor.set_via_spiffe_id(caller.via->ToString());
  if (caller.practitioner.has_value()) {
    actor.set_practitioner_issuer(caller.practitioner->issuer);
    actor.set_practitioner(caller.practitioner->subject);
    *actor.mutable_authenticated_at() = ToTimestamp(caller.practitioner->authenticated_at);
    actor.set_strongly_authenticated(caller.practitioner->strong);
  }
  return actor;
}

v1::LogEntry EntryFor(const Caller& caller, v1::Purpose purpose, v1::Operation operation,
                      const auth::PolicyEngine& policy) {
  v1::LogEntry entry;
  entry.set_operation(operation);
  *entry.mutable_actor() = ActorOf(caller);
  entry.set_purpose(purpose);
  if (const v1::PurposeRule* rule = policy.FindPurpose(caller.agency.role(), purpose)) {
    entry.set_gateway(rule->gateway());
    entry.set_regime(rule->regime());
  }
  entry.set_controller(caller.agency.id());
  entry.set_policy_digest(std::string(crypto::AsBytes(policy.digest())));
  return entry;
}

v1::LogEntry RefusedEntry(v1::LogEntry begun, std::string_view method, const storage::Vault& vault,
                          std::string_view target, std::string_view rule_id) {
  begun.set_operation(v1::DENIED);
  v1::LogEntry::Refused& refused = *begun.mutable_refused();
  refused.set_method(std::string(method));
  refused.set_target(Blind(vault, "refused-target", target));
  refused.set_rule_id(std::string(rule_id));
  return begun;
}

}  // namespace concordat::services
