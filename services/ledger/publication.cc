#include "services/ledger/publication.h"

#include <algorithm>
#include <string>

#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

constexpr absl::Duration kCosignEveryDefault = absl::Seconds(1);
constexpr char kField[] = "ledger.publication.witness_policy_file";

}  // namespace

absl::StatusOr<std::optional<tlog::Policy>> LoadWitnessPolicy(const v1::LogPublication& config) {
  if (config.witness_policy_file().empty()) return std::optional<tlog::Policy>();
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(config.witness_policy_file()));
  absl::StatusOr<tlog::Policy> policy = tlog::Policy::Parse(text);
  if (!policy.ok()) {
    return FieldError(kField, ToStd(policy.status().message()), "a C2SP tlog-policy");
  }
  if (!policy->wants_cosignatures()) {
    return FieldError(kField, "a policy without a quorum", "one with");
  }
  const auto& witnesses = policy->witnesses();
  const bool any = std::any_of(witnesses.begin(), witnesses.end(),
                               [](const auto& witness) { return !witness.url.empty(); });
  if (!any) return FieldError(kField, "no witness with a URL", "where each can be asked");
  return std::optional<tlog::Policy>(*std::move(policy));
}

absl::Duration CosignEvery(const v1::LogPublication& config) {
  return config.cosign_every_milliseconds() == 0
             ? kCosignEveryDefault
             : absl::Milliseconds(config.cosign_every_milliseconds());
}

}  // namespace concordat::services
