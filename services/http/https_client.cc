#include "services/http/https_client.h"

#include <curl/curl.h>

#include <memory>

#include "absl/status/status.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

struct Received {
  std::string body;
  size_t bytes_max;
};

size_t Receive(char* data, size_t, size_t size, void* received) {
  auto* into = static_cast<Received*>(received);
  if (into->body.size() + size > into->bytes_max) return 0;
  into->body.append(data, size);
  return size;
}

// Once a process, before any thread uses it.
bool StartCurl() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

struct EndHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct EndList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

absl::StatusOr<HttpReply> HttpsClient::Get(const std::string& url) const {
  return Call(url, nullptr);
}

absl::StatusOr<HttpReply> HttpsClient::Post(const std::string& url, const std::string& body) const {
  return Call(url, &body);
}

absl::StatusOr<HttpReply> HttpsClient::Call(const std::string& url, const std::string* body) const {
  const std::unique_ptr<CURL, EndHandle> handle(StartCurl() ? curl_easy_init() : nullptr);
  if (handle == nullptr) return absl::UnavailableError("https: libcurl did not start");
  CURL* curl = handle.get();
  Received received{"", options_.response_bytes_max};
  // No "Expect: 100-continue": one round trip more for nothing.
  const std::unique_ptr<curl_slist, EndList> headers(curl_slist_append(nullptr, "Expect:"));
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
  curl_easy_setopt(curl, CURLOPT_CAINFO, options_.tls.trusted_roots().c_str());
  curl_easy_setopt(curl, CURLOPT_SSLCERT, options_.tls.certificate_chain().c_str());
  curl_easy_setopt(curl, CURLOPT_SSLKEY, options_.tls.private_key().c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options_.timeout)));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (body != nullptr) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
  }
  const CURLcode result = curl_easy_perform(curl);
  if (result != CURLE_OK) {
    return absl::UnavailableError(StrCat("https: ", curl_easy_strerror(result)));
  }
  HttpReply reply;
  long status = 0;
  char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  reply.status = static_cast<int>(status);
  if (type != nullptr) reply.content_type = type;
  reply.body = std::move(received.body);
  return reply;
}

}  // namespace concordat::services
