// An issuer of practitioners' access tokens: keys, their published set, tokens with whatever a test
// wants in them.
#ifndef CONCORDAT_AUTH_TESTING_TOKEN_ISSUER_H_
#define CONCORDAT_AUTH_TESTING_TOKEN_ISSUER_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "concordat/v1/config.pb.h"
#include "crypto/p256.h"

namespace concordat::auth::testing {

// Plainly synthetic.
inline constexpr char kTestIssuer[] = "https://issuer.test";
inline constexpr char kTestAudience[] = "https://lancashire.concordat.test";
inline constexpr char kTestStrongAcr[] = "urn:test:phishing-resistant";

class TokenIssuer {
 public:
  explicit TokenIssuer(std::string key_id = "key-1");

  // A new key in the old one's place.
  void Rotate(std::string key_id);
  // The JSON Web Key Set with the present key alone.
  std::string KeySet() const;
  const crypto::P256SigningKey& key() const { return key_; }

  // Members of a JSON object, each already written as JSON: {"sub", "\"officer-1\""}.
  using Members = std::map<std::string, std::string>;
  Members Header() const;
  // Strongly authenticated at `now`, issued now, for ten minutes.
  static Members Claims(std::string_view agency, std::string_view subject, absl::Time now);
  std::string Sign(const Members& header, const Members& claims) const;
  std::string Token(std::string_view agency, std::string_view subject, absl::Time now) const {
    return Sign(Header(), Claims(agency, subject, now));
  }
  // As a server is configured for it, with `jwks_file`.
  static v1::PractitionerIssuer Config(const std::string& jwks_file);

 private:
  std::string key_id_;
  crypto::P256SigningKey key_;
};

std::string Quoted(std::string_view text);

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_TOKEN_ISSUER_H_
