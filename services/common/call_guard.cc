#include "services/common/call_guard.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "auth/access_token.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/exchange.pb.h"
#include "crypto/sha256.h"
#include "services/common/error_info.h"

namespace concordat::services {
namespace {

constexpr size_t kDigestBytes = 32;

// Every value of one metadata key, in order.
std::vector<std::string_view> MetadataValues(const grpc::ServerContextBase& context,
                                             const char* key) {
  const auto range = context.client_metadata().equal_range(key);
  std::vector<std::string_view> values;
  for (auto it = range.first; it != range.second; ++it) {
    values.emplace_back(it->second.data(), it->second.size());
  }
  return values;
}

absl::StatusOr<v1::EndCaller> ParseEndCaller(const std::vector<std::string_view>& values) {
  if (values.size() != 1) return CallerRefused("several end callers", "one");
  v1::EndCaller end_caller;
  if (!end_caller.ParseFromArray(values[0].data(), static_cast<int>(values[0].size())) ||
      end_caller.certificate_sha256().size() != kDigestBytes) {
    return CallerRefused("malformed end caller metadata", "an EndCaller");
  }
  return end_caller;
}

absl::Status TokenError(absl::Status status, const char* reason) {
  return WithErrorInfo(std::move(status), {reason, {}});
}

// The token of the call's own authorization; empty where there is none.
absl::StatusOr<std::string> BearerToken(const grpc::ServerContextBase& context) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::vector<std::string_view> values = MetadataValues(context, kAuthorizationMetadata);
  if (values.empty()) return std::string();
  if (values.size() != 1 || values[0].size() <= kScheme.size() ||
      !absl::EqualsIgnoreCase(ToAbsl(values[0].substr(0, kScheme.size())), kScheme.data())) {
    return TokenError(auth::TokenRefused("another authorization", "one Bearer token"),
                      kTokenInvalid);
  }
  return std::string(values[0].substr(kScheme.size()));
}

}  // namespace

CallGuard::CallGuard(Options options) : options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<CallGuard>> CallGuard::Create(Options options) {
  if (options.trust == nullptr || options.clock == nullptr) {
    return absl::InvalidArgumentError("call guard: got none, want whom to trust and a clock");
  }
  return std::unique_ptr<CallGuard>(new CallGuard(std::move(options)));
}

absl::StatusOr<CallGuard::Peer> CallGuard::TlsPeer(const grpc::ServerContextBase& context) const {
  const auto auth_context = context.auth_context();
  if (auth_context == nullptr || !auth_context->IsPeerAuthenticated()) {
    return CallerRefused("no client certificate", "one");
  }
  const std::vector<grpc::string_ref> pem =
      auth_context->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pem.size() != 1) return CallerRefused("no client certificate", "one");
  return CertifiedPeerOf(std::string_view(pem[0].data(), pem[0].size()), *options_.trust,
                         options_.clock->Now());
}

absl::StatusOr<CallGuard::Peer> CallGuard::InProcessPeer(
    const grpc::ServerContextBase& context) const {
  const std::vector<std::string_view> workloads = MetadataValues(context, kWorkloadMetadata);
  if (workloads.size() != 1) return CallerRefused("no workload", "one");
  CONCORDAT_ASSIGN_OR_RETURN(auth::SpiffeId id, ParseCallerWorkload(workloads[0]));
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Agency* agency, options_.trust->directory().Resolve(id));
  return Peer{std::move(id), agency, ""};
}

absl::StatusOr<CallGuard::Peer> CallGuard::ConnectedPeer(
    const grpc::ServerContextBase& context) const {
  if (options_.transport == Transport::kInProcess) return InProcessPeer(context);
  if (!MetadataValues(context, kWorkloadMetadata).empty()) {
    return CallerRefused("workload metadata over the network", "a certificate alone");
  }
  return TlsPeer(context);
}

