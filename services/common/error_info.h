// A machine-readable reason beside an error's text: google.rpc.ErrorInfo (AIP-193), which any gRPC
// client finds in "grpc-status-details-bin".
#ifndef CONCORDAT_SERVICES_COMMON_ERROR_INFO_H_
#define CONCORDAT_SERVICES_COMMON_ERROR_INFO_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace concordat::services {

struct ErrorInfo {
  std::string reason;  // UPPER_SNAKE_CASE.
  std::map<std::string, std::string> metadata;
};

// Where an access token is missing, or does not hold.
inline constexpr char kTokenMissing[] = "PRACTITIONER_TOKEN_MISSING";
inline constexpr char kTokenInvalid[] = "PRACTITIONER_TOKEN_INVALID";
// The person has to authenticate again: RFC 9470's insufficient_user_authentication. Metadata
// "acr_values" and "max_age", as the challenge has them.
inline constexpr char kInsufficientUserAuthentication[] = "INSUFFICIENT_USER_AUTHENTICATION";

// `status`, not OK, with the reason, domain "concordat".
absl::Status WithErrorInfo(absl::Status status, const ErrorInfo& info);

// Nullopt when there is none of our domain.
std::optional<ErrorInfo> ErrorInfoOf(const absl::Status& status);

// An error's details as gRPC carries them (a serialised google.rpc.Status; empty without details),
// and back. Bytes that are none give none.
std::string DetailsOf(const absl::Status& status);
void AddDetails(const std::string& details, absl::Status* status);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_ERROR_INFO_H_
