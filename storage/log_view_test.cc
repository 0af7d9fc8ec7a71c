#include "storage/log_view.h"

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

TEST(LogViewTest, RefusesADirectoryWithoutALog) {
  EXPECT_EQ(LogView::Open(StrCat(testing::TempDir(), "/nothing_here")).status().code(),
            absl::StatusCode::kNotFound);
  CrashEnv env;
  EXPECT_EQ(LogView::Open("/nowhere", env.env()).status().code(), absl::StatusCode::kNotFound);
}

TEST(LogViewTest, ReadsAClosedLog) {
  TestLog test;
  ASSERT_TRUE(test.Append(3).ok());
  ASSERT_TRUE(test.Append(2).ok());
  const Committed head = test.log().Head();
  const std::string entry = *test.log().ReadEntry(LeafIndex{4});
  test.Close();
  const auto view = LogView::Open(test.data_dir(), test.env().env());
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ((*view)->ReadHead()->tree_size, TreeSize{5});
  EXPECT_EQ((*view)->ReadHead()->checkpoint, head.checkpoint);
  EXPECT_EQ(*(*view)->CheckpointAt(TreeSize{5}), head.checkpoint);
  EXPECT_EQ((*view)->CheckpointAt(TreeSize{4}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*(*view)->ReadEntry(LeafIndex{4}), entry);
  EXPECT_EQ((*view)->ReadEntry(LeafIndex{5}).status().code(), absl::StatusCode::kNotFound);
  std::vector<uint64_t> sizes;
  ASSERT_TRUE((*view)
                  ->ScanCheckpoints([&](TreeSize size, std::string_view) {
                    sizes.push_back(size.value);
                    return true;
                  })
                  .ok());
  EXPECT_EQ(sizes, (std::vector<uint64_t>{0, 3, 5}));
}

TEST(LogViewTest, ScansInOrderStopsWhenToldAndNamesWhatIsMissing) {
  TestLog test;
  ASSERT_TRUE(test.Append(5).ok());
  test.Close();
  const auto view = LogView::Open(test.data_dir(), test.env().env());
  ASSERT_TRUE(view.ok()) << view.status();
  std::vector<uint64_t> seen;
  const auto until_three = [&](LeafIndex index, std::string_view) {
    seen.push_back(index.value);
    return index.value < 3;
  };
  EXPECT_TRUE((*view)->ScanEntries(LeafIndex{1}, LeafIndex{9}, until_three).ok());
  EXPECT_EQ(seen, (std::vector<uint64_t>{1, 2, 3}));
  const auto all = [](LeafIndex, std::string_view) { return true; };
  EXPECT_EQ((*view)->ScanEntries(LeafIndex{0}, LeafIndex{6}, all).message(),
            "log entry 5: got none, want it stored");
  EXPECT_TRUE((*view)->ScanEntries(LeafIndex{5}, LeafIndex{5}, all).ok());
}

TEST(LogViewTest, ReadsARunningLogOnARealDiskAndLeavesItAlone) {
  const std::string directory = StrCat(testing::TempDir(), "/running_log");
  const auto log =
      AuditLog::Open({directory, crypto::NoteSigner::Generate("test/log"), &Clock::Real()});
  ASSERT_TRUE(log.ok()) << log.status();
  const auto append = [](Transaction& transaction) {
    transaction.AppendEntry(TestEntry("police"));
    return absl::OkStatus();
  };
  ASSERT_TRUE(Commit(**log, append).ok());
  const auto view = LogView::Open(directory);
  ASSERT_TRUE(view.ok()) << view.status();
  ASSERT_TRUE(Commit(**log, append).ok());
  EXPECT_EQ((*view)->ReadHead()->tree_size, TreeSize{1});
  EXPECT_EQ(*(*view)->CheckpointAt(TreeSize{1}), *(*log)->CheckpointAt(TreeSize{1}));
  const auto later = LogView::Open(directory);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ((*later)->ReadHead()->checkpoint, (*log)->Head().checkpoint);
}

}  // namespace
}  // namespace concordat::storage
