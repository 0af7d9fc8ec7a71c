// A log and its witnesses: a quorum publishes, and nobody's lie does.
#include "services/ledger/cosigner.h"

#include <array>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/fake_clock.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "services/witness/witness.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"

namespace concordat::services {
namespace {

class CosignerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string policy;
    for (int i = 0; i < 3; ++i) {
      tlog::CosignatureSigner signer =
          tlog::CosignatureSigner::Generate(StrCat("witness.example/w", i));
      StrAppend(&policy, "witness w", i, " ", signer.verifier().Encode(), " https://w", i, "\n");
      auto witness =
          Witness::Create({std::move(signer),
                           {log_.verifier()},
                           StrCat(::testing::TempDir(), "/cosigner-", crypto::RandomId()),
                           &clock_});
      ASSERT_TRUE(witness.ok()) << witness.status();
      witnesses_.push_back(*std::move(witness));
    }
    StrAppend(&policy, "group agencies 2 w0 w1 w2\nquorum agencies\n");
    auto parsed = tlog::Policy::Parse(policy);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    policy_ = std::make_unique<tlog::Policy>(*std::move(parsed));
    cosigner_ = std::make_unique<Cosigner>(
        &log_.log(), *policy_,
        [this](const std::string& url, const std::string& body) { return Post(url, body); },
        absl::InfiniteDuration());
    ASSERT_TRUE(log_.Append(3).ok());
  }

  absl::StatusOr<HttpReply> Post(const std::string& url, const std::string& body) {
    const size_t i = url[9] - '0';
    EXPECT_EQ(url, StrCat("https://w", i, "/add-checkpoint"));
    ++posts_;
    ++posts_of_[i];
    if (at_post_) at_post_();
    if (witnesses_[i] == nullptr) return absl::UnavailableError("https: no connection");
    WitnessAnswer answer = witnesses_[i]->AddCheckpoint(body);
    if (i == liar_) {
      // Its cosignature of another note.
      answer.body[answer.body.size() - 5] ^= 1;
    }
    return HttpReply{answer.status, answer.content_type, answer.body};
  }
  absl::StatusOr<TreeSize> Published() {
    const absl::StatusOr<std::string> note = log_.log().ReadPublished();
    if (!note.ok()) return note.status();
    const auto parsed = crypto::ParseSignedNote(*note);
    const absl::Status quorum = policy_->CheckQuorum(*parsed);
    if (!quorum.ok()) return quorum;
    return tlog::OpenCheckpoint(*note, {log_.verifier()})->size;
  }

  FakeClock clock_{absl::FromUnixSeconds(1700000000)};
  storage::TestLog log_;
  std::vector<std::unique_ptr<Witness>> witnesses_;
  std::unique_ptr<tlog::Policy> policy_;
  size_t liar_ = 99;
  int posts_ = 0;
  std::array<int, 3> posts_of_ = {};
  std::function<void()> at_post_;
  std::unique_ptr<Cosigner> cosigner_;
};

TEST_F(CosignerTest, PublishesNothingWithoutAQuorum) {
  witnesses_[0] = nullptr;
  witnesses_[1] = nullptr;
  const absl::Status status = cosigner_->Round();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("w0: https: no connection"), std::string::npos) << status;
  EXPECT_EQ(Published().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CosignerTest, ALiarsCosignatureCountsForNothing) {
  liar_ = 2;
  witnesses_[0] = nullptr;
  EXPECT_FALSE(cosigner_->Round().ok());
  EXPECT_EQ(Published().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CosignerTest, PublishesWithTwoOfThreeWhenOneIsDownOrLies) {
  witnesses_[0] = nullptr;
  ASSERT_TRUE(cosigner_->Round().ok());
  EXPECT_EQ(*Published(), log_.log().Head().tree_size);
  ASSERT_TRUE(log_.Append(300).ok());
  EXPECT_NE(*Published(), log_.log().Head().tree_size);
  ASSERT_TRUE(cosigner_->Round().ok());
  EXPECT_EQ(*Published(), log_.log().Head().tree_size);
}

TEST_F(CosignerTest, GoesOnFromTheSizeThatAWitnessTells) {
  ASSERT_TRUE(cosigner_->Round().ok());
  // One that knows nothing of what the witnesses cosigned, as after a restart.
  cosigner_ = std::make_unique<Cosigner>(
      &log_.log(), *policy_,
      [this](const std::string& url, const std::string& body) { return Post(url, body); },
      absl::InfiniteDuration());
  ASSERT_TRUE(log_.Append(5).ok());
  posts_ = 0;
  ASSERT_TRUE(cosigner_->Round().ok());
  EXPECT_EQ(posts_, 6);
  EXPECT_EQ(*Published(), log_.log().Head().tree_size);
}

TEST_F(CosignerTest, AsksNobodyAboutWhatIsPublished) {
  ASSERT_TRUE(cosigner_->Round().ok());
  posts_ = 0;
  ASSERT_TRUE(cosigner_->Round().ok());
  EXPECT_EQ(posts_, 0);
}

TEST_F(CosignerTest, AsksAWitnessThatFailsEverMoreSeldom) {
  witnesses_[0] = nullptr;
  std::vector<int> asked_in;
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    const int before = posts_of_[0];
    ASSERT_TRUE(log_.Append(1).ok());
    ASSERT_TRUE(cosigner_->Round().ok()) << round;
    EXPECT_EQ(*Published(), log_.log().Head().tree_size) << "the others lose nothing by it";
    if (posts_of_[0] > before) asked_in.push_back(round);
  }
  EXPECT_EQ(asked_in, (std::vector<int>{0, 2, 6, 14, 30, 62, 126, 190}));
}

TEST_F(CosignerTest, AsksAWitnessThatIsBackEveryRoundAgain) {
  std::unique_ptr<Witness> away = std::move(witnesses_[0]);
  ASSERT_TRUE(cosigner_->Round().ok());
  witnesses_[0] = std::move(away);
  posts_of_ = {};
  for (int round = 1; round < 5; ++round) {
    ASSERT_TRUE(log_.Append(1).ok());
    ASSERT_TRUE(cosigner_->Round().ok());
  }
  // Not in the first of them, then in each.
  EXPECT_EQ(posts_of_[0], 3);
}

TEST_F(CosignerTest, SaysOfAWitnessThatWaitsWhatItAnsweredLast) {
  witnesses_[0] = nullptr;
  witnesses_[1] = nullptr;
  EXPECT_FALSE(cosigner_->Round().ok());
  const absl::Status status = cosigner_->Round();
  EXPECT_EQ(posts_of_[0], 1);
  EXPECT_NE(status.message().find("w0: not asked in this round; before: https: no connection"),
            std::string::npos)
      << status;
}

TEST_F(CosignerTest, BeginsNoCallAfterShutdown) {
  at_post_ = [this] { cosigner_->Shutdown(); };
  EXPECT_EQ(cosigner_->Round().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(posts_, 1) << "the call under way";
  EXPECT_EQ(Published().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CosignerTest, KeepsWhatIsPublishedAcrossARestart) {
  ASSERT_TRUE(cosigner_->Round().ok());
  const TreeSize size = *Published();
  cosigner_.reset();
  log_.Close();
  ASSERT_TRUE(log_.Open().ok());
  EXPECT_EQ(*Published(), size);
}

}  // namespace
}  // namespace concordat::services
