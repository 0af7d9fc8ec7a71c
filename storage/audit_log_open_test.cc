// What opening a log checks, refuses and reads.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "base/clock.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

absl::Status OpenError(const std::string& directory, crypto::NoteSigner signer,
                       rocksdb::Env* env = nullptr) {
  return AuditLog::Open({directory, std::move(signer), &Clock::Real(), env}).status();
}

TEST(AuditLogOpenTest, RefusesTheSameDirectoryTwice) {
  const std::string directory = StrCat(testing::TempDir(), "/open_twice");
  auto open = [&] {
    return AuditLog::Open({directory, crypto::NoteSigner::Generate("test/log"), &Clock::Real()});
  };
  const auto first = open();
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = open().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(second.message(), directory)) << second;
}

TEST(AuditLogOpenTest, RefusesADirectoryThatCannotBe) {
  EXPECT_FALSE(OpenError("/proc/no/such/place", crypto::NoteSigner::Generate("test/log")).ok());
}

TEST(AuditLogOpenTest, RefusesAnotherOriginAndAnotherKey) {
  TestLog test;
  test.Close();
  const std::string origin = test.verifier().name();
  const absl::Status other_origin =
      OpenError(test.data_dir(), crypto::NoteSigner::Generate("other.test/log"), test.env().env());
  EXPECT_EQ(other_origin.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(other_origin.message(),
            StrCat("data directory /log: got the origin ", origin, " stored, want other.test/log"));
  const absl::Status other_key =
      OpenError(test.data_dir(), crypto::NoteSigner::Generate(origin), test.env().env());
  EXPECT_EQ(other_key.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(other_key.message(), "got the verifier_key")) << other_key;
  EXPECT_TRUE(test.Open().ok());
}

TEST(AuditLogOpenTest, RefusesDamageOnDiskRatherThanCutItOff) {
  TestLog test;
  ASSERT_TRUE(test.Commit([](Transaction& transaction) {
                    transaction.AppendEntry(TestEntry("damaged-here"));
                    return absl::OkStatus();
                  })
                  .ok());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(test.Append().ok());
  test.Close();
  ASSERT_TRUE(test.env().DamageFirst(test.data_dir(), "damaged-here"));
  EXPECT_EQ(test.Open().code(), absl::StatusCode::kDataLoss);
}

TEST(AuditLogOpenTest, ReopensWhereItStood) {
  TestLog test;
  ASSERT_TRUE(test.Append(300).ok());
  const Committed head = test.log().Head();
  test.Close();
  ASSERT_TRUE(test.Open().ok());
  EXPECT_EQ(test.log().Head().tree_size, head.tree_size);
  EXPECT_EQ(test.log().Head().checkpoint, head.checkpoint);
  EXPECT_EQ(test.Append()->first, LeafIndex{300});
}

TEST(AuditLogOpenTest, WorksOnARealDirectory) {
  const std::string directory = StrCat(testing::TempDir(), "/real_log");
  const std::string key = crypto::NoteSigner::Generate("test/log").EncodePrivate();
  auto open = [&] {
    return AuditLog::Open({directory, *crypto::NoteSigner::Parse(key), &Clock::Real()});
  };
  for (uint64_t size = 1; size <= 3; ++size) {
    const auto log = open();
    ASSERT_TRUE(log.ok()) << log.status();
    const auto answer = Commit(**log, [](Transaction& transaction) {
      transaction.AppendEntry(TestEntry("police"));
      return absl::OkStatus();
    });
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->tree_size, TreeSize{size});
  }
}

// What an opening reads once the write-ahead log is behind it.
uint64_t BytesReadByOpening(TestLog& test) {
  test.Close();
  EXPECT_TRUE(test.Open().ok());
  test.Close();
  const uint64_t before = test.env().bytes_read();
  EXPECT_TRUE(test.Open().ok());
  return test.env().bytes_read() - before;
}

TEST(AuditLogOpenTest, OpeningReadsTheRightEdgeHoweverLongTheLog) {
  const std::string padding(1000, 'x');
  const auto append = [&](Transaction& transaction) {
    for (int i = 0; i < 100; ++i) transaction.AppendEntry(TestEntry(padding));
    return absl::OkStatus();
  };
  TestLog test;
  ASSERT_TRUE(test.Commit(append).ok());
  const uint64_t read_of_short_log = BytesReadByOpening(test);
  const uint64_t written = test.env().bytes_written();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(test.Commit(append).ok());
  const uint64_t log_bytes = test.env().bytes_written() - written;
  ASSERT_GT(log_bytes, uint64_t{10000000});
  const uint64_t read_of_long_log = BytesReadByOpening(test);
  EXPECT_LT(read_of_long_log, read_of_short_log + log_bytes / 20);
}

}  // namespace
}  // namespace concordat::storage
