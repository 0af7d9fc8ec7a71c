// The vault of a ledger's data directory, from the file that holds its key-encryption key.
#ifndef CONCORDAT_TOOLS_VAULT_FILE_H_
#define CONCORDAT_TOOLS_VAULT_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/vault.h"

namespace concordat::tools {

// As `pki kek` writes it: 64 hexadecimal digits and a newline. The file's error, or
// INVALID_ARGUMENT naming the path; never holds key material.
absl::StatusOr<std::unique_ptr<storage::Vault>> OpenVault(const std::string& path);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_VAULT_FILE_H_
