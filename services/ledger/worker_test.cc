#include "services/ledger/worker.h"

#include <vector>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace concordat::services {
namespace {

TEST(WorkerTest, RefusesMoreThanMayWaitAndDoesTheRestInOrder) {
  absl::Notification started, go;
  std::vector<int> done;
  {
    Worker worker("tests", 2);
    ASSERT_TRUE(worker
                    .Submit([&] {
                      started.Notify();
                      go.WaitForNotification();
                      done.push_back(0);
                    })
                    .ok());
    started.WaitForNotification();
    EXPECT_TRUE(worker.Submit([&] { done.push_back(1); }).ok());
    EXPECT_TRUE(worker.Submit([&] { done.push_back(2); }).ok());
    EXPECT_EQ(
        worker.Submit([&] { done.push_back(3); }),
        absl::UnavailableError("tests: got one more than the 2 that may wait, want a later call"));
    go.Notify();
  }
  EXPECT_EQ(done, (std::vector<int>{0, 1, 2}));
}

TEST(WorkerTest, EndsWithoutHavingWorked) { const Worker worker("tests", 1); }

}  // namespace
}  // namespace concordat::services
