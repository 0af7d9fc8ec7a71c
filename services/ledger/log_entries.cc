#include "services/ledger/log_entries.h"

#include <string>

#include "services/ledger/blind.h"

namespace concordat::services {

v1::Actor ActorOf(const Caller& caller) {
  v1::Actor actor;
  actor.set_spiffe_id(caller.id.ToString());
  actor.set_agency(caller.agency.id());
  actor.set_certificate_sha256(caller.certificate_sha256);
  if (caller.via.has_value()) actor.set_via_spiffe_id(caller.via->ToString());
  return actor;
}

v1::LogEntry EntryFor(const v1::Actor& actor, v1::Purpose purpose, v1::Operation operation) {
  v1::LogEntry entry;
  entry.set_operation(operation);
  *entry.mutable_actor() = actor;
  entry.set_purpose(purpose);
  return entry;
}

v1::LogEntry RefusedEntry(const v1::Actor& actor, v1::Purpose purpose, std::string_view method,
                          const storage::Vault& vault, std::string_view target,
                          std::string_view rule_id) {
  v1::LogEntry entry = EntryFor(actor, purpose, v1::DENIED);
  v1::LogEntry::Refused& refused = *entry.mutable_refused();
  refused.set_method(std::string(method));
  refused.set_target(Blind(vault, "refused-target", target));
  refused.set_rule_id(std::string(rule_id));
  return entry;
}

}  // namespace concordat::services
