#include "storage/notice_store.h"

#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

constexpr v1::Desk kCasework = v1::CASEWORK;
constexpr v1::Desk kOfficer = v1::DATA_PROTECTION;

using Numbers = std::vector<uint64_t>;

class NoticeStoreTest : public testing::Test {
 protected:
  static v1::NoticeRecord NoticeTo(const std::string& agency, v1::Desk desk) {
    v1::NoticeRecord record;
    record.mutable_notice()->set_agency(agency);
    record.mutable_notice()->set_desk(desk);
    record.mutable_notice()->set_kind(v1::RECORD_READ);
    record.mutable_notice()->set_case_id("case-1");
    record.set_entry_index(7);
    return record;
  }

  absl::StatusOr<Committed> Raise(const std::string& agency, v1::Desk desk, int count) {
    return test_.Commit([&](Transaction& transaction) {
      for (int i = 0; i < count; ++i) {
        const auto sequence = RaiseNotice(transaction, NoticeTo(agency, desk));
        if (!sequence.ok()) return sequence.status();
      }
      return absl::OkStatus();
    });
  }

  absl::Status AcknowledgeOne(const std::string& agency, v1::Desk desk, uint64_t sequence) {
    return test_
        .Commit([&](Transaction& transaction) {
          return AcknowledgeNotice(transaction, agency, desk, sequence);
        })
        .status();
  }

  Numbers Unacknowledged(const std::string& agency, v1::Desk desk, uint64_t after, size_t limit) {
    const auto records =
        ListUnacknowledgedNotices(*test_.log().Snapshot(), agency, desk, after, limit);
    EXPECT_TRUE(records.ok()) << records.status();
    Numbers sequences;
    for (const v1::NoticeRecord& record : *records) {
      sequences.push_back(record.notice().sequence());
      EXPECT_EQ(record.notice().agency(), agency);
      EXPECT_EQ(record.notice().desk(), desk);
      EXPECT_EQ(record.entry_index(), 7u);
    }
    return sequences;
  }

  void ExpectCounts(const std::string& agency, v1::Desk desk, uint64_t last,
                    uint64_t unacknowledged) {
    const auto counts = CountNotices(*test_.log().Snapshot(), agency, desk);
    ASSERT_TRUE(counts.ok()) << counts.status();
    EXPECT_EQ(counts->last_sequence, last);
    EXPECT_EQ(counts->unacknowledged, unacknowledged);
  }

  TestLog test_;
};

TEST_F(NoticeStoreTest, ANoticeThatDoesNotExistIsNotFound) {
  ASSERT_TRUE(Raise("refuge", kCasework, 1).ok());
  EXPECT_EQ(AcknowledgeOne("refuge", kCasework, 2).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AcknowledgeOne("refuge", kCasework, 0).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AcknowledgeOne("other", kCasework, 1).code(), absl::StatusCode::kNotFound);
  ExpectCounts("refuge", kCasework, 1, 1);
}

TEST_F(NoticeStoreTest, OneDesksNoticeIsNotTheOthers) {
  ASSERT_TRUE(Raise("refuge", kOfficer, 1).ok());
  EXPECT_EQ(AcknowledgeOne("refuge", kCasework, 1).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 0, 10), Numbers());
  EXPECT_EQ(Unacknowledged("refuge", kOfficer, 0, 10), Numbers{1});
  ExpectCounts("refuge", kCasework, 0, 0);
}

TEST_F(NoticeStoreTest, NumbersEachDesksNoticesFromOneWithoutGaps) {
  ASSERT_TRUE(Raise("refuge", kCasework, 2).ok());
  ASSERT_TRUE(Raise("refuges", kCasework, 1).ok());
  ASSERT_TRUE(Raise("refuge", kOfficer, 1).ok());
  ASSERT_TRUE(Raise("refuge", kCasework, 1).ok());
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 0, 10), (Numbers{1, 2, 3}));
  EXPECT_EQ(Unacknowledged("refuges", kCasework, 0, 10), Numbers{1});
  EXPECT_EQ(Unacknowledged("none", kCasework, 0, 10), Numbers());
  ExpectCounts("refuge", kCasework, 3, 3);
  ExpectCounts("refuge", kOfficer, 1, 1);
  ExpectCounts("none", kCasework, 0, 0);
}

TEST_F(NoticeStoreTest, ARefusedOperationLeavesNoGap) {
  ASSERT_TRUE(Raise("refuge", kCasework, 1).ok());
  const auto refused = test_.Commit([](Transaction& transaction) {
    EXPECT_EQ(*RaiseNotice(transaction, NoticeTo("refuge", kCasework)), 2u);
    return absl::AbortedError("refused");
  });
  EXPECT_FALSE(refused.ok());
  ASSERT_TRUE(Raise("refuge", kCasework, 1).ok());
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 0, 10), (Numbers{1, 2}));
}

TEST_F(NoticeStoreTest, AcknowledgingTwiceCountsOnce) {
  ASSERT_TRUE(Raise("refuge", kCasework, 3).ok());
  EXPECT_TRUE(AcknowledgeOne("refuge", kCasework, 2).ok());
  EXPECT_TRUE(AcknowledgeOne("refuge", kCasework, 2).ok());
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 0, 10), (Numbers{1, 3}));
  EXPECT_TRUE(GetNotice(*test_.log().Snapshot(), "refuge", kCasework, 2)->acknowledged());
  ExpectCounts("refuge", kCasework, 3, 2);
}

TEST_F(NoticeStoreTest, ListsFromAnywhereUpToTheLimit) {
  ASSERT_TRUE(Raise("refuge", kCasework, 300).ok());
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 0, 2), (Numbers{1, 2}));
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 255, 2), (Numbers{256, 257}));
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 300, 2), Numbers());
  EXPECT_EQ(Unacknowledged("refuge", kCasework, std::numeric_limits<uint64_t>::max(), 2),
            Numbers());
  EXPECT_EQ(Unacknowledged("refuge", kCasework, 0, 0), Numbers());
}

TEST_F(NoticeStoreTest, RefusesStoredCountsOfAnotherShape) {
  ASSERT_TRUE(test_
                  .Commit([](Transaction& transaction) {
                    transaction.Put(Family::kNotices, NoticeCountsKey("refuge", kCasework),
                                    "short");
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(Raise("refuge", kCasework, 1).status().message(),
            "stored notice counts: got 5 bytes, want 16");
}

}  // namespace
}  // namespace concordat::storage
