#include "storage/fsck.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/log_types.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/case_log.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/stored_rows.h"
#include "tlog/policy.h"

namespace concordat::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint32_t kSeed = 20251126;

Family FamilyAt(size_t i) { return static_cast<Family>(i); }

std::string FlipBit(std::string bytes, size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  return bytes;
}

// What a finding in this family says of its place.
std::vector<std::string> PlacesOf(Family family) {
  switch (family) {
    case Family::kLog:
      return {"entry ", "log: "};
    case Family::kTiles:
      return {"tile level ", "tiles: "};
    case Family::kCheckpoints:
      return {"checkpoint of size ", "checkpoints: "};
    case Family::kSealed:
      return {"sealed part ", "sealed: "};
    case Family::kKeys:
      return {"key of subject "};
    case Family::kMeta:
      return {"meta"};
    case Family::kCosigned:
      return {"cosigned"};
    default:
      return {StrCat(kFamilyNames[static_cast<size_t>(family)], ": ")};
  }
}

class FsckTest : public testing::Test {
 protected:
  FsckTest() : log_("/log", env_.env()) {
    log_.WriteStory();
    const absl::StatusOr<tlog::Policy> policy =
        tlog::Policy::Parse(StrCat("log ", log_.signer().verifier().Encode(), "\nwitness w ",
                                   log_.witness().verifier().Encode(), "\nquorum w\n"));
    EXPECT_TRUE(policy.ok()) << policy.status();
    policy_ = *policy;
    keys_ = {log_.signer().verifier()};
    Copy();
  }

  void Copy() { rows_.emplace(*log_.log().Snapshot()); }
  StoredRows::Rows& Rows(Family family) { return (*rows_)[family]; }

  FsckOptions Options() const { return {keys_, &*policy_, &log_.vault(), true, nullptr}; }
  absl::StatusOr<FsckReport> Run() const { return Fsck(*rows_, Options()); }

  // A finding of this family's, while the rows are as they are now.
  void ExpectNamed(Family family, const std::string& what) {
    const absl::Status status = Run().status();
    EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << what << ": " << status;
    const std::vector<std::string> places = PlacesOf(family);
    EXPECT_TRUE(std::any_of(
        places.begin(), places.end(),
        [&](const std::string& place) { return absl::StartsWith(status.message(), place); }))
        << what << ": " << status;
  }

  CrashEnv env_;
  CaseLog log_;
  std::optional<tlog::Policy> policy_;
  std::vector<crypto::NoteVerifier> keys_;
  std::optional<StoredRows> rows_;
};

TEST_F(FsckTest, NamesAFlippedBitInTheValueOfEveryRecordOfEveryFamily) {
  log_.WriteLogins(300);
  Copy();
  std::mt19937 random(kSeed);
  SCOPED_TRACE(StrCat("seed ", kSeed));
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    ASSERT_FALSE(Rows(FamilyAt(i)).empty()) << kFamilyNames[i];
    int number = 0;
    for (auto& [key, value] : Rows(FamilyAt(i))) {
      ++number;
      if (value.empty()) continue;
      const size_t bits = value.size() * 8;
      for (const size_t bit : {size_t{0}, bits - 1, random() % bits}) {
        const std::string whole = std::exchange(value, FlipBit(value, bit));
        ExpectNamed(FamilyAt(i), StrCat(kFamilyNames[i], " record ", number, " bit ", bit));
        value = whole;
      }
    }
  }
  EXPECT_TRUE(Run().ok()) << Run().status();
}

TEST_F(FsckTest, NamesAFlippedBitInTheKeyOfEveryRecordOfEveryFamily) {
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    const StoredRows::Rows whole = Rows(FamilyAt(i));
    for (const auto& [key, value] : whole) {
      for (size_t bit = 0; bit < key.size() * 8; bit += 5) {
        StoredRows::Rows& rows = Rows(FamilyAt(i));
        if (!rows.emplace(FlipBit(key, bit), value).second) continue;
        rows.erase(key);
        ExpectNamed(FamilyAt(i), StrCat(kFamilyNames[i], " key, bit ", bit));
        rows = whole;
      }
    }
  }
}

TEST_F(FsckTest, NamesEveryByteOfACosignedNoteAndAMissingByteAtItsEnd) {
  for (auto& [key, value] : Rows(Family::kCosigned)) {
    const std::string whole = value;
    for (size_t byte = 0; byte < whole.size(); ++byte) {
      value = FlipBit(whole, byte * 8 + byte % 8);
      ExpectNamed(Family::kCosigned, StrCat("byte ", byte));
    }
    value = whole.substr(0, whole.size() - 1);
    ExpectNamed(Family::kCosigned, "the last byte");
  }
}

