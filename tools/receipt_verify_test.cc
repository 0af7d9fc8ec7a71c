#include "tools/receipt_verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/time/time.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/cosignature.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/receipt.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ReceiptVerifyTest : public testing::Test {
 protected:
  ReceiptVerifyTest() : receipt_(ReceiptBy({&signer_})) {}

  // The receipt of leaf 0 in a tree of two.
  v1::Receipt ReceiptBy(const std::vector<const crypto::NoteSigner*>& signers,
                        const std::string& more_lines = "") {
    const crypto::Digest leaf = tlog::LeafHash("entry 0");
    const crypto::Digest other = tlog::LeafHash("entry 1");
    tlog::TlogProof proof;
    proof.inclusion = {other};
    proof.checkpoint_note =
        *crypto::SignNote(
            tlog::CheckpointText("log.test", TreeSize{2}, tlog::NodeHash(leaf, other)), signers) +
        more_lines;
    v1::Receipt receipt;
    receipt.set_leaf_index(0);
    receipt.set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt.set_tlog_proof(*tlog::FormatProof(proof));
    return receipt;
  }

  absl::Status Check(const v1::Receipt& receipt) {
    return CheckReceipt(receipt, LogTrust({signer_.verifier()})).status();
  }

  std::string Path(const std::string& name) { return testing::TempDir() + "/" + name; }
  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(Path(name), text, 0600).ok());
  }

  int RunOn(const std::string& file, std::vector<std::string> trust_flags = {}) {
    Write("receipts.jsonl", file);
    Write("log.pub", signer_.verifier().Encode() + "\n");
    if (trust_flags.empty()) trust_flags = {"--log-key", Path("log.pub")};
    trust_flags.insert(trust_flags.begin(), Path("receipts.jsonl"));
    out_.str("");
    return RunReceiptVerify(trust_flags, {out_, err_, Clock::Real()});
  }

  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner new_signer_ = crypto::NoteSigner::Generate("log.test");
  const v1::Receipt receipt_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ReceiptVerifyTest, RefusesEveryDamagedField) {
  ASSERT_TRUE(Check(receipt_).ok());
  v1::Receipt damaged = receipt_;
  damaged.set_leaf_index(1);
  EXPECT_EQ(Check(damaged).message(), "leaf_index: got 1, want the proof's 0");
  for (size_t i = 0; i < receipt_.tlog_proof().size(); ++i) {
    damaged = receipt_;
    (*damaged.mutable_tlog_proof())[i] ^= 1;
    EXPECT_THAT(std::string(Check(damaged).message()),
                testing::AnyOf(StartsWith("tlog_proof: "), StartsWith("leaf_index: ")))
        << i;
  }
  damaged = receipt_;
  damaged.clear_leaf_hash();
  EXPECT_EQ(Check(damaged).message(), "leaf_hash: got 0 bytes, want 32");
  for (size_t i = 0; i < receipt_.leaf_hash().size(); ++i) {
    damaged = receipt_;
    (*damaged.mutable_leaf_hash())[i] ^= 1;
    EXPECT_EQ(Check(damaged).message(),
              "tlog_proof: inclusion proof: got another root, want the checkpoint's");
  }
}

TEST_F(ReceiptVerifyTest, RefusesACheckpointByAnotherKey) {
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  EXPECT_EQ(Check(ReceiptBy({&stranger})).message(),
            "tlog_proof: signed note: got no signature by log.test, want one");
}

TEST_F(ReceiptVerifyTest, ReadsPushsLinesAndBareReceipts) {
  const std::string json = JsonOf(receipt_);
  EXPECT_EQ(RunOn(StrCat("{\"line\":1,\"receipt\":", json, "}\n", json, "\n")), kExitOk);
  EXPECT_EQ(out_.str(), "2 receipts hold, 0 do not\n");
}

TEST_F(ReceiptVerifyTest, NamesTheLineThatDoesNotHold) {
  EXPECT_EQ(RunOn(StrCat(JsonOf(receipt_), "\n\n", "{\"a\"\n")), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("line 3: "));
  EXPECT_THAT(out_.str(), HasSubstr("1 receipts hold, 1 do not"));
}

TEST_F(ReceiptVerifyTest, AFileWithoutReceiptsProvesNothing) {
  EXPECT_EQ(RunOn("\n"), kExitNotVerified);
}

TEST_F(ReceiptVerifyTest, AReceiptFromBeforeARotationHoldsWithTheOldKeyListed) {
  const std::string file = StrCat(JsonOf(receipt_), "\n", JsonOf(ReceiptBy({&new_signer_})), "\n",
                                  JsonOf(ReceiptBy({&signer_, &new_signer_})), "\n");
  EXPECT_EQ(RunOn(file), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("line 2: tlog_proof: signed note: got no signature"));
  Write("keys", StrCat(signer_.verifier().Encode(), "\n", new_signer_.verifier().Encode(), "\n"));
  EXPECT_EQ(RunOn(file, {"--log-key", Path("keys")}), kExitOk) << out_.str();
}

TEST_F(ReceiptVerifyTest, APolicyWantsItsQuorum) {
  const auto witness = tlog::CosignatureSigner::Generate("w.test");
  const std::string note = *CheckpointNoteOf(receipt_);
  const v1::Receipt cosigned =
      ReceiptBy({&signer_}, *witness.Sign(note, absl::FromUnixSeconds(1679315147)));
  const std::string log_line = StrCat("log ", signer_.verifier().Encode(), "\n");
  Write("policy", StrCat(log_line, "witness w ", witness.verifier().Encode(), "\nquorum w\n"));
  const std::vector<std::string> flags = {"--policy", Path("policy")};
  EXPECT_EQ(RunOn(JsonOf(receipt_) + "\n", flags), kExitNotVerified);
  EXPECT_THAT(out_.str(),
              HasSubstr("line 1: tlog_proof: quorum: got too few cosignatures, want w"));
  EXPECT_EQ(RunOn(JsonOf(cosigned) + "\n", flags), kExitOk) << out_.str();
  Write("policy", log_line + "quorum none\n");
  EXPECT_EQ(RunOn(JsonOf(receipt_) + "\n", flags), kExitOk) << out_.str();
}

TEST_F(ReceiptVerifyTest, WantsKeysOrAPolicyThatCanBeRead) {
  std::ostringstream out;
  EXPECT_EQ(RunReceiptVerify({"file"}, {out, err_, Clock::Real()}), kExitUsage);
  EXPECT_EQ(
      RunReceiptVerify({"file", "--log-key", "a", "--policy", "b"}, {out, err_, Clock::Real()}),
      kExitUsage);
  Write("policy", "quorum nobody\n");
  EXPECT_EQ(RunOn("", {"--policy", Path("policy")}), kExitFailed);
  EXPECT_THAT(err_.str(),
              HasSubstr("policy: policy line 1: got a name that no line above defines"));
}

}  // namespace
}  // namespace concordat::tools
