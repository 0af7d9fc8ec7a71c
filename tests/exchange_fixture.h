// One Concordat of five processes for all tests of a suite, and its agencies' everyday calls.
#ifndef CONCORDAT_TESTS_EXCHANGE_FIXTURE_H_
#define CONCORDAT_TESTS_EXCHANGE_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/cluster.h"
#include "tests/synthetic.h"

namespace concordat::tests {

inline constexpr char kPolice[] = "lancashire-police";
inline constexpr char kOtherPolice[] = "cumbria-police";
inline constexpr char kCoordinator[] = "lancashire-marac";
inline constexpr char kChildrensCare[] = "blackpool-childrens-services";
inline constexpr char kIdva[] = "fcwa-victim-service";
// Victim service of Lancaster (E07000121), which the fixture adds to the directory.
inline constexpr char kOtherIdva[] = "lancaster-victim-service";
inline constexpr char kDrive[] = "drive-lancashire";
inline constexpr char kHousing[] = "blackpool-housing";

// Each test uses families of its own (synthetic.h), so that they don't meet.
class ExchangeFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  static Cluster& cluster() { return *cluster_; }
  void SetUp() override { ASSERT_NE(cluster_, nullptr) << "the cluster did not start"; }

  // Pushes through the sender's own service. Agencies that only take part in meetings refer.
  static absl::StatusOr<v1::Receipt> PoliceReports(const v1::PushRequest& push,
                                                   const std::string& agency = kPolice);
  static absl::StatusOr<v1::Receipt> SocialCareRecords(const v1::PushRequest& push);
  static absl::StatusOr<v1::Receipt> VictimServiceRecords(const v1::PushRequest& push);
  static absl::StatusOr<v1::Receipt> Refers(const v1::PushRequest& push,
                                            const std::string& agency = kCoordinator);
  // Opens the case of family `n` by a referral that invites children's social care, the victim
  // service and Drive; its id.
  static std::string OpenCase(int n, const std::string& reference);

  // The whole history as that agency sees it, through the service and for the purpose of its role.
  static absl::StatusOr<std::vector<v1::CasePage>> History(const std::string& agency,
                                                           const std::string& case_id,
                                                           uint32_t page_size = 0);
  // The events of all pages.
  static std::vector<v1::ReleasedEvent> Events(const std::vector<v1::CasePage>& pages);

 private:
  static std::unique_ptr<Cluster> cluster_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_EXCHANGE_FIXTURE_H_