TEST_F(FsckTest, NamesEachRecordThatIsMissing) {
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    const StoredRows::Rows whole = Rows(FamilyAt(i));
    // A checkpoint is published when its witnesses are there: never one of each size.
    if (FamilyAt(i) == Family::kCosigned) continue;
    for (const auto& [key, value] : whole) {
      // The erased child's identifiers: may be purged as its other part is.
      if (FamilyAt(i) == Family::kSealed && key == SealedKey(LeafIndex{1}, 6)) continue;
      Rows(FamilyAt(i)).erase(key);
      const absl::Status status = Run().status();
      EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << kFamilyNames[i] << status;
      // A subject's key is missed by the parts that it opens.
      if (FamilyAt(i) != Family::kKeys) ExpectNamed(FamilyAt(i), "missing");
      Rows(FamilyAt(i)) = whole;
    }
  }
}

TEST_F(FsckTest, NamesARecordTooMany) {
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    const StoredRows::Rows whole = Rows(FamilyAt(i));
    std::vector<std::string> keys = {"", std::string("\0", 1), "\xff\xff\xff\xff\xff\xff\xff\xff"};
    for (const auto& [key, value] : whole) {
      keys.push_back(key + '\0');
      keys.push_back(key.substr(0, key.size() - 1));
    }
    for (const std::string& key : keys) {
      if (!Rows(FamilyAt(i)).emplace(key, whole.begin()->second).second) continue;
      ExpectNamed(FamilyAt(i), StrCat(kFamilyNames[i], " too many"));
      Rows(FamilyAt(i)) = whole;
    }
  }
}

TEST_F(FsckTest, TellsADamagedEntryFromADamagedTile) {
  auto& entry = Rows(Family::kLog)[LogKey(LeafIndex{7})];
  const std::string whole = std::exchange(entry, FlipBit(entry, 33));
  EXPECT_THAT(std::string(Run().status().message()), HasSubstr("entry 7: got bytes of leaf hash"));
  EXPECT_THAT(std::string(Run().status().message()), HasSubstr("proves"));
  entry = whole;
  auto& tile = Rows(Family::kTiles)[TileKey({0, 0})];
  tile = FlipBit(tile, 7 * 32 * 8);
  EXPECT_THAT(std::string(Run().status().message()),
              HasSubstr("tile level 0 index 0: got another hash 7"));
}

TEST_F(FsckTest, NamesATileThatIsTooShortOrTooLong) {
  auto& tile = Rows(Family::kTiles)[TileKey({0, 0})];
  const std::string whole = tile;
  for (const size_t bytes : {size_t{0}, size_t{1}, whole.size() - 1, whole.size() - 32}) {
    tile = whole.substr(0, bytes);
    ExpectNamed(Family::kTiles, StrCat(bytes, " bytes"));
  }
  tile = whole + whole.substr(0, 32);
  ExpectNamed(Family::kTiles, "one hash more");
}

TEST_F(FsckTest, NamesAKeyOfASubjectThatNoEntryNames) {
  Rows(Family::kKeys)[SubjectKey("subject-zoe")] = "a key";
  FsckOptions options = Options();
  options.vault = nullptr;
  EXPECT_THAT(std::string(Fsck(*rows_, options).status().message()),
              HasSubstr("key of subject subject-zoe: got one, want none: no entry names"));
}

TEST_F(FsckTest, PassesOnThatItCouldNotRead) {
  class Closed final : public Reader {
   public:
    absl::StatusOr<std::string> Get(Family, std::string_view) const override {
      return absl::UnavailableError("gone");
    }
    absl::Status Scan(Family, std::string_view, std::string_view, Visit) const override {
      return absl::UnavailableError("gone");
    }
  };
  EXPECT_EQ(absl::StatusCode::kUnavailable, Fsck(Closed(), Options()).status().code());
}

TEST_F(FsckTest, NamesACheckpointThatIsSignedForAnotherTree) {
  auto& checkpoints = Rows(Family::kCheckpoints);
  checkpoints[CheckpointKey(TreeSize{8})] = checkpoints[CheckpointKey(TreeSize{9})];
  EXPECT_THAT(std::string(Run().status().message()),
              HasSubstr("checkpoint of size 8: got the size 9 signed"));
}

TEST_F(FsckTest, NamesEntriesCutOffBelowASignedCheckpoint) {
  auto& log = Rows(Family::kLog);
  log.erase(std::prev(log.end()));
  EXPECT_THAT(std::string(Run().status().message()),
              HasSubstr(StrCat("entry ", CaseLog::kStoryEntries - 1, ": got none")));
}

