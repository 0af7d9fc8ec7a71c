// How a log is published, from its configuration.
#ifndef CONCORDAT_SERVICES_LEDGER_PUBLICATION_H_
#define CONCORDAT_SERVICES_LEDGER_PUBLICATION_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/config.pb.h"
#include "tlog/policy.h"

namespace concordat::services {

// The policy by which a checkpoint counts as published; nullopt where none is named.
// INVALID_ARGUMENT naming the field below `ledger.publication`: a policy that is none, that asks
// for no quorum, or without a witness that has a URL to be asked at; the errors of base/files.h.
absl::StatusOr<std::optional<tlog::Policy>> LoadWitnessPolicy(const v1::LogPublication& config);

absl::Duration CosignEvery(const v1::LogPublication& config);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_PUBLICATION_H_
