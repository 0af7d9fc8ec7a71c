#include "storage/alert_store.h"

#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

class AlertStoreTest : public testing::Test {
 protected:
  absl::StatusOr<Committed> Raise(const std::string& agency, int count) {
    return test_.Commit([&](Transaction& transaction) {
      for (int i = 0; i < count; ++i) {
        v1::AlertRecord record;
        record.set_case_id("case-1");
        const auto sequence = RaiseAlert(transaction, agency, record);
        if (!sequence.ok()) return sequence.status();
      }
      return absl::OkStatus();
    });
  }

  absl::Status AcknowledgeOne(const std::string& agency, uint64_t sequence) {
    return test_
        .Commit(
            [&](Transaction& transaction) { return Acknowledge(transaction, agency, sequence); })
        .status();
  }

  std::vector<uint64_t> Unacknowledged(const std::string& agency, uint64_t after, size_t limit) {
    return SequencesOf(ListUnacknowledged(*test_.log().Snapshot(), agency, after, limit));
  }
  std::vector<uint64_t> All(const std::string& agency, uint64_t after, size_t limit) {
    return SequencesOf(ListAlerts(*test_.log().Snapshot(), agency, after, limit));
  }

  static std::vector<uint64_t> SequencesOf(
      const absl::StatusOr<std::vector<v1::AlertRecord>>& records) {
    EXPECT_TRUE(records.ok()) << records.status();
    std::vector<uint64_t> sequences;
    for (const v1::AlertRecord& record : *records) sequences.push_back(record.sequence());
    return sequences;
  }

  void ExpectCounts(const std::string& agency, uint64_t last, uint64_t unacknowledged) {
    const auto counts = Counts(*test_.log().Snapshot(), agency);
    ASSERT_TRUE(counts.ok()) << counts.status();
    EXPECT_EQ(counts->last_sequence, last);
    EXPECT_EQ(counts->unacknowledged, unacknowledged);
  }

  TestLog test_;
};

using Numbers = std::vector<uint64_t>;

TEST_F(AlertStoreTest, AnAlertThatDoesNotExistIsNotFound) {
  ASSERT_TRUE(Raise("refuge", 1).ok());
  EXPECT_EQ(AcknowledgeOne("refuge", 2).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AcknowledgeOne("refuge", 0).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AcknowledgeOne("other", 1).code(), absl::StatusCode::kNotFound);
  ExpectCounts("refuge", 1, 1);
}

TEST_F(AlertStoreTest, NumbersEachAgencysAlertsFromOneWithoutGaps) {
  ASSERT_TRUE(Raise("refuge", 2).ok());
  ASSERT_TRUE(Raise("refuges", 1).ok());
  ASSERT_TRUE(Raise("refuge", 1).ok());
  EXPECT_EQ(All("refuge", 0, 10), (Numbers{1, 2, 3}));
  EXPECT_EQ(All("refuges", 0, 10), (Numbers{1}));
  EXPECT_EQ(All("none", 0, 10), Numbers());
  ExpectCounts("refuge", 3, 3);
  ExpectCounts("none", 0, 0);
}

TEST_F(AlertStoreTest, ARefusedOperationLeavesNoGap) {
  ASSERT_TRUE(Raise("refuge", 1).ok());
  const auto refused = test_.Commit([](Transaction& transaction) {
    EXPECT_EQ(*RaiseAlert(transaction, "refuge", {}), 2u);
    return absl::AbortedError("refused");
  });
  EXPECT_FALSE(refused.ok());
  ASSERT_TRUE(Raise("refuge", 1).ok());
  EXPECT_EQ(All("refuge", 0, 10), (Numbers{1, 2}));
}

TEST_F(AlertStoreTest, AcknowledgingTwiceCountsOnce) {
  ASSERT_TRUE(Raise("refuge", 3).ok());
  EXPECT_TRUE(AcknowledgeOne("refuge", 2).ok());
  EXPECT_TRUE(AcknowledgeOne("refuge", 2).ok());
  EXPECT_EQ(Unacknowledged("refuge", 0, 10), (Numbers{1, 3}));
  EXPECT_EQ(All("refuge", 0, 10), (Numbers{1, 2, 3}));
  EXPECT_TRUE(GetAlert(*test_.log().Snapshot(), "refuge", 2)->acknowledged());
  ExpectCounts("refuge", 3, 2);
}

TEST_F(AlertStoreTest, ListsFromAnywhereUpToTheLimit) {
  ASSERT_TRUE(Raise("refuge", 300).ok());
  EXPECT_EQ(Unacknowledged("refuge", 0, 2), (Numbers{1, 2}));
  EXPECT_EQ(Unacknowledged("refuge", 255, 2), (Numbers{256, 257}));
  EXPECT_EQ(Unacknowledged("refuge", 300, 2), Numbers());
  EXPECT_EQ(Unacknowledged("refuge", std::numeric_limits<uint64_t>::max(), 2), Numbers());
  EXPECT_EQ(Unacknowledged("refuge", 0, 0), Numbers());
}

TEST_F(AlertStoreTest, RefusesStoredCountsOfAnotherShape) {
  ASSERT_TRUE(test_
                  .Commit([](Transaction& transaction) {
                    transaction.Put(Family::kAlerts, AlertCountsKey("refuge"), "short");
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(Raise("refuge", 1).status().message(), "stored alert counts: got 5 bytes, want 16");
}

}  // namespace
}  // namespace concordat::storage
