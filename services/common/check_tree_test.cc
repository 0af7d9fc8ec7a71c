#include "services/common/check_tree.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "base/limits.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::services {
namespace {

const FieldPath kPath("event");

std::string Text(const google::protobuf::Message& message) {
  const absl::Status status = CheckTree(message, kPath);
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

void AddUnknown(google::protobuf::Message* message) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(99, 1);
}

TEST(CheckTreeTest, RefusesUnknownFieldsAtEveryDepth) {
  v1::CaseEvent event;
  AddUnknown(&event);
  EXPECT_EQ(Text(event), "event: got unknown field number 99, want only known fields");

  event.Clear();
  event.add_persons();
  event.add_persons();
  AddUnknown(event.add_persons());
  EXPECT_EQ(Text(event), "event.persons[2]: got unknown field number 99, want only known fields");

  event.Clear();
  AddUnknown(event.mutable_correction()->mutable_incident()->mutable_intelligence());
  EXPECT_EQ(Text(event),
            "event.correction.incident.intelligence: got unknown field number 99, want only known "
            "fields");

  event.Clear();
  AddUnknown(event.mutable_occurred_at());
  EXPECT_EQ(Text(event), "event.occurred_at: got unknown field number 99, want only known fields");
}

TEST(CheckTreeTest, RefusesUnknownFieldsThatCameOverTheWire) {
  v1::CaseEvent event;
  // Field 99, varint 1.
  ASSERT_TRUE(event.ParseFromString(std::string("\x98\x06\x01", 3)));
  EXPECT_EQ(Text(event), "event: got unknown field number 99, want only known fields");
}

TEST(CheckTreeTest, RefusesUnknownEnumNumbers) {
  v1::CaseEvent event;
  event.set_source_class(static_cast<v1::SourceClass>(77));
  EXPECT_EQ(Text(event), "event.source_class: got 77, want a value of SourceClass");

  event.Clear();
  event.mutable_marac_referral()->add_criteria(v1::MaracReferral::REPEAT);
  event.mutable_marac_referral()->add_criteria(static_cast<v1::MaracReferral::Criterion>(-1));
  EXPECT_EQ(Text(event), "event.marac_referral.criteria[1]: got -1, want a value of Criterion");
}

TEST(CheckTreeTest, RefusesBadTextWithoutRepeatingIt) {
  v1::CaseEvent event;
  event.add_persons()->set_workplace("secret\x1b[2J");
  EXPECT_EQ(Text(event), "event.persons[0].workplace: got a control character, want text");
  event.Clear();
  event.mutable_incident()->set_circumstances(std::string(kFreeTextBytesMax + 1, 'x'));
  EXPECT_EQ(Text(event), "event.incident.circumstances: got 16385 bytes, want at most 16384");
  event.Clear();
  event.mutable_marac_referral()->add_proposed_actions("\xff");
  EXPECT_EQ(Text(event),
            "event.marac_referral.proposed_actions[0]: got bytes that are not UTF-8, want UTF-8");
}

TEST(CheckTreeTest, RefusesListsThatAreTooLong) {
  v1::CaseEvent event;
  for (size_t i = 0; i <= kRepeatedStringsMax; ++i)
    event.mutable_incident()->add_offence_codes("8M");
  EXPECT_EQ(Text(event), "event.incident.offence_codes: got 65 elements, want at most 64");
  event.Clear();
  for (size_t i = 0; i <= kRepeatedStringsMax; ++i) event.add_persons()->add_addresses();
  EXPECT_EQ(Text(event), "event.persons: got 65 elements, want at most 64");
}

TEST(CheckTreeTest, AcceptsAnEmptyMessageAndKnownFields) {
  v1::CaseEvent event;
  EXPECT_EQ(Text(event), "ok");
  event.add_persons()->add_addresses()->add_lines("1 Synthetic Street");
  event.set_source_class(v1::SOURCE_VICTIM);
  EXPECT_EQ(Text(event), "ok");
}

}  // namespace
}  // namespace concordat::services
