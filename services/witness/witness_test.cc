// Every refusal that c2sp.org/tlog-witness demands, and what a witness remembers.
#include "services/witness/witness.h"

#include <filesystem>
#include <utility>

#include "base/fake_clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "services/witness/testing/test_tree.h"
#include "tlog/witness_request.h"

namespace concordat::services {
namespace {

constexpr char kOrigin[] = "area.example/log";

using testing::TestTree;

class WitnessTest : public ::testing::Test {
 protected:
  void SetUp() override { Restart(); }

  void Restart() {
    witness_.reset();
    auto witness = Create();
    ASSERT_TRUE(witness.ok()) << witness.status();
    witness_ = *std::move(witness);
  }
  absl::StatusOr<std::unique_ptr<Witness>> Create() {
    return Witness::Create({*tlog::CosignatureSigner::Parse(signer_.EncodePrivate()),
                            {log_.verifier()},
                            state_dir_,
                            &clock_});
  }
  std::string NoteOf(const TestTree& tree, int size) const { return tree.NoteOf(log_, size); }
  static std::string Body(int old_size, std::vector<crypto::Digest> proof,
                          const std::string& note) {
    return *tlog::FormatWitnessRequest(
        {TreeSize{static_cast<uint64_t>(old_size)}, std::move(proof), note});
  }
  WitnessAnswer Add(const TestTree& tree, int old_size, int size) {
    return witness_->AddCheckpoint(tree.Body(log_, old_size, size));
  }
  void ExpectConflict(const WitnessAnswer& answer, int size) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    EXPECT_EQ(answer.body, StrCat(size, "\n"));
  }

  FakeClock clock_{absl::FromUnixSeconds(1700000000)};
  const std::string state_dir_ = StrCat(::testing::TempDir(), "/witness-", crypto::RandomId());
  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate(kOrigin);
  const tlog::CosignatureSigner signer_ = tlog::CosignatureSigner::Generate("witness.example/w1");
  const TestTree tree_;
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, Answers400ToWhatIsNoRequest) {
  for (const std::string& body : {std::string(), std::string("old 1\n"), std::string("old x\n\n"),
                                  StrCat("old 0\n", NoteOf(tree_, 1))}) {
    EXPECT_EQ(witness_->AddCheckpoint(body).status, 400) << body;
  }
}

TEST_F(WitnessTest, Answers400ToAnOldSizeAboveTheCheckpoints) {
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  EXPECT_EQ(witness_->AddCheckpoint(Body(5, {}, NoteOf(tree_, 3))).status, 400);
}

TEST_F(WitnessTest, Answers404ToALogItDoesNotKnow) {
  const crypto::NoteSigner other = crypto::NoteSigner::Generate("other.example/log");
  const std::string note =
      *other.Sign(tlog::CheckpointText(other.name(), TreeSize{1}, tree_.Root(1)));
  EXPECT_EQ(witness_->AddCheckpoint(Body(0, {}, note)).status, 404);
}

TEST_F(WitnessTest, Answers403ToAnotherKeyAndToAFalseSignature) {
  const crypto::NoteSigner imposter = crypto::NoteSigner::Generate(kOrigin);
  const std::string text = tlog::CheckpointText(kOrigin, TreeSize{1}, tree_.Root(1));
  EXPECT_EQ(witness_->AddCheckpoint(Body(0, {}, *imposter.Sign(text))).status, 403);
  const std::string note = NoteOf(tree_, 1);
  const std::string changed = StrCat(tlog::CheckpointText(kOrigin, TreeSize{1}, tree_.Root(2)),
                                     note.substr(note.find("\n\n") + 1));
  EXPECT_EQ(witness_->AddCheckpoint(Body(0, {}, changed)).status, 403);
}

TEST_F(WitnessTest, Answers409WithTheSizeItKnows) {
  ExpectConflict(Add(tree_, 1, 2), 0);
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  ExpectConflict(Add(tree_, 0, 7), 5);
  ExpectConflict(Add(tree_, 4, 7), 5);
  ExpectConflict(Add(tree_, 3, 4), 5);
}

TEST_F(WitnessTest, Answers409ToAnotherRootOfTheSameSize) {
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  ExpectConflict(Add(TestTree{2}, 5, 5), 5);
}

TEST_F(WitnessTest, Answers422ToAForkAndToADamagedProof) {
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  EXPECT_EQ(Add(TestTree{3}, 5, 8).status, 422);
  std::vector<crypto::Digest> proof = tree_.Proof(5, 8);
  proof.pop_back();
  EXPECT_EQ(witness_->AddCheckpoint(Body(5, proof, NoteOf(tree_, 8))).status, 422);
  proof = tree_.Proof(5, 8);
  proof[0][0] ^= 1;
  EXPECT_EQ(witness_->AddCheckpoint(Body(5, proof, NoteOf(tree_, 8))).status, 422);
  proof = {tree_.Root(1)};
  EXPECT_EQ(witness_->AddCheckpoint(Body(5, proof, NoteOf(tree_, 5))).status, 422);
  EXPECT_EQ(Add(TestTree{5}, 5, 8).status, 200) << "nothing of the refused was kept";
}

TEST_F(WitnessTest, CosignsWhatContinuesAndTheSameAgain) {
  for (const auto& [old_size, size] : {std::pair{0, 0}, {0, 3}, {3, 3}, {3, 300}}) {
    const WitnessAnswer answer = Add(tree_, old_size, size);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto lines = crypto::ParseSignatureLines(answer.body);
    ASSERT_TRUE(lines.ok()) << lines.status();
    const auto note = crypto::AddSignatures(NoteOf(tree_, size), *lines);
    const auto time = signer_.verifier().Verify(*crypto::ParseSignedNote(*note));
    ASSERT_TRUE(time.ok()) << time.status();
    EXPECT_EQ(*time, clock_.Now());
  }
}

TEST_F(WitnessTest, RemembersAcrossARestart) {
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  Restart();
  ExpectConflict(Add(TestTree{0}, 0, 7), 5);
  EXPECT_EQ(Add(TestTree{3}, 5, 7).status, 422);
  EXPECT_EQ(Add(tree_, 5, 7).status, 200);
}

TEST_F(WitnessTest, SharesItsStateWithNobodyAndRefusesADamagedOne) {
  EXPECT_EQ(Create().status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  witness_.reset();
  std::string damaged;
  for (const auto& file : std::filesystem::directory_iterator(state_dir_)) {
    if (file.path().filename() != "lock") damaged = file.path();
  }
  const std::string contents = *ReadFile(damaged);
  ASSERT_TRUE(WriteFileAtomically(damaged, contents.substr(1), 0600).ok());
  EXPECT_EQ(Create().status().code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(WriteFileAtomically(damaged, "", 0600).ok());
  EXPECT_EQ(Create().status().code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(WriteFileAtomically(damaged, contents, 0600).ok());
  EXPECT_TRUE(Create().ok());
}

TEST_F(WitnessTest, SignsNothingWhenItsStateCannotBeWritten) {
  ASSERT_EQ(Add(tree_, 0, 5).status, 200);
  std::filesystem::rename(state_dir_, state_dir_ + ".away");
  EXPECT_EQ(Add(tree_, 5, 7).status, 500);
  std::filesystem::rename(state_dir_ + ".away", state_dir_);
  EXPECT_EQ(Add(tree_, 5, 7).status, 200);
}

}  // namespace
}  // namespace concordat::services
