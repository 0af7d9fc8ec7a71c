// A view and the size that it is of belong together, whatever is being written.
#include <atomic>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

constexpr char kKey[] = "last index";

// The entry and, under kKey, its own index.
absl::Status AppendAndNote(Transaction& transaction) {
  transaction.Put(Family::kCases, kKey, EncodeUint64(transaction.NextIndex().value));
  transaction.AppendEntry(TestEntry("police"));
  return absl::OkStatus();
}

TEST(AuditLogViewTest, HoldsWhatItsSizeSaysAndNothingLaterWhileOthersWrite) {
  TestLog test;
  ASSERT_TRUE(test.Commit(AppendAndNote).ok());
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop) EXPECT_TRUE(test.Commit(AppendAndNote).ok());
  });
  uint64_t last_size = 0;
  for (int i = 0; i < 20000; ++i) {
    const AuditLog::View view = test.log().ViewOfHead();
    const auto noted = view.reader->Get(Family::kCases, kKey);
    ASSERT_TRUE(noted.ok()) << noted.status();
    ASSERT_EQ(*DecodeUint64(*noted) + 1, view.size.value);
    // And the log gives what the view speaks of.
    ASSERT_TRUE(test.log().ReadEntry(LeafIndex{view.size.value - 1}).ok());
    ASSERT_GE(view.size.value, last_size);
    last_size = view.size.value;
  }
  stop = true;
  writer.join();
}

TEST(AuditLogViewTest, KeepsItsStateWhenTheLogGoesOn) {
  TestLog test;
  EXPECT_EQ(test.log().ViewOfHead().size, TreeSize{0});
  ASSERT_TRUE(test.Commit(AppendAndNote).ok());
  const AuditLog::View before = test.log().ViewOfHead();
  ASSERT_TRUE(test.Commit(AppendAndNote).ok());
  EXPECT_EQ(before.size, TreeSize{1});
  EXPECT_EQ(*before.reader->Get(Family::kCases, kKey), EncodeUint64(0));
  EXPECT_EQ(*test.log().ViewOfHead().reader->Get(Family::kCases, kKey), EncodeUint64(1));
}

}  // namespace
}  // namespace concordat::storage
