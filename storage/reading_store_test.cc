#include "storage/reading_store.h"

#include <string>
#include <vector>

#include "base/timestamps.h"
#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/memory_store.h"

namespace concordat::storage {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'764'000'000);

class ReadingStoreTest : public testing::Test {
 protected:
  static v1::LogEntry Page(uint64_t index, const std::string& case_id,
                           const std::vector<uint64_t>& records,
                           const std::string& agency = "refuge") {
    v1::LogEntry entry;
    entry.set_index(index);
    entry.mutable_actor()->set_agency(agency);
    entry.mutable_actor()->set_spiffe_id("spiffe://td/agency/" + agency + "/desk");
    *entry.mutable_recorded_at() = ToTimestamp(kStart);
    entry.add_case_ids(case_id);
    v1::LogEntry::Disclosed& disclosed = *entry.mutable_disclosed();
    disclosed.mutable_page_read();
    disclosed.add_controllers("police");
    for (const uint64_t leaf : records) {
      disclosed.add_records()->set_leaf_index(leaf);
      disclosed.mutable_records()->rbegin()->set_released_classes(2);
    }
    return entry;
  }
  static v1::LogEntry Alerts(uint64_t index, const std::vector<std::string>& cases,
                             const std::vector<uint64_t>& records) {
    v1::LogEntry entry = Page(index, "", records);
    entry.mutable_case_ids()->Assign(cases.begin(), cases.end());
    entry.mutable_disclosed()->mutable_alerts_read();
    return entry;
  }

  std::vector<uint64_t> ReadingsOf(uint64_t record) {
    std::vector<uint64_t> found;
    EXPECT_TRUE(VisitReadings(store_, LeafIndex{record},
                              [&](LeafIndex disclosure, const v1::ReadingRecord&) {
                                found.push_back(disclosure.value);
                                return true;
                              })
                    .ok());
    return found;
  }
  std::vector<std::string> Recipients(uint64_t record) {
    std::vector<std::string> found;
    const auto recipients = RecipientsOf(store_, LeafIndex{record});
    EXPECT_TRUE(recipients.ok()) << recipients.status();
    for (const RecordRecipient& to : *recipients) found.push_back(to.agency + " " + to.case_id);
    return found;
  }
  std::vector<LeafIndex> Given(const std::string& case_id, const std::string& agency) {
    return *DisclosuresTo(store_, case_id, agency, 100);
  }
  bool Nothing() {
    bool none = true;
    EXPECT_TRUE(
        store_.Scan(Family::kReadings, "", "", [&](auto, auto) { return none = false; }).ok());
    return none;
  }

