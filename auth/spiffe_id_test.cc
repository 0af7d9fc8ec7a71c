#include "auth/spiffe_id.h"

#include <string>

#include "absl/status/status.h"
#include "base/limits.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

constexpr char kGood[] = "spiffe://lancashire.concordat.test/agency/lancashire-police/records";

TEST(SpiffeIdTest, RefusesEverythingButTheExactShape) {
  const std::string long_name(kAgencyIdBytesMax + 1, 'a');
  const std::string refused[] = {
      "",
      "spiffe://",
      "https://td.test/agency/police/records",
      "SPIFFE://td.test/agency/police/records",
      "spiffe:/td.test/agency/police/records",
      " spiffe://td.test/agency/police/records",
      "spiffe:///agency/police/records",
      "spiffe://td.test",
      "spiffe://td.test/",
      "spiffe://td.test/agency",
      "spiffe://td.test/agency/police",
      "spiffe://td.test/agency/police/",
      "spiffe://td.test/agency//records",
      "spiffe://td.test/agency/police/records/",
      "spiffe://td.test/agency/police/records/more",
      "spiffe://td.test//agency/police/records",
      "spiffe://td.test/Agency/police/records",
      "spiffe://td.test/agent/police/records",
      "spiffe://td.test/agency/Police/records",
      "spiffe://td.test/agency/pol%69ce/records",
      "spiffe://td.test/agency/../records",
      "spiffe://td.test/agency/./records",
      "spiffe://td.test/agency/police/records?x=1",
      "spiffe://td.test/agency/police/records#x",
      "spiffe://td.test/agency/-police/records",
      "spiffe://td.test/agency/police-/records",
      "spiffe://td.test/agency/police/re cords",
      "spiffe://TD.test/agency/police/records",
      "spiffe://user@td.test/agency/police/records",
      "spiffe://td.test:443/agency/police/records",
      std::string("spiffe://td.test/agency/police/records\0", 39),
      "spiffe://td.test/agency/" + long_name + "/records",
      "spiffe://td.test/agency/police/" + long_name,
      "spiffe://" + std::string(kTrustDomainBytesMax + 1, 'a') + "/agency/police/records",
      kGood + std::string(kSpiffeIdBytesMax, 'a'),
  };
  for (const std::string& uri : refused) {
    EXPECT_EQ(SpiffeId::Parse(uri).status().code(), absl::StatusCode::kInvalidArgument) << uri;
  }
}

TEST(SpiffeIdTest, ErrorNamesTheShapeWantedAndRepeatsNoneOfTheInput) {
  const absl::Status status = SpiffeId::Parse("spiffe://td.test/agency/NOPE/records").status();
  EXPECT_EQ(status.message(),
            "spiffe_id: got a malformed agency, want "
            "spiffe://<trust domain>/agency/<agency>/<workload>");
}

TEST(SpiffeIdTest, ReadsItsPartsAndWritesThemBack) {
  const auto id = SpiffeId::Parse(kGood);
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->trust_domain(), "lancashire.concordat.test");
  EXPECT_EQ(id->agency(), "lancashire-police");
  EXPECT_EQ(id->workload(), "records");
  EXPECT_EQ(id->ToString(), kGood);
}

TEST(SpiffeIdTest, AcceptsNamesOfTheLongestLength) {
  const std::string name(kAgencyIdBytesMax, 'a');
  EXPECT_TRUE(SpiffeId::Parse("spiffe://td.test/agency/" + name + "/" + name).ok());
}

TEST(SpiffeIdTest, EqualOnlyWhenAllThreePartsAre) {
  const SpiffeId id = *SpiffeId::Parse("spiffe://td.test/agency/a/b");
  EXPECT_TRUE(id == *SpiffeId::Parse("spiffe://td.test/agency/a/b"));
  EXPECT_TRUE(id != *SpiffeId::Parse("spiffe://td2.test/agency/a/b"));
  EXPECT_TRUE(id != *SpiffeId::Parse("spiffe://td.test/agency/a2/b"));
  EXPECT_TRUE(id != *SpiffeId::Parse("spiffe://td.test/agency/a/b2"));
}

}  // namespace
}  // namespace concordat::auth
