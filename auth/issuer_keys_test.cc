#include "auth/issuer_keys.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "auth/testing/token_issuer.h"
#include "base/fake_clock.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using testing::TokenIssuer;

class IssuerKeysTest : public ::testing::Test {
 protected:
  IssuerKeys Keys() {
    IssuerKeys::Options options;
    options.issuer = testing::kTestIssuer;
    options.fetch = [this] {
      ++fetches_;
      return answer_;
    };
    options.clock = &clock_;
    options.say = [this](const std::string& line) { said_.push_back(line); };
    return IssuerKeys(std::move(options));
  }

  FakeClock clock_{absl::FromUnixSeconds(1700000000)};
  TokenIssuer issuer_;
  absl::StatusOr<std::string> answer_ = issuer_.KeySet();
  int fetches_ = 0;
  std::vector<std::string> said_;
};

TEST_F(IssuerKeysTest, IsUnavailableUntilTheFirstFetch) {
  IssuerKeys keys = Keys();
  EXPECT_TRUE(absl::IsUnavailable(keys.Find("key-1").status()));
  keys.Look();
  const auto key = keys.Find("key-1");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, issuer_.key().verifying_key());
}

TEST_F(IssuerKeysTest, TakesANewKeyOverWhenATokenNamesIt) {
  IssuerKeys keys = Keys();
  keys.Look();
  issuer_.Rotate("key-2");
  answer_ = issuer_.KeySet();
  clock_.Advance(kIssuerFetchPause);
  EXPECT_TRUE(absl::IsUnavailable(keys.Find("key-2").status()));
  keys.Look();
  EXPECT_TRUE(keys.Find("key-2").ok());
  EXPECT_TRUE(absl::IsUnauthenticated(keys.Find("key-1").status()));  // Taken back.
}

TEST_F(IssuerKeysTest, IsNotMadeToFetchByMadeUpKeyIds) {
  IssuerKeys keys = Keys();
  keys.Look();
  for (int i = 0; i < 10000; ++i) {
    EXPECT_FALSE(keys.Find("made-up-" + std::to_string(i)).ok());
    keys.Look();
    clock_.Advance(absl::Milliseconds(6));
  }
  // A minute: once at the start, then once in each thirty seconds.
  EXPECT_EQ(fetches_, 2);
  clock_.Advance(kIssuerFetchPause);
  keys.Look();
  EXPECT_EQ(fetches_, 3);
}

TEST_F(IssuerKeysTest, FetchesByItselfEveryQuarterOfAnHour) {
  IssuerKeys keys = Keys();
  keys.Look();
  clock_.Advance(absl::Minutes(15) - absl::Nanoseconds(1));
  keys.Look();
  EXPECT_EQ(fetches_, 1);
  clock_.Advance(absl::Nanoseconds(1));
  keys.Look();
  EXPECT_EQ(fetches_, 2);
}

TEST_F(IssuerKeysTest, GoesOnWithTheOldKeysForADayWhileTheIssuerIsDown) {
  IssuerKeys keys = Keys();
  keys.Look();
  answer_ = absl::UnavailableError("no route");
  for (int i = 0; i < 24 * 60 - 1; ++i) {
    clock_.Advance(absl::Minutes(1));
    keys.Look();
    ASSERT_TRUE(keys.Find("key-1").ok()) << i;
  }
  EXPECT_EQ(said_.size(), 1u);
  clock_.Advance(absl::Minutes(1));
  EXPECT_TRUE(absl::IsUnavailable(keys.Find("key-1").status()));
  answer_ = issuer_.KeySet();
  clock_.Advance(kIssuerFetchPause);
  keys.Look();
  EXPECT_TRUE(keys.Find("key-1").ok());
  EXPECT_EQ(said_.size(), 2u);
}

TEST_F(IssuerKeysTest, KeepsTheOldKeysWhereTheNewSetIsNone) {
  IssuerKeys keys = Keys();
  keys.Look();
  for (const char* bad : {"", "{\"keys\":[]}", "<html>"}) {
    answer_ = std::string(bad);
    clock_.Advance(absl::Minutes(16));
    keys.Look();
    EXPECT_TRUE(keys.Find("key-1").ok()) << bad;
  }
  EXPECT_GE(said_.size(), 1u);
}

}  // namespace
}  // namespace concordat::auth
