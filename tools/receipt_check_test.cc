#include "tools/receipt_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/escaping.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

class ReceiptCheckTest : public testing::Test {
 protected:
  // The receipt of leaf 0 in a tree of two.
  ReceiptCheckTest() : signer_(crypto::NoteSigner::Generate("log.test")) {
    const crypto::Digest leaf = tlog::LeafHash("entry 0");
    const crypto::Digest other = tlog::LeafHash("entry 1");
    receipt_.set_leaf_index(0);
    receipt_.set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt_.set_tlog_proof(StrCat(
        "c2sp.org/tlog-proof@v1\nindex 0\n", absl::Base64Escape(ToAbsl(crypto::AsBytes(other))),
        "\n\n",
        *signer_.Sign(tlog::CheckpointText("log.test", TreeSize{2}, tlog::NodeHash(leaf, other)))));
  }

  absl::Status Check() { return CheckReceipt(receipt_, signer_.verifier()).status(); }

  int RunOn(const std::string& file, std::string* output) {
    const std::string path = testing::TempDir() + "/receipts.jsonl";
    const std::string key = testing::TempDir() + "/log.pub";
    EXPECT_TRUE(WriteFileAtomically(path, file, 0600).ok());
    EXPECT_TRUE(WriteFileAtomically(key, signer_.verifier().Encode() + "\n", 0644).ok());
    std::ostringstream out;
    std::ostringstream err;
    const int exit_code = RunReceiptCheck({path, "--log-key", key}, {out, err, Clock::Real()});
    *output = out.str();
    return exit_code;
  }

  crypto::NoteSigner signer_;
  v1::Receipt receipt_;
};

TEST_F(ReceiptCheckTest, RefusesEveryDamagedField) {
  ASSERT_TRUE(Check().ok());
  const v1::Receipt good = receipt_;
  receipt_.set_leaf_index(1);
  EXPECT_FALSE(Check().ok());
  receipt_ = good;
  for (size_t i = 0; i < good.tlog_proof().size(); ++i) {
    receipt_ = good;
    (*receipt_.mutable_tlog_proof())[i] ^= 1;
    EXPECT_FALSE(Check().ok()) << i;
  }
  receipt_ = good;
  receipt_.clear_leaf_hash();
  EXPECT_FALSE(Check().ok());
  for (size_t i = 0; i < good.leaf_hash().size(); ++i) {
    receipt_ = good;
    (*receipt_.mutable_leaf_hash())[i] ^= 1;
    EXPECT_FALSE(Check().ok()) << i;
  }
}

TEST_F(ReceiptCheckTest, RefusesACheckpointByAnotherKey) {
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  EXPECT_EQ(CheckReceipt(receipt_, stranger.verifier()).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(ReceiptCheckTest, ReadsPushsLinesAndBareReceipts) {
  const std::string json = JsonOf(receipt_);
  std::string output;
  EXPECT_EQ(RunOn(StrCat("{\"line\":1,\"receipt\":", json, "}\n", json, "\n"), &output), kExitOk);
  EXPECT_EQ(output, "2 receipts hold, 0 do not\n");
}

TEST_F(ReceiptCheckTest, NamesTheLineThatDoesNotHold) {
  const std::string json = JsonOf(receipt_);
  std::string output;
  EXPECT_EQ(RunOn(StrCat(json, "\n\n", "{\"a\"\n"), &output), kExitNotVerified);
  EXPECT_THAT(output, HasSubstr("line 3: "));
  EXPECT_THAT(output, HasSubstr("1 receipts hold, 1 do not"));
}

TEST_F(ReceiptCheckTest, AFileWithoutReceiptsProvesNothing) {
  std::string output;
  EXPECT_EQ(RunOn("\n", &output), kExitNotVerified);
}

}  // namespace
}  // namespace concordat::tools
