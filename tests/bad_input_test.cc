// What may not come in, each with the error that tells its sender field, got and want. Nothing of
// it is taken, nothing personal is in the answer, and the service goes on.
#include <gmock/gmock.h>

#include "base/limits.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/cluster.h"
#include "tests/log_audit.h"
#include "tests/raw_call.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kPolice[] = "lancashire-police";
constexpr char kNotify[] = "/concordat.v1.Police/NotifyIncident";
constexpr char kNotifyMany[] = "/concordat.v1.Police/NotifyIncidents";
constexpr char kNotFoundText[] = "case_id: got no such case, want one your agency is party to";
constexpr char kPurposes[] =
    "one of LAW_ENFORCEMENT, CHILD_SAFEGUARDING, ADULT_SAFEGUARDING, MARAC_MEETING, "
    "VICTIM_SUPPORT, PERPETRATOR_MANAGEMENT, HEALTH_CARE, HOUSING_SAFETY, EVALUATION, "
    "VERIFY_LAWFULNESS, SELF_MONITORING, INTEGRITY_AND_SECURITY, CRIMINAL_PROCEEDINGS, "
    "INFORMATION_RIGHTS";

class BadInputTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto cluster = Cluster::Start({});
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = cluster->release();
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }
  void SetUp() override {
    ASSERT_NE(cluster_, nullptr);
    police_ = cluster_->Channel("police", kPolice);
    events_before_ = Events();
  }
  // None was taken, and a good one still is.
  void TearDown() override {
    EXPECT_EQ(Events(), events_before_);
    static int n = 0;
    const RawReply good = Push(Incident(500, StrCat("good-", n++), 1));
    EXPECT_TRUE(good.status.ok()) << good.status.error_message();
  }

  static int Events() {
    const auto stored = ReadEntries(*cluster_);
    EXPECT_TRUE(stored.ok()) << stored.status();
    int events = 0;
    for (const v1::LogEntry& entry : ParseEntries(*stored)) events += entry.has_collected();
    return events;
  }

  RawReply Push(const v1::PushRequest& push) { return PushBytes(push.SerializeAsString()); }
  RawReply PushBytes(std::string bytes) { return Call(police_, {kNotify, {std::move(bytes)}}); }

  // Refused alike alone and as an item of a stream, of which the other items are taken.
  void ExpectRefused(const v1::PushRequest& push, grpc::StatusCode code, const std::string& text) {
    const RawReply alone = Push(push);
    EXPECT_EQ(alone.status.error_code(), code) << alone.status.error_message();
    EXPECT_EQ(alone.status.error_message(), text);
    EXPECT_TRUE(alone.messages.empty());
    const RawReply stream = Call(police_, {kNotifyMany, {push.SerializeAsString()}});
    EXPECT_TRUE(stream.status.ok()) << stream.status.error_message();
    ASSERT_EQ(stream.messages.size(), 1u);
    v1::PushResult result;
    ASSERT_TRUE(result.ParseFromString(stream.messages[0]));
    EXPECT_EQ(result.error().code(), static_cast<int>(code));
    EXPECT_EQ(result.error().message(), text);
  }
  void ExpectInvalid(const v1::PushRequest& push, const std::string& text) {
    ExpectRefused(push, grpc::StatusCode::INVALID_ARGUMENT, text);
  }

  static Cluster* cluster_;
  std::shared_ptr<grpc::Channel> police_;
  int events_before_ = 0;
};

Cluster* BadInputTest::cluster_ = nullptr;

