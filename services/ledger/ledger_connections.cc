// The Ledger's register of whom practitioners are connected to.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "services/ledger/conflicts.h"
#include "services/ledger/errors.h"
#include "services/ledger/identity_tokens.h"
#include "services/ledger/ledger.h"

namespace concordat::services {
namespace {

bool IsOfficer(const Caller& caller) {
  const auto& workloads = caller.agency.officer_workloads();
  return std::find(workloads.begin(), workloads.end(), caller.id.workload()) != workloads.end();
}

// Anybody says what they are connected to themselves; their agency's data protection officer says
// it of anybody, and alone takes it back, but not their own.
bool MayRegister(const Caller& caller, const v1::RegisterConnectionRequest& request) {
  const bool of_oneself =
      caller.practitioner.has_value() && caller.practitioner->subject == request.practitioner();
  if (!request.connection_id().empty()) return IsOfficer(caller) && !of_oneself;
  return of_oneself || IsOfficer(caller);
}

}  // namespace

void Ledger::RegisterConnection(const Caller& caller, const v1::RegisterConnectionRequest& request,
                                Done<v1::RegisterConnectionResponse> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  const auto refuse = [&](std::string_view rule, const absl::Status& status) {
    Refuse(rules, caller, request.purpose(), request.practitioner(), rule, status, std::move(done));
  };
  if (!allowed.ok()) return refuse("purpose", allowed);
  if (caller.agency.practitioner_issuer().empty()) return done(errors::NoPractitioners());
  if (!MayRegister(caller, request)) {
    return refuse("connection", errors::NotForThemToRegister());
  }
  v1::LogEntry begun = rules.Begin(caller, request.purpose(), v1::CONNECTION_REGISTERED);
  auto& registered = *begun.mutable_connection_registered();
  registered.set_agency(caller.agency.id());
  registered.set_practitioner_issuer(caller.agency.practitioner_issuer());
  registered.set_practitioner(request.practitioner());
  registered.set_relation(request.relation());
  registered.set_authority_reference(request.authority_reference());
  registered.set_registered(request.connection_id().empty());
  registered.set_connection_id(request.connection_id().empty()
                                   ? StrCat("connection-", crypto::RandomId())
                                   : request.connection_id());
  log_->Submit(
      [this, &rules, begun, person = request.person()](storage::Transaction& transaction) {
        v1::LogEntry entry = begun;
        auto& connection = *entry.mutable_connection_registered();
        if (connection.registered()) {
          CONCORDAT_RETURN_IF_ERROR(vault_->CreateSubject(transaction, connection.connection_id()));
          const v1::PersonTokens tokens = TokensOf(*vault_, connection.agency(), "", person);
          CONCORDAT_ASSIGN_OR_RETURN(
              *connection.mutable_tokens(),
              vault_->Seal(transaction, connection.connection_id(), transaction.NextIndex(), 0,
                           tokens.SerializeAsString()));
          if (connection.relation() == v1::ONESELF) {
            CONCORDAT_RETURN_IF_ERROR(AddNewStaffNotices(
                {&transaction, &trust_->directory(), &rules.policy(), transaction.now()},
                connection.agency(), tokens, &entry));
          }
          staff_.Take(connection, tokens);
        } else {
          CONCORDAT_ASSIGN_OR_RETURN(
              const std::vector<storage::StoredConnection> known,
              storage::ConnectionsOf(transaction,
                                     {connection.agency(), connection.practitioner_issuer(),
                                      connection.practitioner()}));
          const bool there = std::any_of(known.begin(), known.end(), [&](const auto& one) {
            return one.record.connection_id() == connection.connection_id();
          });
          if (!there) return errors::ConnectionNotFound();
        }
        transaction.AppendEntry(std::move(entry));
        return absl::OkStatus();
      },
      [this, registered,
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        // Only now: what fails to be written must not stop the warnings.
        if (!registered.registered()) staff_.Take(registered, {});
        absl::StatusOr<v1::Receipt> receipt = ReceiptFor(committed->first);
        if (!receipt.ok()) return done(receipt.status());
        v1::RegisterConnectionResponse response;
        response.set_connection_id(registered.connection_id());
        *response.mutable_receipt() = *std::move(receipt);
        done(std::move(response));
      });
}

}  // namespace concordat::services
