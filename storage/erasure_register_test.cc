#include "storage/erasure_register.h"

#include <memory>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace concordat::storage {
namespace {

RegisteredErasure Erasure(int n) {
  return {StrCat("subject-", n), std::string(32, static_cast<char>(n)),
          LeafIndex{static_cast<uint64_t>(n)}, LeafIndex{static_cast<uint64_t>(n) + 1},
          absl::FromUnixSeconds(1700000000 + n)};
}

class ErasureRegisterTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<ErasureRegister>> Open() {
    return ErasureRegister::Open(path_, nullptr);
  }
  std::string Contents() {
    std::string contents;
    EXPECT_TRUE(rocksdb::ReadFileToString(env_, path_, &contents).ok());
    return contents;
  }
  void Write(const std::string& contents) {
    ASSERT_TRUE(rocksdb::WriteStringToFile(env_, contents, path_).ok());
  }
  void AddTwo() {
    const auto opened = Open();
    ASSERT_TRUE(opened.ok()) << opened.status();
    ASSERT_TRUE((*opened)->Add({Erasure(1), Erasure(2)}).ok());
  }

  rocksdb::Env* const env_ = rocksdb::Env::Default();
  const std::string path_ = StrCat(::testing::TempDir(), "/register-", crypto::RandomId());
};

TEST_F(ErasureRegisterTest, DamageBeforeTheLastLineRefusesAndNamesTheLine) {
  AddTwo();
  const std::string good = Contents();
  const size_t second = good.find('\n') + 1;
  const std::vector<std::string> damaged = {
      "\n" + good,
      "2" + good.substr(1),
      good.substr(1),
      good.substr(0, 20) + good.substr(21),
      good.substr(0, 30) + "Z" + good.substr(31),
      good.substr(0, second - 3) + "x" + good.substr(second - 2),
      good.substr(0, second - 1) + " more" + good.substr(second - 1),
  };
  for (const std::string& contents : damaged) {
    Write(contents);
    const auto opened = Open();
    ASSERT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << contents;
    EXPECT_NE(opened.status().message().find("damaged line 1"), absl::string_view::npos);
  }
  Write(good.substr(0, second) + "\n");
  EXPECT_NE(Open().status().message().find("damaged line 2"), absl::string_view::npos);
}

TEST_F(ErasureRegisterTest, RefusesAFileThatCannotBeMade) {
  EXPECT_EQ(ErasureRegister::Open("/nowhere/at/all", nullptr).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(ErasureRegisterTest, KeepsWhatWasAddedInOrder) {
  AddTwo();
  const auto opened = Open();
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_TRUE((*opened)->Add({Erasure(3)}).ok());
  const auto again = Open();
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ((*again)->erasures().size(), 3u);
  for (int n = 1; n <= 3; ++n) {
    const RegisteredErasure& found = (*again)->erasures()[n - 1];
    EXPECT_EQ(found.subject_id, Erasure(n).subject_id);
    EXPECT_EQ(found.wrapped_key_sha256, Erasure(n).wrapped_key_sha256);
    EXPECT_EQ(found.request.value, Erasure(n).request.value);
    EXPECT_EQ(found.erasure.value, Erasure(n).erasure.value);
    EXPECT_EQ(found.at, Erasure(n).at);
  }
}

TEST_F(ErasureRegisterTest, ALastLineTornAnywhereIsTakenAwayAndTheRestStays) {
  AddTwo();
  const std::string good = Contents();
  const size_t second = good.find('\n') + 1;
  for (size_t size = second + 1; size < good.size(); ++size) {
    Write(good.substr(0, size));
    {
      const auto opened = Open();
      ASSERT_TRUE(opened.ok()) << size << ": " << opened.status();
      ASSERT_EQ((*opened)->erasures().size(), 1u);
    }
    ASSERT_EQ(Contents(), good.substr(0, second));
  }
  const auto opened = Open();
  ASSERT_TRUE((*opened)->Add({Erasure(2)}).ok());
  EXPECT_EQ(Contents(), good);
}

}  // namespace
}  // namespace concordat::storage
