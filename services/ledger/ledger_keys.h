// The ledger's keys, from the files its configuration names.
#ifndef CONCORDAT_SERVICES_LEDGER_LEDGER_KEYS_H_
#define CONCORDAT_SERVICES_LEDGER_LEDGER_KEYS_H_

#include "absl/status/statusor.h"
#include "concordat/v1/config.pb.h"
#include "crypto/secret_bytes.h"
#include "crypto/signed_note.h"

namespace concordat::services {

struct LedgerKeys {
  crypto::NoteSigner signer;               // Its name is the log's origin.
  crypto::SecretBytes key_encryption_key;  // 32 bytes.
};

// INVALID_ARGUMENT naming the configuration's field: a key that doesn't parse, a signing key of
// another name than log_origin, an empty origin or police force area. Errors of base/files.h for a
// file that can't be read. Never holds key material.
absl::StatusOr<LedgerKeys> LoadLedgerKeys(const v1::LedgerConfig& config);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_LEDGER_KEYS_H_
