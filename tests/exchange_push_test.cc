// Events in: matched, exactly once, with receipts that anyone can check.
#include <gmock/gmock.h>

#include <set>

#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "tests/exchange_fixture.h"
#include "tests/log_audit.h"

namespace concordat::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ExchangePushTest = ExchangeFixture;

TEST_F(ExchangePushTest, AnIncidentJoinsTheCaseByThePerpetratorsPncIdAndTheVictimsNhsNumber) {
  const std::string case_id = OpenCase(1, "push-1");
  v1::PushRequest push = Incident(1, "push-1", 5);
  for (v1::Person& person : *push.mutable_event()->mutable_persons()) {
    person.set_full_name("Spelt Otherwise");
    person.clear_date_of_birth();
  }
  const auto receipt = PoliceReports(push);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_THAT(receipt->case_ids(), ElementsAre(case_id));
}

TEST_F(ExchangePushTest, AnIncidentJoinsTheCaseByNameAndDateOfBirth) {
  const std::string case_id = OpenCase(2, "push-2");
  v1::PushRequest push = Incident(2, "push-2", 5);
  for (v1::Person& person : *push.mutable_event()->mutable_persons()) person.clear_external_ids();
  const auto receipt = PoliceReports(push);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_THAT(receipt->case_ids(), ElementsAre(case_id));
}

TEST_F(ExchangePushTest, APersonOfTheSameNameBornOnAnotherDayIsAnother) {
  const std::string case_id = OpenCase(3, "push-3");
  v1::PushRequest push = Incident(3, "push-3", 5);
  for (v1::Person& person : *push.mutable_event()->mutable_persons()) {
    person.clear_external_ids();
    person.set_date_of_birth("1971-02-03");
  }
  const auto receipt = PoliceReports(push);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ASSERT_EQ(receipt->case_ids_size(), 1);
  EXPECT_NE(receipt->case_ids(0), case_id);
}

TEST_F(ExchangePushTest, EveryItemOfAStreamGetsItsOwnResultAndABadOneStopsNothing) {
  const std::string case_id = OpenCase(4, "push-4");
  const auto stub = cluster().Stub<v1::Police>(kPolice);
  Context context;
  const auto stream = stub->NotifyIncidents(&context);
  constexpr int kItems = 30;
  constexpr int kBad = 11;
  for (int i = 0; i < kItems; ++i) {
    v1::PushRequest push = Incident(4, StrCat("push-4-", i), i);
    push.set_item(1000 + i);
    if (i == kBad) push.mutable_event()->set_revision(0);
    ASSERT_TRUE(stream->Write(push));
  }
  ASSERT_TRUE(stream->WritesDone());
  std::set<uint64_t> leaves;
  v1::PushResult result;
  for (int i = 0; i < kItems; ++i) {
    ASSERT_TRUE(stream->Read(&result));
    EXPECT_EQ(result.item(), 1000u + i);
    if (i == kBad) {
      EXPECT_EQ(result.error().code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
      EXPECT_EQ(result.error().message(), "event.revision: got 0, want at least 1");
    } else {
      ASSERT_TRUE(result.has_receipt()) << result.error().message();
      EXPECT_THAT(result.receipt().case_ids(), ElementsAre(case_id));
      EXPECT_TRUE(VerifyReceipt(cluster().log_verifier(), result.receipt()).ok());
      leaves.insert(result.receipt().leaf_index());
    }
  }
  EXPECT_FALSE(stream->Read(&result));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(leaves.size(), kItems - 1u);
}

TEST_F(ExchangePushTest, ARetriedPushGetsTheSameReceiptByteForByte) {
  const v1::PushRequest push = Incident(5, "push-5", 1);
  const auto first = PoliceReports(push);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(PoliceReports(Incident(5, "push-5-later", 2)).ok());
  const auto again = PoliceReports(push);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
}

TEST_F(ExchangePushTest, AChangedRetryIsRefusedWithBothDigestsAndTheFirstStands) {
  v1::PushRequest push = Incident(6, "push-6", 1);
  const auto first = PoliceReports(push);
  ASSERT_TRUE(first.ok()) << first.status();
  push.mutable_event()->mutable_incident()->set_circumstances("Another account (synthetic).");
  const auto changed = PoliceReports(push);
  EXPECT_EQ(changed.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(changed.status().message()),
              MatchesRegex("event \\(source_system, source_reference, revision\\): got content "
                           "[0-9a-f]+, want [0-9a-f]+ as first received; send a change as a higher "
                           "revision"));
  const auto entry = ReadEntry(cluster(), first->leaf_index());
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_THAT(
      std::string(changed.status().message()),
      HasSubstr(StrCat("want ", absl::BytesToHexString(entry->collected().content_digest()))));
  const auto history = History(kPolice, first->case_ids(0));
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(Events(*history).size(), 1u);
}

TEST_F(ExchangePushTest, ReceiptsVerifyWithTheLogsPublicKeyAloneAndAgainstItsContent) {
  std::vector<v1::Receipt> receipts;
  for (int i = 0; i < 5; ++i) {
    const auto receipt = PoliceReports(Incident(7, StrCat("push-7-", i), i));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    receipts.push_back(*receipt);
  }
  const auto entries = ReadEntries(cluster());
  ASSERT_TRUE(entries.ok()) << entries.status();
  const std::vector<crypto::Digest> roots = RootsOf(*entries);
  for (v1::Receipt& receipt : receipts) {
    const absl::Status verified =
        VerifyReceiptAgainst(*entries, roots, cluster().log_verifier(), receipt);
    EXPECT_TRUE(verified.ok()) << verified;
    // And a receipt for another leaf does not.
    receipt.set_leaf_index(receipt.leaf_index() - 1);
    EXPECT_FALSE(VerifyReceipt(cluster().log_verifier(), receipt).ok());
  }
}

TEST_F(ExchangePushTest, ACorrectionTakesThePlaceOfWhatItCorrects) {
  const v1::PushRequest wrong = Incident(8, "push-8", 1);
  const auto first = PoliceReports(wrong);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto corrected = PoliceReports(CorrectionOf(wrong, "push-8-correction", 2));
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_THAT(corrected->case_ids(), ElementsAre(first->case_ids(0)));

  const auto history = History(kPolice, first->case_ids(0));
  ASSERT_TRUE(history.ok()) << history.status();
  const std::vector<v1::ReleasedEvent> events = Events(*history);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_TRUE(events[0].superseded());
  EXPECT_FALSE(events[0].has_event());
  ASSERT_EQ(events[0].markers_size(), 1);
  EXPECT_EQ(events[0].markers(0).reason(), v1::SUPERSEDED);
  EXPECT_FALSE(events[1].superseded());
  EXPECT_EQ(events[1].event().correction().corrects_reference(), "push-8");
  EXPECT_TRUE(events[1].event().correction().incident().is_crime());

  const auto entry = ReadEntry(cluster(), corrected->leaf_index());
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->operation(), v1::ALTERATION);
  EXPECT_THAT(entry->collected().supersedes(), ElementsAre(first->leaf_index()));
}

