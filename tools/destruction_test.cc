#include "tools/destruction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

class DestructionTest : public testing::Test {
 protected:
  DestructionTest() {
    erasure_.set_operation(v1::ERASURE);
    erasure_.mutable_actor()->set_agency("police");
    erasure_.mutable_erased()->set_request_index(17);
    erasure_.mutable_erased()->add_subject_ids("subject-a");
    erasure_.mutable_erased()->add_wrapped_key_sha256(std::string(32, 'k'));
    certified_.set_index(1);
    certified_.set_operation(v1::ERASURE_CERTIFIED);
    certified_.mutable_erasure_certified()->set_files_scanned(9);
    certified_.mutable_erasure_certified()->set_bytes_scanned(4096);
  }

  // As entries 0 and 1 of a log.
  v1::DestructionCertificate Certificate() const {
    v1::DestructionCertificate certificate;
    certificate.set_erasure_entry(erasure_.SerializeAsString());
    certificate.set_certificate_entry(certified_.SerializeAsString());
    const crypto::Digest first = tlog::LeafHash(certificate.erasure_entry());
    const crypto::Digest second = tlog::LeafHash(certificate.certificate_entry());
    const std::string note =
        *log_.Sign(tlog::CheckpointText("log.test", TreeSize{2}, tlog::NodeHash(first, second)));
    *certificate.mutable_erasure_receipt() = Receipt(0, first, second, note);
    *certificate.mutable_certificate_receipt() = Receipt(1, second, first, note);
    return certificate;
  }

  static v1::Receipt Receipt(uint64_t index, const crypto::Digest& leaf,
                             const crypto::Digest& sibling, const std::string& note) {
    v1::Receipt receipt;
    receipt.set_leaf_index(index);
    receipt.set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt.set_tlog_proof(*tlog::FormatProof({std::nullopt, LeafIndex{index}, {sibling}, note}));
    return receipt;
  }

  std::string Refusal() const {
    const absl::Status status = ProveDestruction(Certificate(), trust_).status();
    EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
    return std::string(status.message());
  }

  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  const LogTrust trust_{std::vector<crypto::NoteVerifier>{log_.verifier()}};
  v1::LogEntry erasure_;
  v1::LogEntry certified_;
};

TEST_F(DestructionTest, RefusesAnErasureThatDestroyedNoKey) {
  const std::string says = "erasure_entry: got none of destroyed keys, want one";
  const v1::LogEntry good = erasure_;
  erasure_.mutable_erased()->clear_wrapped_key_sha256();
  EXPECT_EQ(Refusal(), says);
  erasure_.mutable_erased()->clear_subject_ids();
  EXPECT_EQ(Refusal(), says);
  erasure_ = good;
  erasure_.set_operation(v1::ERASURE_REQUESTED);
  EXPECT_EQ(Refusal(), says);
}

TEST_F(DestructionTest, RefusesTheCertificateOfSomethingElse) {
  const std::string says = "certificate_entry: got another entry, want the certificate of entry 0";
  certified_.mutable_erasure_certified()->set_erasure_index(1);
  EXPECT_EQ(Refusal(), says);
  certified_.mutable_erasure_certified()->set_erasure_index(0);
  certified_.set_operation(v1::ERASURE);
  EXPECT_EQ(Refusal(), says);
  certified_.set_operation(v1::ERASURE_CERTIFIED);
  certified_.clear_erasure_certified();
  EXPECT_EQ(Refusal(), says);
}

TEST_F(DestructionTest, RefusesEntriesWithoutProof) {
  v1::DestructionCertificate certificate = Certificate();
  certificate.mutable_certificate_receipt()->set_leaf_index(0);
  EXPECT_TRUE(absl::IsDataLoss(ProveDestruction(certificate, trust_).status()));
  certificate = Certificate();
  certificate.mutable_erasure_entry()->push_back('x');
  EXPECT_TRUE(absl::IsDataLoss(ProveDestruction(certificate, trust_).status()));
  certificate = Certificate();
  certificate.clear_erasure_receipt();
  EXPECT_TRUE(absl::IsDataLoss(ProveDestruction(certificate, trust_).status()));
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  const LogTrust other({stranger.verifier()});
  EXPECT_TRUE(absl::IsDataLoss(ProveDestruction(Certificate(), other).status()));
}

TEST_F(DestructionTest, SaysWhatWasDestroyedAndSearched) {
  const auto proven = ProveDestruction(Certificate(), trust_);
  ASSERT_TRUE(proven.ok()) << proven.status();
  const std::string text = DestructionText(*proven);
  EXPECT_THAT(text, HasSubstr("by police, entry 0 of log.test, on request 17:\n"));
  EXPECT_THAT(text, HasSubstr("  the key of subject-a, SHA-256 of its wrapping 6b6b6b"));
  EXPECT_THAT(text, HasSubstr("entry 1: 9 files, 4096 bytes, and nothing of it found\n"));
}

}  // namespace
}  // namespace concordat::tools
