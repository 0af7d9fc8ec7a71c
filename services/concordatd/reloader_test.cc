#include "services/concordatd/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "base/files.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReloaderTest : public ::testing::Test {
 protected:
  static void Write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(path, text, 0600).ok());
  }
  absl::StatusOr<std::string> Take() {
    ++takes_;
    return answer_;
  }

  const std::string first_ = testing::NewTestPath("first");
  const std::string second_ = testing::NewTestPath("second");
  absl::StatusOr<std::string> answer_ = "version 2";
  int takes_ = 0;
  std::vector<std::string> said_;
};

TEST_F(ReloaderTest, SaysOnceWhatItCouldNotTakeAndTriesAgainWhenTheFileIsAnother) {
  Write(first_, "one");
  Reloader reloader({{{first_}, [this] { return Take(); }}},
                    [this](const std::string& line) { said_.push_back(line); });
  reloader.Look();
  EXPECT_EQ(takes_, 0);
  answer_ = absl::InvalidArgumentError("directory_file: got x, want y");
  Write(first_, "broken");
  reloader.Look();
  reloader.Look();
  EXPECT_THAT(said_, ElementsAre("directory_file: got x, want y; nothing changes"));
  answer_ = "version 2";
  Write(first_, "two");
  reloader.Look();
  reloader.Look();
  EXPECT_EQ(takes_, 2);
  EXPECT_EQ(said_.back(), "in force now: version 2");
}

TEST_F(ReloaderTest, TriesAgainWhatFailedForAnotherReasonThanTheFile) {
  Write(first_, "one");
  Reloader reloader({{{first_}, [this] { return Take(); }}},
                    [this](const std::string& line) { said_.push_back(line); });
  answer_ = absl::UnavailableError("log: disk full");
  Write(first_, "two");
  reloader.Look();
  reloader.Look();
  EXPECT_EQ(takes_, 2);
  answer_ = "version 2";
  reloader.Look();
  reloader.Look();
  EXPECT_EQ(takes_, 3);
  EXPECT_EQ(said_.back(), "in force now: version 2");
}

TEST_F(ReloaderTest, LooksAtEachFileOfASourceAndAtNoOther) {
  Write(first_, "one");
  Reloader reloader({{{first_, second_}, [this] { return Take(); }}},
                    [this](const std::string& line) { said_.push_back(line); });
  Write(second_, "appears");
  reloader.Look();
  EXPECT_EQ(takes_, 1);
  Write(testing::NewTestPath("third"), "another's");
  reloader.Look();
  EXPECT_EQ(takes_, 1);
}

TEST_F(ReloaderTest, LooksByItselfUntilItEnds) {
  Write(first_, "one");
  absl::Notification taken;
  {
    Reloader reloader({{{first_},
                        [&]() -> absl::StatusOr<std::string> {
                          taken.Notify();
                          return "two";
                        }}},
                      [](const std::string&) {});
    reloader.Start(absl::Milliseconds(1));
    Write(first_, "two");
    taken.WaitForNotification();
  }
  EXPECT_THAT(said_, IsEmpty());
}

}  // namespace
}  // namespace concordat::services
