// One Concordat in one process with two cases full of canaries, and everybody who may call it.
#ifndef CONCORDAT_TESTS_CANARY_FIXTURE_H_
#define CONCORDAT_TESTS_CANARY_FIXTURE_H_

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "concordat/v1/policy.pb.h"
#include "tests/canaries.h"
#include "tests/cluster.h"
#include "tests/expected_release.h"
#include "tests/raw_call.h"

namespace concordat::tests {

class CanaryFixture : public ::testing::Test {
 protected:
  // Who calls: an agency's workload, or one of Concordat's own that states an end caller.
  struct Caller {
    std::string name;
    std::string agency;
    std::string end;              // The agency that the call is for; the same but behind a service.
    std::vector<v1::Role> roles;  // The service's role and the caller's; empty: nothing is due.
    std::vector<std::pair<std::string, std::string>> metadata;
  };
  struct Request {
    std::string bytes;
    v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
    std::string case_id;  // Of a whole case history.
  };

  static void SetUpTestSuite() { StartSuite({}); }
  static void TearDownTestSuite();
  static void StartSuite(Cluster::Options options);
  void SetUp() override { ASSERT_NE(state_, nullptr) << "the cases could not be made"; }

  static Cluster& cluster() { return *state_->cluster; }
  static const CanaryBook& book() { return state_->book; }

  // Every method of every service.
  static std::vector<const google::protobuf::MethodDescriptor*> Methods();
  // Every agency; at the ledger also each service of Concordat's for each end caller. With the
  // access token that `token_of` gives for the agency that the call is for, if it gives one.
  using TokenOf = std::function<std::string(const std::string& agency)>;
  static std::vector<Caller> CallersOf(const google::protobuf::MethodDescriptor& method,
                                       const TokenOf& token_of = nullptr);
  // Sensible and broken ones of its input type; empty for a type that is not known here.
  static std::vector<Request> RequestsFor(const google::protobuf::MethodDescriptor& method);
  static RawReply CallAs(const Caller& caller, const google::protobuf::MethodDescriptor& method,
                         const Request& request);

  // Whether the method's answers are released views at all.
  static bool IsRelease(const google::protobuf::MethodDescriptor& method);
  static bool MaySee(const Caller& caller, const Request& request, const Canary& canary);
  static const v1::ReleasePolicy& policy() { return state_->policy; }
  static const std::vector<std::string>& case_ids() { return state_->case_ids; }
  static const EventFacts& FactsOf(const Canary& canary) { return state_->facts[canary.event]; }
  static const v1::Agency& AgencyOf(const std::string& id);
  static std::string CaseOf(const Canary& canary) { return state_->cases[canary.event]; }
  static std::string Describe(const Canary& canary);

 private:
  struct State {
    std::unique_ptr<Cluster> cluster;
    v1::ReleasePolicy policy;
    CanaryBook book;
    std::vector<std::string> case_ids;       // The guarded case, then the open one.
    std::vector<EventFacts> facts;           // By number of the event.
    std::vector<std::string> cases;          // Its case; empty: it was never taken.
    std::vector<std::string> broken_pushes;  // Serialised; each is refused.
    std::map<std::string, std::shared_ptr<grpc::Channel>> channels;  // By service and agency.
  };

  static void MakeCase(int family, bool open);
  static void PushEvents(const std::string& case_id, bool open, v1::SourceClass source);
  // Fills the event with canaries and sends it; superseded tells that a correction will follow.
  static void Push(v1::CaseEvent event, const EventFacts& facts, const std::string& case_id);
  static void MakeBrokenPushes();
  static v1::CaseEvent NewEvent(const std::string& case_id, bool open, v1::SourceClass source);
  static size_t NextEvent(const EventFacts& facts, const std::string& case_id);
  static std::shared_ptr<grpc::Channel> Channel(const std::string& service,
                                                const std::string& agency);

  static std::unique_ptr<State> state_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CANARY_FIXTURE_H_
