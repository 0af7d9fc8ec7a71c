#include "auth/policy_approval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/signed_note.h"

namespace concordat::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "td.test/log";

class PolicyApprovalTest : public ::testing::Test {
 protected:
  static crypto::NoteSigner KeyOf(const std::string& agency) {
    return crypto::NoteSigner::Generate(ConfirmationKeyName("td.test", agency));
  }
  static v1::Agency* Add(v1::AgencyDirectory* file, const std::string& id,
                         const crypto::NoteSigner& key) {
    v1::Agency* agency = file->add_agencies();
    agency->set_id(id);
    agency->set_name(id);
    agency->set_role(v1::POLICE);
    agency->add_workloads("desk");
    agency->set_confirmation_key(key.verifier().Encode());
    return agency;
  }
  PolicyApprovalTest() {
    v1::AgencyDirectory file;
    file.set_version(1);
    file.set_trust_domain("td.test");
    Add(&file, "police", police_);
    Add(&file, "council", council_);
    Add(&file, "gone", gone_)->set_suspended(true);
    Add(&file, "svc", service_)->set_role_service(true);
    file.add_agencies()->CopyFrom(file.agencies(0));
    v1::Agency& keyless = *file.mutable_agencies(4);
    keyless.set_id("keyless");
    keyless.clear_confirmation_key();
    directory_ = std::make_unique<Directory>(*Directory::Create(file));
  }
  std::string Signed(const std::string& text,
                     const std::vector<const crypto::NoteSigner*>& signers) const {
    return *crypto::SignNote(text, signers);
  }
  absl::StatusOr<std::vector<std::string>> By(const std::string& note) const {
    return ApprovedBy(note, kOrigin, policy_, *directory_);
  }

  const PolicyEngine policy_ = *PolicyEngine::Load("deploy/policy/release-policy.textproto");
  const std::string text_ = PolicyApprovalText(kOrigin, policy_);
  const crypto::NoteSigner police_ = KeyOf("police");
  const crypto::NoteSigner council_ = KeyOf("council");
  const crypto::NoteSigner gone_ = KeyOf("gone");
  const crypto::NoteSigner service_ = KeyOf("svc");
  std::unique_ptr<Directory> directory_;
};

TEST_F(PolicyApprovalTest, NobodyElsesSignatureCounts) {
  const crypto::NoteSigner impostor = KeyOf("police");
  const auto agencies = By(Signed(text_, {&impostor, &gone_, &service_}));
  ASSERT_TRUE(agencies.ok()) << agencies.status();
  EXPECT_THAT(*agencies, IsEmpty());
}

TEST_F(PolicyApprovalTest, AnApprovalOfAnotherPolicyLogOrFormIsNone) {
  for (const std::string& text :
       {PolicyApprovalText("other.test/log", policy_), text_ + "and more\n",
        std::string("concordat policy approval v2\n") + text_.substr(text_.find('\n') + 1)}) {
    EXPECT_EQ(By(Signed(text, {&police_})).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(By(text_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(PolicyApprovalTest, ASignatureThatDoesNotVerifyIsSaid) {
  std::string note = Signed(text_, {&police_});
  const size_t line = note.rfind(' ') + 20;
  note[line] = note[line] == 'A' ? 'B' : 'A';
  EXPECT_EQ(By(note).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(PolicyApprovalTest, EachAgencyCountsOnce) {
  const auto agencies = By(Signed(text_, {&police_, &council_}));
  ASSERT_TRUE(agencies.ok()) << agencies.status();
  EXPECT_THAT(*agencies, ElementsAre("council", "police"));
  const auto repeated = By(Signed(text_, {&police_, &police_}));
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_THAT(*repeated, ElementsAre("police"));
}

TEST_F(PolicyApprovalTest, SaysWhatItIsOfInFourLines) {
  EXPECT_EQ(text_.rfind("concordat policy approval v1\ntd.test/log\n2026.1\n", 0), 0u) << text_;
  EXPECT_EQ(std::count(text_.begin(), text_.end(), '\n'), 4);
}

}  // namespace
}  // namespace concordat::auth
