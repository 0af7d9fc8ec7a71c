#include "storage/key_schema.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace concordat::storage {
namespace {

std::string Hex(const std::string& key) { return absl::BytesToHexString(key); }

// The bytes on disks today: a change here is a change of format.
TEST(KeySchemaTest, WritesTheBytesThatAreOnDisks) {
  EXPECT_EQ(Hex(LogKey(LeafIndex{258})), "0000000000000102");
  EXPECT_EQ(Hex(TileKey({1, 5})), "010000000000000005");
  EXPECT_EQ(Hex(CheckpointKey(TreeSize{1})), "0000000000000001");
  EXPECT_EQ(Hex(SealedKey(LeafIndex{7}, 2)), "000000000000000700000002");
  EXPECT_EQ(SubjectKey("subject-1"), "subject-1");
  EXPECT_EQ(Hex(CaseEventKey("c1", absl::FromUnixSeconds(1), LeafIndex{3})),
            "01000263318000000000000001000000000000000000000003");
  EXPECT_EQ(Hex(SupersededKey(LeafIndex{3})), "020000000000000003");
  EXPECT_EQ(CaseKey("c1"), "c1");
  EXPECT_EQ(Hex(PersonTokenKey("tt", "c1")), "000274746331");
  EXPECT_EQ(Hex(IdempotencyKey("kk")), "016b6b");
  EXPECT_EQ(Hex(LatestRevisionKey("kk")), "026b6b");
  EXPECT_EQ(Hex(AlertKey("ag", 1)), "01000261670000000000000001");
  EXPECT_EQ(Hex(UnacknowledgedAlertKey("ag", 1)), "02000261670000000000000001");
  EXPECT_EQ(Hex(AlertCountsKey("ag")), "036167");
  EXPECT_EQ(Hex(NoticeKey("ag", 2, 1)), "0102000261670000000000000001");
  EXPECT_EQ(Hex(UnacknowledgedNoticeKey("ag", 2, 1)), "0202000261670000000000000001");
  EXPECT_EQ(Hex(NoticeCountsKey("ag", 2)), "03026167");
  EXPECT_EQ(Hex(ReadingKey(LeafIndex{3}, LeafIndex{4})), "010000000000000003fffffffffffffffb");
  EXPECT_EQ(Hex(RecipientKey(LeafIndex{3}, "ag", "c1")), "020000000000000003000261676331");
  EXPECT_EQ(Hex(GivenKey("c1", "ag", LeafIndex{4})), "030002633100026167fffffffffffffffb");
  EXPECT_EQ(Hex(CaseReadKey("ag", "rr", 5, "c1")), "04000261670002727200000000000000056331");
  EXPECT_EQ(Hex(WhereaboutsKey("c1", LeafIndex{4})), "0500026331fffffffffffffffb");
}

TEST(KeySchemaTest, FamiliesHaveOneNameEach) {
  EXPECT_EQ(std::set<std::string_view>(kFamilyNames.begin(), kFamilyNames.end()).size(),
            kFamilyNames.size());
  EXPECT_EQ(kFamilyNames[static_cast<size_t>(Family::kLog)], "log");
  EXPECT_EQ(kFamilyNames[static_cast<size_t>(Family::kKeys)], "keys");
  EXPECT_EQ(kFamilyNames[static_cast<size_t>(Family::kMeta)], "meta");
}

TEST(KeySchemaTest, RefusesNumbersOfTheWrongWidth) {
  EXPECT_EQ(DecodeUint64("1234567").status().message(), "stored number: got 7 bytes, want 8");
  EXPECT_EQ(DecodeUint32("12345").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*DecodeUint64(EncodeUint64(~uint64_t{0})), ~uint64_t{0});
  EXPECT_EQ(*DecodeUint32(EncodeUint32(0x80000001)), 0x80000001u);
}

TEST(KeySchemaTest, RefusesACaseEventKeyOfAnotherShape) {
  const std::string prefix = CaseEventsPrefix("case");
  const std::string key = CaseEventKey("case", absl::UnixEpoch(), LeafIndex{1});
  EXPECT_FALSE(DecodeCaseEventKey(prefix, key + "x").ok());
  EXPECT_FALSE(DecodeCaseEventKey(prefix, prefix).ok());
  EXPECT_FALSE(DecodeCaseEventKey(CaseEventsPrefix("other"), key).ok());
  EXPECT_FALSE(DecodeCaseEventKey(prefix, "").ok());
}

TEST(KeySchemaTest, CaseEventsSortByTimeThenIndex) {
  const std::vector<absl::Time> times = {
      absl::InfinitePast(),
      absl::FromUnixSeconds(-62135596800),
      absl::UnixEpoch() - absl::Nanoseconds(1),
      absl::UnixEpoch(),
      absl::UnixEpoch() + absl::Nanoseconds(1),
      absl::UnixEpoch() + absl::Nanoseconds(999999999),
      absl::FromUnixSeconds(1),
      absl::FromUnixSeconds(253402300799),
      absl::InfiniteFuture(),
  };
  std::string last;
  for (const absl::Time time : times) {
    for (const uint64_t index : {uint64_t{0}, uint64_t{255}, uint64_t{256}, ~uint64_t{0}}) {
      const std::string key = CaseEventKey("case", time, LeafIndex{index});
      EXPECT_LT(last, key) << time << " " << index;
      last = key;
      const auto parts = DecodeCaseEventKey(CaseEventsPrefix("case"), key);
      ASSERT_TRUE(parts.ok()) << parts.status();
      EXPECT_EQ(parts->index, LeafIndex{index});
      if (time != absl::InfinitePast() && time != absl::InfiniteFuture()) {
        EXPECT_EQ(parts->occurred_at, time);
      }
    }
  }
}

TEST(KeySchemaTest, NoPrefixHoldsAnothersKeys) {
  // Were lengths not written, case "a" would see the events of case "ab".
  const std::string other = CaseEventKey("ab", absl::UnixEpoch(), LeafIndex{1});
  EXPECT_NE(other.substr(0, CaseEventsPrefix("a").size()), CaseEventsPrefix("a"));
  EXPECT_NE(PersonTokenKey("a", "bc"), PersonTokenKey("ab", "c"));
  EXPECT_NE(AlertKey("a", 1).substr(0, AlertsPrefix("").size()), AlertsPrefix(""));
  EXPECT_NE(NoticeKey("a", 1, 1).substr(0, NoticesPrefix("a", 2).size()), NoticesPrefix("a", 2));
}

TEST(KeySchemaTest, TheNewestReadingComesFirstAndAKeyOfAnotherShapeIsRefused) {
  const LeafIndex record{3};
  EXPECT_LT(ReadingKey(record, LeafIndex{256}), ReadingKey(record, LeafIndex{255}));
  const std::string prefix = ReadingsPrefix(record);
  EXPECT_EQ(*DecodeNewestFirst(prefix, ReadingKey(record, LeafIndex{7})), LeafIndex{7});
  EXPECT_FALSE(DecodeNewestFirst(prefix, ReadingKey(record, LeafIndex{7}) + "x").ok());
  const std::string recipients = RecipientsPrefix(record);
  const std::string key = RecipientKey(record, "refuge", "case-1");
  const auto parts = DecodeRecipientKey(recipients, key);
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(parts->agency, "refuge");
  EXPECT_EQ(parts->case_id, "case-1");
  EXPECT_FALSE(DecodeRecipientKey(recipients, recipients).ok());
  EXPECT_FALSE(DecodeRecipientKey(recipients, key.substr(0, recipients.size() + 4)).ok());
}

TEST(KeySchemaTest, PrefixEndIsTheFirstKeyAfterAll) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

}  // namespace
}  // namespace concordat::storage
