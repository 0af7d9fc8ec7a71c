// The person behind a call: whose token is believed, by whom, and what is refused in which words.
#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "auth/testing/token_issuer.h"
#include "base/fake_clock.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/call_guard.h"
#include "services/common/error_info.h"
#include "services/common/grpc_life.h"
#include "services/common/status_mapping.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services {
namespace {

using auth::testing::Quoted;
using auth::testing::TokenIssuer;
using testing::TestUri;

// Admits and remembers: a method of each person policy, in a role service's table and the ledger's.
struct Probe {
  const CallGuard* guard = nullptr;
  std::optional<Caller> caller;

  grpc::ServerUnaryReactor* Admit(grpc::CallbackServerContext* context, const char* method) {
    absl::StatusOr<Caller> admitted = guard->Admit(*context, method);
    caller.reset();
    if (admitted.ok()) caller = *admitted;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(admitted.status()));
    return reactor;
  }
};

class ProbeGovernance final : public v1::Governance::CallbackService {
 public:
  explicit ProbeGovernance(Probe* probe) : probe_(probe) {}
  grpc::ServerUnaryReactor* GetRelease(grpc::CallbackServerContext* context,
                                       const v1::GetReleaseRequest*, v1::Release*) override {
    return probe_->Admit(context, "/concordat.v1.Governance/GetRelease");
  }
  grpc::ServerUnaryReactor* SealCase(grpc::CallbackServerContext* context,
                                     const v1::SealCaseRequest*, v1::Receipt*) override {
    return probe_->Admit(context, "/concordat.v1.Governance/SealCase");
  }
  grpc::ServerUnaryReactor* BreakGlass(grpc::CallbackServerContext* context,
                                       const v1::BreakGlassRequest*, v1::AccessGrant*) override {
    return probe_->Admit(context, "/concordat.v1.Governance/BreakGlass");
  }

 private:
  Probe* const probe_;
};

class ProbeLedger final : public v1::Ledger::CallbackService {
 public:
  explicit ProbeLedger(Probe* probe) : probe_(probe) {}
  grpc::ServerUnaryReactor* BreakGlass(grpc::CallbackServerContext* context,
                                       const v1::BreakGlassRequest*, v1::AccessGrant*) override {
    return probe_->Admit(context, "/concordat.v1.Ledger/BreakGlass");
  }

 private:
  Probe* const probe_;
};

class CallGuardPractitionerTest : public ::testing::Test {
 protected:
  CallGuardPractitionerTest() {
    KeepGrpcRunning();
    v1::AgencyDirectory file = testing::TestDirectoryFile();
    for (v1::Agency& agency : *file.mutable_agencies()) {
      if (agency.id() == "test-police" || agency.id() == "test-marac") {
        agency.set_practitioner_issuer(auth::testing::kTestIssuer);
      }
    }
    trust_ = std::make_unique<auth::Trust>(*auth::Directory::Create(file));
    auth::Practitioners::Options options;
    options.issuers.push_back({TokenIssuer::Config("keys.json"),
                               [this] { return absl::StatusOr<std::string>(issuer_.KeySet()); }});
    options.clock = &clock_;
    options.say = [](const std::string&) {};
    practitioners_ = auth::Practitioners::Create(std::move(options));
    UsePractitioners(practitioners_.get());
    grpc::ServerBuilder builder;
    builder.RegisterService(&governance_);
    builder.RegisterService(&ledger_);
    server_ = builder.BuildAndStart();
  }
  ~CallGuardPractitionerTest() override { server_->Shutdown(); }

  void UsePractitioners(auth::Practitioners* practitioners) {
    auto policies =
        AuthPolicyTable::ForServices({"concordat.v1.Governance", "concordat.v1.Ledger"});
    auto guard = CallGuard::Create({trust_.get(), &clock_, *std::move(policies),
                                    CallGuard::Transport::kInProcess, practitioners});
    guard_ = *std::move(guard);
    probe_.guard = guard_.get();
  }

