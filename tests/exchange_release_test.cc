// Events out: to each role its own view, recorded before it is released.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/str_cat.h"
#include "base/timestamps.h"
#include "crypto/sha256.h"
#include "tests/exchange_fixture.h"
#include "tests/log_audit.h"

namespace concordat::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ExchangeReleaseTest = ExchangeFixture;

constexpr char kNotFoundText[] = "case_id: got no such case, want one your agency is party to";

// (class, action, reason, rule) of a marker, readable when a test fails.
std::set<std::string> Markers(const v1::ReleasedEvent& event) {
  std::set<std::string> markers;
  for (const v1::Marker& marker : event.markers()) {
    markers.insert(StrCat(v1::DataClass_Name(marker.field_class()), " ",
                          v1::ReleaseAction_Name(marker.action()), " ",
                          v1::ReasonCode_Name(marker.reason()), " ", marker.rule_id()));
  }
  return markers;
}

v1::Person Find(const v1::ReleasedEvent& event, v1::Capacity capacity) {
  for (const v1::Person& person : event.event().persons()) {
    if (person.capacity() == capacity) return person;
  }
  return v1::Person();
}

TEST_F(ExchangeReleaseTest, EachRoleSeesAnIncidentAsThePolicySays) {
  const std::string case_id = OpenCase(101, "release-1");
  ASSERT_TRUE(PoliceReports(Incident(101, "release-1", 5)).ok());
  std::map<std::string, v1::ReleasedEvent> seen;
  for (const char* agency : {kPolice, kCoordinator, kIdva, kDrive, kChildrensCare}) {
    const auto pages = History(agency, case_id);
    ASSERT_TRUE(pages.ok()) << agency << ": " << pages.status();
    const std::vector<v1::ReleasedEvent> events = Events(*pages);
    ASSERT_EQ(events.size(), 2u) << agency;
    EXPECT_TRUE(events[1].event().has_incident()) << agency;
    EXPECT_EQ(events[1].source_agency(), kPolice) << agency;
    seen[agency] = events[1];
  }
  const std::string victim = Victim(101).full_name();

  // The victim's own service sees all but the perpetrator's record.
  const v1::ReleasedEvent& idva = seen[kIdva];
  EXPECT_EQ(Find(idva, v1::VICTIM).addresses(0).lines(0), "102 Synthetic Street");
  EXPECT_EQ(idva.event().incident().circumstances(),
            "She told the officer that he waits at her work (synthetic).");
  EXPECT_EQ(idva.event().incident().offence_codes_size(), 0);
  EXPECT_THAT(Markers(idva), Contains("OFFENCES GENERALISE REDUCED_FOR_ROLE offences-IDV"));

  // Police: her location only by two persons, her words only with her consent.
  const v1::ReleasedEvent& police = seen[kPolice];
  EXPECT_EQ(Find(police, v1::VICTIM).full_name(), victim);
  EXPECT_EQ(Find(police, v1::VICTIM).addresses_size(), 0);
  EXPECT_EQ(police.event().incident().circumstances(), "");
  EXPECT_THAT(police.event().incident().offence_codes(), ElementsAre("8/58"));
  EXPECT_THAT(Markers(police),
              IsSupersetOf({"VICTIM_LOCATION WITHHOLD TWO_PERSON_APPROVAL_NEEDED location-POL",
                            "VICTIM_DISCLOSURE WITHHOLD CONSENT_NEEDED vdisclosure-POL",
                            "SAFETY_PLAN GENERALISE REDUCED_FOR_ROLE safetyplan-POL"}));

  // The coordinator: the district, not the street.
  const v1::ReleasedEvent& coordinator = seen[kCoordinator];
  EXPECT_EQ(Find(coordinator, v1::VICTIM).addresses(0).postcode(), "FY1");
  EXPECT_EQ(Find(coordinator, v1::VICTIM).addresses(0).lines_size(), 0);
  EXPECT_EQ(coordinator.event().incident().circumstances(), "");

  // Children's social care: no enquiry is open.
  EXPECT_THAT(Markers(seen[kChildrensCare]),
              IsSupersetOf({"VICTIM_LOCATION WITHHOLD ENQUIRY_NOT_OPEN location-CSC",
                            "VICTIM_DISCLOSURE WITHHOLD ENQUIRY_NOT_OPEN vdisclosure-CSC"}));

  // Drive: the perpetrator, and of the victim her initials; no sign that she said anything.
  const v1::ReleasedEvent& drive = seen[kDrive];
  EXPECT_EQ(Find(drive, v1::PERPETRATOR).full_name(), Perpetrator(101).full_name());
  EXPECT_EQ(Find(drive, v1::VICTIM).full_name(), "A. E.");
  EXPECT_EQ(Find(drive, v1::VICTIM).addresses_size(), 0);
  EXPECT_EQ(Find(drive, v1::VICTIM).contacts_size(), 0);
  EXPECT_EQ(drive.event().incident().circumstances(), "");
  EXPECT_EQ(drive.event().incident().police_response_plan(), "");
  for (const v1::Marker& marker : drive.markers()) {
    EXPECT_NE(marker.reason(), v1::PERPETRATOR_FACING);
    EXPECT_NE(marker.field_class(), v1::VICTIM_DISCLOSURE);
    EXPECT_NE(marker.field_class(), v1::SAFETY_PLAN);
    EXPECT_NE(marker.field_class(), v1::VICTIM_LOCATION);
  }
}

