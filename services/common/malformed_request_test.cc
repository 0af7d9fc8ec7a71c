#include "services/common/malformed_request.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "concordat/v1/services.grpc.pb.h"

namespace concordat::services {
namespace {

class Service final : public v1::Police::CallbackService {
 public:
  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest*, v1::Receipt*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(answer);
    return reactor;
  }
  grpc::Status answer;
};

class MalformedRequestTest : public ::testing::Test {
 protected:
  MalformedRequestTest() {
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
    creators.push_back(TellMalformedRequests());
    grpc::ServerBuilder builder;
    builder.experimental().SetInterceptorCreators(std::move(creators));
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }

  grpc::Status Call(const std::string& method, const std::string& bytes) {
    grpc::GenericStub stub(server_->InProcessChannel(grpc::ChannelArguments()));
    grpc::ClientContext context;
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::Status status;
    absl::Notification ended;
    stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                   [&](grpc::Status result) {
                     status = std::move(result);
                     ended.Notify();
                   });
    ended.WaitForNotification();
    return status;
  }

  Service service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(MalformedRequestTest, NamesTheTypeThatTheBytesAreNot) {
  const grpc::Status push = Call("/concordat.v1.Police/NotifyIncident", "\x0a\x7f");
  EXPECT_EQ(push.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(push.error_message(), "request: got bytes that are no PushRequest, want a PushRequest");
  const grpc::Status read = Call("/concordat.v1.Police/ReadCase", "\x0f");
  EXPECT_EQ(read.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(read.error_message(),
            "request: got bytes that are no ReadCaseRequest, want a ReadCaseRequest");
}

TEST_F(MalformedRequestTest, LeavesEveryOtherAnswerAsItIs) {
  EXPECT_TRUE(Call("/concordat.v1.Police/NotifyIncident", "").ok());
  service_.answer = grpc::Status(grpc::StatusCode::NOT_FOUND, "");
  EXPECT_EQ(Call("/concordat.v1.Police/NotifyIncident", "").error_code(),
            grpc::StatusCode::NOT_FOUND);
  service_.answer = grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "with a reason");
  EXPECT_EQ(Call("/concordat.v1.Police/NotifyIncident", "").error_message(), "with a reason");
}

TEST_F(MalformedRequestTest, AMethodThatDoesNotExistIsUnimplemented) {
  EXPECT_EQ(Call("/concordat.v1.Police/NoSuchCall", "\x0a\x7f").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(Call("/concordat.v1.Marac/ReferCase", "\x0a\x7f").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace concordat::services
