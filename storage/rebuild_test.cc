#include "storage/rebuild.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "base/log_types.h"
#include "gtest/gtest.h"
#include "rocksdb/write_batch.h"
#include "storage/case_store.h"
#include "storage/database.h"
#include "storage/key_schema.h"
#include "storage/testing/case_log.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/stored_rows.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

class RebuildTest : public testing::Test {
 protected:
  RebuildTest() : log_("/log", env_.env()) {
    log_.WriteStory();
    before_ = std::make_unique<StoredRows>(*log_.log().Snapshot());
  }

  absl::StatusOr<uint64_t> Rebuild() {
    return RebuildProjections({"/log", &log_.vault(), nullptr, env_.env()});
  }

  // Every family, the log's own too, is what it was before.
  void ExpectAsBefore() {
    ASSERT_TRUE(log_.Open().ok());
    StoredRows after(*log_.log().Snapshot());
    for (size_t i = 0; i < kFamilyNames.size(); ++i) {
      const auto family = static_cast<Family>(i);
      EXPECT_EQ((*before_)[family], after[family]) << kFamilyNames[i];
    }
    log_.Close();
  }

  size_t Projected() {
    size_t records = 0;
    for (const Family family : kProjections) records += (*before_)[family].size();
    return records;
  }

  CrashEnv env_;
  CaseLog log_;
  std::unique_ptr<StoredRows> before_;
};

TEST_F(RebuildTest, RefusesALogThatIsOpen) {
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, Rebuild().status().code());
}

TEST_F(RebuildTest, MakesNoLogWhereThereIsNone) {
  for (int i = 0; i < 2; ++i) {
    const auto rebuilt = RebuildProjections({"/none", &log_.vault(), nullptr, env_.env()});
    EXPECT_EQ(absl::StatusCode::kNotFound, rebuilt.status().code());
  }
}

TEST_F(RebuildTest, LeavesALogThatDoesNotFoldAsItIs) {
  // The identifiers of the first event no longer open.
  const std::string part = SealedKey(LeafIndex{1}, 4);
  ASSERT_TRUE(log_.Commit([&](Transaction& transaction) {
                    transaction.Put(Family::kSealed, part, "damaged");
                    return absl::OkStatus();
                  })
                  .ok());
  (*before_)[Family::kSealed][part] = "damaged";
  log_.Close();
  const absl::Status status = Rebuild().status();
  EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "sealed part 4 of entry 1: got ")) << status;
  ExpectAsBefore();
}

TEST_F(RebuildTest, GivesSealsThatSpreadAndWereLifted) {
  for (const bool sealed : {true, false, true}) {
    log_.Append(v1::CASE_SEALED, [sealed](v1::LogEntry& entry) {
      entry.mutable_case_sealed()->set_sealed(sealed);
      for (const char* case_id : {"case-a", "case-b"}) {
        v1::LogEntry::SealSpread& spread = *entry.mutable_case_sealed()->add_spread();
        spread.set_case_id(case_id);
        spread.mutable_seal()->set_agency("idva");
        spread.mutable_seal()->set_origin("case-a");
        spread.add_parties_joined("other-idva");
      }
    });
  }
  before_ = std::make_unique<StoredRows>(*log_.log().Snapshot());
  const absl::StatusOr<v1::CaseRecord> origin = GetCase(*log_.log().Snapshot(), "case-a");
  ASSERT_EQ(origin->seals_size(), 1);
  EXPECT_EQ(origin->seals(0).spread_to_size(), 1);
  EXPECT_EQ(GetCase(*log_.log().Snapshot(), "case-b")->seals_size(), 1);
  log_.Close();
  ASSERT_TRUE(Rebuild().ok());
  ExpectAsBefore();
}

TEST_F(RebuildTest, GivesNoticesOfWhateverEntryAndWhichAreAcknowledged) {
  for (int i = 1; i <= 3; ++i) {
    log_.Append(i == 2 ? v1::EVIDENCE_HOLD : v1::DISCLOSURE, [i](v1::LogEntry& entry) {
      entry.add_case_ids("case-a");
      if (i == 2) {
        entry.mutable_evidence_held();
      } else {
        entry.mutable_disclosed();
      }
      for (const v1::Desk desk : {v1::CASEWORK, v1::DATA_PROTECTION}) {
        v1::Notice& notice = *entry.add_notices();
        notice.set_agency("victim-service");
        notice.set_desk(desk);
        notice.set_sequence(static_cast<uint64_t>(i));
        notice.set_kind(v1::RECORD_READ);
      }
    });
  }
  log_.Append(v1::NOTICES_ACKNOWLEDGED, [](v1::LogEntry& entry) {
    entry.mutable_notices_acknowledged()->set_desk(v1::CASEWORK);
    entry.mutable_notices_acknowledged()->add_sequences(2);
  });
  before_ = std::make_unique<StoredRows>(*log_.log().Snapshot());
  // Three notices at two desks, of which one is acknowledged; and the story's.
  EXPECT_EQ((*before_)[Family::kNotices].size(), 6u + 5 + 2 + 3);
  log_.Close();
  ASSERT_TRUE(Rebuild().ok());
  ExpectAsBefore();
}

// As a build without readings left it: opening gives them, and says so.
TEST_F(RebuildTest, OpeningALogWithoutReadingsGivesThem) {
  ASSERT_FALSE((*before_)[Family::kReadings].empty());
  log_.Close();
  {
    const auto database = Database::Open("/log", env_.env());
    ASSERT_TRUE(database.ok()) << database.status();
    const auto open = (*database)->Acquire();
    rocksdb::WriteBatch batch;
    for (const auto& [key, value] : (*before_)[Family::kReadings]) {
      ASSERT_TRUE(batch.Delete((*open)->handle(Family::kReadings), key).ok());
    }
    ASSERT_TRUE(batch.Delete((*open)->handle(Family::kMeta), rocksdb::Slice("readings")).ok());
    ASSERT_TRUE((*database)->Write(&batch).ok());
  }
  ExpectAsBefore();
}

TEST_F(RebuildTest, GivesTheSameBytesInEveryFamily) {
  log_.Close();
  const auto records = Rebuild();
  ASSERT_TRUE(records.ok()) << records.status();
  EXPECT_EQ(Projected(), *records);
  ExpectAsBefore();
}

TEST_F(RebuildTest, GivesTheSameBytesAfterACrashAnywhere) {
  log_.Close();
  int refused = 0;
  bool crashed = true;
  for (uint64_t bytes = 1; crashed; bytes += 301) {
    env_.CrashAfterBytes(bytes);
    crashed = !Rebuild().ok();
    // A crash that was not reached is made now: what was answered is durable.
    env_.Crash();
    env_.Restart(0.5);
    const absl::Status opened = log_.Open();
    log_.Close();
    if (!opened.ok()) {
      ++refused;
      EXPECT_EQ(absl::StatusCode::kFailedPrecondition, opened.code()) << opened;
      EXPECT_TRUE(absl::StrContains(opened.message(), "concordat fsck --rebuild")) << opened;
      const auto again = Rebuild();
      ASSERT_TRUE(again.ok()) << again.status();
    }
    ExpectAsBefore();
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace concordat::storage
