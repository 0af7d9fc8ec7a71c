#include "storage/projection.h"

#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/erasure_store.h"
#include "storage/key_schema.h"
#include "storage/memory_store.h"
#include "storage/testing/case_log.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/stored_rows.h"

namespace concordat::storage {
namespace {

using Fill = std::function<void(v1::LogEntry&)>;

class ProjectionTest : public testing::Test {
 protected:
  ProjectionTest() : log_("/log", env_.env()) {}

  // Of an entry above whatever the log holds, and of nothing else.
  absl::Status ProjectAlone(const Fill& fill) {
    MemoryStore store(nullptr);
    v1::LogEntry entry;
    entry.set_index(99);
    entry.mutable_actor()->set_agency("police");
    fill(entry);
    return Project(log_.vault(), store, entry);
  }

  void ExpectContradiction(const Fill& fill) {
    const absl::Status status = ProjectAlone(fill);
    EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "99: got ")) << status;
  }

  CrashEnv env_;
  CaseLog log_;
};

TEST_F(ProjectionTest, RefusesAnEntryThatRefersToWhatIsNotThere) {
  ExpectContradiction([](v1::LogEntry& entry) {  // A case that nothing opened.
    entry.mutable_collected()->add_case_changes()->set_case_id("case-x");
  });
  ExpectContradiction(
      [](v1::LogEntry& entry) { entry.mutable_alerts_acknowledged()->add_sequences(1); });
  ExpectContradiction([](v1::LogEntry& entry) {
    entry.add_case_ids("case-x");
    entry.mutable_evidence_held()->set_held(true);
  });
  ExpectContradiction([](v1::LogEntry& entry) {
    entry.add_case_ids("case-x");
    entry.mutable_erased()->add_subject_ids("case-x");
  });
  ExpectContradiction([](v1::LogEntry& entry) { entry.mutable_erased()->set_request_index(3); });
  ExpectContradiction(
      [](v1::LogEntry& entry) { entry.mutable_erasure_certified()->set_erasure_index(3); });
}

TEST_F(ProjectionTest, RefusesAnAlertOutOfSequenceOrOfAnotherCaseThanTheEntrys) {
  const auto alert_of = [](const char* case_id, uint64_t sequence) {
    return [=](v1::LogEntry& entry) {
      entry.add_case_ids("case-x");
      v1::LogEntry::AlertRaised& raised = *entry.mutable_collected()->add_alerts();
      raised.set_case_id(case_id);
      raised.set_agency("victim-service");
      raised.set_sequence(sequence);
    };
  };
  EXPECT_TRUE(ProjectAlone(alert_of("case-x", 1)).ok());
  ExpectContradiction(alert_of("case-x", 2));
  ExpectContradiction(alert_of("case-y", 1));
}

TEST_F(ProjectionTest, RefusesAnAlertEntryOutOfSequenceOrOfOtherThanOneCase) {
  ExpectContradiction([](v1::LogEntry& entry) {
    entry.add_case_ids("case-x");
    entry.mutable_alert_raised()->set_agency("victim-service");
    entry.mutable_alert_raised()->set_sequence(2);
  });
  ExpectContradiction([](v1::LogEntry& entry) {
    entry.mutable_alert_raised()->set_agency("victim-service");
    entry.mutable_alert_raised()->set_sequence(1);
  });
}

TEST_F(ProjectionTest, RefusesANoticeOutOfSequenceWhateverTheEntry) {
  const auto notice_of = [](uint64_t sequence, v1::Desk desk) {
    return [=](v1::LogEntry& entry) {
      entry.mutable_disclosed();
      for (const v1::Desk to : {v1::CASEWORK, desk}) {
        v1::Notice& notice = *entry.add_notices();
        notice.set_agency("police");
        notice.set_desk(to);
        notice.set_sequence(notice.desk() == v1::CASEWORK && entry.notices_size() == 1 ? 1
                                                                                       : sequence);
      }
    };
  };
  EXPECT_TRUE(ProjectAlone(notice_of(2, v1::CASEWORK)).ok());
  EXPECT_TRUE(ProjectAlone(notice_of(1, v1::DATA_PROTECTION)).ok());
  ExpectContradiction(notice_of(1, v1::CASEWORK));
  ExpectContradiction(notice_of(3, v1::CASEWORK));
  ExpectContradiction(notice_of(2, v1::DATA_PROTECTION));
}