  using Metadata = std::vector<std::pair<std::string, std::string>>;
  enum class Method { kSystem, kPerson, kFresh };
  absl::Status Call(Method method, const std::string& agency, const Metadata& metadata) {
    grpc::ClientContext context;
    context.AddMetadata(kWorkloadMetadata, TestUri(agency));
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    const auto stub = v1::Governance::NewStub(server_->InProcessChannel({}));
    v1::Release release;
    v1::Receipt receipt;
    v1::AccessGrant grant;
    switch (method) {
      case Method::kSystem:
        return FromGrpcStatus(stub->GetRelease(&context, {}, &release));
      case Method::kPerson:
        return FromGrpcStatus(stub->SealCase(&context, {}, &receipt));
      case Method::kFresh:
        return FromGrpcStatus(stub->BreakGlass(&context, {}, &grant));
    }
    return absl::UnknownError("");
  }
  absl::Status Bearing(Method method, const std::string& agency, const std::string& token) {
    return Call(method, agency, {{kAuthorizationMetadata, StrCat("Bearer ", token)}});
  }
  absl::Status AtLedger(const std::string& token, const Metadata& metadata = {}) {
    v1::EndCaller stated;
    stated.set_spiffe_id(TestUri("test-police"));
    stated.set_certificate_sha256(std::string(32, 'e'));
    stated.set_practitioner_token(token);
    grpc::ClientContext context;
    context.AddMetadata(kWorkloadMetadata, TestUri("svc-marac"));
    context.AddMetadata(kEndCallerMetadata, stated.SerializeAsString());
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    v1::AccessGrant grant;
    return FromGrpcStatus(
        v1::Ledger::NewStub(server_->InProcessChannel({}))->BreakGlass(&context, {}, &grant));
  }

  std::string Token(const std::string& agency = "test-police") const {
    return issuer_.Token(agency, "officer-1", clock_.Now());
  }
  static std::string Reason(const absl::Status& status) {
    EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
    const auto info = ErrorInfoOf(status);
    return info.has_value() ? info->reason : "none";
  }

