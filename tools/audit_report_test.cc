#include "tools/audit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/timestamps.h"

namespace concordat::tools {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using v1::LogEntry;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

// A small log: entry n is recorded n minutes after kStart.
class Log {
 public:
  LogEntry* Add(v1::Operation operation, const std::string& agency) {
    entries_.emplace_back();
    LogEntry* entry = &entries_.back();
    entry->set_index(entries_.size() - 1);
    *entry->mutable_recorded_at() =
        ToTimestamp(kStart + absl::Minutes(static_cast<int64_t>(entry->index())));
    entry->set_operation(operation);
    entry->mutable_actor()->set_agency(agency);
    entry->mutable_actor()->set_spiffe_id("spiffe://td.test/agency/" + agency + "/desk");
    entry->mutable_actor()->set_via_spiffe_id("spiffe://td.test/agency/svc-marac/marac");
    entry->set_purpose(v1::MARAC_MEETING);
    entry->set_gateway(v1::COMMON_LAW_POLICING);
    entry->set_regime(v1::UK_GDPR);
    entry->set_controller(agency);
    return entry;
  }

  void AddEvent(const std::string& case_id, const std::vector<std::string>& subjects) {
    LogEntry* entry = Add(v1::COLLECTION, "police");
    entry->add_case_ids(case_id);
    entry->mutable_collected()->set_type(v1::INCIDENT_EVENT);
    entry->mutable_collected()->add_parts()->set_subject_id(case_id);
    for (const std::string& subject : subjects) {
      entry->mutable_collected()->add_parts()->set_subject_id(subject);
    }
  }

  // Of these records, each released in class IDENTITY but for the first, whose class is CONTACT.
  LogEntry* AddDisclosure(const std::string& agency, const std::string& case_id,
                          const std::vector<uint64_t>& records) {
    LogEntry* entry = Add(v1::DISCLOSURE, agency);
    entry->add_case_ids(case_id);
    LogEntry::Disclosed* disclosed = entry->mutable_disclosed();
    disclosed->add_recipients()->set_agency(agency);
    disclosed->add_rule_ids("rule-a");
    disclosed->add_rule_ids("rule-b");
    disclosed->add_controllers("police");
    disclosed->add_controllers("health");
    for (size_t i = 0; i < records.size(); ++i) {
      auto* record = disclosed->add_records();
      record->set_leaf_index(records[i]);
      record->set_released_classes(1u << (i == 0 ? v1::CONTACT : v1::IDENTITY));
      record->set_withheld_classes(i == 0 ? 0 : 1u << v1::HEALTH);
      record->add_rules(i == 0 ? 0 : 1);
      record->set_controller(i == 0 ? 0 : 1);
    }
    return entry;
  }

  std::vector<AuditRow> Ask(AuditQuestion question) const {
    AuditReport report(std::move(question));
    for (const LogEntry& entry : entries_) {
      const absl::Status status = report.Add(entry);
      EXPECT_TRUE(status.ok()) << status;
    }
    return report.Rows();
  }
  std::vector<uint64_t> Indices(const AuditQuestion& question) const {
    std::vector<uint64_t> indices;
    for (const AuditRow& row : Ask(question)) indices.push_back(row.index);
    return indices;
  }
  LogEntry* entry(size_t index) { return &entries_[index]; }

