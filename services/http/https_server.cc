#include "services/http/https_server.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "base/check.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

constexpr unsigned int kThreads = 2;
constexpr mode_t kPortFileMode = 0644;
constexpr char kTls13Alone[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

// One request while its body arrives.
struct Upload {
  HttpRequest request;
  absl::Time end_by;
  bool too_long = false;
};

absl::StatusOr<sockaddr_in> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  int port = -1;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      port < 0 || port > 65535 ||
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed.sin_addr) != 1) {
    return FieldError("address", address, "an IPv4 address and port, such as 127.0.0.1:0");
  }
  parsed.sin_port = htons(static_cast<uint16_t>(port));
  return parsed;
}

// The leaf in PEM, when the chain leads to the roots, for use by a client; empty otherwise.
std::string VerifiedLeaf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  if (info == nullptr || info->tls_session == nullptr) return "";
  auto* session = static_cast<gnutls_session_t>(info->tls_session);
  unsigned char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
  gnutls_typed_vdata_st wanted = {GNUTLS_DT_KEY_PURPOSE_OID, purpose, 0};
  unsigned int status = 0;
  if (gnutls_certificate_verify_peers(session, &wanted, 1, &status) != GNUTLS_E_SUCCESS ||
      status != 0) {
    return "";
  }
  unsigned int count = 0;
  const gnutls_datum_t* chain = gnutls_certificate_get_peers(session, &count);
  gnutls_datum_t pem = {nullptr, 0};
  if (chain == nullptr || count == 0 ||
      gnutls_pem_base64_encode2("CERTIFICATE", &chain[0], &pem) != GNUTLS_E_SUCCESS) {
    return "";
  }
  std::string leaf(reinterpret_cast<const char*>(pem.data), pem.size);
  gnutls_free(pem.data);
  return leaf;
}

MHD_Result Answer(MHD_Connection* connection, const HttpResponse& answer) {
  MHD_Response* response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  if (!answer.content_type.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type.c_str());
  }
  const MHD_Result result =
      MHD_queue_response(connection, static_cast<unsigned int>(answer.status), response);
  MHD_destroy_response(response);
  return result;
}

void Discard(void*, const char*, va_list) {}

MHD_Result CountQuery(void* count, MHD_ValueKind, const char*, const char*) {
  ++*static_cast<int*>(count);
  return MHD_YES;
}

}  // namespace

struct HttpsServer::Daemon {
  Options options;
  std::string certificate, key, roots;
  MHD_Daemon* mhd = nullptr;

  ~Daemon() {
    if (mhd != nullptr) MHD_stop_daemon(mhd);
  }

  // Called when the head has arrived, for each piece of the body, and at its end.
  static MHD_Result Access(void* self, MHD_Connection* connection, const char* url,
                           const char* method, const char*, const char* data, size_t* size,
                           void** state) {
    auto* daemon = static_cast<Daemon*>(self);
    auto* upload = static_cast<Upload*>(*state);
    if (upload == nullptr) return daemon->Begin(connection, url, method, state);
    // A byte now and then keeps a connection from being idle.
    if (daemon->options.clock->Now() > upload->end_by) return MHD_NO;
    if (*size > 0) {
      upload->too_long =
          upload->too_long || upload->request.body.size() + *size > daemon->options.body_bytes_max;
      if (!upload->too_long) upload->request.body.append(data, *size);
      *size = 0;
      return MHD_YES;
    }
    if (upload->too_long) return Answer(connection, {413, "text/plain", "body: too long\n"});
    return Answer(connection, daemon->options.handle(upload->request));
  }

  MHD_Result Begin(MHD_Connection* connection, const char* url, const char* method,
                   void** state) const {
    std::string leaf = VerifiedLeaf(connection);
    if (leaf.empty()) {
      return Answer(connection, {403, "text/plain", "client certificate: got none of ours\n"});
    }
    int arguments = 0;
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, CountQuery, &arguments);
    if (arguments > 0) return Answer(connection, {400, "text/plain", "query: got one\n"});
    const absl::Time end_by = options.clock->Now() + options.request_time_max;
    *state = new Upload{{method, url, "", std::move(leaf)}, end_by, false};
    return MHD_YES;
  }

  static void Completed(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
    delete static_cast<Upload*>(*state);
    *state = nullptr;
  }
};

HttpsServer::HttpsServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}

HttpsServer::~HttpsServer() = default;

absl::StatusOr<std::unique_ptr<HttpsServer>> HttpsServer::Start(Options options) {
  CONCORDAT_CHECK(options.clock != nullptr);
  const auto idle_seconds = static_cast<unsigned int>(absl::ToInt64Seconds(options.idle_time_max));
  CONCORDAT_CHECK(idle_seconds > 0);  // To libmicrohttpd 0 is for ever.
  CONCORDAT_ASSIGN_OR_RETURN(const sockaddr_in address, ParseAddress(options.address));
  auto daemon = std::make_unique<Daemon>();
  CONCORDAT_ASSIGN_OR_RETURN(daemon->certificate, ReadFile(options.tls.certificate_chain()));
  CONCORDAT_ASSIGN_OR_RETURN(daemon->key, ReadFile(options.tls.private_key()));
  CONCORDAT_ASSIGN_OR_RETURN(daemon->roots, ReadFile(options.tls.trusted_roots()));
  daemon->options = std::move(options);
  daemon->mhd = MHD_start_daemon(
      MHD_USE_TLS | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, 0, nullptr, nullptr,
      &Daemon::Access, daemon.get(), MHD_OPTION_EXTERNAL_LOGGER, &Discard, nullptr,
      MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_HTTPS_MEM_CERT, daemon->certificate.c_str(),
      MHD_OPTION_HTTPS_MEM_KEY, daemon->key.c_str(), MHD_OPTION_HTTPS_MEM_TRUST,
      daemon->roots.c_str(), MHD_OPTION_HTTPS_PRIORITIES, kTls13Alone, MHD_OPTION_NOTIFY_COMPLETED,
      &Daemon::Completed, nullptr, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
      MHD_OPTION_CONNECTION_LIMIT, kHttpConnectionsMax, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
      kHttpConnectionsPerAddressMax, MHD_OPTION_THREAD_POOL_SIZE, kThreads, MHD_OPTION_END);
  if (daemon->mhd == nullptr) {
    return absl::FailedPreconditionError(
        StrCat("https: could not listen on ", daemon->options.address,
               ", or GnuTLS took the certificate, the key or the roots for none"));
  }
  const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon->mhd, MHD_DAEMON_INFO_BIND_PORT);
  const int port = info == nullptr ? 0 : info->port;
  const std::string port_file = daemon->options.port_file;
  std::unique_ptr<HttpsServer> server(new HttpsServer(std::move(daemon)));
  server->port_ = port;
  if (port_file.empty()) return server;
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(port_file, StrCat(port, "\n"), kPortFileMode));
  return server;
}

}  // namespace concordat::services
