// Alerts: to the victim service responsible for the victim, at once, until it acknowledges.
#include <gmock/gmock.h>

#include <map>

#include "base/str_cat.h"
#include "base/timestamps.h"
#include "crypto/sha256.h"
#include "tests/exchange_fixture.h"
#include "tests/log_audit.h"

namespace concordat::tests {
namespace {

using ::testing::ElementsAre;

class ExchangeAlertTest : public ExchangeFixture {
 protected:
  // One open watch of a victim service.
  class Watch {
   public:
    explicit Watch(const std::string& agency, uint64_t shown_through = 0)
        : stub_(cluster().Stub<v1::Victim>(agency)) {
      v1::WatchAlertsRequest request;
      request.set_purpose(v1::VICTIM_SUPPORT);
      request.set_shown_through(shown_through);
      reader_ = stub_->WatchAlerts(&context_, request);
    }
    ~Watch() {
      context_.TryCancel();
      reader_->Finish();
    }
    v1::WatchAlertsItem Next() {
      v1::WatchAlertsItem item;
      EXPECT_TRUE(reader_->Read(&item)) << "the stream ended";
      return item;
    }
    // What is there: everything before the first heartbeat, which is given back in `counts`.
    std::vector<v1::Alert> Waiting(v1::Heartbeat* counts = nullptr) {
      std::vector<v1::Alert> alerts;
      for (;;) {
        v1::WatchAlertsItem item = Next();
        if (!item.has_alert()) {
          if (counts != nullptr) *counts = item.heartbeat();
          return alerts;
        }
        alerts.push_back(std::move(*item.mutable_alert()));
      }
    }

   private:
    std::unique_ptr<v1::Victim::Stub> stub_;
    Context context_;
    std::unique_ptr<grpc::ClientReader<v1::WatchAlertsItem>> reader_;
  };

  static absl::StatusOr<v1::AcknowledgeAlertsResponse> Acknowledge(
      const std::string& agency, const std::vector<uint64_t>& sequences) {
    v1::AcknowledgeAlertsRequest request;
    request.set_purpose(v1::VICTIM_SUPPORT);
    request.mutable_sequences()->Assign(sequences.begin(), sequences.end());
    const auto stub = cluster().Stub<v1::Victim>(agency);
    return Call(*stub, &v1::Victim::Stub::AcknowledgeAlerts, request);
  }

  // Acknowledges whatever other tests have left.
  void SetUp() override {
    ExchangeFixture::SetUp();
    std::vector<uint64_t> left;
    for (const v1::Alert& alert : Watch(kIdva).Waiting()) left.push_back(alert.sequence());
    if (left.empty()) return;
    ASSERT_TRUE(Acknowledge(kIdva, left).ok());
  }
};

TEST_F(ExchangeAlertTest, AnAlertArrivesAtTheResponsibleServiceAndAtNoOther) {
  v1::PushRequest referral = Referral(201, "alert-1", 0);
  referral.mutable_event()->mutable_marac_referral()->add_invited_agencies(kOtherIdva);
  const auto opened = Refers(referral);
  ASSERT_TRUE(opened.ok()) << opened.status();
  Watch watch(kIdva);
  ASSERT_EQ(watch.Waiting().size(), 1u);

  const auto receipt = PoliceReports(Incident(201, "alert-1", 5));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const v1::WatchAlertsItem item = watch.Next();
  ASSERT_TRUE(item.has_alert()) << "got a heartbeat first, want the alert at once";
  const v1::Alert& alert = item.alert();
  EXPECT_EQ(alert.case_id(), opened->case_ids(0));
  EXPECT_EQ(alert.severity(), v1::IMMEDIATE);
  EXPECT_EQ(ToTime(alert.acknowledge_by()) - ToTime(alert.raised_at()), absl::Minutes(10));
  EXPECT_EQ(alert.event().leaf_index(), receipt->leaf_index());
  EXPECT_EQ(alert.event().event().incident().circumstances(),
            "She told the officer that he waits at her work (synthetic).");

  // The other victim service is party to the case and reads it, but isn't responsible for her.
  const auto other = cluster().Stub<v1::Victim>(kOtherIdva);
  EXPECT_TRUE(
      ReadAll(*other, &v1::Victim::Stub::ReadCase, ReadRequest(alert.case_id(), v1::VICTIM_SUPPORT))
          .ok());
  v1::Heartbeat counts;
  EXPECT_TRUE(Watch(kOtherIdva).Waiting(&counts).empty());
  EXPECT_EQ(counts.last_sequence(), 0u);
}

TEST_F(ExchangeAlertTest, NobodyButVictimServicesMayWatch) {
  for (const char* agency : {kPolice, kDrive, kCoordinator, "svc-victim"}) {
    const auto stub = cluster().Stub<v1::Victim>(agency);
    Context context;
    v1::WatchAlertsRequest request;
    request.set_purpose(v1::VICTIM_SUPPORT);
    const auto reader = stub->WatchAlerts(&context, request);
    v1::WatchAlertsItem item;
    EXPECT_FALSE(reader->Read(&item)) << agency;
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED) << agency;
  }
}

TEST_F(ExchangeAlertTest, AnAcknowledgedAlertDoesNotComeAgainAndOthersDo) {
  OpenCase(202, "alert-2");
  ASSERT_TRUE(PoliceReports(Incident(202, "alert-2", 5)).ok());
  const std::vector<v1::Alert> waiting = Watch(kIdva).Waiting();
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[1].sequence(), waiting[0].sequence() + 1);

