// What comes with a person's call, before any key is looked for; what their issuer publishes; the
// details of an error from a server.
#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "auth/access_token.h"
#include "auth/json_web_keys.h"
#include "base/base64.h"
#include "base/check.h"
#include "base/limits.h"
#include "services/common/error_info.h"
#include "tests/fuzz/target.h"

using concordat::tests::TextOf;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  const std::string_view text = TextOf(data, size);
  const auto token = auth::ParseSignedToken(text);
  if (token.ok()) {
    CONCORDAT_CHECK(text ==
                    std::string(token->signing_input) + "." + EncodeBase64Url(token->signature));
    CONCORDAT_CHECK(!token->key_id.empty() && text.size() <= auth::kAccessTokenBytesMax);
  }
  const auto claims = auth::ParseAccessTokenClaims(token.ok() ? token->claims : text);
  if (claims.ok()) {
    CONCORDAT_CHECK(claims->subject.size() <= kPractitionerBytesMax && !claims->audiences.empty());
    CONCORDAT_CHECK(std::all_of(
        claims->subject.begin(), claims->subject.end(),
        [](unsigned char c) { return absl::ascii_isgraph(c) && c != '"' && c != '<'; }));
  }
  const auto keys = auth::JsonWebKeys::Parse(text);
  if (keys.ok()) CONCORDAT_CHECK(keys->size() > 0 && keys->size() <= auth::kJsonWebKeysMax);
  absl::Status status = absl::UnauthenticatedError("");
  services::AddDetails(std::string(text), &status);
  const auto info = services::ErrorInfoOf(status);
  if (info.has_value()) {
    absl::Status again = absl::UnauthenticatedError("");
    services::AddDetails(services::DetailsOf(services::WithErrorInfo(status, *info)), &again);
    CONCORDAT_CHECK(services::ErrorInfoOf(again)->reason == info->reason);
  }
  return 0;
}