TEST_F(FsckTest, WantsAnErasedKeyGoneAndTakesItsCiphertextsGone) {
  EXPECT_EQ(0u, Rows(Family::kSealed).count(SealedKey(LeafIndex{1}, 3)));
  EXPECT_TRUE(Run().ok()) << Run().status();
  // As if the keys came back from a backup. It can't unwrap, but without the vault that is not
  // known.
  Rows(Family::kKeys)[SubjectKey("subject-cy")] = "its key";
  FsckOptions options = Options();
  options.vault = nullptr;
  EXPECT_THAT(std::string(Fsck(*rows_, options).status().message()),
              HasSubstr("key of subject subject-cy: got one, want none: an entry erased it"));
}

TEST_F(FsckTest, NamesTheKeyThatAnotherKeyEncryptionKeyDoesNotUnwrap) {
  const auto other = Vault::Create(crypto::SecretBytes::CopyOf(std::string(32, 'x')));
  FsckOptions options = Options();
  options.vault = other->get();
  const absl::Status status = Fsck(*rows_, options).status();
  EXPECT_EQ(absl::StatusCode::kDataLoss, status.code());
  EXPECT_THAT(std::string(status.message()), HasSubstr("key of subject case-a: wrapped data key"));
}

TEST_F(FsckTest, WantsAKeyAndTheLogsOwn) {
  FsckOptions options = Options();
  options.log_keys = {};
  EXPECT_EQ(absl::StatusCode::kInvalidArgument, Fsck(*rows_, options).status().code());
  keys_ = {crypto::NoteSigner::Generate(log_.signer().name()).verifier()};
  EXPECT_THAT(std::string(Run().status().message()),
              HasSubstr("checkpoint of size 0: got no signature by a known key"));
  keys_.push_back(log_.signer().verifier());
  EXPECT_THAT(std::string(Run().status().message()),
              HasSubstr("log keys: got a log that never had the key"));
}

TEST_F(FsckTest, WithoutAVaultLooksAtAllButWhatItAloneShows) {
  FsckOptions options = Options();
  options.vault = nullptr;
  const auto report = Fsck(*rows_, options);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(1u, report->not_checked.size());
  EXPECT_THAT(report->not_checked[0], HasSubstr("person_index"));
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    if (FamilyAt(i) == Family::kKeys || FamilyAt(i) == Family::kPersonIndex) continue;
    for (auto& [key, value] : Rows(FamilyAt(i))) {
      if (value.empty()) continue;
      const std::string whole = std::exchange(value, FlipBit(value, 0));
      EXPECT_EQ(absl::StatusCode::kDataLoss, Fsck(*rows_, options).status().code())
          << kFamilyNames[i];
      value = whole;
    }
  }
}

TEST_F(FsckTest, WithoutAPolicySaysThatCosignaturesWereNotVerified) {
  FsckOptions options = Options();
  options.policy = nullptr;
  const auto report = Fsck(*rows_, options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->not_checked,
              ElementsAre(HasSubstr("without a policy: the witnesses' cosignatures")));
}

TEST_F(FsckTest, NamesARebuildThatDidNotEndUnlessItIsToBeRunAgain) {
  Rows(Family::kMeta)[std::string(kMetaRebuilding)] = "";
  Rows(Family::kCases).clear();
  ExpectNamed(Family::kMeta, "rebuilding");
  FsckOptions options = Options();
  options.compare_projections = false;
  EXPECT_TRUE(Fsck(*rows_, options).ok());
}

TEST_F(FsckTest, CountsWhatItFoundSound) {
  log_.WriteLogins(300);
  Copy();
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ("lancashire.concordat.test/log", report->origin);
  EXPECT_EQ(CaseLog::kStoryEntries + 300, report->entries);
  EXPECT_EQ(3u, report->tiles);
  EXPECT_EQ(Rows(Family::kCheckpoints).size(), report->checkpoints);
  EXPECT_EQ(1u, report->cosigned);
  EXPECT_EQ(Rows(Family::kSealed).size(), report->sealed_parts);
  EXPECT_EQ(Rows(Family::kKeys).size(), report->keys);
  size_t records = 0;
  for (const Family family : kProjections) records += Rows(family).size();
  EXPECT_EQ(records, report->projection_records);
  EXPECT_THAT(report->not_checked, IsEmpty());
  EXPECT_THAT(report->followed_keys, IsEmpty());
}

TEST(FsckEmptyTest, AnEmptyLogIsSound) {
  CrashEnv env;
  CaseLog log("/log", env.env());
  const std::vector<crypto::NoteVerifier> keys = {log.signer().verifier()};
  const StoredRows rows(*log.log().Snapshot());
  const auto report = Fsck(rows, {keys, nullptr, &log.vault(), true, nullptr});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(0u, report->entries);
  EXPECT_EQ(1u, report->checkpoints);
}

}  // namespace
}  // namespace concordat::storage