  const auto acknowledged = Acknowledge(kIdva, {waiting[0].sequence()});
  ASSERT_TRUE(acknowledged.ok()) << acknowledged.status();
  EXPECT_THAT(acknowledged->acknowledged(), ElementsAre(waiting[0].sequence()));
  EXPECT_EQ(acknowledged->unacknowledged(), 1u);
  const auto entry = ReadEntry(cluster(), acknowledged->receipt().leaf_index());
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->operation(), v1::ALERT_ACKNOWLEDGED);
  EXPECT_THAT(entry->alerts_acknowledged().sequences(), ElementsAre(waiting[0].sequence()));
  EXPECT_FALSE(entry->alerts_acknowledged().late());

  v1::Heartbeat counts;
  const std::vector<v1::Alert> rest = Watch(kIdva).Waiting(&counts);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].sequence(), waiting[1].sequence());
  EXPECT_EQ(counts.last_sequence(), waiting[1].sequence());
  EXPECT_EQ(counts.unacknowledged(), 1u);
}

TEST_F(ExchangeAlertTest, AWatchGoesOnAfterWhatHasBeenShown) {
  OpenCase(203, "alert-3");
  ASSERT_TRUE(PoliceReports(Incident(203, "alert-3-a", 5)).ok());
  ASSERT_TRUE(PoliceReports(Incident(203, "alert-3-b", 6)).ok());
  const std::vector<v1::Alert> all = Watch(kIdva).Waiting();
  ASSERT_EQ(all.size(), 3u);
  const std::vector<v1::Alert> later = Watch(kIdva, all[1].sequence()).Waiting();
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].sequence(), all[2].sequence());
}

TEST_F(ExchangeAlertTest, NewsFromAnAgencyOutsideTheCaseAlertsTheVictimsService) {
  const std::string case_id = OpenCase(204, "alert-4");
  const auto receipt = PoliceReports(Incident(204, "alert-4", 5), kOtherPolice);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const std::vector<v1::Alert> waiting = Watch(kIdva).Waiting();
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[1].case_id(), case_id);
  EXPECT_EQ(waiting[1].event().source_agency(), kOtherPolice);
  EXPECT_EQ(waiting[1].event().leaf_index(), receipt->leaf_index());
}

TEST_F(ExchangeAlertTest, AVictimServiceIsNotAlertedToItsOwnContact) {
  OpenCase(205, "alert-5");
  ASSERT_TRUE(VictimServiceRecords(Liaison(205, "alert-5", 5)).ok());
  EXPECT_EQ(Watch(kIdva).Waiting().size(), 1u);  // The referral's.
}

TEST_F(ExchangeAlertTest, AnAlertOfNobodyCannotBeAcknowledgedAndThenNoneIs) {
  OpenCase(206, "alert-6");
  const std::vector<v1::Alert> waiting = Watch(kIdva).Waiting();
  ASSERT_EQ(waiting.size(), 1u);
  const auto refused = Acknowledge(kIdva, {waiting[0].sequence(), waiting[0].sequence() + 1000});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(refused.status().message(),
            "sequences[1]: got no such alert, want one raised for your agency");
  EXPECT_EQ(Watch(kIdva).Waiting().size(), 1u);
  // Sequences count within an agency: another's are not there.
  EXPECT_EQ(Acknowledge(kOtherIdva, {waiting[0].sequence()}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(ExchangeAlertTest, WhatAnAlertShowsIsInTheLogBeforeItLeaves) {
  OpenCase(207, "alert-7");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(PoliceReports(Incident(207, StrCat("alert-7-", i), i)).ok());
  }
  std::map<uint64_t, v1::CasePage> released;  // By disclosure: the events it covers, in order.
  for (const v1::Alert& alert : Watch(kIdva).Waiting()) {
    *released[alert.disclosure_index()].add_events() = alert.event();
  }
  ASSERT_FALSE(released.empty());
  for (const auto& [index, events] : released) {
    const auto entry = ReadEntry(cluster(), index);
    ASSERT_TRUE(entry.ok()) << entry.status();
    EXPECT_EQ(entry->operation(), v1::DISCLOSURE);
    ASSERT_EQ(entry->disclosed().recipients_size(), 1);
    EXPECT_EQ(entry->disclosed().recipients(0).agency(), kIdva);
    const crypto::Digest received = crypto::Sha256(events.SerializeAsString());
    EXPECT_EQ(entry->disclosed().released_digest(), crypto::AsBytes(received));
    EXPECT_EQ(entry->disclosed().records_size(), events.events_size());
  }
}

}  // namespace
}  // namespace concordat::tests
