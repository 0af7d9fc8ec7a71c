#include "auth/practitioners.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "auth/testing/token_issuer.h"
#include "base/fake_clock.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using testing::Quoted;
using testing::TokenIssuer;

class PractitionersTest : public ::testing::Test {
 protected:
  PractitionersTest() {
    agency_.set_id("test-police");
    agency_.set_practitioner_issuer(testing::kTestIssuer);
    Practitioners::Options options;
    options.issuers.push_back({TokenIssuer::Config("keys.json"),
                               [this] { return absl::StatusOr<std::string>(issuer_.KeySet()); }});
    v1::PractitionerIssuer other = TokenIssuer::Config("other.json");
    other.set_issuer("https://other.test");
    options.issuers.push_back(
        {other, [this] { return absl::StatusOr<std::string>(other_.KeySet()); }});
    options.clock = &clock_;
    options.say = [](const std::string&) {};
    practitioners_ = Practitioners::Create(std::move(options));
  }

  absl::StatusOr<Practitioner> Check(const std::string& token) {
    return practitioners_->Check(token, agency_);
  }
  absl::StatusOr<Practitioner> With(const std::string& claim, const std::string& value) {
    TokenIssuer::Members claims = TokenIssuer::Claims("test-police", "officer-1", clock_.Now());
    claims[claim] = value;
    if (value.empty()) claims.erase(claim);
    return Check(issuer_.Sign(issuer_.Header(), claims));
  }
  absl::StatusOr<Practitioner> At(const std::string& claim, absl::Duration from_now) {
    return With(claim, StrCat(absl::ToUnixSeconds(clock_.Now() + from_now)));
  }
  std::string Token() { return issuer_.Token("test-police", "officer-1", clock_.Now()); }

  FakeClock clock_{absl::FromUnixSeconds(1700000000)};
  TokenIssuer issuer_;
  TokenIssuer other_;
  v1::Agency agency_;
  std::unique_ptr<Practitioners> practitioners_;
};

TEST_F(PractitionersTest, RefusesWhatItsIssuerDidNotSign) {
  const std::string good = Token();
  ASSERT_TRUE(Check(good).ok());
  const std::string payload = good.substr(0, good.rfind('.'));
  const std::string signature = good.substr(good.rfind('.'));
  // Another's signature, and the right one over another text: also after the good one was seen.
  EXPECT_TRUE(absl::IsUnauthenticated(
      Check(TokenIssuer().Token("test-police", "officer-1", clock_.Now())).status()));
  const std::string other = issuer_.Token("test-police", "officer-2", clock_.Now());
  EXPECT_FALSE(Check(other.substr(0, other.rfind('.')) + signature).ok());
  EXPECT_FALSE(Check(payload + other.substr(other.rfind('.'))).ok());
}

TEST_F(PractitionersTest, RefusesAnIssuerThatSignsForAnother) {
  // Configured, and its key is good: but the token names the first, or the agency is not its.
  TokenIssuer::Members claims = TokenIssuer::Claims("test-police", "officer-1", clock_.Now());
  EXPECT_FALSE(Check(other_.Sign(other_.Header(), claims)).ok());
  claims["iss"] = Quoted("https://other.test");
  EXPECT_TRUE(absl::IsUnauthenticated(Check(other_.Sign(other_.Header(), claims)).status()));
  claims["iss"] = Quoted("https://unknown.test");
  EXPECT_FALSE(Check(other_.Sign(other_.Header(), claims)).ok());
}

TEST_F(PractitionersTest, RefusesAnotherAgencysPractitionerAndAnAgencyWithoutAnIssuer) {
  EXPECT_FALSE(With("agency", Quoted("test-marac")).ok());
  agency_.clear_practitioner_issuer();
  EXPECT_FALSE(Check(Token()).ok());
  agency_.set_practitioner_issuer("https://other.test");
  EXPECT_FALSE(Check(Token()).ok());
}

TEST_F(PractitionersTest, RefusesAnotherAudience) {
  EXPECT_FALSE(With("aud", Quoted("https://elsewhere.test")).ok());
  EXPECT_FALSE(With("aud", "[\"https://elsewhere.test\"]").ok());
  EXPECT_TRUE(With("aud", StrCat("[\"x\",", Quoted(testing::kTestAudience), "]")).ok());
}

TEST_F(PractitionersTest, HoldsToTheSecond) {
  EXPECT_FALSE(At("exp", absl::ZeroDuration()).ok());
  EXPECT_TRUE(At("exp", absl::Seconds(1)).ok());
  EXPECT_TRUE(At("iat", kTokenClockSkew).ok());
  EXPECT_FALSE(At("iat", kTokenClockSkew + absl::Seconds(1)).ok());
  EXPECT_TRUE(At("nbf", kTokenClockSkew).ok());
  EXPECT_FALSE(At("nbf", kTokenClockSkew + absl::Seconds(1)).ok());
  EXPECT_TRUE(At("auth_time", kTokenClockSkew).ok());
  EXPECT_FALSE(At("auth_time", kTokenClockSkew + absl::Seconds(1)).ok());
  EXPECT_TRUE(At("exp", kTokenLifetimeMax).ok());
  EXPECT_FALSE(At("exp", kTokenLifetimeMax + absl::Seconds(1)).ok());
}

