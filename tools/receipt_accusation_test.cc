#include "tools/receipt_accusation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/tile_tree.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A log of `size` entries whose entries from `fork` on are another history's.
class History {
 public:
  History(uint64_t size, uint64_t fork) {
    for (uint64_t i = 0; i < size; ++i) {
      tree_.Append(tlog::LeafHash(StrCat(i < fork ? "entry " : "other ", i)));
    }
    tiles_ = tree_.TakeChangedTiles();
  }

  std::string NoteBy(const crypto::NoteSigner& signer) const {
    return *signer.Sign(tlog::CheckpointText(signer.name(), tree_.size(), tree_.Root()));
  }
  Accusation::Past PastAt(uint64_t old_size) const {
    const auto read = [&](tlog::TileId tile) { return tiles_.at(tile); };
    return {*tlog::RootAt(TreeSize{old_size}, read),
            *tlog::ConsistencyProof(TreeSize{old_size}, tree_.size(), read)};
  }

 private:
  tlog::TileTree tree_;
  std::map<tlog::TileId, std::string> tiles_;
};

constexpr uint64_t kNever = ~uint64_t{0};

class AccusationTest : public testing::Test {
 protected:
  // What the log told first, and a present log that has another history from `fork` on.
  Accusation Make(uint64_t kept, uint64_t present, uint64_t fork) {
    const History now(present, fork);
    Accusation accusation = {History(kept, kNever).NoteBy(signer_), now.NoteBy(signer_), {}};
    if (kept <= present) accusation.past = now.PastAt(kept);
    return accusation;
  }
  absl::StatusOr<Judgement> JudgeIt(const Accusation& accusation) {
    return Judge(accusation, {signer_.verifier()});
  }
  std::string Refusal(const Accusation& accusation) {
    const absl::Status status = JudgeIt(accusation).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    return std::string(status.message());
  }

  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate("log.test");
};

TEST_F(AccusationTest, ShowsNothingWithoutTheLogsSignatures) {
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  Accusation accusation = Make(5, 9, 3);
  accusation.kept_note = History(5, kNever).NoteBy(stranger);
  EXPECT_THAT(Refusal(accusation),
              StartsWith("the kept checkpoint: signed note: got no signature"));
  accusation = Make(5, 9, 3);
  accusation.present_note = History(9, 3).NoteBy(stranger);
  EXPECT_THAT(Refusal(accusation), StartsWith("the present checkpoint: signed note: "));
  accusation.present_note[10] ^= 1;
  EXPECT_THAT(Refusal(accusation), StartsWith("the present checkpoint: "));
}

TEST_F(AccusationTest, ShowsNothingAboutTwoLogs) {
  const crypto::NoteSigner other = crypto::NoteSigner::Generate("other.test");
  Accusation accusation = Make(5, 9, 3);
  accusation.present_note = History(9, 3).NoteBy(other);
  EXPECT_EQ(Judge(accusation, {signer_.verifier(), other.verifier()}).status().message(),
            "the present checkpoint: got origin other.test, want the kept one's, log.test");
}

TEST_F(AccusationTest, ShowsNothingWithoutAProofThatHolds) {
  Accusation accusation = Make(5, 9, 3);
  accusation.past->root[0] ^= 1;  // A false accusation: a root that the present tree never had.
  EXPECT_THAT(Refusal(accusation),
              StartsWith("the present log's root at size 5: consistency proof"));
  for (size_t i = 0; i < Make(5, 9, 3).past->proof.size(); ++i) {
    accusation = Make(5, 9, 3);
    accusation.past->proof[i][7] ^= 1;
    Refusal(accusation);
    accusation = Make(5, 9, 3);
    accusation.past->proof.erase(accusation.past->proof.begin() + static_cast<std::ptrdiff_t>(i));
    Refusal(accusation);
  }
  accusation = Make(5, 9, 3);
  accusation.past.reset();
  EXPECT_EQ(Refusal(accusation), "root and proof: got none, want those of the kept size");
  // The kept root put in place of the present log's does not make an honest log guilty either.
  accusation = Make(6, 6, kNever);
  accusation.past->root[3] ^= 1;
  Refusal(accusation);
}