TEST_F(ExchangeReleaseTest, AnOpenEnquiryShowsChildrensSocialCareWhatItNeeds) {
  const std::string case_id = OpenCase(102, "release-2");
  ASSERT_TRUE(PoliceReports(Incident(102, "release-2", 5)).ok());
  ASSERT_TRUE(SocialCareRecords(SocialContact(102, "release-2", 6)).ok());
  const auto pages = History(kChildrensCare, case_id);
  ASSERT_TRUE(pages.ok()) << pages.status();
  const std::vector<v1::ReleasedEvent> events = Events(*pages);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_NE(events[1].event().incident().circumstances(), "");
  EXPECT_EQ(Find(events[1], v1::VICTIM).addresses(0).postcode(), "FY1 4XX");
}

TEST_F(ExchangeReleaseTest, WhatAVictimToldIsNotThereAtAllForThePerpetratorsSide) {
  const std::string case_id = OpenCase(103, "release-3");
  ASSERT_TRUE(PoliceReports(Incident(103, "release-3", 5)).ok());
  ASSERT_TRUE(VictimServiceRecords(Liaison(103, "release-3", 6)).ok());
  v1::PushRequest told = Incident(103, "release-3-told", 7);
  told.mutable_event()->set_source_class(v1::SOURCE_VICTIM);
  ASSERT_TRUE(PoliceReports(told).ok());
  ASSERT_TRUE(PoliceReports(Custody(103, "release-3-custody", 8)).ok());

  const auto idva = History(kIdva, case_id);
  ASSERT_TRUE(idva.ok()) << idva.status();
  EXPECT_EQ(Events(*idva).size(), 5u);
  // Neither the events nor the number of pages tell that something was left out.
  const auto drive = History(kDrive, case_id, 1);
  ASSERT_TRUE(drive.ok()) << drive.status();
  EXPECT_EQ(drive->size(), 3u);
  const std::vector<v1::ReleasedEvent> events = Events(*drive);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_TRUE(events[0].event().has_marac_referral());
  EXPECT_EQ(events[1].event().source_reference(), "release-3");
  EXPECT_TRUE(events[2].event().has_custody_change());
  EXPECT_EQ(events[2].event().custody_change().exclusion_places_size(), 0);
  EXPECT_THAT((*drive)[0].never_released(),
              IsSupersetOf({v1::VICTIM_LOCATION, v1::SAFETY_PLAN, v1::VICTIM_DISCLOSURE}));
}