  FakeClock clock_{Clock::Real().Now()};
  TokenIssuer issuer_;
  std::unique_ptr<auth::Trust> trust_;
  std::unique_ptr<auth::Practitioners> practitioners_;
  std::unique_ptr<CallGuard> guard_;
  Probe probe_;
  ProbeGovernance governance_{&probe_};
  ProbeLedger ledger_{&probe_};
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(CallGuardPractitionerTest, RefusesAPersonsCallWithoutOne) {
  EXPECT_EQ(Reason(Call(Method::kPerson, "test-police", {})), kTokenMissing);
  EXPECT_EQ(Reason(Call(Method::kFresh, "test-police", {})), kTokenMissing);
  EXPECT_EQ(Reason(AtLedger("")), kTokenMissing);
  EXPECT_FALSE(probe_.caller.has_value());
}

TEST_F(CallGuardPractitionerTest, LetsASystemCallByItself) {
  ASSERT_TRUE(Call(Method::kSystem, "test-police", {}).ok());
  EXPECT_FALSE(probe_.caller->practitioner.has_value());
}

TEST_F(CallGuardPractitionerTest, AsksNoPersonOfAnAgencyWithoutAnIssuerButForAStepUp) {
  trust_->Replace(testing::TestDirectory());
  EXPECT_TRUE(Call(Method::kPerson, "test-police", {}).ok());
  EXPECT_EQ(Reason(Call(Method::kFresh, "test-police", {})), kTokenMissing);
  EXPECT_EQ(Reason(Bearing(Method::kFresh, "test-police", Token())), kTokenInvalid);
}

TEST_F(CallGuardPractitionerTest, ChecksATokenThatNobodyAskedFor) {
  EXPECT_EQ(Reason(Bearing(Method::kSystem, "test-police", "no-token")), kTokenInvalid);
  EXPECT_EQ(Reason(Bearing(Method::kSystem, "test-police", Token("test-marac"))), kTokenInvalid);
  UsePractitioners(nullptr);
  EXPECT_EQ(Reason(Bearing(Method::kSystem, "test-police", Token())), kTokenInvalid);
}

TEST_F(CallGuardPractitionerTest, RefusesOtherSchemesAndTwoTokens) {
  const std::string token = Token();
  for (const std::string& value : {std::string("Basic ") + token, token, std::string("Bearer"),
                                   std::string("Bearer "), "Bearer  " + token}) {
    EXPECT_EQ(Reason(Call(Method::kPerson, "test-police", {{kAuthorizationMetadata, value}})),
              kTokenInvalid)
        << value.substr(0, 8);
  }
  EXPECT_EQ(Reason(Call(Method::kPerson, "test-police",
                        {{kAuthorizationMetadata, "Bearer " + token},
                         {kAuthorizationMetadata, "Bearer " + token}})),
            kTokenInvalid);
}

TEST_F(CallGuardPractitionerTest, SaysWhoThePersonIs) {
  const std::string token = Token();
  ASSERT_TRUE(Bearing(Method::kPerson, "test-police", token).ok());
  ASSERT_TRUE(probe_.caller->practitioner.has_value());
  EXPECT_EQ(probe_.caller->practitioner->subject, "officer-1");
  EXPECT_EQ(probe_.caller->practitioner->issuer, auth::testing::kTestIssuer);
  EXPECT_EQ(probe_.caller->practitioner_token, token);
  EXPECT_TRUE(
      Call(Method::kPerson, "test-police", {{kAuthorizationMetadata, "bEARER " + token}}).ok());
}

TEST_F(CallGuardPractitionerTest, AsksForAStepUpInStandardWords) {
  TokenIssuer::Members claims = TokenIssuer::Claims("test-police", "officer-1", clock_.Now());
  claims["acr"] = Quoted("password");
  const std::string weak = issuer_.Sign(issuer_.Header(), claims);
  EXPECT_TRUE(Bearing(Method::kPerson, "test-police", weak).ok());
  const absl::Status status = Bearing(Method::kFresh, "test-police", weak);
  EXPECT_EQ(Reason(status), kInsufficientUserAuthentication);
  EXPECT_EQ(ErrorInfoOf(status)->metadata.at("acr_values"), auth::testing::kTestStrongAcr);
  EXPECT_EQ(ErrorInfoOf(status)->metadata.at("max_age"), "300");

  const std::string strong = Token();
  EXPECT_TRUE(Bearing(Method::kFresh, "test-police", strong).ok());
  clock_.Advance(absl::Minutes(5));
  EXPECT_EQ(Reason(Bearing(Method::kFresh, "test-police", strong)),
            kInsufficientUserAuthentication);
}

TEST_F(CallGuardPractitionerTest, TheLedgerChecksTheTokenAgain) {
  ASSERT_TRUE(AtLedger(Token()).ok());
  EXPECT_EQ(probe_.caller->practitioner->subject, "officer-1");
  EXPECT_EQ(probe_.caller->agency.id(), "test-police");
  // A role service that was broken into cannot make a person up, nor bring another agency's.
  EXPECT_EQ(Reason(AtLedger(TokenIssuer().Token("test-police", "officer-1", clock_.Now()))),
            kTokenInvalid);
  EXPECT_EQ(Reason(AtLedger(Token("test-marac"))), kTokenInvalid);
  EXPECT_EQ(Reason(AtLedger(Token(), {{kAuthorizationMetadata, "Bearer " + Token()}})),
            kTokenInvalid);
}

TEST_F(CallGuardPractitionerTest, SaysThatAnIssuersKeysAreNotThere) {
  auth::Practitioners::Options options;
  options.issuers.push_back({TokenIssuer::Config("keys.json"), [] {
                               return absl::StatusOr<std::string>(absl::UnavailableError("down"));
                             }});
  options.clock = &clock_;
  options.say = [](const std::string&) {};
  const auto down = auth::Practitioners::Create(std::move(options));
  UsePractitioners(down.get());
  EXPECT_TRUE(absl::IsUnavailable(Bearing(Method::kPerson, "test-police", Token())));
  EXPECT_TRUE(Call(Method::kSystem, "test-police", {}).ok());
}

TEST_F(CallGuardPractitionerTest, NoRefusalHoldsAnythingOfTheToken) {
  const std::string token = TokenIssuer().Token("test-police", "officer-1", clock_.Now());
  const absl::Status status = Bearing(Method::kPerson, "test-police", token);
  EXPECT_EQ(status.ToString().find("officer"), std::string::npos) << status;
  EXPECT_EQ(status.ToString().find(token.substr(0, 20)), std::string::npos) << status;
}

}  // namespace
}  // namespace concordat::services
