// One corpus by every way out: whichever call, page size or continuation brings an event, the same
// reader is sent the same bytes; and what the log says was sent is what was.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/sha256.h"
#include "tests/calls.h"
#include "tests/canary_fixture.h"

namespace concordat::tests {
namespace {

constexpr uint32_t kWhole = 500;

struct Reader {
  std::string agency;
  std::string service;
  std::string method;  // Of that service.
  v1::Purpose purpose;
};

const Reader kReaders[] = {
    {"lancashire-police", "police", "Police/ReadCase", v1::LAW_ENFORCEMENT},
    {"blackpool-childrens-services", "social", "Social/ReadCase", v1::CHILD_SAFEGUARDING},
    {"blackpool-adult-services", "social", "Social/ReadCase", v1::ADULT_SAFEGUARDING},
    {"lancashire-marac", "marac", "Marac/PullCaseHistory", v1::MARAC_MEETING},
    {"fcwa-victim-service", "victim", "Victim/ReadCase", v1::VICTIM_SUPPORT},
    {"drive-lancashire", "marac", "Marac/PullCaseHistory", v1::PERPETRATOR_MANAGEMENT},
    {"lancashire-probation", "marac", "Marac/PullCaseHistory", v1::PERPETRATOR_MANAGEMENT},
    {"blackpool-health", "marac", "Marac/PullCaseHistory", v1::HEALTH_CARE},
    {"blackpool-housing", "marac", "Marac/PullCaseHistory", v1::HOUSING_SAFETY},
};

class EveryWayOutTest : public CanaryFixture {
 protected:
  using Pages = std::vector<v1::CasePage>;
  using Bytes = std::vector<std::string>;  // Of each event, in order.

