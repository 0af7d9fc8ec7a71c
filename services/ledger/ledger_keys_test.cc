#include "services/ledger/ledger_keys.h"

#include <string>

#include "absl/strings/match.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"

namespace concordat::services {
namespace {

class LedgerKeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.set_log_origin("area.example/log");
    config_.set_police_force_area("E23000003");
    config_.set_log_signing_key_file(
        File(crypto::NoteSigner::Generate("area.example/log").EncodePrivate()));
    config_.set_key_encryption_key_file(File(std::string(64, 'a') + "\n"));
  }
  static std::string File(const std::string& contents) {
    const std::string path = StrCat(::testing::TempDir(), "/", crypto::RandomId());
    EXPECT_TRUE(WriteFileAtomically(path, contents, 0600).ok());
    return path;
  }
  void ExpectRefused(const char* field) {
    const absl::Status status = LoadLedgerKeys(config_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_TRUE(absl::StartsWith(status.message(), field)) << status;
  }

  v1::LedgerConfig config_;
};

TEST_F(LedgerKeysTest, RefusesWithoutAnOriginOrAnArea) {
  config_.clear_police_force_area();
  ExpectRefused("ledger.police_force_area: got nothing");
  config_.clear_log_origin();
  ExpectRefused("ledger.log_origin: got nothing");
}

TEST_F(LedgerKeysTest, RefusesASigningKeyOfAnotherLog) {
  config_.set_log_origin("other.example/log");
  ExpectRefused("ledger.log_origin: got other.example/log, want area.example/log");
}

TEST_F(LedgerKeysTest, RefusesAFileThatIsNoSigningKeyWithoutShowingIt) {
  config_.set_log_signing_key_file(File("PRIVATE+KEY+secretish"));
  ExpectRefused("ledger.log_signing_key_file");
  EXPECT_FALSE(absl::StrContains(LoadLedgerKeys(config_).status().message(), "secretish"));
}

TEST_F(LedgerKeysTest, RefusesAWrappingKeyThatIsNot32BytesOfHex) {
  for (const std::string& bad :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
    config_.set_key_encryption_key_file(File(bad));
    ExpectRefused("ledger.key_encryption_key_file: got");
  }
}

TEST_F(LedgerKeysTest, ReadsBothKeys) {
  const absl::StatusOr<LedgerKeys> keys = LoadLedgerKeys(config_);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->signer.name(), "area.example/log");
  EXPECT_EQ(keys->key_encryption_key.size(), 32u);
}

}  // namespace
}  // namespace concordat::services
