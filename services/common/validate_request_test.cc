#include "services/common/validate_request.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "base/limits.h"

namespace concordat::services {
namespace {

template <typename Request>
std::string Text(const Request& request) {
  const absl::Status status = Validate(request);
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

template <typename Request>
void ExpectsPurposeAndKnownFields(Request request) {
  const v1::Purpose purpose = request.purpose();
  request.clear_purpose();
  EXPECT_EQ(Text(request).rfind("purpose: got PURPOSE_UNSPECIFIED, want one of ", 0), 0u);
  request.set_purpose(static_cast<v1::Purpose>(77));
  EXPECT_EQ(Text(request).rfind("purpose: got 77, want one of ", 0), 0u);
  request.set_purpose(purpose);
  EXPECT_EQ(Text(request), "ok");
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(55, 1);
  EXPECT_EQ(Text(request), "request: got unknown field number 55, want only known fields");
}

TEST(ValidateRequestTest, WantsAPurposeAndKnownFieldsEverywhere) {
  v1::ReadCaseRequest read;
  read.set_purpose(v1::LAW_ENFORCEMENT);
  read.set_case_id("case-1");
  ExpectsPurposeAndKnownFields(read);
  v1::WatchAlertsRequest watch;
  watch.set_purpose(v1::VICTIM_SUPPORT);
  ExpectsPurposeAndKnownFields(watch);
  v1::AcknowledgeAlertsRequest acknowledge;
  acknowledge.set_purpose(v1::VICTIM_SUPPORT);
  acknowledge.add_sequences(1);
  ExpectsPurposeAndKnownFields(acknowledge);
  v1::GetCheckpointRequest checkpoint;
  checkpoint.set_purpose(v1::INTEGRITY_AND_SECURITY);
  ExpectsPurposeAndKnownFields(checkpoint);
  v1::GetEntriesRequest entries;
  entries.set_purpose(v1::INTEGRITY_AND_SECURITY);
  ExpectsPurposeAndKnownFields(entries);
  v1::GetConsistencyProofRequest proof;
  proof.set_purpose(v1::INTEGRITY_AND_SECURITY);
  proof.set_old_size(1);
  proof.set_new_size(1);
  ExpectsPurposeAndKnownFields(proof);
}

TEST(ValidateRequestTest, RefusesAReadWithoutCaseOrWithTooLargeAPage) {
  v1::ReadCaseRequest read;
  read.set_purpose(v1::LAW_ENFORCEMENT);
  EXPECT_EQ(Text(read), "case_id: got an empty string, want 1 to 256 printable ASCII characters");
  read.set_case_id("case-1");
  read.set_page_size(kCasePageMax + 1);
  EXPECT_EQ(Text(read), "page_size: got 501, want at most 500");
  read.set_page_size(kCasePageMax);
  EXPECT_EQ(Text(read), "ok");
  read.set_page_token(std::string(kShortTextBytesMax + 1, 'x'));
  EXPECT_EQ(Text(read), "page_token: got 257 bytes, want at most 256");
}

TEST(ValidateRequestTest, RefusesAcknowledgementsOfNothingTooManyOrOneTwice) {
  v1::AcknowledgeAlertsRequest acknowledge;
  acknowledge.set_purpose(v1::VICTIM_SUPPORT);
  EXPECT_EQ(Text(acknowledge), "sequences: got none, want 1 to 256");
  acknowledge.add_sequences(0);
  EXPECT_EQ(Text(acknowledge), "sequences: got 0, want sequences from 1");
  acknowledge.clear_sequences();
  acknowledge.add_sequences(3);
  acknowledge.add_sequences(3);
  EXPECT_EQ(Text(acknowledge), "sequences: got 3 twice, want each sequence once");
  acknowledge.clear_sequences();
  for (size_t i = 1; i <= kAcknowledgeMax; ++i) acknowledge.add_sequences(i);
  EXPECT_EQ(Text(acknowledge), "ok");
  acknowledge.add_sequences(kAcknowledgeMax + 1);
  EXPECT_NE(Text(acknowledge).find("257 elements, want at most 256"), std::string::npos);
}

TEST(ValidateRequestTest, TheLogIsReadForThePurposesOfSection62Alone) {
  v1::GetCheckpointRequest checkpoint;
  checkpoint.set_purpose(v1::EVALUATION);
  EXPECT_EQ(
      Text(checkpoint),
      "purpose: got EVALUATION, want VERIFY_LAWFULNESS, SELF_MONITORING, INTEGRITY_AND_SECURITY "
      "or CRIMINAL_PROCEEDINGS");
}

TEST(ValidateRequestTest, RefusesRangesThatEndBeforeTheyBegin) {
  v1::GetEntriesRequest entries;
  entries.set_purpose(v1::INTEGRITY_AND_SECURITY);
  entries.set_first_index(5);
  entries.set_end_index(5);
  EXPECT_EQ(Text(entries), "first_index: got 5, want less than end_index 5");
  entries.set_end_index(0);
  EXPECT_EQ(Text(entries), "ok");
  v1::GetConsistencyProofRequest proof;
  proof.set_purpose(v1::INTEGRITY_AND_SECURITY);
  proof.set_new_size(9);
  EXPECT_EQ(Text(proof), "old_size: got 0, want at least 1");
  proof.set_old_size(10);
  EXPECT_EQ(Text(proof), "new_size: got 9, want at least old_size 10");
}

}  // namespace
}  // namespace concordat::services
