#include "tools/policy_approve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "auth/directory.h"
#include "auth/policy.h"
#include "auth/policy_approval.h"
#include "base/files.h"
#include "crypto/signed_note.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kPolicy[] = "deploy/policy/release-policy.textproto";

class PolicyApproveTest : public testing::Test {
 protected:
  PolicyApproveTest() : dir_(testing::TempDir() + "/approve") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    for (const auto& [agency, key] : {std::pair("police", &police_), {"council", &council_}}) {
      EXPECT_TRUE(
          WriteFileAtomically(dir_ + "/" + agency + ".key", key->EncodePrivate() + "\n", 0600)
              .ok());
    }
  }
  int Approve(const std::string& agency, const std::string& policy = kPolicy,
              const std::string& origin = "td.test/log") {
    out_.str("");
    err_.str("");
    return RunPolicyApprove({"--policy", policy, "--origin", origin, "--key",
                             dir_ + "/" + agency + ".key", "--approvals", dir_ + "/approvals"},
                            Console{out_, err_, Clock::Real()});
  }
  std::vector<std::string> ApprovedBy() {
    v1::AgencyDirectory file;
    file.set_version(1);
    file.set_trust_domain("td.test");
    for (const auto& [id, key] : {std::pair("police", &police_), {"council", &council_}}) {
      v1::Agency& agency = *file.add_agencies();
      agency.set_id(id);
      agency.set_name(id);
      agency.set_role(v1::POLICE);
      agency.add_workloads("desk");
      agency.set_confirmation_key(key->verifier().Encode());
    }
    const auto approved =
        auth::ApprovedBy(*ReadFile(dir_ + "/approvals"), "td.test/log",
                         *auth::PolicyEngine::Load(kPolicy), *auth::Directory::Create(file));
    EXPECT_TRUE(approved.ok()) << approved.status();
    return *approved;
  }

  const std::string dir_;
  const crypto::NoteSigner police_ = crypto::NoteSigner::Generate("td.test/agency/police");
  const crypto::NoteSigner council_ = crypto::NoteSigner::Generate("td.test/agency/council");
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(PolicyApproveTest, DoesNotSignBesideApprovalsOfSomethingElse) {
  ASSERT_EQ(Approve("police", kPolicy, "other.test/log"), kExitOk);
  const std::string before = *ReadFile(dir_ + "/approvals");
  EXPECT_EQ(Approve("council"), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("which approves of something else"));
  EXPECT_EQ(*ReadFile(dir_ + "/approvals"), before);
}

TEST_F(PolicyApproveTest, RefusesAPolicyThatWouldNotStartAndAKeyThatIsNone) {
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/policy", "version: \"x\"", 0600).ok());
  EXPECT_EQ(Approve("police", dir_ + "/policy"), kExitUsage);
  EXPECT_NE(Approve("nobody"), kExitOk);
  EXPECT_FALSE(ReadFile(dir_ + "/approvals").ok());
}

TEST_F(PolicyApproveTest, SignsAfterTheOthersAndOnce) {
  ASSERT_EQ(Approve("police"), kExitOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("concordat policy approval v1\ntd.test/log\n"));
  EXPECT_THAT(ApprovedBy(), ElementsAre("police"));
  ASSERT_EQ(Approve("council"), kExitOk) << err_.str();
  ASSERT_EQ(Approve("council"), kExitOk) << err_.str();
  EXPECT_THAT(ApprovedBy(), ElementsAre("council", "police"));
}

}  // namespace
}  // namespace concordat::tools
