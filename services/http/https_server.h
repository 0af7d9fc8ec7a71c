// HTTPS for what standard protocols want over it (C2SP tlog-witness, tlog-tiles): libmicrohttpd
// with GnuTLS behind one function. TLS 1.3 alone, and a client certificate from the trusted roots:
// a request without one is answered 403 before its body is read.
#ifndef CONCORDAT_SERVICES_HTTP_HTTPS_SERVER_H_
#define CONCORDAT_SERVICES_HTTP_HTTPS_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "concordat/v1/config.pb.h"

namespace concordat::services {

// Connections at a time: a further one is closed unheard. Of one address only so many that it can't
// keep all others out; whether they have a certificate shows later.
inline constexpr unsigned int kHttpConnectionsMax = 256;
inline constexpr unsigned int kHttpConnectionsPerAddressMax = 64;
static_assert(2 * kHttpConnectionsPerAddressMax <= kHttpConnectionsMax);

struct HttpRequest {
  std::string method;                  // "GET".
  std::string path;                    // Without a query: a request with one is refused, 400.
  std::string body;                    // At most Options::body_bytes_max.
  std::string client_certificate_pem;  // The leaf, verified against the roots.
};

struct HttpResponse {
  int status = 500;
  std::string content_type;  // Empty: none.
  std::string body;
};

class HttpsServer {
 public:
  // Called on the server's threads, several at once; must not throw.
  using Handle = std::function<HttpResponse(const HttpRequest&)>;

  struct Options {
    std::string address;           // "127.0.0.1:7444"; port 0: a free one.
    std::string port_file;         // Gets the port; empty: none.
    v1::TlsFiles tls;              // Read once.
    size_t body_bytes_max = 0;     // A longer body is answered 413.
    const Clock* clock = nullptr;  // Outlives it.
    // From a request's head to the end of its body; then the connection is closed unanswered.
    absl::Duration request_time_max = absl::Seconds(20);
    // A connection on which nothing arrives for so long is closed; whole seconds, not 0.
    absl::Duration idle_time_max = absl::Seconds(30);
    Handle handle;
  };

  // INVALID_ARGUMENT for another form of address; the errors of base/files.h, naming the file;
  // FAILED_PRECONDITION when the address can't be listened on or GnuTLS refuses the files.
  static absl::StatusOr<std::unique_ptr<HttpsServer>> Start(Options options);

  // Closes every connection; returns when no handler runs any more.
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  int port() const { return port_; }

 private:
  struct Daemon;

  explicit HttpsServer(std::unique_ptr<Daemon> daemon);

  const std::unique_ptr<Daemon> daemon_;
  int port_ = 0;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_HTTP_HTTPS_SERVER_H_