  static v1::ReadCaseRequest RequestOf(const Reader& reader, const std::string& case_id,
                                       uint32_t page_size) {
    return ReadRequest(case_id, reader.purpose, page_size);
  }
  static Pages Read(const std::shared_ptr<grpc::Channel>& channel, RawCall call) {
    const RawReply reply = tests::Call(channel, call);
    const bool stopped =
        call.stop != nullptr && reply.status.error_code() == grpc::StatusCode::CANCELLED;
    EXPECT_TRUE(reply.status.ok() || stopped)
        << call.method << ": " << reply.status.error_message();
    Pages pages;
    for (const std::string& message : reply.messages) {
      EXPECT_TRUE(pages.emplace_back().ParseFromString(message));
    }
    return pages;
  }
  // In one call at the reader's service.
  static Pages ReadAtService(const Reader& reader, const std::string& case_id, uint32_t page_size) {
    return Read(cluster().Channel(reader.service, reader.agency),
                {StrCat("/concordat.v1.", reader.method),
                 {RequestOf(reader, case_id, page_size).SerializeAsString()}});
  }
  // At the ledger, as the service itself asks for it.
  static Pages ReadAtLedger(const Reader& reader, const std::string& case_id) {
    v1::EndCaller stated;
    stated.set_spiffe_id(
        cluster().pki().SpiffeId(reader.agency, AgencyOf(reader.agency).workloads(0)));
    stated.set_certificate_sha256(std::string(32, '\x7f'));
    RawCall call{"/concordat.v1.Ledger/ReadCase",
                 {RequestOf(reader, case_id, kWhole).SerializeAsString()}};
    call.metadata = {{"concordat-end-caller-bin", stated.SerializeAsString()}};
    return Read(cluster().Channel("ledger", StrCat("svc-", reader.service)), call);
  }
  // A call for each page, by the token of the one before.
  static Pages ReadByTokens(const Reader& reader, const std::string& case_id, uint32_t page_size) {
    Pages pages;
    v1::ReadCaseRequest request = RequestOf(reader, case_id, page_size);
    do {
      RawCall call{StrCat("/concordat.v1.", reader.method), {request.SerializeAsString()}};
      call.stop = [](std::string_view) { return true; };
      const Pages next = Read(cluster().Channel(reader.service, reader.agency), call);
      if (next.empty()) {
        ADD_FAILURE() << "no page";
        break;
      }
      pages.push_back(next[0]);
      request.set_page_token(next[0].next_page_token());
    } while (!request.page_token().empty());
    return pages;
  }
  static Bytes EventsOf(const Pages& pages) {
    Bytes events;
    for (const v1::CasePage& page : pages) {
      for (const v1::ReleasedEvent& event : page.events()) {
        events.push_back(event.SerializeAsString());
      }
    }
    return events;
  }
  // Against the log: what was sent, by the entry that was written before it and by doing it again.
  static void CheckRecorded(const Reader& reader, const Pages& pages) {
    const auto governance = cluster().Stub<v1::Governance>(reader.agency);
    const auto ledger = cluster().Stub<v1::Ledger>("log-auditor");
    for (const v1::CasePage& page : pages) {
      v1::CasePage events_only;
      *events_only.mutable_events() = page.events();
      const std::string sent = events_only.SerializeAsString();
      v1::GetReleaseRequest get;
      get.set_purpose(reader.purpose);
      get.set_disclosure_index(page.disclosure_index());
      const auto release = Call(*governance, &v1::Governance::Stub::GetRelease, get);
      ASSERT_TRUE(release.ok()) << release.status();
      v1::LogEntry entry;
      ASSERT_TRUE(entry.ParseFromString(release->entry()));
      const crypto::Digest digest = crypto::Sha256(sent);
      EXPECT_EQ(entry.disclosed().released_digest(), crypto::AsBytes(digest));
      ASSERT_EQ(entry.disclosed().records_size(), page.events_size());
      for (int i = 0; i < page.events_size(); ++i) {
        EXPECT_EQ(entry.disclosed().records(i).leaf_index(), page.events(i).leaf_index());
      }
      v1::ReplayReleaseRequest replay;
      replay.set_purpose(v1::VERIFY_LAWFULNESS);
      replay.set_disclosure_index(page.disclosure_index());
      replay.set_with_bytes(true);
      const auto again = Call(*ledger, &v1::Ledger::Stub::ReplayRelease, replay);
      ASSERT_TRUE(again.ok()) << again.status();
      EXPECT_EQ(again->verdict(), v1::SAME_BYTES) << again->why();
      EXPECT_EQ(again->released(), sent);
    }
  }
};

TEST_F(EveryWayOutTest, EachReaderIsSentTheSameByEveryCallThatReadsACase) {
  std::set<v1::Role> roles;
  for (const Reader& reader : kReaders) {
    roles.insert(AgencyOf(reader.agency).role());
    for (const std::string& case_id : case_ids()) {
      SCOPED_TRACE(StrCat(reader.agency, " ", case_id));
      const Pages whole = ReadAtService(reader, case_id, kWhole);
      const Bytes want = EventsOf(whole);
      ASSERT_EQ(whole.size(), 1u);
      ASSERT_FALSE(want.empty());
      for (const uint32_t page_size : {1u, 7u}) {
        const Pages pages = ReadAtService(reader, case_id, page_size);
        EXPECT_EQ(EventsOf(pages), want) << page_size;
        EXPECT_EQ(pages.size(), (want.size() + page_size - 1) / page_size);
      }
      EXPECT_EQ(EventsOf(ReadByTokens(reader, case_id, 3)), want);
      EXPECT_EQ(EventsOf(ReadAtLedger(reader, case_id)), want);
      ASSERT_NO_FATAL_FAILURE(CheckRecorded(reader, whole));
      ASSERT_NO_FATAL_FAILURE(CheckRecorded(reader, ReadAtService(reader, case_id, 5)));
    }
  }
  EXPECT_EQ(roles.size(), 9u);
}

TEST_F(EveryWayOutTest, AnAlertBringsWhatTheHistoryBrings) {
  const Reader reader = kReaders[4];
  std::map<uint64_t, std::string> want;
  for (const std::string& case_id : case_ids()) {
    for (const v1::CasePage& page : ReadAtService(reader, case_id, kWhole)) {
      for (const v1::ReleasedEvent& event : page.events()) {
        want[event.leaf_index()] = event.SerializeAsString();
      }
    }
  }
  v1::WatchAlertsRequest watch;
  watch.set_purpose(reader.purpose);
  RawCall call{"/concordat.v1.Victim/WatchAlerts", {watch.SerializeAsString()}};
  v1::WatchAlertsItem item;
  call.stop = [&](std::string_view message) {
    return !item.ParseFromArray(message.data(), static_cast<int>(message.size())) ||
           item.has_heartbeat();
  };
  size_t alerts = 0;
  for (const std::string& message :
       tests::Call(cluster().Channel(reader.service, reader.agency), call).messages) {
    ASSERT_TRUE(item.ParseFromString(message));
    if (!item.has_alert()) continue;
    ++alerts;
    const v1::ReleasedEvent& event = item.alert().event();
    // One that was corrected since its alert was raised is in neither.
    EXPECT_EQ(want[event.leaf_index()], event.SerializeAsString()) << event.leaf_index();
  }
  EXPECT_GT(alerts, 1u);
}

}  // namespace
}  // namespace concordat::tests
