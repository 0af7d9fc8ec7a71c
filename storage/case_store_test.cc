#include "storage/case_store.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

class CaseStoreTest : public testing::Test {
 protected:
  template <typename Write>
  void Commit(Write write) {
    const auto answer = test_.Commit([&](Transaction& transaction) {
      write(transaction);
      return absl::OkStatus();
    });
    ASSERT_TRUE(answer.ok()) << answer.status();
  }

  std::vector<uint64_t> Indices(std::string_view case_id, const CaseEventRef* after, size_t limit) {
    const auto events = ListCaseEvents(*test_.log().Snapshot(), case_id, after, limit);
    EXPECT_TRUE(events.ok()) << events.status();
    std::vector<uint64_t> indices;
    for (const CaseEventRef& event : *events) indices.push_back(event.index.value);
    return indices;
  }

  TestLog test_;
};

using Numbers = std::vector<uint64_t>;
using Names = std::vector<std::string>;

TEST_F(CaseStoreTest, AnUnknownCaseIsNotFound) {
  EXPECT_EQ(GetCase(*test_.log().Snapshot(), "none").status().message(), "case: got none");
  EXPECT_EQ(GetCase(*test_.log().Snapshot(), "none").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CaseStoreTest, ARecordThatDoesNotParseIsDataLoss) {
  Commit([](Transaction& t) { t.Put(Family::kCases, CaseKey("case-1"), "\xff\xff"); });
  EXPECT_EQ(GetCase(*test_.log().Snapshot(), "case-1").status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(CaseStoreTest, KeepsTheLastRecord) {
  Commit([](Transaction& transaction) {
    v1::CaseRecord record;
    record.set_case_id("case-1");
    PutCase(transaction, record);
    record.mutable_flags()->set_high_risk(true);
    PutCase(transaction, record);
    EXPECT_TRUE(GetCase(transaction, "case-1")->flags().high_risk());
  });
  EXPECT_TRUE(GetCase(*test_.log().Snapshot(), "case-1")->flags().high_risk());
}

TEST_F(CaseStoreTest, ListsEventsByTimeThenIndexFromAnywhere) {
  Commit([](Transaction& transaction) {
    AddCaseEvent(transaction, "case-1", At(20), LeafIndex{1});
    AddCaseEvent(transaction, "case-1", At(10), LeafIndex{7});
    AddCaseEvent(transaction, "case-1", At(10), LeafIndex{3});
    AddCaseEvent(transaction, "case-1", At(-5), LeafIndex{9});
    AddCaseEvent(transaction, "case-10", At(15), LeafIndex{4});
    AddCaseEvent(transaction, "case", At(15), LeafIndex{5});
  });
  EXPECT_EQ(Indices("case-1", nullptr, 100), (Numbers{9, 3, 7, 1}));
  EXPECT_EQ(Indices("case-1", nullptr, 2), (Numbers{9, 3}));
  const CaseEventRef second{At(10), LeafIndex{3}};
  EXPECT_EQ(Indices("case-1", &second, 100), (Numbers{7, 1}));
  const CaseEventRef between{At(10), LeafIndex{5}};
  EXPECT_EQ(Indices("case-1", &between, 1), (Numbers{7}));
  const CaseEventRef last{At(20), LeafIndex{1}};
  EXPECT_EQ(Indices("case-1", &last, 100), Numbers());
  EXPECT_EQ(Indices("case-1", nullptr, 0), Numbers());
  EXPECT_EQ(Indices("none", nullptr, 100), Numbers());
}

TEST_F(CaseStoreTest, FindsTheCasesOfAToken) {
  Commit([](Transaction& transaction) {
    AddPersonToken(transaction, "token", "case-2");
    AddPersonToken(transaction, "token", "case-1");
    AddPersonToken(transaction, "token", "case-2");
    AddPersonToken(transaction, "tokenx", "case-3");
    EXPECT_EQ(*CasesOfToken(transaction, "token"), (Names{"case-1", "case-2"}));
  });
  EXPECT_EQ(*CasesOfToken(*test_.log().Snapshot(), "token"), (Names{"case-1", "case-2"}));
  EXPECT_EQ(*CasesOfToken(*test_.log().Snapshot(), "toke"), Names());
}

TEST_F(CaseStoreTest, KnowsWhatReplacedAnEntry) {
  Commit([](Transaction& transaction) {
    MarkSuperseded(transaction, LeafIndex{3}, LeafIndex{5});
    MarkSuperseded(transaction, LeafIndex{3}, LeafIndex{8});
  });
  const std::unique_ptr<Reader> reader = test_.log().Snapshot();
  EXPECT_TRUE(*IsSuperseded(*reader, LeafIndex{3}));
  EXPECT_FALSE(*IsSuperseded(*reader, LeafIndex{5}));
  EXPECT_EQ(**SupersededBy(*reader, LeafIndex{3}), LeafIndex{8});
}

}  // namespace
}  // namespace concordat::storage
