// A witness's configuration, read and checked.
#ifndef CONCORDAT_SERVICES_WITNESS_WITNESS_CONFIG_H_
#define CONCORDAT_SERVICES_WITNESS_WITNESS_CONFIG_H_

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "concordat/v1/config.pb.h"
#include "services/witness/witness.h"

namespace concordat::services {

// INVALID_ARGUMENT naming the field below `witness`: no state_dir, no log, a verifier key that is
// none or comes twice, a signing key that is no cosignature/v1 key or has another name; the errors
// of base/files.h for its file. Nothing of a private key stands in an error. The clock outlives the
// witness.
absl::StatusOr<Witness::Options> LoadWitness(const v1::WitnessConfig& config, const Clock* clock);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_WITNESS_WITNESS_CONFIG_H_