 private:
  std::vector<LogEntry> entries_;
};

// Two events of asha's, one without her, and who saw them.
Log SmallLog() {
  Log log;
  log.AddEvent("case-1", {"asha", "perp"});     // 0
  log.AddEvent("case-1", {"perp"});             // 1
  log.AddEvent("case-2", {"asha"});             // 2
  log.AddDisclosure("idva", "case-1", {0, 1});  // 3
  log.AddDisclosure("drive", "case-1", {1});    // 4
  log.AddDisclosure("idva", "case-2", {2});     // 5
  log.AddDisclosure("housing", "case-1", {});   // 6: an empty page.
  return log;
}

TEST(AuditReportTest, SubjectsAreTakenForNobodyElse) {
  const Log log = SmallLog();
  EXPECT_THAT(log.Indices({AuditAbout::kSubject, "ash"}), IsEmpty());
  EXPECT_THAT(log.Indices({AuditAbout::kSubject, "asha2"}), IsEmpty());
  EXPECT_THAT(log.Indices({AuditAbout::kCase, "case"}), IsEmpty());
  EXPECT_THAT(log.Indices({AuditAbout::kRecipient, "idv"}), IsEmpty());
}

TEST(AuditReportTest, SaysWhoSawASubjectsRecordAndOnlyThat) {
  const std::vector<AuditRow> rows = SmallLog().Ask({AuditAbout::kSubject, "asha"});
  ASSERT_EQ(rows.size(), 2u);
  const AuditRow& first = rows[0];
  EXPECT_EQ(first.index, 3u);
  EXPECT_EQ(first.recorded_at, kStart + absl::Minutes(3));
  EXPECT_EQ(first.operation, v1::DISCLOSURE);
  EXPECT_EQ(first.actor.agency(), "idva");
  EXPECT_EQ(first.actor.via_spiffe_id(), "spiffe://td.test/agency/svc-marac/marac");
  EXPECT_EQ(first.purpose, v1::MARAC_MEETING);
  EXPECT_EQ(first.gateway, v1::COMMON_LAW_POLICING);
  EXPECT_EQ(first.regime, v1::UK_GDPR);
  EXPECT_EQ(first.controller, "idva");
  ASSERT_EQ(first.recipients.size(), 1u);
  EXPECT_EQ(first.recipients[0].agency(), "idva");
  // Record 1 is not hers: its classes, rules and source are left out.
  EXPECT_THAT(first.records, ElementsAre(0u));
  EXPECT_THAT(first.sources, ElementsAre("police"));
  EXPECT_EQ(first.released_classes, 1u << v1::CONTACT);
  EXPECT_EQ(first.withheld_classes, 0u);
  EXPECT_THAT(first.rule_ids, ElementsAre("rule-a"));
  EXPECT_FALSE(first.confirmed_by.has_value());
  EXPECT_EQ(rows[1].index, 5u);
}

TEST(AuditReportTest, ASubjectThatJoinedTheCaseByAnEventIsInThatRecord) {
  Log log;
  log.AddEvent("case-1", {});
  log.entry(0)->mutable_collected()->add_case_changes()->add_persons_joined()->set_subject_id("bo");
  log.AddDisclosure("idva", "case-1", {0});
  EXPECT_THAT(log.Indices({AuditAbout::kSubject, "bo"}), ElementsAre(1u));
}

TEST(AuditReportTest, ACaseShowsEmptyPagesToo) {
  const std::vector<AuditRow> rows = SmallLog().Ask({AuditAbout::kCase, "case-1"});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].records, ElementsAre(0u, 1u));
  EXPECT_EQ(rows[0].released_classes, (1u << v1::CONTACT) | (1u << v1::IDENTITY));
  EXPECT_THAT(rows[0].rule_ids, ElementsAre("rule-a", "rule-b"));
  EXPECT_THAT(rows[0].sources, ElementsAre("health", "police"));
  EXPECT_EQ(rows[1].index, 4u);
  EXPECT_EQ(rows[2].index, 6u);
  EXPECT_THAT(rows[2].records, IsEmpty());
}

TEST(AuditReportTest, AConfirmationCountsWheneverItCame) {
  Log log = SmallLog();
  log.Add(v1::RELEASE_CONFIRMED, "idva")->mutable_release_confirmed()->set_disclosure_index(3);
  const std::vector<AuditRow> rows =
      log.Ask({AuditAbout::kSubject, "asha", kStart, kStart + absl::Minutes(4)});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].confirmed_by, 7u);
}

