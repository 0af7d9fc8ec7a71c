#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "services/common/validate_access.h"

namespace concordat::services {
namespace {

template <typename Request>
bool Refuses(const Request& request, const std::string& field) {
  const absl::Status status = Validate(request);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << field << status;
  return status.message().find(field) == 0;
}

v1::BreakGlassRequest Glass() {
  v1::BreakGlassRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_case_id("case-1");
  request.set_category(v1::MISSING_PERSON);
  request.set_reason("not seen since Tuesday");
  return request;
}

TEST(ValidateGrantsTest, WantsACaseACategoryAndAReasonThatSaysSomething) {
  ASSERT_TRUE(Validate(Glass()).ok());
  auto request = Glass();
  request.clear_purpose();
  EXPECT_TRUE(Refuses(request, "purpose"));
  request = Glass();
  request.clear_case_id();
  EXPECT_TRUE(Refuses(request, "case_id"));
  request = Glass();
  request.clear_category();
  EXPECT_TRUE(Refuses(request, "category"));
  request = Glass();
  request.set_category(static_cast<v1::BreakGlassCategory>(9));
  EXPECT_TRUE(absl::IsInvalidArgument(Validate(request)));
  for (const size_t size : {size_t{0}, size_t{9}, size_t{1001}}) {
    request = Glass();
    request.set_reason(std::string(size, 'x'));
    EXPECT_TRUE(Refuses(request, "reason")) << size;
  }
  for (const size_t size : {size_t{10}, size_t{1000}}) {
    request = Glass();
    request.set_reason(std::string(size, 'x'));
    EXPECT_TRUE(Validate(request).ok()) << size;
  }
  request = Glass();
  request.set_reason(std::string("not seen \0 since", 16));
  EXPECT_TRUE(Refuses(request, "request.reason"));  // As any text.
}

TEST(ValidateGrantsTest, WantsTheGrantTheFindingAndARecordOfTheReview) {
  v1::ReviewBreakGlassRequest review;
  review.set_purpose(v1::LAW_ENFORCEMENT);
  review.set_grant_index(7);
  review.set_finding(v1::NOT_JUSTIFIED);
  review.set_authority_reference("DPO/1");
  ASSERT_TRUE(Validate(review).ok());
  auto bad = review;
  bad.clear_grant_index();
  EXPECT_TRUE(Refuses(bad, "grant_index"));
  bad = review;
  bad.clear_finding();
  EXPECT_TRUE(Refuses(bad, "finding"));
  bad = review;
  bad.set_authority_reference("by Asha");
  EXPECT_TRUE(Refuses(bad, "authority_reference"));
  v1::RequestApprovalRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_case_id("case-1");
  EXPECT_TRUE(Refuses(request, "reason"));
  v1::GiveApprovalRequest give;
  give.set_purpose(v1::LAW_ENFORCEMENT);
  EXPECT_TRUE(Refuses(give, "request_index"));
}

v1::RegisterConnectionRequest Connection() {
  v1::RegisterConnectionRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_practitioner("officer-1");
  request.set_relation(v1::RELATIVE);
  request.mutable_person()->set_full_name("Asha Example");
  request.mutable_person()->set_date_of_birth("1990-04-05");
  request.set_authority_reference("HR/1");
  return request;
}

TEST(ValidateGrantsTest, WantsAPersonBySomethingThatConnectsAndTellsNothingOfThem) {
  ASSERT_TRUE(Validate(Connection()).ok());
  auto request = Connection();
  request.mutable_person()->clear_date_of_birth();
  EXPECT_TRUE(Refuses(request, "person"));
  EXPECT_EQ(Validate(request).message().find("Asha"), std::string::npos);
  request.mutable_person()->add_contacts()->set_phone("07700 900001");
  EXPECT_TRUE(Validate(request).ok());
  request = Connection();
  request.mutable_person()->set_capacity(v1::VICTIM);
  EXPECT_TRUE(Refuses(request, "person.capacity"));
  request = Connection();
  request.mutable_person()->set_gp_practice("any");
  EXPECT_TRUE(Refuses(request, "person.gp_practice"));
  request = Connection();
  request.mutable_person()->add_external_ids()->set_type(v1::LOCAL_PERSON_ID);
  request.mutable_person()->mutable_external_ids(0)->set_value("17");
  EXPECT_TRUE(Refuses(request, "person.external_ids[0].type"));
  request = Connection();
  request.set_relation(v1::ONESELF);
  request.mutable_person()->clear_full_name();
  request.mutable_person()->add_contacts()->set_phone("07700 900001");
  EXPECT_TRUE(Refuses(request, "person.full_name"));
}

TEST(ValidateGrantsTest, WantsEitherAPersonOrAConnectionToTakeBack) {
  auto request = Connection();
  request.set_connection_id("connection-1");
  EXPECT_TRUE(Refuses(request, "connection_id"));
  request.clear_person();
  EXPECT_TRUE(Refuses(request, "connection_id"));
  request.clear_relation();
  EXPECT_TRUE(Validate(request).ok());
  request.clear_connection_id();
  EXPECT_TRUE(Refuses(request, "relation"));
  request = Connection();
  request.clear_practitioner();
  EXPECT_TRUE(Refuses(request, "practitioner"));
  request.set_practitioner(std::string(65, 'x'));
  EXPECT_TRUE(Refuses(request, "practitioner"));
}

}  // namespace
}  // namespace concordat::services