absl::Status CallGuard::ActFor(const Peer& service, const std::vector<std::string_view>& stated,
                               Caller* caller, std::string* token) const {
  const v1::Role service_role = service.agency->role();
  if (!service.agency->role_service()) {
    return CallerRefused("an agency's own workload",
                         StrCat("a role service, which alone may call ", caller->method));
  }
  if (stated.empty())
    return CallerRefused("a role service alone", "one that states its end caller");
  CONCORDAT_ASSIGN_OR_RETURN(v1::EndCaller end_caller, ParseEndCaller(stated));
  CONCORDAT_ASSIGN_OR_RETURN(caller->id, ParseCallerWorkload(end_caller.spiffe_id()));
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Agency* agency,
                             options_.trust->directory().Resolve(caller->id));
  if (agency->role_service() || !MayActFor(service_role, agency->role())) {
    return CallerRefused(
        StrCat("an end caller of role ", v1::Role_Name(agency->role())),
        StrCat("one that a service of role ", v1::Role_Name(service_role), " acts for"));
  }
  caller->agency = *agency;
  caller->certificate_sha256 = end_caller.certificate_sha256();
  *token = end_caller.practitioner_token();
  caller->via = service.id;
  caller->service_role = service_role;
  caller->view.roles.push_back(agency->role());
  return absl::OkStatus();
}

absl::Status CallGuard::SeePerson(PersonPolicy person, std::string token, Caller* caller) const {
  const bool has_issuer = !caller->agency.practitioner_issuer().empty();
  if (token.empty()) {
    if (person == PersonPolicy::kSystem || (person == PersonPolicy::kPerson && !has_issuer)) {
      return absl::OkStatus();
    }
    return TokenError(auth::TokenRefused("no access token", "the practitioner's (RFC 9068)"),
                      kTokenMissing);
  }
  if (options_.practitioners == nullptr) {
    return TokenError(auth::TokenRefused("an access token", "none: no issuer is configured"),
                      kTokenInvalid);
  }
  absl::StatusOr<auth::Practitioner> practitioner =
      options_.practitioners->Check(token, caller->agency);
  if (absl::IsUnauthenticated(practitioner.status())) {
    return TokenError(practitioner.status(), kTokenInvalid);
  }
  CONCORDAT_RETURN_IF_ERROR(practitioner.status());
  if (person == PersonPolicy::kFresh && !practitioner->fresh) {
    const auth::Practitioners::StepUp wanted = options_.practitioners->StepUpFor(caller->agency);
    return WithErrorInfo(
        auth::TokenRefused("an authentication that is not strong or not fresh",
                           StrCat("one by ", wanted.acr_values, " in the last ",
                                  wanted.max_age_seconds, " seconds (RFC 9470)")),
        {kInsufficientUserAuthentication,
         {{"acr_values", wanted.acr_values}, {"max_age", StrCat(wanted.max_age_seconds)}}});
  }
  caller->practitioner = *std::move(practitioner);
  caller->practitioner_token = std::move(token);
  return absl::OkStatus();
}

absl::StatusOr<Caller> CallGuard::Admit(const grpc::ServerContextBase& context,
                                        std::string_view method) const {
  const MethodRule* rule = options_.policies.Find(method);
  if (rule == nullptr) return CallerRefused("a method without a policy", "one that is served");
  CONCORDAT_ASSIGN_OR_RETURN(const Peer peer, ConnectedPeer(context));
  Caller caller{
      peer.id,     *peer.agency, peer.certificate_sha256, std::nullopt, {{peer.agency->role()}},
      rule->method};

  const std::vector<std::string_view> stated = MetadataValues(context, kEndCallerMetadata);
  if (!stated.empty() && !peer.agency->role_service()) {
    return CallerRefused("an end caller stated by a workload that is no role service", "none");
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::string token, BearerToken(context));
  if (rule->policy == AuthPolicy::kRoleServiceOnBehalf) {
    if (!token.empty()) {
      return TokenError(
          auth::TokenRefused("a token beside an end caller", "the end caller's in it"),
          kTokenInvalid);
    }
    CONCORDAT_RETURN_IF_ERROR(ActFor(peer, stated, &caller, &token));
  } else if (peer.agency->role_service()) {
    return CallerRefused("a role service", StrCat("an agency's own workload for ", method));
  }
  const v1::Role role = caller.agency.role();
  if (std::find(rule->roles.begin(), rule->roles.end(), role) == rule->roles.end()) {
    return absl::PermissionDeniedError(StrCat(
        method, ": got a caller of role ", v1::Role_Name(role), ", want ", RoleNames(rule->roles)));
  }
  CONCORDAT_RETURN_IF_ERROR(SeePerson(rule->person, std::move(token), &caller));
  return caller;
}

}  // namespace concordat::services
