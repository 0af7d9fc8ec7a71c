#include "services/common/error_info.h"

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace concordat::services {
namespace {

constexpr char kDomain[] = "concordat";
constexpr char kTypeUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
// They travel in a header, beside the text.
constexpr size_t kDetailsBytesMax = 2048;

}  // namespace

absl::Status WithErrorInfo(absl::Status status, const ErrorInfo& info) {
  google::rpc::ErrorInfo message;
  message.set_reason(info.reason);
  message.set_domain(kDomain);
  for (const auto& [key, value] : info.metadata) (*message.mutable_metadata())[key] = value;
  status.SetPayload(kTypeUrl, absl::Cord(message.SerializeAsString()));
  return status;
}

std::optional<ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kTypeUrl);
  google::rpc::ErrorInfo message;
  if (!payload.has_value() || !message.ParseFromString(std::string(*payload)) ||
      message.domain() != kDomain) {
    return std::nullopt;
  }
  return ErrorInfo{message.reason(), {message.metadata().begin(), message.metadata().end()}};
}

std::string DetailsOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kTypeUrl);
  if (!payload.has_value()) return "";
  google::rpc::Status message;
  message.set_code(static_cast<int>(status.code()));
  message.set_message(std::string(status.message()));
  google::protobuf::Any& detail = *message.add_details();
  detail.set_type_url(kTypeUrl);
  detail.set_value(std::string(*payload));
  return message.SerializeAsString();
}

void AddDetails(const std::string& details, absl::Status* status) {
  google::rpc::Status message;
  if (details.size() > kDetailsBytesMax || !message.ParseFromString(details)) return;
  for (const google::protobuf::Any& detail : message.details()) {
    if (detail.type_url() == kTypeUrl) status->SetPayload(kTypeUrl, absl::Cord(detail.value()));
  }
}

}  // namespace concordat::services
