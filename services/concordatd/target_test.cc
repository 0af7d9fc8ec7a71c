#include "services/concordatd/target.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

TEST(TargetTest, RefusesATargetThatIsNone) {
  for (const std::string_view name : {"", "All", "drive", "police ", "ledger,police"}) {
    EXPECT_EQ(ParseTarget(name).status(),
              absl::InvalidArgumentError(
                  StrCat("--target: got ", name,
                         ", want all, ledger, police, social, marac, victim or witness")));
  }
}

TEST(TargetTest, ReadsBackEveryName) {
  for (const std::string_view name :
       {"all", "ledger", "police", "social", "marac", "victim", "witness"}) {
    const auto target = ParseTarget(name);
    ASSERT_TRUE(target.ok()) << name;
    EXPECT_EQ(TargetName(*target), name);
  }
}

TEST(TargetTest, ServesEachTargetsOwnServicesAlone) {
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(GrpcServicesOf(Target::kLedger), Names{"concordat.v1.Ledger"});
  EXPECT_EQ(GrpcServicesOf(Target::kVictim), Names{"concordat.v1.Victim"});
  EXPECT_EQ(GrpcServicesOf(Target::kAll),
            (Names{"concordat.v1.Ledger", "concordat.v1.Police", "concordat.v1.Social",
                   "concordat.v1.Marac", "concordat.v1.Governance", "concordat.v1.Victim"}));
  EXPECT_EQ(GrpcServicesOf(Target::kMarac),
            (Names{"concordat.v1.Marac", "concordat.v1.Governance"}));
  EXPECT_TRUE(RoleServicesOf(Target::kLedger).empty());
  EXPECT_EQ(RoleServicesOf(Target::kMarac), std::vector<Target>{Target::kMarac});
  EXPECT_EQ(RoleServicesOf(Target::kAll).size(), 4u);
  EXPECT_TRUE(ServesLedger(Target::kAll));
  EXPECT_TRUE(ServesLedger(Target::kLedger));
  EXPECT_FALSE(ServesLedger(Target::kPolice));
}

TEST(TargetTest, GivesTheLedgersCertificateNoRole) {
  EXPECT_EQ(OwnAgencyOf(Target::kAll), "svc-ledger");
  EXPECT_TRUE(OwnRolesOf(Target::kAll).empty());
  EXPECT_TRUE(OwnRolesOf(Target::kLedger).empty());
  EXPECT_EQ(OwnAgencyOf(Target::kPolice), "svc-police");
  EXPECT_EQ(OwnRolesOf(Target::kPolice), std::vector<v1::Role>{v1::POLICE});
}

}  // namespace
}  // namespace concordat::services
