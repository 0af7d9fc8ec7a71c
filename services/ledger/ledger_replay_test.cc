// A release is made again byte for byte from the log, whatever came after it; or it is said why
// not.
#include <google/protobuf/text_format.h>

#include <string>

#include "auth/config_file.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

class LedgerReplayTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    case_id_ = Refer(Referral(1))->case_ids(0);
    for (int n = 2; n < 6; ++n) ASSERT_TRUE(PushIncident(Incident(n)).ok());
  }

  absl::StatusOr<v1::ReplayReleaseResponse> Replay(uint64_t index, bool with_bytes = false) {
    v1::ReplayReleaseRequest request;
    request.set_purpose(v1::VERIFY_LAWFULNESS);
    request.set_disclosure_index(index);
    request.set_with_bytes(with_bytes);
    return Ask(&Ledger::ReplayRelease, Auditor(), request);
  }
  void ExpectSame(uint64_t index) {
    const auto replay = Replay(index);
    ASSERT_TRUE(replay.ok()) << replay.status();
    EXPECT_EQ(replay->verdict(), v1::SAME_BYTES) << replay->why();
    EXPECT_EQ(replay->recorded_digest(), replay->replayed_digest());
    EXPECT_EQ(replay->released(), "");
  }
  // What changes the case, its flags and its events after a release.
  void ChangeEverything() {
    v1::CaseEvent revised = Incident(2);
    revised.set_revision(2);
    revised.mutable_incident()->set_initial_grade(v1::HIGH);
    ASSERT_TRUE(PushIncident(revised).ok());
    v1::CaseEvent enquiry = Incident(60);
    enquiry.mutable_social_care_contact()->set_kind(v1::SocialCareContact::SECTION_47_ENQUIRY);
    enquiry.set_case_id(case_id_);
    ASSERT_TRUE(Push(SocialCare(), enquiry, v1::CHILD_SAFEGUARDING).ok());
    ASSERT_TRUE(PushIncident(Incident(0)).ok());
  }

  std::string case_id_;
};

TEST_F(LedgerReplayTest, RefusesWhatIsNoRelease) {
  const absl::Status not_there = Replay(1u << 20).status();
  EXPECT_EQ(not_there.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Replay(1).status(), not_there);
  v1::ReplayReleaseRequest request;
  request.set_purpose(v1::VERIFY_LAWFULNESS);
  EXPECT_EQ(Ask(&Ledger::ReplayRelease, Coordinator(), request).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Entries().back().operation(), v1::DENIED);
}

TEST_F(LedgerReplayTest, GivesTheSameBytesOfEveryRolesPagesWhateverCameLater) {
  const uint64_t idva = Read(Idva(), case_id_, v1::VICTIM_SUPPORT)->disclosure_index();
  const uint64_t drive = Read(Drive(), case_id_, v1::PERPETRATOR_MANAGEMENT)->disclosure_index();
  const auto first = Read(Coordinator(), case_id_, v1::MARAC_MEETING, 2);
  const auto second = Read(Coordinator(), case_id_, v1::MARAC_MEETING, 2, first->next_page_token());
  ChangeEverything();
  Reopen();
  for (const uint64_t index :
       {idva, drive, first->disclosure_index(), second->disclosure_index()}) {
    ExpectSame(index);
  }
  ExpectSame(Read(Idva(), case_id_, v1::VICTIM_SUPPORT)->disclosure_index());
}

TEST_F(LedgerReplayTest, GivesTheSameBytesOfAlerts) {
  ASSERT_TRUE(Acknowledge(Idva(), {2}).ok());
  const auto alerts = Alerts(Idva(), 1);
  ASSERT_TRUE(alerts.ok()) << alerts.status();
  ASSERT_GT(alerts->alerts.size(), 1u);
  ASSERT_TRUE(Acknowledge(Idva(), {3, 4}).ok());
  ChangeEverything();
  ExpectSame(alerts->alerts[0].disclosure_index());
}

TEST_F(LedgerReplayTest, DecidesByThePolicyOfThatDay) {
  const uint64_t before = Read(Idva(), case_id_, v1::VICTIM_SUPPORT)->disclosure_index();
  v1::ReleasePolicy policy;
  ASSERT_TRUE(auth::ReadTextproto(config_.policy_file(), &policy).ok());
  policy.set_version("a later one");
  for (v1::FieldRule& rule : *policy.mutable_rules()) {
    if (rule.role() == v1::VICTIM_SERVICE && rule.action() == v1::RELEASE) {
      rule.set_action(v1::WITHHOLD);
      rule.set_condition(v1::CONDITION_NONE);
    }
  }
  const std::string path = StrCat(config_.data_dir(), ".policy");
  std::string text;
  ASSERT_TRUE(google::protobuf::TextFormat::PrintToString(policy, &text));
  ASSERT_TRUE(WriteFileAtomically(path, text, 0600).ok());
  config_.set_policy_file(path);
  Reopen();
  const auto after = Read(Idva(), case_id_, v1::VICTIM_SUPPORT);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->SerializeAsString().find("1 Synthetic Street"), std::string::npos);
  ExpectSame(before);
  ExpectSame(after->disclosure_index());
}

TEST_F(LedgerReplayTest, GivesTheBytesOnlyWhenAskedAndRecordsThatAsADisclosure) {
  const auto page = Read(Idva(), case_id_, v1::VICTIM_SUPPORT);
  const auto checked = Replay(page->disclosure_index());
  EXPECT_EQ(Entries()[checked->leaf_index()].operation(), v1::CONSULTATION);
  EXPECT_EQ(Entries()[checked->leaf_index()].log_read().replayed_index(), page->disclosure_index());
  const auto shown = Replay(page->disclosure_index(), /*with_bytes=*/true);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->released(), ReleasedBytes(*page));
  const v1::LogEntry entry = Entries()[shown->leaf_index()];
  EXPECT_EQ(entry.operation(), v1::DISCLOSURE);
  EXPECT_EQ(entry.disclosed().recipients(0).agency(), "log-auditor");
  EXPECT_EQ(entry.disclosed().records_size(), page->events_size());
  EXPECT_EQ(Replay(shown->leaf_index()).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace concordat::services
