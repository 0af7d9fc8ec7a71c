#include "services/common/validate_access.h"

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

v1::ReadNoticesRequest ReadNotices() {
  v1::ReadNoticesRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.set_desk(v1::CASEWORK);
  return request;
}

v1::AcknowledgeNoticesRequest AcknowledgeNotices() {
  v1::AcknowledgeNoticesRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.set_desk(v1::DATA_PROTECTION);
  request.add_sequences(1);
  return request;
}

v1::ListReadingsRequest ListReadings() {
  v1::ListReadingsRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.set_case_id("case-1");
  request.set_leaf_index(3);
  return request;
}

template <typename Request>
void WantsAPurposeAndNothingUnknown(Request request) {
  EXPECT_EQ(Text(request), "ok");
  Request unknown = request;
  unknown.GetReflection()->MutableUnknownFields(&unknown)->AddVarint(900, 1);
  EXPECT_NE(Text(unknown), "ok");
  request.clear_purpose();
  EXPECT_EQ(Text(request).substr(0, 13), "purpose: got ");
}

TEST(ValidateAccessTest, NoticesAndReadingsWantAPurposeAndNoUnknownField) {
  WantsAPurposeAndNothingUnknown(ReadNotices());
  WantsAPurposeAndNothingUnknown(AcknowledgeNotices());
  WantsAPurposeAndNothingUnknown(ListReadings());
}

TEST(ValidateAccessTest, OlderReadingsAreOfAnAgency) {
  v1::ListReadingsRequest request = ListReadings();
  request.set_before(7);
  EXPECT_EQ(Text(request), "before: got one without an agency, want none");
  request.clear_leaf_index();
  request.set_agency("refuge");
  EXPECT_EQ(Text(request), "ok");
}

TEST(ValidateAccessTest, NoticesAreOfADesk) {
  v1::ReadNoticesRequest read = ReadNotices();
  read.clear_desk();
  EXPECT_EQ(Text(read), "desk: got DESK_UNSPECIFIED, want one of CASEWORK, DATA_PROTECTION");
  read.set_desk(static_cast<v1::Desk>(9));
  EXPECT_NE(Text(read), "ok");
  v1::AcknowledgeNoticesRequest acknowledge = AcknowledgeNotices();
  acknowledge.clear_desk();
  EXPECT_EQ(Text(acknowledge), "desk: got DESK_UNSPECIFIED, want one of CASEWORK, DATA_PROTECTION");
}

TEST(ValidateAccessTest, AcknowledgesUpTo256DifferentNoticesFromOne) {
  v1::AcknowledgeNoticesRequest request = AcknowledgeNotices();
  request.clear_sequences();
  EXPECT_EQ(Text(request), "sequences: got none, want 1 to 256");
  request.add_sequences(0);
  EXPECT_EQ(Text(request), "sequences: got 0, want sequences from 1");
  request.set_sequences(0, 5);
  request.add_sequences(5);
  EXPECT_EQ(Text(request), "sequences: got 5 twice, want each sequence once");
  request.clear_sequences();
  for (size_t i = 1; i <= kAcknowledgeMax; ++i) request.add_sequences(i);
  EXPECT_EQ(Text(request), "ok");
  request.add_sequences(kAcknowledgeMax + 1);
  EXPECT_NE(Text(request), "ok");
}

TEST(ValidateAccessTest, ReadingsAreOfARecordOrOfAnAgencyInACase) {
  v1::ListReadingsRequest request = ListReadings();
  request.clear_case_id();
  EXPECT_EQ(Text(request).substr(0, 13), "case_id: got ");
  request = ListReadings();
  request.set_agency("lancashire-police");
  EXPECT_EQ(Text(request), "agency: got one beside leaf_index, want an agency, or a leaf_index");
  request.clear_leaf_index();
  EXPECT_EQ(Text(request), "ok");
  for (const char* agency : {"a b ", "an agency\n"}) {
    request.set_agency(agency);
    EXPECT_EQ(Text(request).substr(0, 12), "agency: got ");
  }
  request.set_agency(std::string(kAgencyIdBytesMax + 1, 'a'));
  EXPECT_EQ(Text(request).substr(0, 12), "agency: got ");
  request.clear_agency();
  EXPECT_EQ(Text(request), "agency: got neither, want an agency, or a leaf_index");
}

}  // namespace
}  // namespace concordat::services