TEST_F(ProjectionTest, RefusesAnAcknowledgementOfNoNoticeOfTheActorsDesk) {
  ExpectContradiction([](v1::LogEntry& entry) {
    entry.mutable_notices_acknowledged()->set_desk(v1::CASEWORK);
    entry.mutable_notices_acknowledged()->add_sequences(1);
  });
}

absl::Status Erase(CaseLog& log, const std::string& named, const std::string& subject) {
  return log
      .Commit([&](Transaction& transaction) {
        v1::LogEntry entry;
        entry.add_case_ids(named);
        entry.mutable_erased()->set_request_index(13);
        entry.mutable_erased()->add_subject_ids(subject);
        transaction.AppendEntry(std::move(entry));
        return absl::OkStatus();
      })
      .status();
}

TEST_F(ProjectionTest, RefusesAnErasureThatLeavesThePersonInACaseThatNoEventLeadsTo) {
  log_.WriteStory();
  // The perpetrator is in both cases, and nothing in the log says how he came to the other.
  const absl::Status status = Erase(log_, "case-a", "subject-bo");
  EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "without one of its subject's cases")) << status;
  // Undone with the entry.
  EXPECT_TRUE(log_.log().Snapshot()->Get(Family::kKeys, SubjectKey("subject-bo")).ok());
}

TEST_F(ProjectionTest, AnErasureReachesThePersonInEveryCaseWhicheverItNames) {
  for (const char* named : {"case-a", "case-b"}) {
    SCOPED_TRACE(named);
    CrashEnv env;
    CaseLog log("/log", env.env());
    log.WriteStory();
    // Both cases knew him already, so the event that is in both tells neither.
    log.Append(v1::COLLECTION, [](v1::LogEntry& entry) {
      v1::LogEntry::Collected& collected = *entry.mutable_collected();
      collected.set_idempotency_key("key of both");
      collected.set_series_key("series of both");
      for (const char* id : {"case-a", "case-b"}) collected.add_case_changes()->set_case_id(id);
    });
    const absl::Status erased = Erase(log, named, "subject-bo");
    ASSERT_TRUE(erased.ok()) << erased;
    const auto reader = log.log().Snapshot();
    EXPECT_FALSE(reader->Get(Family::kKeys, SubjectKey("subject-bo")).ok());
    for (const char* id : {"case-a", "case-b"}) {
      auto record = GetCase(*reader, id);
      ASSERT_TRUE(record.ok()) << record.status();
      const v1::CasePerson* person = FindPerson(&*record, "subject-bo");
      ASSERT_NE(person, nullptr) << id;
      EXPECT_FALSE(person->has_identifiers()) << id;
    }
  }
}

TEST_F(ProjectionTest, AnErasedCasesReasonsForGoingBeyondThePolicyAreGone) {
  log_.WriteStory();
  // The request for an approval and the broken glass: the first and third of the last four.
  const std::string reasons[] = {SealedKey(LeafIndex{CaseLog::kStoryEntries - 4}, 0),
                                 SealedKey(LeafIndex{CaseLog::kStoryEntries - 2}, 0)};
  for (const std::string& key : reasons) {
    EXPECT_TRUE(log_.log().Snapshot()->Get(Family::kSealed, key).ok());
  }
  const absl::Status erased = Erase(log_, "case-a", "case-a");
  ASSERT_TRUE(erased.ok()) << erased;
  for (const std::string& key : reasons) {
    EXPECT_TRUE(absl::IsNotFound(log_.log().Snapshot()->Get(Family::kSealed, key).status()));
  }
}

