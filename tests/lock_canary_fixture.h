// The cases full of canaries with a practitioner behind every call, and the locks that stand above
// the policy's matrix.
#ifndef CONCORDAT_TESTS_LOCK_CANARY_FIXTURE_H_
#define CONCORDAT_TESTS_LOCK_CANARY_FIXTURE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/canary_fixture.h"

namespace concordat::tests {

class LockCanaryFixture : public CanaryFixture {
 protected:
  // As CanaryFixture's, with one issuer of practitioners' tokens for all agencies.
  static void SetUpTestSuite();

  // Of every agency that can be party to a case and is party to both: one of each role.
  static std::vector<std::string> Parties();
  static std::string Guarded() { return case_ids()[0]; }
  static std::string Open() { return case_ids()[1]; }
  // A token of that practitioner, strongly authenticated just now.
  static std::string Token(const std::string& agency, const std::string& subject);
  // What the agency acts for, of the purposes that the policy gives its role.
  static std::vector<v1::Purpose> PurposesOf(const std::string& agency);

  // Any unary call of Governance by the practitioner, for the agency's first purpose unless another
  // is given.
  template <typename Request, typename Response>
  static absl::StatusOr<Response> Govern(
      grpc::Status (v1::Governance::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
      const std::string& agency, const std::string& subject, Request request,
      v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED) {
    request.set_purpose(purpose == v1::PURPOSE_UNSPECIFIED ? PurposesOf(agency)[0] : purpose);
    Context context;
    context.AddMetadata("authorization", "Bearer " + Token(agency, subject));
    const auto stub = cluster().Stub<v1::Governance>(agency);
    Response response;
    const grpc::Status status = (stub.get()->*method)(&context, request, &response);
    if (!status.ok()) return services::FromGrpcStatus(status);
    return response;
  }
  // By another agency's officer; fails the test where it is refused.
  static void Seal(const std::string& case_id, const std::string& against, bool sealed);
  static void Connect(const std::string& agency, const std::string& subject,
                      const v1::Person& person);

  // The cases of which at least one canary reaches the practitioner by any method there is.
  std::set<std::string> CasesThatReach(const std::string& agency, const std::string& subject);
  // Those of `case_id` by the calls that read a case, by grant if one is named; and, in `wrong`,
  // how they differ from what `may_see` says.
  using MaySeeIt = std::function<bool(const Caller& caller, const Canary& canary)>;
  std::set<size_t> ReadBy(const std::string& agency, const std::string& subject,
                          const std::string& case_id, uint64_t grant, const MaySeeIt& may_see,
                          std::set<std::string>* wrong);
  // Of a page by page reading at the service of the agency's role.
  static RawReply ReadPage(const std::string& agency, const std::string& subject,
                           const std::string& case_id, const std::string& page_token,
                           uint64_t grant = 0);
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_LOCK_CANARY_FIXTURE_H_