TEST(AuditReportTest, ReplaysSearchesAndDestructionAreAboutTheSubjectToo) {
  Log log = SmallLog();
  log.Add(v1::CONSULTATION, "auditor")->mutable_log_read()->set_replayed_index(3);  // 7
  log.Add(v1::CONSULTATION, "auditor")->mutable_log_read()->set_replayed_index(4);  // 8: not hers.
  log.Add(v1::SEARCH, "auditor")->mutable_subject_search()->add_subject_ids("asha");  // 9
  LogEntry* request = log.Add(v1::ERASURE_REQUESTED, "idva");                         // 10
  request->mutable_erasure_requested()->set_subject_id("asha");
  LogEntry* erased = log.Add(v1::ERASURE, "police");  // 11
  erased->mutable_erased()->set_request_index(10);
  erased->mutable_erased()->add_subject_ids("asha");
  LogEntry* other = log.Add(v1::ERASURE, "police");  // 12
  other->mutable_erased()->add_subject_ids("perp");
  EXPECT_THAT(log.Indices({AuditAbout::kSubject, "asha"}), ElementsAre(3u, 5u, 7u, 9u, 10u, 11u));
  EXPECT_THAT(log.Ask({AuditAbout::kSubject, "asha"})[2].details,
              ElementsAre(Pair("shown again", "3")));
}

TEST(AuditReportTest, AnActorIsOneWorkloadOrAWholeAgency) {
  Log log = SmallLog();
  log.Add(v1::DENIED, "idva")->mutable_refused()->set_method("/concordat.v1.Ledger/ReadCase");  // 7
  log.Add(v1::DENIED, "idva-two");                                                              // 8
  const std::string idva = "spiffe://td.test/agency/idva";
  EXPECT_THAT(log.Indices({AuditAbout::kActor, idva}), ElementsAre(3u, 5u, 7u));
  EXPECT_THAT(log.Indices({AuditAbout::kActor, idva + "/desk"}), ElementsAre(3u, 5u, 7u));
  EXPECT_THAT(log.Indices({AuditAbout::kActor, idva + "/des"}), IsEmpty());
  EXPECT_THAT(log.Indices({AuditAbout::kActor, ""}), IsEmpty());
  // All records of a disclosure, whosever they are.
  EXPECT_THAT(log.Ask({AuditAbout::kActor, idva})[0].records, ElementsAre(0u, 1u));
}

TEST(AuditReportTest, GivesEveryDisclosureToAnAgency) {
  EXPECT_THAT(SmallLog().Indices({AuditAbout::kRecipient, "idva"}), ElementsAre(3u, 5u));
}

TEST(AuditReportTest, AWokenReadingThatFoundNothingShowedNobodyAnything) {
  Log log = SmallLog();
  const auto add_reading = [&log] {
    LogEntry* entry = log.Add(v1::DISCLOSURE, "idva");
    entry->mutable_disclosed()->add_recipients()->set_agency("idva");
    entry->mutable_disclosed()->mutable_alerts_read()->set_after(4);
    return entry->mutable_disclosed();
  };
  add_reading();                                        // 7
  add_reading()->mutable_alerts_read()->set_alerts(1);  // 8: of a case no longer its own.
  LogEntry::Disclosed* earlier =
      add_reading();  // 9: as earlier builds wrote it, without the count.
  earlier->add_records()->set_leaf_index(0);
  earlier->add_controllers("police");
  EXPECT_THAT(log.Indices({AuditAbout::kRecipient, "idva"}), ElementsAre(3u, 5u, 8u, 9u));
  EXPECT_THAT(log.Indices({AuditAbout::kActor, "spiffe://td.test/agency/idva"}),
              ElementsAre(3u, 5u, 8u, 9u));
}

TEST(AuditReportTest, AnEventSaysWhomItAlerted) {
  Log log;
  log.AddEvent("case-1", {"asha"});
  log.entry(0)->mutable_collected()->add_alerts()->set_agency("idva");
  EXPECT_THAT(log.Ask({AuditAbout::kActor, "spiffe://td.test/agency/police"})[0].details,
              ElementsAre(Pair("event", "INCIDENT_EVENT"), Pair("alerted", "idva")));
}

