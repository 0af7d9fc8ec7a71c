#include "auth/access_token.h"

#include <string>

#include "absl/status/status.h"
#include "auth/testing/token_issuer.h"
#include "base/base64.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using testing::Quoted;
using testing::TokenIssuer;

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

class AccessTokenTest : public ::testing::Test {
 protected:
  absl::StatusOr<SignedToken> WithHeader(const std::string& name, const std::string& value) {
    TokenIssuer::Members header = issuer_.Header();
    header[name] = value;
    if (value.empty()) header.erase(name);
    token_ = issuer_.Sign(header, TokenIssuer::Claims("a", "s", kNow));
    return ParseSignedToken(token_);
  }
  static absl::StatusOr<AccessTokenClaims> WithClaim(const std::string& name,
                                                     const std::string& value) {
    TokenIssuer::Members claims = TokenIssuer::Claims("test-police", "officer-1", kNow);
    claims[name] = value;
    if (value.empty()) claims.erase(name);
    std::string text;
    for (const auto& [key, member] : claims) {
      text += StrCat(text.empty() ? "{" : ",", Quoted(key), ":", member);
    }
    return ParseAccessTokenClaims(text + "}");
  }

  TokenIssuer issuer_;
  std::string token_;
};

TEST_F(AccessTokenTest, RefusesEveryOtherAlgorithmBeforeAnyKey) {
  for (const char* algorithm : {"none", "None", "nOnE", "HS256", "RS256", "PS256", "ES384",
                                "ES256K", "EdDSA", "es256", ""}) {
    const auto parsed = WithHeader("alg", Quoted(algorithm));
    EXPECT_TRUE(absl::IsUnauthenticated(parsed.status())) << algorithm;
  }
  EXPECT_FALSE(WithHeader("alg", "").ok());
  EXPECT_FALSE(WithHeader("alg", "[\"ES256\"]").ok());
}

TEST_F(AccessTokenTest, RefusesOtherTypesCriticalExtensionsAndTokensWithoutAKeyId) {
  for (const char* type : {"JWT", "jwt", "id+jwt", "dpop+jwt", "at", "at+jwt ", ""}) {
    EXPECT_FALSE(WithHeader("typ", Quoted(type)).ok()) << type;
  }
  EXPECT_FALSE(WithHeader("typ", "").ok());
  EXPECT_FALSE(WithHeader("crit", "[\"exp\"]").ok());
  EXPECT_FALSE(WithHeader("kid", "").ok());
  EXPECT_FALSE(WithHeader("kid", "7").ok());
  EXPECT_FALSE(WithHeader("kid", Quoted("")).ok());
}

TEST_F(AccessTokenTest, TakesTheTypeInEitherFormAndAnyCase) {
  for (const char* type : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"}) {
    EXPECT_TRUE(WithHeader("typ", Quoted(type)).ok()) << type;
  }
}

TEST_F(AccessTokenTest, RefusesAnySpellingButTheCompactOne) {
  const std::string good = issuer_.Token("a", "s", kNow);
  ASSERT_TRUE(ParseSignedToken(good).ok());
  const size_t second = good.find('.', good.find('.') + 1);
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), good + ".", "." + good, good + "=",
        " " + good, good + "\n", good.substr(0, second), good.substr(0, second + 1), good + "AA",
        good.substr(0, good.size() - 1), EncodeBase64Url("{}") + good.substr(good.find('.')),
        EncodeBase64Url("[]") + good.substr(good.find('.')),
        std::string(kAccessTokenBytesMax, 'A')}) {
    EXPECT_TRUE(absl::IsUnauthenticated(ParseSignedToken(bad).status())) << bad;
  }
}

TEST_F(AccessTokenTest, TakesATokenOfTheLargestSizeAndNoLarger) {
  const auto sized = [&](size_t padding) {
    TokenIssuer::Members claims = TokenIssuer::Claims("a", "s", kNow);
    claims["x"] = Quoted(std::string(padding, 'x'));
    return issuer_.Sign(issuer_.Header(), claims);
  };
  size_t padding = 2000;
  while (sized(padding + 1).size() <= kAccessTokenBytesMax) ++padding;
  EXPECT_GT(sized(padding).size(), kAccessTokenBytesMax - 3);
  EXPECT_TRUE(ParseSignedToken(sized(padding)).ok());
  EXPECT_FALSE(ParseSignedToken(sized(padding + 1)).ok());
}

TEST_F(AccessTokenTest, RefusesMissingAndMistypedClaimsAndNamesThem) {
  for (const char* name : {"iss", "aud", "sub", "agency", "iat", "exp"}) {
    for (const char* value : {"", "{}", "null", "true", "[]", "-1", "1.5", "\"\""}) {
      const auto claims = WithClaim(name, value);
      EXPECT_TRUE(absl::IsUnauthenticated(claims.status())) << name << value;
      EXPECT_NE(claims.status().message().find(name), std::string::npos) << claims.status();
    }
  }
  for (const char* name : {"nbf", "auth_time", "acr"}) {
    EXPECT_TRUE(WithClaim(name, "").ok()) << name;
    EXPECT_FALSE(WithClaim(name, "{}").ok()) << name;
    EXPECT_FALSE(WithClaim(name, "null").ok()) << name;
  }
  EXPECT_FALSE(WithClaim("aud", "[\"a\",7]").ok());
  EXPECT_FALSE(WithClaim("iss", Quoted(std::string(257, 'x'))).ok());
}

TEST_F(AccessTokenTest, RefusesSubjectsThatCouldNotStandInTheLog) {
  for (const char* subject : {"a b", "a/b", "anna@example.test", "a\\nb", "\\u00e9", "<b>"}) {
    const auto claims = WithClaim("sub", Quoted(subject));
    EXPECT_FALSE(claims.ok()) << subject;
    EXPECT_EQ(claims.status().message().find("anna"), std::string::npos);
  }
  EXPECT_FALSE(WithClaim("sub", Quoted(std::string(65, 'a'))).ok());
  EXPECT_TRUE(WithClaim("sub", Quoted(std::string(64, 'a'))).ok());
}

TEST_F(AccessTokenTest, GivesWhatTheClaimsSay) {
  const auto claims = WithClaim("aud", "[\"other\",\"https://lancashire.concordat.test\"]");
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->issuer, testing::kTestIssuer);
  EXPECT_EQ(claims->audiences, (std::vector<std::string>{"other", testing::kTestAudience}));
  EXPECT_EQ(claims->subject, "officer-1");
  EXPECT_EQ(claims->agency, "test-police");
  EXPECT_EQ(claims->issued_at, kNow);
  EXPECT_EQ(claims->expires_at, kNow + absl::Minutes(10));
  EXPECT_EQ(claims->authenticated_at, kNow);
  EXPECT_EQ(claims->authentication_class, testing::kTestStrongAcr);
}

}  // namespace
}  // namespace concordat::auth