TEST_F(PractitionersTest, AsksForTheTimesOfATokenSeenBefore) {
  const std::string token = Token();
  ASSERT_TRUE(Check(token).ok());
  clock_.Advance(absl::Minutes(10) - absl::Nanoseconds(1));
  EXPECT_TRUE(Check(token).ok());
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_TRUE(absl::IsUnauthenticated(Check(token).status()));
}

TEST_F(PractitionersTest, RefusesATokenSeenBeforeOnceItsKeyIsTakenBack) {
  const std::string token = Token();
  ASSERT_TRUE(Check(token).ok());
  issuer_.Rotate("key-2");
  clock_.Advance(kIssuerFetchPause);
  practitioners_->Look();
  EXPECT_FALSE(Check(token).ok());
  EXPECT_TRUE(Check(Token()).ok());
  // The same id for another key does not bring it back.
  const std::string again = Token();
  ASSERT_TRUE(Check(again).ok());
  issuer_.Rotate("key-2");
  clock_.Advance(kIssuerFetchPause);
  practitioners_->Look();
  EXPECT_FALSE(Check(again).ok());
}

TEST_F(PractitionersTest, SaysHowAndWhenThePersonAuthenticated) {
  auto strong = Check(Token());
  ASSERT_TRUE(strong.ok()) << strong.status();
  EXPECT_EQ(strong->subject, "officer-1");
  EXPECT_EQ(strong->issuer, testing::kTestIssuer);
  EXPECT_TRUE(strong->strong && strong->fresh);
  EXPECT_EQ(strong->authenticated_at, clock_.Now());
  for (const auto& [claim, value] : {std::pair("acr", "\"password\""), std::pair("acr", "")}) {
    const auto weak = With(claim, value);
    ASSERT_TRUE(weak.ok());
    EXPECT_FALSE(weak->strong || weak->fresh) << value;
  }
  EXPECT_FALSE(With("auth_time", "")->fresh);
  EXPECT_TRUE(At("auth_time", absl::Seconds(1) - kAuthenticationFresh)->fresh);
  const auto old = At("auth_time", -kAuthenticationFresh);
  EXPECT_TRUE(old->strong && !old->fresh);
}

TEST_F(PractitionersTest, SaysWhatAStepUpHasToBring) {
  EXPECT_EQ(practitioners_->StepUpFor(agency_).acr_values, testing::kTestStrongAcr);
  EXPECT_EQ(practitioners_->StepUpFor(agency_).max_age_seconds, 300);
  EXPECT_EQ(practitioners_->StepUpFor(v1::Agency()).acr_values, "");
}

TEST_F(PractitionersTest, RefusesConfigurationsThatCouldNotBeMeant) {
  const auto check = [](auto change) {
    v1::ServerConfig config;
    *config.add_practitioner_issuers() = TokenIssuer::Config("keys.json");
    change(&config, config.mutable_practitioner_issuers(0));
    return Practitioners::CheckConfig(config);
  };
  using Config = v1::ServerConfig;
  using Issuer = v1::PractitionerIssuer;
  EXPECT_TRUE(check([](Config*, Issuer*) {}).ok());
  const auto refused = [&](const char* field, auto change) {
    const absl::Status status = check(change);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << field;
    EXPECT_NE(status.message().find(field), std::string::npos) << status;
  };
  refused("[0].issuer", [](Config*, Issuer* i) { i->clear_issuer(); });
  refused("[0].audience", [](Config*, Issuer* i) { i->clear_audience(); });
  refused("[0].strong_acr", [](Config*, Issuer* i) { i->clear_strong_acr(); });
  refused("[0].strong_acr[0]", [](Config*, Issuer* i) { i->set_strong_acr(0, ""); });
  refused("neither", [](Config*, Issuer* i) { i->clear_jwks_file(); });
  refused("both", [](Config*, Issuer* i) { i->set_jwks_url("https://issuer.test/keys"); });
  refused("jwks_url", [](Config*, Issuer* i) {
    i->clear_jwks_file();
    i->set_jwks_url("http://issuer.test/keys");
  });
  refused("jwks_trusted_roots", [](Config*, Issuer* i) { i->set_jwks_trusted_roots("ca.crt"); });
  refused("fresh_seconds", [](Config*, Issuer* i) { i->set_fresh_seconds(3601); });
  refused("[1].issuer", [](Config* c, Issuer* i) { *c->add_practitioner_issuers() = *i; });
}

}  // namespace
}  // namespace concordat::auth