TEST_F(BadInputTest, RefusesBytesThatAreNoMessage) {
  // A length that goes beyond the end, a wrong wire type, text.
  const std::string good = Incident(1, "malformed", 1).SerializeAsString();
  for (const std::string& bytes : {std::string("\x0a\x7f"), std::string("\x0f\x01"),
                                   std::string("<event/>"), good.substr(0, good.size() - 9)}) {
    const RawReply alone = PushBytes(bytes);
    EXPECT_EQ(alone.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(alone.status.error_message(),
              "request: got bytes that are no PushRequest, want a PushRequest");
    const RawReply stream = Call(police_, {kNotifyMany, {bytes}});
    EXPECT_EQ(stream.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(stream.status.error_message(),
              "request: got bytes that are no PushRequest, want a PushRequest");
  }
}

TEST_F(BadInputTest, AMalformedItemDoesNotTakeThoseBeforeItBack) {
  const RawReply reply = Call(
      police_, {kNotifyMany, {Incident(2, "before-malformed", 1).SerializeAsString(), "\x0a\x7f"}});
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_EQ(reply.messages.size(), 1u);
  v1::PushResult result;
  ASSERT_TRUE(result.ParseFromString(reply.messages[0]));
  EXPECT_TRUE(result.has_receipt());
  ++events_before_;  // The good one.
}

TEST_F(BadInputTest, RefusesAFieldThatItDoesNotKnowWhereverItStands) {
  const std::string unknown = "\xfa\xff\x01\x01x";  // Field 4095, one byte.
  v1::PushRequest push = Incident(3, "unknown-field", 1);
  EXPECT_EQ(PushBytes(push.SerializeAsString() + unknown).status.error_message(),
            "request: got unknown field number 4095, want only known fields");
  v1::Person& person = *push.mutable_event()->mutable_persons(1);
  ASSERT_TRUE(person.ParseFromString(person.SerializeAsString() + unknown));
  ExpectInvalid(push, "event.persons[1]: got unknown field number 4095, want only known fields");
}

TEST_F(BadInputTest, RefusesAnEnumNumberThatItDoesNotKnow) {
  v1::PushRequest push = Incident(4, "unknown-enum", 1);
  push.mutable_event()->mutable_incident()->set_initial_grade(static_cast<v1::RiskGrade>(77));
  ExpectInvalid(push, "event.incident.initial_grade: got 77, want a value of RiskGrade");
}

TEST_F(BadInputTest, RefusesIdentifiersWhoseCheckFails) {
  v1::PushRequest push = Incident(5, "check", 1);
  v1::ExternalId& nhs = *push.mutable_event()->mutable_persons(0)->mutable_external_ids(0);
  v1::ExternalId& pnc = *push.mutable_event()->mutable_persons(1)->mutable_external_ids(0);
  const std::string good_nhs = nhs.value();
  nhs.set_value("9434765918");
  ExpectInvalid(push,
                "event.persons[0].external_ids[0].value: got a check digit that does not match, "
                "want 10 digits with their check digit");
  nhs.set_value("943476591");
  ExpectInvalid(push,
                "event.persons[0].external_ids[0].value: got 9 digits, want 10 digits with their "
                "check digit");
  nhs.set_value(good_nhs);
  pnc.set_value("1979/0123456A");
  ExpectInvalid(push,
                "event.persons[1].external_ids[0].value: got a check letter that does not match, "
                "want YYYY/NNNNNNNC with its check letter");
  pnc.set_type(v1::CRO_NUMBER);
  pnc.set_value("265416/21A");
  ExpectInvalid(push,
                "event.persons[1].external_ids[0].value: got a check letter that does not match, "
                "want NNNNNN/YYC or SFYY/NNNNNNC with its check letter");
}

TEST_F(BadInputTest, RefusesADayThatDoesNotExistWithoutRepeatingIt) {
  v1::PushRequest push = Incident(6, "date", 1);
  push.mutable_event()->mutable_persons(0)->set_date_of_birth("1990-02-30");
  ExpectInvalid(push,
                "event.persons[0].date_of_birth: got a day that does not exist, want a calendar "
                "date YYYY-MM-DD");
}

TEST_F(BadInputTest, RefusesACallWithoutAPurposeOrWithOneThatIsNotItsRoles) {
  v1::PushRequest push = Incident(7, "purpose", 1);
  push.clear_purpose();
  ExpectInvalid(push, StrCat("purpose: got PURPOSE_UNSPECIFIED, want ", kPurposes));
  push.set_purpose(v1::VICTIM_SUPPORT);
  ExpectRefused(push, grpc::StatusCode::PERMISSION_DENIED,
                "purpose: got VICTIM_SUPPORT, want one that the policy allows to role POLICE");
  const auto stub = cluster_->Stub<v1::Police>(kPolice);
  const auto read = ReadAll(*stub, &v1::Police::Stub::ReadCase,
                            ReadRequest("case-of-nobody", v1::PURPOSE_UNSPECIFIED));
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(read.status().message(), StrCat("purpose: got PURPOSE_UNSPECIFIED, want ", kPurposes));
}

TEST_F(BadInputTest, RefusesAnEventThatComesThroughAnothersDoor) {
  v1::PushRequest push = Liaison(8, "door", 1);
  push.set_purpose(v1::LAW_ENFORCEMENT);
  ExpectInvalid(
      push,
      "event.body: got liaison_contact, want incident, risk_assessment, custody_change or "
      "correction");
}

TEST_F(BadInputTest, RefusesWhatIsMissing) {
  v1::PushRequest push = Incident(9, "missing", 1);
  push.mutable_event()->clear_source_reference();
  ExpectInvalid(push,
                "event.source_reference: got an empty string, want 1 to 128 printable ASCII "
                "characters");
  push = Incident(9, "missing", 1);
  push.mutable_event()->clear_occurred_at();
  ExpectInvalid(push, "event.occurred_at: got nothing, want when it happened");
  push = Incident(9, "missing", 1);
  push.mutable_event()->clear_incident();
  ExpectInvalid(push, "event.body: got no body, want a body such as incident or risk_assessment");
  push.clear_event();
  ExpectInvalid(push, "event: got nothing, want the event");
}

TEST_F(BadInputTest, RefusesAJudgementThatLowersAHighResult) {
  v1::PushRequest push = Incident(10, "lowered", 1);
  v1::RiskAssessment& assessment = *push.mutable_event()->mutable_risk_assessment();
  assessment.set_tool(v1::RiskAssessment::DASH_RIC);
  assessment.set_yes_count(14);
  assessment.set_grade(v1::MEDIUM);
  ExpectInvalid(
      push, "event.risk_assessment.grade: got MEDIUM, want HIGH where yes_count is at least 14");
}

TEST_F(BadInputTest, RefusesAnEventThatIsTooLarge) {
  v1::PushRequest push = Incident(11, "large", 1);
  for (int i = 0; i < 64; ++i) {
    push.mutable_event()->mutable_incident()->add_offence_codes(std::string(16384, 'x'));
  }
  const size_t bytes = push.event().ByteSizeLong();
  ASSERT_GT(bytes, kMessageBytesMax);
  ASSERT_LT(push.ByteSizeLong(), kMessageBytesMax + 4096);
  ExpectInvalid(push, StrCat("event: got ", bytes, " bytes, want at most 1048576"));
}

TEST_F(BadInputTest, RefusesAMessageBeyondTheLimitWithoutReadingIt) {
  v1::PushRequest push = Incident(12, "oversized", 1);
  push.mutable_event()->mutable_incident()->set_circumstances(
      std::string(2 * kMessageBytesMax, 'x'));
  const RawReply alone = Push(push);
  EXPECT_EQ(alone.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(alone.status.error_message(),
              StartsWith(StrCat("Received message larger than max (", push.ByteSizeLong(),
                                " vs. 1052672)")));
  const RawReply stream = Call(police_, {kNotifyMany, {push.SerializeAsString()}});
  EXPECT_EQ(stream.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(BadInputTest, RefusesTextThatIsTooLongOrNoText) {
  v1::PushRequest push = Incident(13, "text", 1);
  push.mutable_event()->mutable_incident()->set_circumstances(std::string(16385, 'x'));
  ExpectInvalid(push, "event.incident.circumstances: got 16385 bytes, want at most 16384");
  push.mutable_event()->mutable_incident()->set_circumstances(std::string("a\0b", 3));
  ExpectInvalid(push, "event.incident.circumstances: got a control character, want text");
  push = Incident(13, "text", 1);
  push.mutable_event()->mutable_persons(0)->set_full_name(std::string(201, 'x'));
  ExpectInvalid(push,
                "event.persons[0].full_name: got 201 characters, want 1 to 200 characters on one "
                "line");
}

TEST_F(BadInputTest, RefusesTextThatIsNotUtf8) {
  // proto3's own parser refuses it.
  v1::PushRequest push = Incident(14, "utf8", 1);
  std::string bytes = push.SerializeAsString();
  const size_t name = bytes.find("Asha");
  ASSERT_NE(name, std::string::npos);
  bytes[name] = '\xff';
  const RawReply reply = PushBytes(bytes);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(BadInputTest, ACaseThatIsNotTheirsTakesNothingAndLooksAsIfItWereNotThere) {
  const auto opened = Call(*cluster_->Stub<v1::Marac>("lancashire-marac"),
                           &v1::Marac::Stub::ReferCase, Referral(15, "not-theirs", 1));
  ASSERT_TRUE(opened.ok()) << opened.status();
  ++events_before_;
  police_ = cluster_->Channel("police", "cumbria-police");
  for (const std::string& id : {opened->case_ids(0), std::string("case-of-nobody")}) {
    v1::PushRequest push = Incident(16, "not-theirs", 1);
    push.mutable_event()->set_case_id(id);
    ExpectRefused(push, grpc::StatusCode::NOT_FOUND, kNotFoundText);
  }
}

TEST_F(BadInputTest, RefusesReferencesToNothing) {
  v1::PushRequest wrong = Incident(17, "never-sent", 1);
  ExpectInvalid(
      CorrectionOf(wrong, "correction-of-nothing", 2),
      "event.correction.corrects_reference: got a reference and revision that your system "
      "has not sent, want one that it has sent");
  v1::PushRequest referral = Referral(17, "invites-nobody", 1);
  referral.mutable_event()->mutable_marac_referral()->add_invited_agencies("no-such-agency");
  const auto marac = cluster_->Stub<v1::Marac>("lancashire-marac");
  EXPECT_EQ(Call(*marac, &v1::Marac::Stub::ReferCase, referral).status().message(),
            "event.marac_referral.invited_agencies[0]: got no agency of the directory, want an "
            "agency id");
}

TEST_F(BadInputTest, RefusesReadsThatMakeNoSense) {
  const auto stub = cluster_->Stub<v1::Police>(kPolice);
  const auto refused = [&](const v1::ReadCaseRequest& request) {
    const auto read = ReadAll(*stub, &v1::Police::Stub::ReadCase, request);
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(read.status().message());
  };
  EXPECT_EQ(refused(ReadRequest("", v1::LAW_ENFORCEMENT)),
            "case_id: got an empty string, want 1 to 256 printable ASCII characters");
  EXPECT_EQ(refused(ReadRequest("case-x", v1::LAW_ENFORCEMENT, 501)),
            "page_size: got 501, want at most 500");
}

TEST_F(BadInputTest, AuditorsMayReadTheLogForItsAuditOnlyAndOnlyWhatIsThere) {
  const auto ledger = cluster_->Stub<v1::Ledger>("log-auditor");
  v1::GetEntriesRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  EXPECT_EQ(ReadAll(*ledger, &v1::Ledger::Stub::GetEntries, request).status().message(),
            "purpose: got LAW_ENFORCEMENT, want VERIFY_LAWFULNESS, SELF_MONITORING, "
            "INTEGRITY_AND_SECURITY or CRIMINAL_PROCEEDINGS");
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  request.set_end_index(1u << 30);
  const auto beyond = ReadAll(*ledger, &v1::Ledger::Stub::GetEntries, request);
  EXPECT_EQ(beyond.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(beyond.status().message()), HasSubstr("want a range within the log's"));
}

}  // namespace
}  // namespace concordat::tests
