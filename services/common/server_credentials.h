// Mutual TLS 1.3, the only transport over a network. There is no plaintext mode.
#ifndef CONCORDAT_SERVICES_COMMON_SERVER_CREDENTIALS_H_
#define CONCORDAT_SERVICES_COMMON_SERVER_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/spiffe_id.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "concordat/v1/config.pb.h"
#include "crypto/authorities.h"
#include "crypto/revocation_list.h"

namespace concordat::services {

// Files are read again this often, so a renewed certificate needs no restart.
inline constexpr unsigned int kCertificateRefreshSeconds = 10;

// Makes this process refuse TLS 1.2 on every connection, in and out. To be called first in main,
// before anything of gRPC: it sets an environment variable that gRPC reads once. gRPC 1.51 has no
// setting for the lowest version in C++, so the list of TLS 1.2 cipher suites is left with one that
// needs a pre-shared key, which nobody has; TLS 1.3 has its own list.
void RequireTls13();

// What a process needs of its TLS files, checked before anything starts. INVALID_ARGUMENT naming
// the configuration field and the file: one that is not there or can't be read, holds no
// certificate, no private key or no trusted root; a key that is not the certificate's; a
// certificate out of date by `clock`, or without exactly one URI SAN that is a SPIFFE id. The
// answer is that id.
absl::StatusOr<auth::SpiffeId> CheckTlsFiles(const v1::TlsFiles& files, const Clock& clock);

// Those of the trusted roots. INVALID_ARGUMENT naming the field and what is wrong with the file
// (crypto/authorities.h).
absl::StatusOr<crypto::Authorities> LoadAuthorities(const v1::TlsFiles& files);

// The authorities' lists, none when no file is named. INVALID_ARGUMENT naming the field and what is
// wrong with the file (crypto/revocation_list.h).
absl::StatusOr<crypto::RevocationLists> LoadRevocationLists(const v1::TlsFiles& files,
                                                            absl::Time now);

// A client without a certificate from the trusted roots does not complete the handshake. The files
// have passed CheckTlsFiles.
std::shared_ptr<grpc::ServerCredentials> MutualTlsServerCredentials(const v1::TlsFiles& files);

// Presents this process's certificate and accepts the one server whose certificate comes from the
// trusted roots, has exactly the URI SAN `server`, and by `trust` is not revoked and of an
// authority that may certify the server's agency. `trust` outlives them; null: neither is asked.
// Host names are not looked at: an identity is a SPIFFE id, wherever it runs.
std::shared_ptr<grpc::ChannelCredentials> MutualTlsChannelCredentials(
    const v1::TlsFiles& files, const auth::SpiffeId& server, const auth::Trust* trust = nullptr);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_SERVER_CREDENTIALS_H_
