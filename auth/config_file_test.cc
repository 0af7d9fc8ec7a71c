#include "auth/config_file.h"

#include <string>

#include "absl/status/status.h"
#include "base/files.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

std::string Write(const std::string& text) {
  const std::string path = ::testing::TempDir() + "/config.textproto";
  EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
  return path;
}

TEST(ConfigFileTest, RefusesAnUnknownFieldNamingFileLineAndColumn) {
  const std::string path = Write("version: 1\nagency_list {}\n");
  v1::AgencyDirectory directory;
  const absl::Status status = ReadTextproto(path, &directory);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message().find(path + ":2:"), 0u) << status;
}

TEST(ConfigFileTest, RefusesAnUnknownEnumValue) {
  v1::AgencyDirectory directory;
  EXPECT_EQ(ReadTextproto(Write("agencies { role: SHERIFF }"), &directory).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ConfigFileTest, RefusesAFieldGivenTwice) {
  v1::AgencyDirectory directory;
  EXPECT_FALSE(ReadTextproto(Write("version: 1 version: 2"), &directory).ok());
}

TEST(ConfigFileTest, NamesAMissingFile) {
  v1::AgencyDirectory directory;
  const absl::Status status = ReadTextproto(::testing::TempDir() + "/none.textproto", &directory);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
}

TEST(ConfigFileTest, KeepsNothingOfWhatTheMessageHeldBefore) {
  v1::AgencyDirectory directory;
  directory.set_trust_domain("old.test");
  ASSERT_TRUE(ReadTextproto(Write("version: 7"), &directory).ok());
  EXPECT_EQ(directory.version(), 7u);
  EXPECT_EQ(directory.trust_domain(), "");
}

TEST(ConfigFileTest, DigestIsOfTheContentAndNotOfItsLayout) {
  v1::AgencyDirectory plain, commented, other;
  ASSERT_TRUE(ReadTextproto(Write("version: 1 trust_domain: 'a.test'"), &plain).ok());
  ASSERT_TRUE(
      ReadTextproto(Write("# A note.\ntrust_domain: 'a.test'\nversion: 1"), &commented).ok());
  ASSERT_TRUE(ReadTextproto(Write("version: 2 trust_domain: 'a.test'"), &other).ok());
  EXPECT_EQ(ContentDigest(plain), ContentDigest(commented));
  EXPECT_NE(ContentDigest(plain), ContentDigest(other));
}

}  // namespace
}  // namespace concordat::auth
