#include "auth/directory.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/config_file.h"
#include "auth/spiffe_id.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/authorities.h"
#include "crypto/signed_note.h"

namespace concordat::auth {
namespace {

constexpr size_t kGssCodeBytes = 9;

// A three-character entity code of the Office for National Statistics, then six digits.
bool IsGssCode(std::string_view code, std::initializer_list<std::string_view> entities) {
  if (code.size() != kGssCodeBytes) return false;
  for (char c : code.substr(3)) {
    if (c < '0' || c > '9') return false;
  }
  const std::string_view entity = code.substr(0, 3);
  return std::find(entities.begin(), entities.end(), entity) != entities.end();
}

bool IsPoliceForceArea(std::string_view code) { return IsGssCode(code, {"E23", "W15"}); }

bool IsLocalAuthority(std::string_view code) {
  return IsGssCode(code, {"E06", "E07", "E08", "E09", "E10", "W06"});
}

template <typename Strings>
bool Contains(const Strings& strings, std::string_view wanted) {
  return std::find(strings.begin(), strings.end(), wanted) != strings.end();
}

absl::Status CheckWorkloads(const v1::Agency& agency, const std::string& path) {
  if (agency.workloads().empty()) {
    return FieldError(StrCat(path, ".workloads"), "none", "at least one");
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < agency.workloads_size(); ++i) {
    const std::string& workload = agency.workloads(i);
    const std::string field = StrCat(path, ".workloads[", i, "]");
    if (!IsAgencyName(workload)) {
      return FieldError(field, workload, "1 to 40 of a-z, 0-9 and '-'");
    }
    if (!seen.insert(workload).second) return FieldError(field, workload, "each workload once");
  }
  return absl::OkStatus();
}

absl::Status CheckOfficers(const v1::Agency& agency, const std::string& path) {
  std::set<std::string_view> seen;
  for (int i = 0; i < agency.officer_workloads_size(); ++i) {
    const std::string& workload = agency.officer_workloads(i);
    const std::string field = StrCat(path, ".officer_workloads[", i, "]");
    if (!Contains(agency.workloads(), workload)) {
      return FieldError(field, workload, "one of the agency's workloads");
    }
    if (!seen.insert(workload).second) return FieldError(field, workload, "each workload once");
  }
  return absl::OkStatus();
}

absl::Status CheckAreas(const v1::Agency& agency, const std::string& path) {
  for (int i = 0; i < agency.police_force_areas_size(); ++i) {
    if (!IsPoliceForceArea(agency.police_force_areas(i))) {
      return FieldError(StrCat(path, ".police_force_areas[", i, "]"), agency.police_force_areas(i),
                        "E23 or W15 and six digits");
    }
  }
  for (int i = 0; i < agency.local_authorities_size(); ++i) {
    if (!IsLocalAuthority(agency.local_authorities(i))) {
      return FieldError(StrCat(path, ".local_authorities[", i, "]"), agency.local_authorities(i),
                        "E06 to E10 or W06 and six digits");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAgency(const v1::Agency& agency, const std::string& path) {
  if (!IsAgencyName(agency.id())) {
    return FieldError(StrCat(path, ".id"), agency.id(), "1 to 40 of a-z, 0-9 and '-'");
  }
  if (agency.name().empty()) return FieldError(StrCat(path, ".name"), "empty", "a name");
  if (!v1::Role_IsValid(agency.role()) || agency.role() == v1::ROLE_UNSPECIFIED) {
    return FieldError(StrCat(path, ".role"), StrCat(static_cast<int>(agency.role())), "a role");
  }
  if (!agency.practitioner_issuer().empty() &&
      (agency.role_service() || agency.practitioner_issuer().size() > kShortTextBytesMax)) {
    return FieldError(StrCat(path, ".practitioner_issuer"),
                      agency.role_service() ? "one of a role service" : "a long one",
                      StrCat("at most ", kShortTextBytesMax, " bytes, of an agency with people"));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckAreas(agency, path));
  return CheckWorkloads(agency, path);
}

absl::Status CheckConfirmationKey(const v1::Agency& agency, std::string_view trust_domain,
                                  const std::string& path) {
  if (agency.confirmation_key().empty()) return absl::OkStatus();
  const std::string field = StrCat(path, ".confirmation_key");
  const std::string name = ConfirmationKeyName(trust_domain, agency.id());
  const auto key = crypto::NoteVerifier::Parse(agency.confirmation_key());
  if (!key.ok()) {
    return FieldError(field, "no verifier key", StrCat(name, "+hash+base64 (C2SP signed-note)"));
  }
  if (key->name() != name) return FieldError(field, StrCat("the name ", key->name()), name);
  return absl::OkStatus();
}

absl::Status CheckAuthorities(const v1::Agency& agency, bool wanted, const std::string& path) {
  const std::string field = StrCat(path, ".certificate_authorities");
  if (wanted && agency.certificate_authorities().empty()) {
    return FieldError(field, "none", "at least one, as another agency names one");
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < agency.certificate_authorities_size(); ++i) {
    const std::string& id = agency.certificate_authorities(i);
    if (!crypto::IsAuthorityId(id)) {
      return FieldError(StrCat(field, "[", i, "]"), id,
                        StrCat(crypto::kAuthorityIdChars, " of 0-9 and a-f"));
    }
    if (!seen.insert(id).second) {
      return FieldError(StrCat(field, "[", i, "]"), id, "each authority once");
    }
  }
  return absl::OkStatus();
}

bool IsAddressable(const v1::Agency& agency) {
  return !agency.suspended() && !agency.role_service();
}

// Nobody watches over themselves; and a warning to whom nobody reads it is none.
absl::Status CheckOverseer(const v1::AgencyDirectory& file, const v1::Agency& agency,
                           const std::string& path) {
  const std::string& over = agency.overseen_by();
  if (over.empty()) return absl::OkStatus();
  const bool can_read =
      std::any_of(file.agencies().begin(), file.agencies().end(), [&](const v1::Agency& other) {
        return other.id() == over && IsAddressable(other) && !other.officer_workloads().empty();
      });
  if (can_read && over != agency.id()) return absl::OkStatus();
  return FieldError(StrCat(path, ".overseen_by"), over,
                    "another agency that can act and has officer_workloads");
}

absl::Status CheckDirectory(const v1::AgencyDirectory& file) {
  if (file.version() == 0) return FieldError("directory.version", "0", "1 or more");
  if (!IsTrustDomain(file.trust_domain())) {
    return FieldError("directory.trust_domain", file.trust_domain(), "a SPIFFE trust domain");
  }
  if (file.agencies().empty()) return FieldError("directory.agencies", "none", "at least one");
  // So that it cannot be forgotten for one.
  const bool names_authorities = std::any_of(
      file.agencies().begin(), file.agencies().end(),
      [](const v1::Agency& agency) { return !agency.certificate_authorities().empty(); });
  std::set<std::string_view> ids;
  for (int i = 0; i < file.agencies_size(); ++i) {
    const std::string path = StrCat("directory.agencies[", i, "]");
    CONCORDAT_RETURN_IF_ERROR(CheckAgency(file.agencies(i), path));
    CONCORDAT_RETURN_IF_ERROR(CheckAuthorities(file.agencies(i), names_authorities, path));
    CONCORDAT_RETURN_IF_ERROR(CheckOfficers(file.agencies(i), path));
    CONCORDAT_RETURN_IF_ERROR(CheckOverseer(file, file.agencies(i), path));
    CONCORDAT_RETURN_IF_ERROR(CheckConfirmationKey(file.agencies(i), file.trust_domain(), path));
    if (!ids.insert(file.agencies(i).id()).second) {
      return FieldError(StrCat(path, ".id"), file.agencies(i).id(), "each id once");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string ConfirmationKeyName(std::string_view trust_domain, std::string_view agency) {
  return StrCat(trust_domain, "/agency/", agency);
}

Directory::Directory(const v1::AgencyDirectory& file)
    : version_(file.version()),
      trust_domain_(file.trust_domain()),
      digest_(ContentDigest(file)),
      agencies_(file.agencies().begin(), file.agencies().end()) {
  std::sort(agencies_.begin(), agencies_.end(),
            [](const v1::Agency& a, const v1::Agency& b) { return a.id() < b.id(); });
}

absl::StatusOr<Directory> Directory::Create(v1::AgencyDirectory file) {
  CONCORDAT_RETURN_IF_ERROR(CheckDirectory(file));
  return Directory(file);
}

absl::StatusOr<Directory> Directory::Load(const std::string& path) {
  v1::AgencyDirectory file;
  CONCORDAT_RETURN_IF_ERROR(ReadTextproto(path, &file));
  return Create(std::move(file));
}

const v1::Agency* Directory::Find(std::string_view id) const {
  const auto found = std::lower_bound(
      agencies_.begin(), agencies_.end(), id,
      [](const v1::Agency& agency, std::string_view wanted) { return agency.id() < wanted; });
  return found != agencies_.end() && found->id() == id ? &*found : nullptr;
}

absl::StatusOr<const v1::Agency*> Directory::Resolve(const SpiffeId& id) const {
  const v1::Agency* agency = Find(id.agency());
  if (agency == nullptr || agency->suspended() || id.trust_domain() != trust_domain_ ||
      !Contains(agency->workloads(), id.workload())) {
    return absl::PermissionDeniedError("caller: the directory does not admit this certificate");
  }
  return agency;
}

std::vector<const v1::Agency*> Directory::VictimServicesFor(
    std::string_view local_authority) const {
  std::vector<const v1::Agency*> found;
  for (const v1::Agency& agency : agencies_) {
    if (IsAddressable(agency) && agency.role() == v1::VICTIM_SERVICE &&
        Contains(agency.local_authorities(), local_authority)) {
      found.push_back(&agency);
    }
  }
  return found;
}

std::vector<const v1::Agency*> Directory::WithRole(v1::Role role,
                                                   std::string_view police_force_area) const {
  std::vector<const v1::Agency*> found;
  for (const v1::Agency& agency : agencies_) {
    if (IsAddressable(agency) && agency.role() == role &&
        Contains(agency.police_force_areas(), police_force_area)) {
      found.push_back(&agency);
    }
  }
  return found;
}

}  // namespace concordat::auth
