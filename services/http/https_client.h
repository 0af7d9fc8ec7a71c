// HTTPS calls over libcurl, with a client certificate and TLS 1.3 alone. No redirect is followed
// and no proxy is asked.
#ifndef CONCORDAT_SERVICES_HTTP_HTTPS_CLIENT_H_
#define CONCORDAT_SERVICES_HTTP_HTTPS_CLIENT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/config.pb.h"

namespace concordat::services {

struct HttpReply {
  int status = 0;
  std::string content_type;
  std::string body;
};

// Copyable; thread-safe: each call has a connection of its own.
class HttpsClient {
 public:
  struct Options {
    v1::TlsFiles tls;  // Read at each call, so a renewed certificate needs no restart.
    absl::Duration timeout = absl::Seconds(10);
    size_t response_bytes_max = 65536;
  };

  explicit HttpsClient(Options options) : options_(std::move(options)) {}

  // Whatever status the server answers. UNAVAILABLE, naming what failed but nothing that was sent:
  // no connection, another server's certificate, a time-out, a body over response_bytes_max.
  absl::StatusOr<HttpReply> Get(const std::string& url) const;
  absl::StatusOr<HttpReply> Post(const std::string& url, const std::string& body) const;

 private:
  absl::StatusOr<HttpReply> Call(const std::string& url, const std::string* body) const;

  Options options_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_HTTP_HTTPS_CLIENT_H_
