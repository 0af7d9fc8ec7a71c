// For a caller who is not let in to a server stream.
#ifndef CONCORDAT_SERVICES_COMMON_REFUSE_STREAM_H_
#define CONCORDAT_SERVICES_COMMON_REFUSE_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "services/common/status_mapping.h"

namespace concordat::services {

// A reactor that ends the call with `status` at once, and deletes itself.
template <typename Message>
grpc::ServerWriteReactor<Message>* RefuseStream(const absl::Status& status) {
  class Refused final : public grpc::ServerWriteReactor<Message> {
   public:
    explicit Refused(const absl::Status& why) { this->Finish(ToGrpcStatus(why)); }
    void OnDone() override { delete this; }
  };
  return new Refused(status);
}

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_REFUSE_STREAM_H_
