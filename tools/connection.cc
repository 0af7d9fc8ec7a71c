#include "tools/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "auth/access_token.h"
#include "auth/spiffe_id.h"
#include "base/clock.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/config.pb.h"
#include "services/common/server_credentials.h"

namespace concordat::tools {
namespace {

constexpr int kKeepaliveMs = 10'000;  // A server that went away without a word is noticed.
constexpr int kReconnectMsMax = 2'000;
constexpr int kReceiveBytesMax = 64 << 20;  // A page of many events.

// With the person's token beside the certificate.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> WithToken(
    std::shared_ptr<grpc::ChannelCredentials> channel, const std::string& token_file) {
  if (token_file.empty()) return channel;
  CONCORDAT_ASSIGN_OR_RETURN(std::string token, ReadFile(token_file));
  if (!token.empty() && token.back() == '\n') token.pop_back();
  const absl::Status form = auth::ParseSignedToken(token).status();
  if (!form.ok()) return FieldError("--token-file", "no access token", "one line, as issued");
  return grpc::CompositeChannelCredentials(channel, grpc::AccessTokenCredentials(token));
}

}  // namespace

void ConnectionFlags::AddTo(FlagTable* table) {
  table->RequiredText("server", &server, "HOST:PORT", "the service to call")
      .RequiredText("server-id", &server_id, "SPIFFE_ID", "who it must prove to be")
      .RequiredText("cert", &cert, "FILE", "our certificate, PEM")
      .RequiredText("key", &key, "FILE", "our private key, PEM")
      .RequiredText("ca", &ca, "FILE", "the certificate authorities we trust, PEM")
      .Text("token-file", &token_file, "FILE", "the access token of the person who asks");
}

void ConnectionFlags::AddOptionallyTo(FlagTable* table) {
  table->Text("server", &server, "HOST:PORT", "the service to call")
      .Text("server-id", &server_id, "SPIFFE_ID", "who it must prove to be")
      .Text("cert", &cert, "FILE", "our certificate, PEM")
      .Text("key", &key, "FILE", "our private key, PEM")
      .Text("ca", &ca, "FILE", "the certificate authorities we trust, PEM")
      .Text("token-file", &token_file, "FILE", "the access token of the person who asks");
}

bool ConnectionFlags::Complete() const {
  return !server.empty() && !server_id.empty() && !cert.empty() && !key.empty() && !ca.empty();
}

bool ConnectionFlags::Empty() const {
  return server.empty() && server_id.empty() && cert.empty() && key.empty() && ca.empty() &&
         token_file.empty();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const ConnectionFlags& flags) {
  const absl::StatusOr<auth::SpiffeId> server = auth::SpiffeId::Parse(flags.server_id);
  if (!server.ok()) {
    return FieldError("--server-id", StrCat("\"", flags.server_id, "\""),
                      "spiffe://<trust domain>/agency/<agency>/<workload>");
  }
  v1::TlsFiles files;
  files.set_certificate_chain(flags.cert);
  files.set_private_key(flags.key);
  files.set_trusted_roots(flags.ca);
  CONCORDAT_RETURN_IF_ERROR(services::CheckTlsFiles(files, Clock::Real()).status());
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetMaxReceiveMessageSize(kReceiveBytesMax);
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto credentials,
      WithToken(services::MutualTlsChannelCredentials(files, *server), flags.token_file));
  return grpc::CreateCustomChannel(flags.server, credentials, arguments);
}

}  // namespace concordat::tools