TEST_F(ExchangePushTest, AHigherRevisionTakesThePlaceOfALowerOneInWhicheverOrderTheyCome) {
  v1::PushRequest second = Incident(9, "push-9", 1);
  second.mutable_event()->set_revision(2);
  const auto later = PoliceReports(second);
  ASSERT_TRUE(later.ok()) << later.status();
  const auto earlier = PoliceReports(Incident(9, "push-9", 1));
  ASSERT_TRUE(earlier.ok()) << earlier.status();
  const auto history = History(kPolice, later->case_ids(0));
  ASSERT_TRUE(history.ok()) << history.status();
  for (const v1::ReleasedEvent& event : Events(*history)) {
    EXPECT_EQ(event.superseded(), event.leaf_index() == earlier->leaf_index());
  }
  EXPECT_EQ(Events(*history).size(), 2u);
}

TEST_F(ExchangePushTest, WhatAnAgencyOutsideTheCasePushesReachesTheCaseButLetsItInNowhere) {
  const std::string case_id = OpenCase(10, "push-10");
  const auto receipt = PoliceReports(Incident(10, "push-10", 5), kOtherPolice);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ASSERT_EQ(receipt->case_ids_size(), 1);
  EXPECT_NE(receipt->case_ids(0), case_id);

  EXPECT_EQ(History(kOtherPolice, case_id).status().code(), absl::StatusCode::kNotFound);
  const auto own = History(kOtherPolice, receipt->case_ids(0));
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(Events(*own).size(), 1u);

  const auto theirs = History(kIdva, case_id);
  ASSERT_TRUE(theirs.ok()) << theirs.status();
  ASSERT_EQ(Events(*theirs).size(), 2u);
  EXPECT_EQ(Events(*theirs)[1].source_agency(), kOtherPolice);
  EXPECT_EQ(Events(*theirs)[1].leaf_index(), receipt->leaf_index());
}

}  // namespace
}  // namespace concordat::tests