TEST(AuditReportTest, GivesRefusalsWithTheirMethodAndRule) {
  Log log = SmallLog();
  LogEntry* refused = log.Add(v1::DENIED, "housing");
  refused->mutable_refused()->set_method("/concordat.v1.Ledger/ReadCase");
  refused->mutable_refused()->set_rule_id("no-party");
  refused->mutable_refused()->set_target("blinded");
  const std::vector<AuditRow> rows = log.Ask({AuditAbout::kRefusals, ""});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0].details, ElementsAre(Pair("method", "/concordat.v1.Ledger/ReadCase"),
                                           Pair("refused by", "no-party")));
}

TEST(AuditReportTest, GivesErasuresFromRequestToCertificateAndHolds) {
  Log log = SmallLog();
  LogEntry* request = log.Add(v1::ERASURE_REQUESTED, "idva");  // 7
  request->add_case_ids("case-1");
  request->mutable_erasure_requested()->set_reason(v1::COURT_ORDER);
  request->mutable_erasure_requested()->set_authority_reference("DPO/7");
  log.Add(v1::ERASURE, "police")->mutable_erased()->add_subject_ids("case-1");                  // 8
  log.Add(v1::ERASURE_CERTIFIED, "police")->mutable_erasure_certified()->set_erasure_index(8);  // 9
  LogEntry* held = log.Add(v1::EVIDENCE_HOLD, "police");  // 10
  held->add_case_ids("case-1");
  held->mutable_evidence_held()->set_held(true);
  EXPECT_THAT(log.Indices({AuditAbout::kErasures, ""}), ElementsAre(7u, 8u, 9u, 10u));
  EXPECT_THAT(log.Ask({AuditAbout::kErasures, ""})[0].details,
              ElementsAre(Pair("subject", "the whole case"), Pair("reason", "COURT_ORDER"),
                          Pair("authority", "DPO/7")));
  EXPECT_THAT(log.Indices({AuditAbout::kCase, "case-1"}), ElementsAre(3u, 4u, 6u, 7u, 10u));
}

