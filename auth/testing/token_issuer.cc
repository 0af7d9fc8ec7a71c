#include "auth/testing/token_issuer.h"

#include <utility>

#include "base/base64.h"
#include "base/str_cat.h"

namespace concordat::auth::testing {
namespace {

std::string ObjectOf(const TokenIssuer::Members& members) {
  std::string text = "{";
  for (const auto& [name, value] : members) {
    if (text.size() > 1) text += ',';
    text += StrCat(Quoted(name), ":", value);
  }
  return text + "}";
}

}  // namespace

std::string Quoted(std::string_view text) { return StrCat("\"", text, "\""); }

TokenIssuer::TokenIssuer(std::string key_id)
    : key_id_(std::move(key_id)), key_(crypto::P256SigningKey::Generate()) {}

void TokenIssuer::Rotate(std::string key_id) {
  key_id_ = std::move(key_id);
  key_ = crypto::P256SigningKey::Generate();
}

std::string TokenIssuer::KeySet() const {
  const Members key = {{"kty", Quoted("EC")},
                       {"crv", Quoted("P-256")},
                       {"use", Quoted("sig")},
                       {"kid", Quoted(key_id_)},
                       {"x", Quoted(EncodeBase64Url(key_.verifying_key().x()))},
                       {"y", Quoted(EncodeBase64Url(key_.verifying_key().y()))}};
  return StrCat("{\"keys\":[", ObjectOf(key), "]}");
}

TokenIssuer::Members TokenIssuer::Header() const {
  return {{"alg", Quoted("ES256")}, {"typ", Quoted("at+jwt")}, {"kid", Quoted(key_id_)}};
}

TokenIssuer::Members TokenIssuer::Claims(std::string_view agency, std::string_view subject,
                                         absl::Time now) {
  const int64_t seconds = absl::ToUnixSeconds(now);
  return {{"iss", Quoted(kTestIssuer)},     {"aud", Quoted(kTestAudience)},
          {"sub", Quoted(subject)},         {"agency", Quoted(agency)},
          {"client_id", Quoted("console")}, {"jti", Quoted("token-1")},
          {"iat", StrCat(seconds)},         {"exp", StrCat(seconds + 600)},
          {"auth_time", StrCat(seconds)},   {"acr", Quoted(kTestStrongAcr)}};
}

std::string TokenIssuer::Sign(const Members& header, const Members& claims) const {
  const std::string input =
      StrCat(EncodeBase64Url(ObjectOf(header)), ".", EncodeBase64Url(ObjectOf(claims)));
  return StrCat(input, ".", EncodeBase64Url(key_.Sign(input)));
}

v1::PractitionerIssuer TokenIssuer::Config(const std::string& jwks_file) {
  v1::PractitionerIssuer config;
  config.set_issuer(kTestIssuer);
  config.set_audience(kTestAudience);
  config.set_jwks_file(jwks_file);
  config.add_strong_acr(kTestStrongAcr);
  return config;
}

}  // namespace concordat::auth::testing
