#include "tools/alert_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/fake_clock.h"
#include "base/files.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AlertWatchTest : public testing::Test {
 protected:
  AlertWatchTest() : path_(testing::TempDir() + "/watch.jsonl") {
    remove(path_.c_str());
    Reopen({});
  }

  // A watcher started anew on the same journal.
  void Reopen(AlertWatch::Options options) {
    watch_.reset();
    journal_.reset();
    auto journal = AlertJournal::Open(path_);
    ASSERT_TRUE(journal.ok()) << journal.status();
    journal_ = *std::move(journal);
    options.show = [this](const v1::Alert& alert) { shown_.push_back(alert.sequence()); };
    watch_ = std::make_unique<AlertWatch>(std::move(options), journal_.get(), &clock_);
  }

  void Take(uint64_t sequence) {
    v1::WatchAlertsItem item;
    item.mutable_alert()->set_sequence(sequence);
    ASSERT_TRUE(watch_->Take(item).ok());
  }

  void Beat() {
    v1::WatchAlertsItem item;
    item.mutable_heartbeat()->set_last_sequence(9);
    ASSERT_TRUE(watch_->Take(item).ok());
  }

  std::string path_;
  FakeClock clock_{absl::FromUnixSeconds(1709200800)};
  std::vector<uint64_t> shown_;
  std::unique_ptr<AlertJournal> journal_;
  std::unique_ptr<AlertWatch> watch_;
};

TEST_F(AlertWatchTest, ShowsNothingTwiceWhenTheServiceSendsItAgain) {
  Take(1);
  Take(1);
  Take(2);
  Take(1);
  EXPECT_THAT(shown_, ElementsAre(1, 2));
  Reopen({});
  EXPECT_EQ(watch_->shown_through(), 2u);
  Take(2);
  Take(4);
  EXPECT_THAT(shown_, ElementsAre(1, 2, 4));
}

TEST_F(AlertWatchTest, AnAlertIsInTheJournalBeforeItIsShown) {
  AlertWatch::Options options;
  Reopen(options);
  Take(7);
  EXPECT_THAT(*ReadFile(path_),
              HasSubstr("{\"sequence\":7,\"shownAt\":\"2024-02-29T10:00:00.000000Z\",\"alert\":{"));
}

TEST_F(AlertWatchTest, StopsAfterAsManyAsAsked) {
  AlertWatch::Options options;
  options.max = 2;
  Reopen(options);
  Take(1);
  Beat();
  EXPECT_FALSE(watch_->done());
  Take(2);
  EXPECT_TRUE(watch_->done());
}

TEST_F(AlertWatchTest, StopsWhenCaughtUpIfAsked) {
  Beat();
  EXPECT_FALSE(watch_->done());
  AlertWatch::Options options;
  options.until_caught_up = true;
  Reopen(options);
  Take(1);
  EXPECT_FALSE(watch_->done());
  Beat();
  EXPECT_TRUE(watch_->done());
}

TEST_F(AlertWatchTest, TriesAgainUnlessItWasRefused) {
  EXPECT_TRUE(WorthAnotherTry(absl::UnavailableError("")));
  EXPECT_TRUE(WorthAnotherTry(absl::OkStatus()));
  EXPECT_FALSE(WorthAnotherTry(absl::PermissionDeniedError("")));
  EXPECT_FALSE(WorthAnotherTry(absl::InvalidArgumentError("")));
  EXPECT_FALSE(WorthAnotherTry(absl::UnimplementedError("")));
}

TEST_F(AlertWatchTest, WaitsLongerEachTimeUpToABound) {
  EXPECT_EQ(BackoffBefore(0, 0), absl::Milliseconds(100));
  EXPECT_EQ(BackoffBefore(3, 0), absl::Milliseconds(800));
  EXPECT_EQ(BackoffBefore(1000000, 0), absl::Seconds(5));
  EXPECT_EQ(BackoffBefore(0, 0.5), absl::Milliseconds(75));
}

}  // namespace
}  // namespace concordat::tools
