#include "services/concordatd/config.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/config_file.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/common/server_credentials.h"
#include "services/concordatd/practitioner_keys.h"
#include "services/ledger/ledger.h"
#include "services/ledger/publication.h"
#include "services/witness/witness_config.h"

namespace concordat::services {
namespace {

absl::Status CheckPresence(bool got, bool want, std::string_view field, Target target) {
  if (got == want) return absl::OkStatus();
  return FieldError(field, got ? "a value" : "nothing",
                    StrCat(want ? "it" : "nothing", " for target ", TargetName(target)));
}

absl::Status CheckFields(const v1::ServerConfig& config, Target target) {
  if (config.listen_address().empty()) {
    return FieldError("listen_address", "nothing", "an address such as 127.0.0.1:0");
  }
  if (!config.has_tls()) return FieldError("tls", "nothing", "certificate, key and roots");
  if (config.directory_file().empty()) {
    return FieldError("directory_file", "nothing", "the path of an AgencyDirectory");
  }
  if (config.drain_seconds() > kDrainSecondsMax) {
    return FieldError("drain_seconds", StrCat(config.drain_seconds()),
                      StrCat("at most ", kDrainSecondsMax));
  }
  const bool holds_ledger = ServesLedger(target);
  CONCORDAT_RETURN_IF_ERROR(CheckPresence(config.has_ledger(), holds_ledger, "ledger", target));
  const bool is_witness = target == Target::kWitness;
  CONCORDAT_RETURN_IF_ERROR(
      CheckPresence(config.has_ledger_at(), !holds_ledger && !is_witness, "ledger_at", target));
  CONCORDAT_RETURN_IF_ERROR(CheckPresence(config.has_witness(), is_witness, "witness", target));
  if (is_witness) {
    return CheckPresence(!config.practitioner_issuers().empty(), false, "practitioner_issuers",
                         target);
  }
  CONCORDAT_RETURN_IF_ERROR(auth::Practitioners::CheckConfig(config));
  if (holds_ledger) {
    if (!config.ledger().data_dir().empty()) return absl::OkStatus();
    return FieldError("ledger.data_dir", "nothing", "the directory of the log");
  }
  if (config.ledger_at().address().empty()) {
    return FieldError("ledger_at.address", "nothing", "host:port");
  }
  if (auth::SpiffeId::Parse(config.ledger_at().spiffe_id()).ok()) return absl::OkStatus();
  return FieldError("ledger_at.spiffe_id", "another form", "the ledger's SPIFFE id");
}

absl::Status CheckRoleService(const v1::Agency& agency, Target role_service) {
  const std::vector<v1::Role> roles = OwnRolesOf(role_service);
  const bool right = std::find(roles.begin(), roles.end(), agency.role()) != roles.end();
  if (right && agency.role_service()) return absl::OkStatus();
  return FieldError(
      StrCat("directory_file: agency ", agency.id()),
      StrCat(agency.role_service() ? "role service" : "no role service", " of role ",
             v1::Role_Name(agency.role())),
      StrCat("a role service of role ", RoleNames(roles), " for ", TargetName(role_service)));
}

}  // namespace

absl::Duration DrainOf(const v1::ServerConfig& config) {
  return absl::Seconds(config.drain_seconds() == 0 ? 5 : config.drain_seconds());
}

absl::StatusOr<auth::SpiffeId> InProcessIdOf(const auth::Directory& directory,
                                             Target role_service) {
  const std::string_view id = OwnAgencyOf(role_service);
  const v1::Agency* agency = directory.Find(id);
  if (agency == nullptr || agency->suspended()) {
    return FieldError("directory_file", StrCat("no agency ", id), "one that is not suspended");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckRoleService(*agency, role_service));
  return auth::SpiffeId::Parse(
      StrCat("spiffe://", directory.trust_domain(), "/agency/", id, "/", agency->workloads(0)));
}

// The certificate must be this target's: a process that starts under another's would speak in its
// name.
absl::Status CheckIdentity(const auth::Directory& directory, const auth::SpiffeId& own_id,
                           Target target) {
  const auto agency = directory.Resolve(own_id);
  if (!agency.ok()) {
    return FieldError("tls.certificate_chain", own_id.ToString(), "a workload of the directory");
  }
  if (target == Target::kWitness) return absl::OkStatus();
  if (!ServesLedger(target)) return CheckRoleService(**agency, target);
  if ((*agency)->id() != OwnAgencyOf(target)) {
    return FieldError("tls.certificate_chain", own_id.ToString(),
                      StrCat("a workload of ", OwnAgencyOf(target)));
  }
  for (const Target role_service : RoleServicesOf(target)) {
    CONCORDAT_RETURN_IF_ERROR(InProcessIdOf(directory, role_service).status());
  }
  return absl::OkStatus();
}

absl::Status CheckOwnAuthority(const v1::TlsFiles& files, const auth::SpiffeId& own_id,
                               const auth::Directory& directory,
                               const crypto::Authorities& authorities, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Agency* agency, directory.Resolve(own_id));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string pem, ReadFile(files.certificate_chain()));
  const auto& named = agency->certificate_authorities();
  if (authorities.Certify(pem, {named.begin(), named.end()}, now)) return absl::OkStatus();
  return FieldError("tls.certificate_chain",
                    "one of an authority that does not certify " + own_id.agency(),
                    "one of a trusted root that the directory names for it");
}

absl::StatusOr<Setup> LoadSetup(Target target, const std::string& path, const Clock& clock) {
  v1::ServerConfig config;
  CONCORDAT_RETURN_IF_ERROR(auth::ReadTextproto(path, &config));
  CONCORDAT_RETURN_IF_ERROR(CheckFields(config, target));
  CONCORDAT_ASSIGN_OR_RETURN(auth::SpiffeId own_id, CheckTlsFiles(config.tls(), clock));
  CONCORDAT_ASSIGN_OR_RETURN(crypto::RevocationLists revoked,
                             LoadRevocationLists(config.tls(), clock.Now()));
  CONCORDAT_ASSIGN_OR_RETURN(auth::Directory directory,
                             auth::Directory::Load(config.directory_file()));
  CONCORDAT_RETURN_IF_ERROR(CheckIdentity(directory, own_id, target));
  if (target != Target::kWitness) CONCORDAT_RETURN_IF_ERROR(CheckIssuers(config, directory));
  CONCORDAT_ASSIGN_OR_RETURN(crypto::Authorities authorities, LoadAuthorities(config.tls()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckOwnAuthority(config.tls(), own_id, directory, authorities, clock.Now()));
  CONCORDAT_ASSIGN_OR_RETURN(AuthPolicyTable policies,
                             AuthPolicyTable::ForServices(GrpcServicesOf(target)));
  if (ServesLedger(target)) {
    CONCORDAT_RETURN_IF_ERROR(Ledger::CheckConfig(config.ledger(), directory));
    CONCORDAT_RETURN_IF_ERROR(LoadWitnessPolicy(config.ledger().publication()).status());
  }
  if (target == Target::kWitness) {
    CONCORDAT_RETURN_IF_ERROR(LoadWitness(config.witness(), &clock).status());
  }
  auto trust = std::make_unique<auth::Trust>(std::move(directory), std::move(revoked),
                                             std::move(authorities));
  return Setup{target, std::move(config), std::move(trust), std::move(own_id), std::move(policies)};
}

}  // namespace concordat::services