TEST(AuditReportTest, GivesGrantsWithWhatWasReadByThemAndWhetherAnybodyReviewedThem) {
  Log log = SmallLog();
  for (int i = 0; i < 2; ++i) {
    LogEntry* broken = log.Add(v1::BREAK_GLASS, "police");  // 7, 8
    broken->add_case_ids("case-1");
    auto& grant = *broken->mutable_access_granted();
    grant.set_kind(v1::BROKEN_GLASS);
    grant.set_agency("police");
    grant.set_practitioner("officer-1");
    grant.set_category(v1::MISSING_PERSON);
    grant.mutable_review_due()->set_seconds(1'800'000'000);
  }
  log.AddDisclosure("police", "case-1", {0})->mutable_disclosed()->set_grant_index(7);  // 9
  log.Add(v1::BREAK_GLASS_REVIEWED, "idva")->mutable_break_glass_reviewed()->set_grant_index(7);
  EXPECT_THAT(log.Indices({AuditAbout::kGrants, ""}), ElementsAre(7u, 8u, 9u, 10u));
  const std::vector<AuditRow> rows = log.Ask({AuditAbout::kGrants, ""});
  EXPECT_THAT(rows[0].details, Contains(Pair("to", "officer-1 of police")));
  EXPECT_THAT(rows[0].details, Contains(Pair("review due", "2027-01-15T08:00:00+00:00")));
  EXPECT_THAT(rows[0].details, Contains(Pair("reviewed by", "10")));
  EXPECT_THAT(rows[1].details, Contains(Pair("reviewed by", "nobody")));
  EXPECT_THAT(rows[2].details, Contains(Pair("by grant", "7")));
  EXPECT_THAT(log.Indices({AuditAbout::kCase, "case-1"}), Contains(8u));
}

TEST(AuditReportTest, GivesWhatAPersonDid) {
  Log log = SmallLog();
  log.AddDisclosure("police", "case-1", {0})->mutable_actor()->set_practitioner("officer-1");  // 7
  log.AddDisclosure("police", "case-1", {0})->mutable_actor()->set_practitioner("officer-11");
  EXPECT_THAT(log.Indices({AuditAbout::kPractitioner, "officer-1"}), ElementsAre(7u));
  EXPECT_THAT(log.Ask({AuditAbout::kPractitioner, "officer-1"})[0].details,
              Contains(Pair("practitioner", "officer-1")));
}

TEST(AuditReportTest, KeepsToTheTimeAskedForWithItsStartAndWithoutItsEnd) {
  EXPECT_THAT(SmallLog().Indices({AuditAbout::kCase, "case-1", kStart + absl::Minutes(3),
                                  kStart + absl::Minutes(6)}),
              ElementsAre(3u, 4u));
}

TEST(AuditReportTest, RefusesEntriesThatPointToNothing) {
  for (const bool rules : {true, false}) {
    Log log;
    log.AddEvent("case-1", {});
    auto* record =
        log.AddDisclosure("idva", "case-1", {0})->mutable_disclosed()->mutable_records(0);
    if (rules) {
      record->add_rules(2);
    } else {
      record->set_controller(2);
    }
    AuditReport report({AuditAbout::kCase, "case-1"});
    EXPECT_TRUE(report.Add(*log.entry(0)).ok());
    const absl::Status status = report.Add(*log.entry(1));
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(status.message(), rules ? "entry 1: got position 2 of 2 rule_ids"
                                      : "entry 1: got position 2 of 2 controllers");
  }
}

TEST(AuditReportTest, SaysWhoWasToldOfAReadingAndWhatWasUnusualAboutIt) {
  Log log;
  log.AddEvent("case-1", {});
  LogEntry* read = log.AddDisclosure("refuge", "case-1", {0});
  read->mutable_disclosed()->add_unusual(v1::BULK_READING);
  v1::Notice& notice = *read->add_notices();
  notice.set_agency("police");
  notice.set_kind(v1::RECORD_READ);
  EXPECT_THAT(log.Ask({AuditAbout::kActor, "spiffe://td.test/agency/refuge"})[0].details,
              ElementsAre(Pair("unusual", "BULK_READING"), Pair("told", "police RECORD_READ")));
}

TEST(AuditReportTest, TellsARecallFromASealAndWhoAskedForReadings) {
  Log log;
  for (const bool recall : {false, true}) {
    auto* sealed = log.Add(v1::CASE_SEALED, "police")->mutable_case_sealed();
    sealed->set_sealed(true);
    sealed->set_authority_reference("A/1");
    sealed->add_spread()->mutable_seal()->set_agency("council");
    sealed->mutable_spread(0)->mutable_seal()->set_this_case_only(recall);
  }
  log.Add(v1::CONSULTATION, "police")->mutable_readings_listed()->set_leaf_index(4);
  auto* acknowledged = log.Add(v1::NOTICES_ACKNOWLEDGED, "police")->mutable_notices_acknowledged();
  acknowledged->set_desk(v1::CASEWORK);
  acknowledged->add_sequences(7);
  const auto rows = log.Ask({AuditAbout::kActor, "spiffe://td.test/agency/police"});
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_THAT(rows[0].details,
              ElementsAre(Pair("sealed against", "council"), Pair("authority", "A/1")));
  EXPECT_THAT(rows[1].details,
              ElementsAre(Pair("recalled from", "council"), Pair("authority", "A/1")));
  EXPECT_THAT(rows[2].details, ElementsAre(Pair("readings of", "record 4")));
  EXPECT_THAT(rows[3].details, ElementsAre(Pair("notices of", "CASEWORK"), Pair("notices", "7")));
}

}  // namespace
}  // namespace concordat::tools
