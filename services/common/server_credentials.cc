#include "services/common/server_credentials.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <stdlib.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/certificate.h"
#include "crypto/key_pair.h"

namespace concordat::services {
namespace {

using grpc::experimental::TlsCustomVerificationCheckRequest;

// Wants the peer's only URI SAN to be one given id, of a certificate that is not revoked and comes
// from an authority of its agency. The chain has been verified before.
class SpiffeVerifier final : public grpc::experimental::ExternalCertificateVerifier {
 public:
  SpiffeVerifier(auth::SpiffeId want, const auth::Trust* trust)
      : want_(std::move(want)), want_text_(want_.ToString()), trust_(trust) {}

  bool Verify(TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    const std::vector<grpc::string_ref> uris = request->uri_names();
    if (uris.size() != 1 || uris[0] != want_text_) {
      *sync_status = Refused("another identity, want " + want_text_);
    } else if (trust_ != nullptr) {
      const grpc::string_ref pem = request->peer_cert();
      *sync_status = CheckTrust({pem.data(), pem.size()});
    }
    return true;
  }
  void Cancel(TlsCustomVerificationCheckRequest*) override {}

 private:
  static grpc::Status Refused(const std::string& got) {
    return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "server certificate: got " + got);
  }
  grpc::Status CheckTrust(std::string_view pem) const {
    if (trust_->revoked().IsRevoked(pem)) return Refused("a revoked one, want another");
    const v1::Agency* const agency = trust_->directory().Find(want_.agency());
    // Which wall clock the handshake went by is gRPC's affair, and it is the real one.
    if (agency == nullptr || !trust_->MayCertify(pem, *agency, Clock::Real().Now())) {
      return Refused("one of an authority that does not certify " + want_.agency());
    }
    return grpc::Status::OK;
  }

  const auth::SpiffeId want_;
  const std::string want_text_;
  const auth::Trust* const trust_;
};

std::shared_ptr<grpc::experimental::FileWatcherCertificateProvider> WatchFiles(
    const v1::TlsFiles& files) {
  return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      files.private_key(), files.certificate_chain(), files.trusted_roots(),
      kCertificateRefreshSeconds);
}

absl::Status FileError(std::string_view field, std::string_view what, std::string_view want) {
  return absl::InvalidArgumentError(StrCat("tls.", field, ": got ", what, ", want ", want));
}

absl::StatusOr<std::string> ReadTlsFile(std::string_view field, const std::string& path) {
  if (path.empty()) return FileError(field, "nothing", "the path of a PEM file");
  absl::StatusOr<std::string> contents = ReadFile(path);
  if (!contents.ok()) {
    return absl::InvalidArgumentError(
        StrCat("tls.", field, ": ", ToStd(contents.status().message())));
  }
  return contents;
}

absl::StatusOr<crypto::CertificateInfo> ReadCertificate(std::string_view field,
                                                        const std::string& path, absl::Time now) {
  const absl::StatusOr<std::string> pem = ReadTlsFile(field, path);
  if (!pem.ok()) return pem.status();
  absl::StatusOr<crypto::CertificateInfo> certificate = crypto::ParseCertificatePem(*pem);
  if (!certificate.ok()) return FileError(field, path, "a PEM certificate");
  if (now < certificate->not_before || now > certificate->not_after) {
    return FileError(field,
                     StrCat(path, ", valid from ", absl::FormatTime(certificate->not_before),
                            " to ", absl::FormatTime(certificate->not_after)),
                     "a certificate in date");
  }
  return certificate;
}

}  // namespace

void RequireTls13() { setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES128-GCM-SHA256", /*overwrite=*/1); }

absl::StatusOr<auth::SpiffeId> CheckTlsFiles(const v1::TlsFiles& files, const Clock& clock) {
  const absl::StatusOr<std::string> key = ReadTlsFile("private_key", files.private_key());
  if (!key.ok()) return key.status();
  if (key->find("PRIVATE KEY-----") == std::string::npos) {
    return FileError("private_key", files.private_key(), "a PEM private key");
  }
  const auto roots = ReadCertificate("trusted_roots", files.trusted_roots(), clock.Now());
  if (!roots.ok()) return roots.status();
  const auto own = ReadCertificate("certificate_chain", files.certificate_chain(), clock.Now());
  if (!own.ok()) return own.status();
  const absl::StatusOr<std::string> chain =
      ReadTlsFile("certificate_chain", files.certificate_chain());
  if (!chain.ok()) return chain.status();
  if (!crypto::CheckKeyPair(*chain, *key).ok()) {
    return FileError("private_key", files.private_key(),
                     StrCat("the key of ", files.certificate_chain()));
  }
  if (own->uri_sans.size() != 1) {
    return FileError("certificate_chain",
                     StrCat("a certificate with ", own->uri_sans.size(), " URI names"),
                     "exactly one, a SPIFFE id");
  }
  absl::StatusOr<auth::SpiffeId> id = auth::SpiffeId::Parse(own->uri_sans[0]);
  if (!id.ok()) return FileError("certificate_chain", own->uri_sans[0], "a SPIFFE id");
  return id;
}

absl::StatusOr<crypto::Authorities> LoadAuthorities(const v1::TlsFiles& files) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string roots,
                             ReadTlsFile("trusted_roots", files.trusted_roots()));
  absl::StatusOr<crypto::Authorities> parsed = crypto::Authorities::Parse(roots);
  if (parsed.ok()) return parsed;
  return absl::InvalidArgumentError(
      StrCat("tls.trusted_roots: ", files.trusted_roots(), ": ", ToStd(parsed.status().message())));
}

absl::StatusOr<crypto::RevocationLists> LoadRevocationLists(const v1::TlsFiles& files,
                                                            absl::Time now) {
  if (files.revocation_lists().empty()) return crypto::RevocationLists();
  CONCORDAT_ASSIGN_OR_RETURN(const std::string lists,
                             ReadTlsFile("revocation_lists", files.revocation_lists()));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string roots,
                             ReadTlsFile("trusted_roots", files.trusted_roots()));
  absl::StatusOr<crypto::RevocationLists> parsed =
      crypto::RevocationLists::Parse(lists, roots, now);
  if (parsed.ok()) return parsed;
  return absl::InvalidArgumentError(StrCat("tls.revocation_lists: ", files.revocation_lists(), ": ",
                                           ToStd(parsed.status().message())));
}

std::shared_ptr<grpc::ServerCredentials> MutualTlsServerCredentials(const v1::TlsFiles& files) {
  grpc::experimental::TlsServerCredentialsOptions options(WatchFiles(files));
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  // Who the client is decides the call guard, by the directory, on every call.
  options.set_certificate_verifier(std::make_shared<grpc::experimental::NoOpCertificateVerifier>());
  options.set_check_call_host(false);
  return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> MutualTlsChannelCredentials(const v1::TlsFiles& files,
                                                                      const auth::SpiffeId& server,
                                                                      const auth::Trust* trust) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(WatchFiles(files));
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  options.set_verify_server_certs(true);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<SpiffeVerifier>(server, trust));
  options.set_check_call_host(false);
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace concordat::services
