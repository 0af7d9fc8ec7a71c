#include "storage/rescan.h"

#include <memory>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "storage/testing/crash_env.h"

namespace concordat::storage {
namespace {

class RescanTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(env_.env()->CreateDirIfMissing("/data").ok()); }

  void Write(const std::string& file, const std::string& bytes) {
    ASSERT_TRUE(rocksdb::WriteStringToFile(env_.env(), bytes, StrCat("/data/", file)).ok());
  }

  // The kinds found, in the order of the files.
  std::vector<std::string> Find(const std::vector<Sought>& sought,
                                const std::vector<SoughtDigest>& digests = {}) {
    const absl::StatusOr<RescanResult> result = Rescan(env_.env(), "/data", sought, digests);
    EXPECT_TRUE(result.ok()) << result.status();
    std::vector<std::string> found;
    for (const Finding& finding : result->found) {
      found.push_back(StrCat(finding.file, ": ", finding.kind));
    }
    return found;
  }

  CrashEnv env_;
  const std::string secret_ = crypto::RandomBytes(60);
};

TEST_F(RescanTest, RefusesBytesTooShortToMeanAnything) {
  const auto result = Rescan(env_.env(), "/data", {{"key", "short"}}, {});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RescanTest, RefusesToSayAnythingOfADirectoryItCannotList) {
  const auto result = Rescan(env_.env(), "/elsewhere", {{"key", secret_}}, {});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(RescanTest, FindsPlantedBytesWhereverTheyStand) {
  // Also across the border of two reads.
  for (const size_t before : {size_t{0}, size_t{7}, (size_t{1} << 20) - 5, size_t{3} << 20}) {
    SCOPED_TRACE(before);
    Write("000007.sst", StrCat(std::string(before, 'x'), secret_, "tail"));
    EXPECT_EQ(Find({{"key", secret_}}), std::vector<std::string>{"000007.sst: key"});
  }
}

TEST_F(RescanTest, FindsWhatIsLeftOfAKeyThatSharesItsBeginning) {
  Write("000008.sst", secret_.substr(20));
  EXPECT_EQ(Find({{"token", secret_}}), std::vector<std::string>{"000008.sst: token"});
}

TEST_F(RescanTest, FindsARecordThatAHeaderSplits) {
  Write("000009.log", StrCat(secret_.substr(0, 25), "header", secret_.substr(25)));
  EXPECT_EQ(Find({{"ciphertext", secret_}}), std::vector<std::string>{"000009.log: ciphertext"});
}

TEST_F(RescanTest, FindsInEveryFileAlsoBelowAndCountsThem) {
  rocksdb::Env* const real = rocksdb::Env::Default();
  const std::string directory = StrCat(::testing::TempDir(), "/rescan");
  ASSERT_TRUE(real->CreateDirIfMissing(directory).ok());
  ASSERT_TRUE(real->CreateDirIfMissing(StrCat(directory, "/archive")).ok());
  const auto write = [&](const std::string& file, const std::string& bytes) {
    return rocksdb::WriteStringToFile(real, bytes, StrCat(directory, "/", file)).ok();
  };
  ASSERT_TRUE(write("archive/1.log", secret_));
  ASSERT_TRUE(write("MANIFEST-000001", std::string(1000, 'm')));
  ASSERT_TRUE(write("LOCK", ""));
  const auto result = Rescan(real, directory, {{"key", secret_}}, {});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->found.size(), 1u);
  EXPECT_EQ(result->found[0].file, "archive/1.log");
  EXPECT_EQ(result->files_scanned, 3u);
  EXPECT_EQ(result->bytes_scanned, 1060u);
}

TEST_F(RescanTest, FindsByItsDigestAValueBehindItsKey) {
  const std::string anchor = StrCat("subject-", crypto::RandomId());
  const SoughtDigest digest{"wrapped key", anchor, secret_.size(), crypto::Sha256(secret_)};
  Write("a.sst", StrCat("before", anchor, "12345678", secret_, "after"));
  Write("b.sst", StrCat(anchor, "12345678", crypto::RandomBytes(60)));
  Write("c.sst", anchor);
  EXPECT_EQ(Find({}, {digest}), std::vector<std::string>{"a.sst: wrapped key"});
}

TEST_F(RescanTest, FindsNothingInOtherBytes) {
  Write("000007.sst", crypto::RandomBytes(100000));
  EXPECT_TRUE(Find({{"key", secret_}, {"token", crypto::RandomBytes(32)}}).empty());
}

}  // namespace
}  // namespace concordat::storage