TEST_F(AccusationTest, AnHonestLogIsNotAccused) {
  for (uint64_t kept = 1; kept <= 20; ++kept) {
    for (uint64_t present = kept; present <= 20; ++present) {
      const auto judgement = JudgeIt(Make(kept, present, kNever));
      ASSERT_TRUE(judgement.ok()) << judgement.status();
      EXPECT_EQ(judgement->verdict, Verdict::kConsistent) << kept << " " << present;
      // Another history that begins after what the receipt speaks of is no contradiction to it.
      EXPECT_EQ(JudgeIt(Make(kept, present, kept))->verdict, Verdict::kConsistent);
    }
  }
}

TEST_F(AccusationTest, AForkBeforeTheReceiptIsShownAtEverySize) {
  for (uint64_t kept = 1; kept <= 20; ++kept) {
    for (uint64_t present = kept; present <= 20; ++present) {
      for (uint64_t fork = 0; fork < kept; ++fork) {
        const auto judgement = JudgeIt(Make(kept, present, fork));
        ASSERT_TRUE(judgement.ok()) << judgement.status();
        EXPECT_EQ(judgement->verdict, Verdict::kForked) << kept << " " << present << " " << fork;
      }
    }
  }
  EXPECT_THAT(
      JudgeIt(Make(5, 9, 3))->reason,
      testing::AllOf(StartsWith("log.test signed size 5, root "), HasSubstr("Both can't be true")));
}

TEST_F(AccusationTest, AShorterLogIsNoProof) {
  const auto judgement = JudgeIt(Make(9, 5, 3));
  ASSERT_TRUE(judgement.ok()) << judgement.status();
  EXPECT_EQ(judgement->verdict, Verdict::kUndecided);
  EXPECT_THAT(judgement->reason, HasSubstr("no proof of a fork by itself"));
}

TEST_F(AccusationTest, RefusesTextsOfAnotherForm) {
  const std::string text = FormatAccusation(Make(5, 9, 3));
  const size_t root_line = text.find("root ");
  for (size_t size = 0; size < text.size(); ++size) {
    const absl::StatusOr<Accusation> cut = ParseAccusation(text.substr(0, size));
    // Cut at the end of a line of the proof it is whole in form; then the proof does not hold.
    if (cut.ok()) {
      EXPECT_GE(size, root_line);
      EXPECT_FALSE(JudgeIt(*cut).ok()) << size;
    }
  }
  for (const std::string_view more :
       {"\n", "x", "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=", "root\n"}) {
    EXPECT_EQ(ParseAccusation(StrCat(text, more)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(
      ParseAccusation("concordat.accusation@v2\n" + text.substr(text.find('\n') + 1)).ok());
  EXPECT_FALSE(ParseAccusation("concordat.accusation@v1\nkept 99999999999\n").ok());
  std::string many = text;
  for (int i = 0; i < 64; ++i) many += "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n";
  EXPECT_FALSE(ParseAccusation(many).ok());
}

TEST_F(AccusationTest, NoDamagedBitMakesAnHonestLogGuilty) {
  const std::string text = FormatAccusation(Make(5, 9, kNever));
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string damaged = text;
    damaged[bit / 8] ^= static_cast<char>(1 << bit % 8);
    const absl::StatusOr<Accusation> accusation = ParseAccusation(damaged);
    if (!accusation.ok()) continue;
    const auto judgement = JudgeIt(*accusation);
    EXPECT_FALSE(judgement.ok() && judgement->verdict == Verdict::kForked) << bit;
  }
}

TEST_F(AccusationTest, IsTheSameAfterItsText) {
  for (const Accusation& made : {Make(5, 9, 3), Make(6, 6, 3), Make(9, 5, 3)}) {
    const std::string text = FormatAccusation(made);
    const auto read = ParseAccusation(text);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(FormatAccusation(*read), text);
    EXPECT_EQ(JudgeIt(*read)->verdict, JudgeIt(made)->verdict);
  }
}

}  // namespace
}  // namespace concordat::tools
