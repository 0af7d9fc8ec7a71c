#include "tools/log_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> Entries(uint64_t count) {
  std::vector<std::string> entries;
  for (uint64_t i = 0; i < count; ++i) {
    v1::LogEntry entry;
    entry.set_index(i);
    entry.set_operation(v1::COLLECTION);
    entry.add_case_ids(StrCat("case-", i));
    entries.push_back(entry.SerializeAsString());
  }
  return entries;
}

tlog::Checkpoint CheckpointOf(const std::vector<std::string>& entries, uint64_t size) {
  tlog::CompactRange range;
  for (uint64_t i = 0; i < size; ++i) range.Append(tlog::LeafHash(entries[i]));
  return {"log.test", TreeSize{size}, range.Root()};
}

// Everything in order, the answer of the first refusal.
absl::Status Verify(const std::vector<std::string>& entries,
                    const std::vector<tlog::Checkpoint>& checkpoints) {
  LogVerifier verifier;
  for (const tlog::Checkpoint& checkpoint : checkpoints) {
    const absl::Status status = verifier.Expect(checkpoint, StrCat("@", checkpoint.size.value));
    if (!status.ok()) return status;
  }
  for (const std::string& entry : entries) {
    const absl::Status status = verifier.Add(entry);
    if (!status.ok()) return status;
  }
  return verifier.Finish();
}

TEST(LogVerifierTest, FindsEveryDamagedByteOfEveryEntry) {
  const std::vector<std::string> entries = Entries(7);
  const std::vector<tlog::Checkpoint> checkpoints = {CheckpointOf(entries, 3),
                                                     CheckpointOf(entries, 7)};
  ASSERT_TRUE(Verify(entries, checkpoints).ok());
  for (size_t i = 0; i < entries.size(); ++i) {
    for (size_t byte = 0; byte < entries[i].size(); ++byte) {
      std::vector<std::string> damaged = entries;
      damaged[i][byte] ^= 1;
      const absl::Status status = Verify(damaged, checkpoints);
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << i << "," << byte;
      const std::string range = i < 3 ? "entries 0 to 2:" : "entries 3 to 6:";
      const std::string place = StrCat("entry ", i, ":");
      EXPECT_THAT(std::string(status.message()),
                  testing::AnyOf(HasSubstr(range), HasSubstr(place)));
    }
  }
}

TEST(LogVerifierTest, FindsAnEntryLeftOutAddedOrMoved) {
  const std::vector<std::string> entries = Entries(6);
  const tlog::Checkpoint head = CheckpointOf(entries, 6);
  std::vector<std::string> wrong = entries;
  wrong.erase(wrong.begin() + 2);
  EXPECT_EQ(Verify(wrong, {head}).message(), "entry 2: got index 3, want its place");
  wrong = entries;
  wrong.pop_back();
  EXPECT_EQ(Verify(wrong, {head}).message(),
            "the log ends after 5 entries, but @6 was signed for 6");
  wrong = entries;
  std::swap(wrong[1], wrong[2]);
  EXPECT_FALSE(Verify(wrong, {head}).ok());
  wrong = entries;
  wrong.insert(wrong.begin(), wrong[0]);
  EXPECT_FALSE(Verify(wrong, {head}).ok());
}

TEST(LogVerifierTest, FindsARewrittenPast) {
  const std::vector<std::string> before = Entries(5);
  std::vector<std::string> after = Entries(8);
  v1::LogEntry changed;
  changed.set_index(1);
  changed.add_case_ids("another case");
  after[1] = changed.SerializeAsString();
  const absl::Status status = Verify(after, {CheckpointOf(before, 5), CheckpointOf(after, 8)});
  EXPECT_THAT(std::string(status.message()), HasSubstr("@5 of size 5 has root"));
}

TEST(LogVerifierTest, FindsALogThatShrank) {
  const std::vector<std::string> entries = Entries(5);
  const std::vector<std::string> shorter(entries.begin(), entries.begin() + 3);
  EXPECT_FALSE(Verify(shorter, {CheckpointOf(entries, 5), CheckpointOf(shorter, 3)}).ok());
}

TEST(LogVerifierTest, FindsTwoCheckpointsOfOneSize) {
  const std::vector<std::string> entries = Entries(2);
  tlog::Checkpoint other = CheckpointOf(entries, 2);
  other.root[0] ^= 1;
  LogVerifier verifier;
  ASSERT_TRUE(verifier.Expect(CheckpointOf(entries, 2), "a").ok());
  EXPECT_THAT(std::string(verifier.Expect(other, "b").message()), HasSubstr("differ: a has root"));
}

TEST(LogVerifierTest, RefusesAWrongRootOfTheEmptyLog) {
  tlog::Checkpoint empty = CheckpointOf({}, 0);
  EXPECT_TRUE(Verify({}, {empty}).ok());
  empty.root[5] ^= 1;
  EXPECT_FALSE(Verify({}, {empty}).ok());
}

TEST(LogVerifierTest, SaysUpToWhichSizeEverythingIsProven) {
  const std::vector<std::string> entries = Entries(5);
  LogVerifier verifier;
  ASSERT_TRUE(verifier.Expect(CheckpointOf(entries, 0), "empty").ok());
  ASSERT_TRUE(verifier.Expect(CheckpointOf(entries, 4), "c").ok());
  for (const std::string& entry : entries) ASSERT_TRUE(verifier.Add(entry).ok());
  EXPECT_EQ(verifier.entries(), 5u);
  EXPECT_EQ(verifier.proven_size(), 4u);
  EXPECT_EQ(verifier.checkpoints_held(), 2u);
}

}  // namespace
}  // namespace concordat::tools