TEST_F(ProjectionTest, RefusesAReviewOfWhatIsNotToBeReviewedOrTwice) {
  log_.WriteStory();
  const uint64_t request = CaseLog::kStoryEntries - 4;
  const auto review = [&](uint64_t grant) {
    return log_
        .Commit([&](Transaction& transaction) {
          v1::LogEntry entry;
          entry.add_case_ids("case-a");
          entry.mutable_break_glass_reviewed()->set_grant_index(grant);
          transaction.AppendEntry(std::move(entry));
          return absl::OkStatus();
        })
        .status();
  };
  // A request, what two persons agreed to, the broken glass that the story reviewed, and nothing.
  for (const uint64_t grant : {request, request + 1, request + 2}) {
    const absl::Status status = review(grant);
    EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << grant << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "a review of what is not")) << status;
  }
  EXPECT_FALSE(review(3).ok());
}

TEST_F(ProjectionTest, RefusesAnApprovalOfWhatNobodyAskedForOrTwice) {
  log_.WriteStory();
  const uint64_t request = CaseLog::kStoryEntries - 4;
  for (const uint64_t asked : {request, request + 2}) {
    const absl::Status status = log_.Commit([&](Transaction& transaction) {
                                      v1::LogEntry entry;
                                      entry.add_case_ids("case-a");
                                      entry.mutable_access_granted()->set_kind(v1::TWO_PERSONS);
                                      entry.mutable_access_granted()->set_request_index(asked);
                                      transaction.AppendEntry(std::move(entry));
                                      return absl::OkStatus();
                                    })
                                    .status();
    EXPECT_EQ(absl::StatusCode::kDataLoss, status.code()) << asked << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "nobody asked for")) << status;
  }
}

TEST_F(ProjectionTest, AnErasedPersonsIdentifiersAreGoneButForThoseThatAnotherShares) {
  log_.WriteStory();
  const auto reader = log_.log().Snapshot();
  const auto record = GetCase(*reader, "case-a");
  ASSERT_TRUE(record.ok());
  ASSERT_EQ(3, record->persons_size());
  EXPECT_TRUE(record->persons(0).has_identifiers());
  EXPECT_FALSE(record->persons(2).has_identifiers());
  StoredRows rows(*reader);
  // Two of the victim and one of the perpetrator in case-a; his again in case-b.
  EXPECT_EQ(4u, rows[Family::kPersonIndex].size());
  const auto erasure = GetErasure(*reader, LeafIndex{10});
  ASSERT_TRUE(erasure.ok());
  EXPECT_EQ(11u, erasure->erasure_index());
  EXPECT_EQ(12u, erasure->certificate_index());
}

TEST_F(ProjectionTest, FoldsToTheSameBytesWithTheKeysAsTheyAreAfterwards) {
  log_.WriteStory();
  StoredRows rows(*log_.log().Snapshot());
  MemoryStore store(&rows);
  ASSERT_TRUE(log_.log()
                  .ScanEntries(LeafIndex{0}, LeafIndex{CaseLog::kStoryEntries},
                               [&](LeafIndex, std::string_view stored) {
                                 v1::LogEntry entry;
                                 EXPECT_TRUE(entry.ParseFromString(std::string(stored)));
                                 EXPECT_TRUE(Project(log_.vault(), store, entry).ok());
                                 return true;
                               })
                  .ok());
  for (const Family family : kProjections) {
    StoredRows::Rows folded;
    ASSERT_TRUE(store
                    .Scan(family, "", "",
                          [&](std::string_view key, std::string_view value) {
                            folded.emplace(key, value);
                            return true;
                          })
                    .ok());
    EXPECT_EQ(rows[family], folded) << kFamilyNames[static_cast<size_t>(family)];
  }
}

}  // namespace
}  // namespace concordat::storage
