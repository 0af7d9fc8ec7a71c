#include "services/concordatd/target.h"

#include <array>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

struct Row {
  Target target;
  std::string_view name;
  std::string_view grpc_service;
  std::string_view own_agency;
};

constexpr std::array<Row, 7> kRows = {{
    {Target::kAll, "all", "", "svc-ledger"},
    {Target::kLedger, "ledger", "concordat.v1.Ledger", "svc-ledger"},
    {Target::kPolice, "police", "concordat.v1.Police", "svc-police"},
    {Target::kSocial, "social", "concordat.v1.Social", "svc-social"},
    {Target::kMarac, "marac", "concordat.v1.Marac", "svc-marac"},
    {Target::kVictim, "victim", "concordat.v1.Victim", "svc-victim"},
    {Target::kWitness, "witness", "", ""},
}};

const Row& RowOf(Target target) { return kRows[static_cast<size_t>(target)]; }

}  // namespace

absl::StatusOr<Target> ParseTarget(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.target;
  }
  return absl::InvalidArgumentError(StrCat(
      "--target: got ", name, ", want all, ledger, police, social, marac, victim or witness"));
}

std::string_view TargetName(Target target) { return RowOf(target).name; }

bool ServesLedger(Target target) { return target == Target::kAll || target == Target::kLedger; }

std::vector<Target> RoleServicesOf(Target target) {
  if (target == Target::kLedger || target == Target::kWitness) return {};
  if (target != Target::kAll) return {target};
  return {Target::kPolice, Target::kSocial, Target::kMarac, Target::kVictim};
}

std::vector<std::string_view> GrpcServicesOf(Target target) {
  std::vector<std::string_view> names;
  for (const Row& row : kRows) {
    if (!row.grpc_service.empty() && (target == Target::kAll || target == row.target)) {
      names.push_back(row.grpc_service);
      if (row.target == Target::kMarac) names.push_back("concordat.v1.Governance");
    }
  }
  return names;
}

std::string_view OwnAgencyOf(Target target) { return RowOf(target).own_agency; }

std::vector<v1::Role> OwnRolesOf(Target target) {
  switch (target) {
    case Target::kPolice:
      return {v1::POLICE};
    case Target::kSocial:
      return {v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE};
    case Target::kMarac:
      return {v1::MARAC_COORDINATOR};
    case Target::kVictim:
      return {v1::VICTIM_SERVICE};
    case Target::kAll:
    case Target::kLedger:
    case Target::kWitness:
      break;
  }
  return {};
}

}  // namespace concordat::services
