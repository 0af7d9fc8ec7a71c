#include "services/common/validate_event.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/fake_clock.h"
#include "base/limits.h"
#include "base/timestamps.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using v1::CaseEvent;

std::string Text(const absl::Status& status) {
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

std::string Text(const CaseEvent& event) {
  const FakeClock clock(testing::TestEventTime());
  return Text(ValidateEvent(event, clock));
}

std::string Text(const v1::PushRequest& push) {
  const FakeClock clock(testing::TestEventTime());
  return Text(ValidatePush(push, BodiesOfServiceRole(v1::POLICE), clock));
}

TEST(ValidateEventTest, RefusesAnEventThatIsTooLargeBeforeLookingAtIt) {
  CaseEvent event;
  for (int i = 0; i < 65; ++i) {
    event.mutable_marac_referral()->add_proposed_actions(std::string(kFreeTextBytesMax, 'x'));
  }
  EXPECT_EQ(Text(event).rfind("event: got 1065", 0), 0u) << Text(event);
}

TEST(ValidateEventTest, RefusesTooManyPersons) {
  CaseEvent event = testing::TestIncident();
  while (event.persons_size() <= static_cast<int>(kPersonsPerEventMax)) {
    *event.add_persons() = event.persons(0);
  }
  EXPECT_EQ(Text(event), "event.persons: got 33 elements, want at most 32");
}

TEST(ValidateEventTest, RefusesUnknownFieldsBeforeAnythingElse) {
  CaseEvent event;
  auto* person = event.add_persons();
  person->GetReflection()->MutableUnknownFields(person)->AddVarint(99, 1);
  EXPECT_EQ(Text(event), "event.persons[0]: got unknown field number 99, want only known fields");
}

TEST(ValidateEventTest, RefusesAnEventWithoutItsKey) {
  CaseEvent event = testing::TestIncident();
  event.clear_source_system();
  EXPECT_EQ(Text(event),
            "event.source_system: got an empty string, want 1 to 64 printable ASCII characters");
  event = testing::TestIncident();
  event.set_source_system(std::string(65, 'a'));
  EXPECT_EQ(Text(event), "event.source_system: got 65 bytes, want at most 64");
  event = testing::TestIncident();
  event.clear_source_reference();
  EXPECT_EQ(
      Text(event),
      "event.source_reference: got an empty string, want 1 to 128 printable ASCII characters");
  event.set_source_reference("REF\n1");
  EXPECT_EQ(Text(event),
            "event.source_reference: got a character outside printable ASCII, want printable ASCII "
            "characters");
  event = testing::TestIncident();
  event.clear_revision();
  EXPECT_EQ(Text(event), "event.revision: got 0, want at least 1");
}

TEST(ValidateEventTest, RefusesACaseIdOutsidePrintableAscii) {
  CaseEvent event = testing::TestIncident();
  event.set_case_id("caf\xc3\xa9");
  EXPECT_EQ(
      Text(event),
      "event.case_id: got a character outside printable ASCII, want printable ASCII characters");
}

TEST(ValidateEventTest, RefusesTimesThatAreMissingWrongOrToCome) {
  CaseEvent event = testing::TestIncident();
  event.clear_occurred_at();
  EXPECT_EQ(Text(event), "event.occurred_at: got nothing, want when it happened");
  event.mutable_occurred_at()->set_seconds(-2208988801);
  EXPECT_EQ(Text(event), "event.occurred_at: got a time before 1900, want a time from 1900 on");
  event.mutable_occurred_at()->set_seconds(253402300800);
  EXPECT_EQ(Text(event),
            "event.occurred_at: got a time after 9999, want a time of at most year 9999");
  event.mutable_occurred_at()->set_seconds(0);
  event.mutable_occurred_at()->set_nanos(1000000000);
  EXPECT_EQ(Text(event), "event.occurred_at: got 1000000000 nanoseconds, want 0 to 999999999");
  *event.mutable_occurred_at() = ToTimestamp(testing::TestEventTime() + absl::Seconds(301));
  EXPECT_EQ(Text(event),
            "event.occurred_at: got a time in the future, want at most 5 minutes ahead of the "
            "ledger's clock");
  *event.mutable_occurred_at() = ToTimestamp(testing::TestEventTime() + absl::Minutes(5));
  EXPECT_EQ(Text(event), "ok");
}

TEST(ValidateEventTest, RefusesAnEmbargoThatIsNoTimeOrTooLong) {
  CaseEvent event = testing::TestIncident();
  event.mutable_embargo_until()->set_nanos(-1);
  EXPECT_EQ(Text(event), "event.embargo_until: got -1 nanoseconds, want 0 to 999999999");
  const absl::Time most = testing::TestEventTime() + absl::Hours(28 * 24);
  *event.mutable_embargo_until() = ToTimestamp(most + absl::Microseconds(1));
  EXPECT_EQ(Text(event),
            "event.embargo_until: got a time further ahead, want at most 28 days ahead of the "
            "ledger's clock");
  *event.mutable_embargo_until() = ToTimestamp(most);
  EXPECT_EQ(Text(event), "ok");
  // A retry may come when it is over.
  *event.mutable_embargo_until() = ToTimestamp(testing::TestEventTime() - absl::Hours(1));
  EXPECT_EQ(Text(event), "ok");
}

TEST(ValidateEventTest, ChecksEveryPerson) {
  CaseEvent event = testing::TestIncident();
  event.mutable_persons(1)->mutable_external_ids(0)->set_value("1979/0123456V");
  EXPECT_EQ(Text(event).rfind("event.persons[1].external_ids[0].value: got ", 0), 0u)
      << Text(event);
  EXPECT_EQ(Text(event).find("0123456"), std::string::npos);
}

TEST(ValidateEventTest, ChecksWhoRecordedIt) {
  CaseEvent event = testing::TestIncident();
  event.mutable_recorded_by()->set_name("Officer\nExample");
  EXPECT_EQ(
      Text(event),
      "event.recorded_by.name: got a control character, want 1 to 200 characters on one line");
  event.mutable_recorded_by()->clear_name();
  event.mutable_recorded_by()->set_phone(std::string(257, '0'));
  EXPECT_EQ(Text(event), "event.recorded_by.phone: got 257 bytes, want at most 256");
}

TEST(ValidateEventTest, ChecksTheBody) {
  EXPECT_EQ(Text(testing::TestEvent(CaseEvent::BODY_NOT_SET)),
            "event.body: got no body, want a body such as incident or risk_assessment");
}

TEST(ValidateEventTest, AcceptsEveryKindOfEvent) {
  for (const auto body :
       {CaseEvent::kIncident, CaseEvent::kRiskAssessment, CaseEvent::kMaracReferral,
        CaseEvent::kSocialCareContact, CaseEvent::kCustodyChange, CaseEvent::kLiaisonContact,
        CaseEvent::kCorrection}) {
    EXPECT_EQ(Text(testing::TestEvent(body)), "ok") << body;
  }
}

TEST(ValidatePushTest, RefusesAPushWithoutPurpose) {
  v1::PushRequest push = testing::TestPush(CaseEvent::kIncident);
  push.clear_purpose();
  EXPECT_EQ(
      Text(push),
      "purpose: got PURPOSE_UNSPECIFIED, want one of LAW_ENFORCEMENT, CHILD_SAFEGUARDING, "
      "ADULT_SAFEGUARDING, MARAC_MEETING, VICTIM_SUPPORT, PERPETRATOR_MANAGEMENT, HEALTH_CARE, "
      "HOUSING_SAFETY, EVALUATION, VERIFY_LAWFULNESS, SELF_MONITORING, INTEGRITY_AND_SECURITY, "
      "CRIMINAL_PROCEEDINGS, INFORMATION_RIGHTS");
}

TEST(ValidatePushTest, RefusesAPushWithoutEvent) {
  v1::PushRequest push = testing::TestPush(CaseEvent::kIncident);
  push.clear_event();
  EXPECT_EQ(Text(push), "event: got nothing, want the event");
}

TEST(ValidatePushTest, RefusesUnknownFieldsBesideTheEvent) {
  v1::PushRequest push = testing::TestPush(CaseEvent::kIncident);
  push.GetReflection()->MutableUnknownFields(&push)->AddVarint(55, 1);
  EXPECT_EQ(Text(push), "request: got unknown field number 55, want only known fields");
}

TEST(ValidatePushTest, RefusesBodiesThatThisDoorDoesNotTake) {
  EXPECT_EQ(Text(testing::TestPush(CaseEvent::kLiaisonContact)),
            "event.body: got liaison_contact, want incident, risk_assessment, custody_change or "
            "correction");
  EXPECT_EQ(Text(testing::TestPush(CaseEvent::kCustodyChange)), "ok");
}

}  // namespace
}  // namespace concordat::services