  MemoryStore store_{nullptr};
};

TEST_F(ReadingStoreTest, AnAgencysOwnRecordAndOneOfWhichNothingWasReleasedAreNotGiven) {
  v1::LogEntry entry = Page(9, "case-a", {1, 2}, "police");
  ProjectReadings(store_, entry);
  entry = Page(10, "case-a", {3}, "refuge");
  entry.mutable_disclosed()->mutable_records(0)->set_released_classes(0);
  ProjectReadings(store_, entry);
  for (const uint64_t record : {1, 2, 3}) {
    EXPECT_TRUE(ReadingsOf(record).empty());
    EXPECT_TRUE(Recipients(record).empty());
  }
  EXPECT_TRUE(Given("case-a", "police").empty());
  EXPECT_TRUE(Given("case-a", "refuge").empty());
}

TEST_F(ReadingStoreTest, AReplayIsNoReading) {
  v1::LogEntry entry = Page(9, "case-a", {1});
  entry.mutable_disclosed()->mutable_replay_read();
  ProjectReadings(store_, entry);
  EXPECT_TRUE(Nothing());
}

TEST_F(ReadingStoreTest, TellsTheReadingsOfOneRecordNewestFirstAndWhoWasGivenIt) {
  ProjectReadings(store_, Page(255, "case-a", {1, 2}));
  ProjectReadings(store_, Page(256, "case-a", {1}));
  ProjectReadings(store_, Page(257, "case-b", {1}, "council"));
  EXPECT_EQ(ReadingsOf(1), (std::vector<uint64_t>{257, 256, 255}));
  EXPECT_EQ(ReadingsOf(2), std::vector<uint64_t>{255});
  EXPECT_EQ(Recipients(1), (std::vector<std::string>{"refuge case-a", "council case-b"}));
  EXPECT_EQ(Given("case-a", "refuge"), (std::vector<LeafIndex>{LeafIndex{256}, LeafIndex{255}}));
  EXPECT_EQ(DisclosuresTo(store_, "case-a", "refuge", 1)->size(), 1u);
  const std::vector<LeafIndex> all = Given("case-a", "refuge");
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(*DisclosuresTo(store_, "case-a", "refuge", 100, all.front()),
            std::vector<LeafIndex>(all.begin() + 1, all.end()));
  EXPECT_TRUE(DisclosuresTo(store_, "case-a", "refuge", 100, all.back())->empty());
  EXPECT_TRUE(Given("case-b", "refuge").empty());
  EXPECT_TRUE(Given("case-a", "council").empty());
}

// Told of the wrong case, an agency of that one would learn that its record is in another.
TEST_F(ReadingStoreTest, OfAlertsOfSeveralCasesEachRecordIsOfItsOwnCaseOrOfNone) {
  ProjectReadings(store_, Alerts(9, {"case-a", "case-b"}, {1, 2}));
  EXPECT_EQ(Recipients(1), std::vector<std::string>{"refuge case-a"});
  EXPECT_EQ(Recipients(2), std::vector<std::string>{"refuge case-b"});
  ProjectReadings(store_, Alerts(10, {"case-a", "case-b"}, {3}));
  EXPECT_EQ(Recipients(3), std::vector<std::string>{"refuge "});
  ProjectReadings(store_, Alerts(11, {"case-a", "case-a"}, {4}));
  EXPECT_EQ(Recipients(4), std::vector<std::string>{"refuge case-a"});
  // The alert itself was given.
  EXPECT_EQ(Given("case-b", "refuge"), (std::vector<LeafIndex>{LeafIndex{10}, LeafIndex{9}}));
}

TEST_F(ReadingStoreTest, CountsDifferentCasesOfOnePractitionerWithinTheTime) {
  for (uint64_t i = 0; i < 6; ++i) {
    v1::LogEntry entry = Page(i, i == 5 ? "case-0" : "case-" + std::to_string(i), {});
    *entry.mutable_recorded_at() = ToTimestamp(kStart + absl::Minutes(10) * i);
    entry.mutable_actor()->set_practitioner_issuer("https://issuer.test");
    entry.mutable_actor()->set_practitioner(i == 4 ? "other" : "officer");
    ProjectReadings(store_, entry);
  }
  v1::Actor officer;
  officer.set_practitioner_issuer("https://issuer.test");
  officer.set_practitioner("officer");
  const auto since = [&](absl::Duration minutes, size_t limit) {
    return CasesReadSince(store_, "refuge", ReaderOf(officer), kStart + minutes, limit)->size();
  };
  EXPECT_EQ(since(absl::ZeroDuration(), 100), 4u);
  EXPECT_EQ(since(absl::Minutes(15), 100), 3u);
  EXPECT_EQ(since(absl::Minutes(15), 2), 2u);
  EXPECT_EQ(since(absl::Minutes(51), 100), 0u);
  officer.set_practitioner_issuer("https://another.test");
  EXPECT_EQ(since(absl::ZeroDuration(), 100), 0u);
}

TEST_F(ReadingStoreTest, TellsWhetherAnotherSaidLatelyWhereTheVictimLives) {
  const auto event = [](uint64_t index, const std::string& agency, bool says) {
    v1::LogEntry entry;
    entry.set_index(index);
    entry.mutable_actor()->set_agency(agency);
    entry.add_case_ids("case-a");
    *entry.mutable_recorded_at() = ToTimestamp(kStart + absl::Hours(index));
    entry.mutable_collected()->set_says_where_victim_lives(says);
    return entry;
  };
  ProjectReadings(store_, event(1, "police", true));
  ProjectReadings(store_, event(2, "refuge", true));
  ProjectReadings(store_, event(3, "council", false));
  const auto told = [&](const std::string& case_id, int hours, const std::string& but_by) {
    return *WhereaboutsToldSince(store_, case_id, kStart + absl::Hours(hours), but_by);
  };
  EXPECT_TRUE(told("case-a", 0, "refuge"));
  EXPECT_TRUE(told("case-a", 2, "police"));
  EXPECT_FALSE(told("case-a", 2, "refuge"));
  EXPECT_FALSE(told("case-a", 3, "police"));
  EXPECT_FALSE(told("case-b", 0, "police"));
}

}  // namespace
}  // namespace concordat::storage
