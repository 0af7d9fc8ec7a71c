// A policy as the log keeps it: compiled again to the same decisions, or refused.
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "auth/conditions.h"
#include "auth/config_file.h"
#include "auth/policy.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/sha256.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

constexpr char kPolicy[] = "deploy/policy/release-policy.textproto";

bool Says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const PolicyEngine& Engine() {
  static const auto* const engine = new PolicyEngine(*PolicyEngine::Load(kPolicy));
  return *engine;
}

TEST(PolicyArchiveTest, TheBytesCompileToTheSamePolicy) {
  EXPECT_EQ(crypto::Sha256(Engine().bytes()), Engine().digest());
  const auto again = PolicyEngine::CompileBytes(Engine().bytes());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->digest(), Engine().digest());
  EXPECT_EQ(again->bytes(), Engine().bytes());
  EXPECT_EQ(again->version(), Engine().version());
  EXPECT_EQ(again
                ->Decide({{v1::HOUSING}}, v1::HEALTH, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED,
                         ConditionSet())
                .rule_id,
            "health-HOU");
}

TEST(PolicyArchiveTest, RefusesWhatItWouldNotDecideAsOnThatDay) {
  const auto refusal = [](const std::string& bytes) {
    const absl::Status status = PolicyEngine::CompileBytes(bytes).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(status.message());
  };
  const std::string bytes = Engine().bytes();
  EXPECT_TRUE(Says(refusal(bytes.substr(0, bytes.size() - 1)), "want a serialised ReleasePolicy"));
  EXPECT_TRUE(Says(refusal(""), "policy.version: got empty"));
  // The same content, once more at the end.
  v1::ReleasePolicy version;
  version.set_version(Engine().version());
  EXPECT_TRUE(Says(refusal(bytes + version.SerializeAsString()), "got another serialisation"));
  for (const auto& part :
       std::vector<std::function<google::protobuf::Message*(v1::ReleasePolicy*)>>{
           [](auto* f) { return f; }, [](auto* f) { return f->mutable_roles(3); },
           [](auto* f) { return f->mutable_roles(3)->mutable_purposes(0); },
           [](auto* f) { return f->mutable_rules(7); }}) {
    v1::ReleasePolicy file;
    ASSERT_TRUE(ReadTextproto(kPolicy, &file).ok());
    google::protobuf::Message* message = part(&file);
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(99, 1);
    EXPECT_TRUE(Says(refusal(ContentBytes(file)), "got fields of a later version"));
  }
}

}  // namespace
}  // namespace concordat::auth