TEST_F(ExchangeReleaseTest, HistoriesAreInOrderWhateverThePageSizeAndTheOrderOfArrival) {
  const std::string case_id = OpenCase(104, "release-4");
  for (const int minute : {40, 10, 30, 20, 50, 30}) {
    static int n = 0;
    ASSERT_TRUE(PoliceReports(Incident(104, StrCat("release-4-", n++), minute)).ok());
  }
  const auto whole = History(kIdva, case_id);
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_EQ(whole->size(), 1u);
  const std::vector<v1::ReleasedEvent> want = Events(*whole);
  ASSERT_EQ(want.size(), 7u);
  for (size_t i = 1; i < want.size(); ++i) {
    const auto before =
        std::make_pair(ToTime(want[i - 1].event().occurred_at()), want[i - 1].leaf_index());
    EXPECT_LT(before, std::make_pair(ToTime(want[i].event().occurred_at()), want[i].leaf_index()));
  }
  for (const uint32_t page_size : {1u, 2u, 3u}) {
    const auto pages = History(kIdva, case_id, page_size);
    ASSERT_TRUE(pages.ok()) << pages.status();
    EXPECT_EQ(pages->size(), (7 + page_size - 1) / page_size);
    const std::vector<v1::ReleasedEvent> got = Events(*pages);
    ASSERT_EQ(got.size(), want.size()) << page_size;
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].SerializeAsString(), want[i].SerializeAsString()) << page_size;
    }
    for (size_t i = 0; i < pages->size(); ++i) {
      EXPECT_EQ((*pages)[i].next_page_token().empty(), i + 1 == pages->size());
    }
  }
}

TEST_F(ExchangeReleaseTest, APageTokenContinuesACallAndServesNobodyElse) {
  const std::string case_id = OpenCase(105, "release-5");
  ASSERT_TRUE(PoliceReports(Incident(105, "release-5", 5)).ok());
  const auto pages = History(kIdva, case_id, 1);
  ASSERT_TRUE(pages.ok()) << pages.status();
  ASSERT_EQ(pages->size(), 2u);
  v1::ReadCaseRequest request = ReadRequest(case_id, v1::VICTIM_SUPPORT, 1);
  request.set_page_token((*pages)[0].next_page_token());
  const auto victim = cluster().Stub<v1::Victim>(kIdva);
  const auto rest = ReadAll(*victim, &v1::Victim::Stub::ReadCase, request);
  ASSERT_TRUE(rest.ok()) << rest.status();
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ((*rest)[0].events(0).leaf_index(), (*pages)[1].events(0).leaf_index());

  request.set_purpose(v1::LAW_ENFORCEMENT);
  const auto police = cluster().Stub<v1::Police>(kPolice);
  const auto stolen = ReadAll(*police, &v1::Police::Stub::ReadCase, request);
  EXPECT_EQ(stolen.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(stolen.status().message(),
            "page_token: got a token not issued for this case and caller, want next_page_token of "
            "an earlier page");
}

TEST_F(ExchangeReleaseTest, ACaseThatIsNotTheirsLooksLikeOneThatDoesNotExistAndBothAreRecorded) {
  const std::string case_id = OpenCase(106, "release-6");
  const auto head = ReadCheckpoint(cluster());
  ASSERT_TRUE(head.ok()) << head.status();
  const std::string missing = "case-00000000000000000000000000";
  for (const char* agency : {kOtherPolice, kHousing}) {
    for (const std::string& id : {case_id, missing}) {
      const auto refused = History(agency, id);
      EXPECT_EQ(refused.status().code(), absl::StatusCode::kNotFound) << agency;
      EXPECT_EQ(refused.status().message(), kNotFoundText) << agency;
    }
  }
  const auto stored = ReadEntries(cluster(), head->size.value);
  ASSERT_TRUE(stored.ok()) << stored.status();
  std::vector<v1::LogEntry> denied;
  for (v1::LogEntry& entry : ParseEntries(*stored)) {
    if (entry.operation() == v1::DENIED) denied.push_back(std::move(entry));
  }
  ASSERT_EQ(denied.size(), 4u);
  for (size_t i = 0; i < denied.size(); ++i) {
    EXPECT_EQ(denied[i].actor().agency(), i < 2 ? kOtherPolice : kHousing);
    EXPECT_EQ(denied[i].refused().rule_id(), "not-party");
    EXPECT_EQ(denied[i].refused().method(), "/concordat.v1.Ledger/ReadCase");
    EXPECT_EQ(denied[i].refused().target().size(), 32u);
    EXPECT_EQ(denied[i].case_ids_size(), 0);  // Would tell which of the two exists.
  }
  // A varint's length is the clock's and the index's, and tells nothing of the case.
  for (v1::LogEntry& entry : denied) {
    entry.clear_recorded_at();
    entry.clear_index();
  }
  EXPECT_EQ(denied[0].ByteSizeLong(), denied[1].ByteSizeLong());
  EXPECT_EQ(denied[0].refused().target(), denied[2].refused().target());
}

TEST_F(ExchangeReleaseTest, EveryPageIsInTheLogBeforeItLeaves) {
  const std::string case_id = OpenCase(107, "release-7");
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(PoliceReports(Incident(107, StrCat("release-7-", i), i)).ok());
  }
  for (const char* agency : {kPolice, kCoordinator, kIdva, kDrive, kChildrensCare}) {
    const auto pages = History(agency, case_id, 2);
    ASSERT_TRUE(pages.ok()) << pages.status();
    const auto head = ReadCheckpoint(cluster());
    ASSERT_TRUE(head.ok()) << head.status();
    for (const v1::CasePage& page : *pages) {
      ASSERT_LT(page.disclosure_index(), head->size.value);
      const auto entry = ReadEntry(cluster(), page.disclosure_index());
      ASSERT_TRUE(entry.ok()) << entry.status();
      EXPECT_EQ(entry->operation(), v1::DISCLOSURE);
      EXPECT_EQ(entry->actor().agency(), agency);
      EXPECT_THAT(entry->case_ids(), ElementsAre(case_id));
      ASSERT_EQ(entry->disclosed().recipients_size(), 1);
      EXPECT_EQ(entry->disclosed().recipients(0).agency(), agency);
      EXPECT_LE(entry->disclosed().up_to_index(), page.disclosure_index());
      EXPECT_EQ(entry->policy_digest(), page.policy_digest());
      v1::CasePage events_only;
      *events_only.mutable_events() = page.events();
      const crypto::Digest received = crypto::Sha256(events_only.SerializeAsString());
      EXPECT_EQ(entry->disclosed().released_digest(), crypto::AsBytes(received));
      ASSERT_EQ(entry->disclosed().records_size(), page.events_size());
      for (int i = 0; i < page.events_size(); ++i) {
        EXPECT_EQ(entry->disclosed().records(i).leaf_index(), page.events(i).leaf_index());
      }
    }
  }
}

