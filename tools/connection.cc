#include "tools/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "auth/spiffe_id.h"
#include "base/clock.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/config.pb.h"
#include "services/common/server_credentials.h"

namespace concordat::tools {
namespace {

constexpr int kKeepaliveMs = 10'000;  // A server that went away without a word is noticed.
constexpr int kReconnectMsMax = 2'000;
constexpr int kReceiveBytesMax = 64 << 20;  // A page of many events.

}  // namespace

void ConnectionFlags::AddTo(FlagTable* table) {
  table->RequiredText("server", &server, "HOST:PORT", "the service to call")
      .RequiredText("server-id", &server_id, "SPIFFE_ID", "who it must prove to be")
      .RequiredText("cert", &cert, "FILE", "our certificate, PEM")
      .RequiredText("key", &key, "FILE", "our private key, PEM")
      .RequiredText("ca", &ca, "FILE", "the certificate authorities we trust, PEM");
}

void ConnectionFlags::AddOptionallyTo(FlagTable* table) {
  table->Text("server", &server, "HOST:PORT", "the service to call")
      .Text("server-id", &server_id, "SPIFFE_ID", "who it must prove to be")
      .Text("cert", &cert, "FILE", "our certificate, PEM")
      .Text("key", &key, "FILE", "our private key, PEM")
      .Text("ca", &ca, "FILE", "the certificate authorities we trust, PEM");
}

bool ConnectionFlags::Complete() const {
  return !server.empty() && !server_id.empty() && !cert.empty() && !key.empty() && !ca.empty();
}

bool ConnectionFlags::Empty() const {
  return server.empty() && server_id.empty() && cert.empty() && key.empty() && ca.empty();
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
  return grpc::CreateCustomChannel(
      flags.server, services::MutualTlsChannelCredentials(files, *server), arguments);
}

}  // namespace concordat::tools
