// The vault's blinded tokens as the bytes that entries and indexes hold.
#ifndef CONCORDAT_SERVICES_LEDGER_BLIND_H_
#define CONCORDAT_SERVICES_LEDGER_BLIND_H_

#include <string>
#include <string_view>

#include "crypto/sha256.h"
#include "storage/vault.h"

namespace concordat::services {

// 32 bytes.
inline std::string Blind(const storage::Vault& vault, std::string_view kind,
                         std::string_view value) {
  const crypto::Digest token = vault.Blind(kind, value);
  return std::string(crypto::AsBytes(token));
}

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_BLIND_H_