TEST_F(ExchangeReleaseTest, EveryEntryNamesItsOperationOfTheDataProtectionAct) {
  const auto head = ReadCheckpoint(cluster());
  ASSERT_TRUE(head.ok()) << head.status();
  const std::string case_id = OpenCase(108, "release-8");
  const v1::PushRequest push = Incident(108, "release-8", 1);
  ASSERT_TRUE(PoliceReports(push).ok());
  ASSERT_TRUE(PoliceReports(CorrectionOf(push, "release-8-correction", 2)).ok());
  ASSERT_TRUE(History(kCoordinator, case_id).ok());
  ASSERT_FALSE(History(kHousing, case_id).ok());
  ASSERT_TRUE(ReadEntries(cluster(), 0, 1).ok());
  const auto stored = ReadEntries(cluster(), head->size.value);
  ASSERT_TRUE(stored.ok()) << stored.status();
  std::vector<v1::Operation> operations;
  for (const v1::LogEntry& entry : ParseEntries(*stored)) {
    operations.push_back(entry.operation());
    EXPECT_FALSE(entry.actor().spiffe_id().empty());
    EXPECT_EQ(entry.actor().certificate_sha256().size(), 32u);
    EXPECT_NE(entry.purpose(), v1::PURPOSE_UNSPECIFIED);
  }
  EXPECT_THAT(operations, ElementsAre(v1::COLLECTION, v1::COLLECTION, v1::ALTERATION,
                                      v1::DISCLOSURE, v1::DENIED, v1::CONSULTATION));
}

}  // namespace
}  // namespace concordat::tests
