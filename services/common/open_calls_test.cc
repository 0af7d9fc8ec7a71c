#include "services/common/open_calls.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/grpc_life.h"

namespace concordat::services {
namespace {

// Never answers ReadCase until it is cancelled.
class Holding final : public v1::Police::CallbackService {
 public:
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext*,
                                                   const v1::ReadCaseRequest*) override {
    class Held final : public grpc::ServerWriteReactor<v1::CasePage> {
     public:
      Held() { StartSendInitialMetadata(); }
      void OnCancel() override { Finish(grpc::Status::CANCELLED); }
      void OnDone() override { delete this; }
    };
    return new Held;
  }
};

TEST(OpenCallsTest, CancelsWhatIsOpenAndWhatComesLater) {
  KeepGrpcRunning();
  Holding service;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto stub = v1::Police::NewStub(server->InProcessChannel({}));
  OpenCalls calls;
  v1::CasePage page;

  grpc::ClientContext open;
  calls.Add(&open);
  const auto open_stream = stub->ReadCase(&open, {});
  open_stream->WaitForInitialMetadata();
  EXPECT_FALSE(calls.cancelled());
  calls.CancelAll();
  EXPECT_TRUE(calls.cancelled());
  EXPECT_FALSE(open_stream->Read(&page));
  EXPECT_EQ(open_stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  calls.Remove(&open);

  grpc::ClientContext late;
  calls.Add(&late);
  const auto late_stream = stub->ReadCase(&late, {});
  EXPECT_FALSE(late_stream->Read(&page));
  EXPECT_EQ(late_stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  calls.Remove(&late);
  server->Shutdown();
}

TEST(OpenCallsTest, LeavesCallsAloneThatWereTakenOut) {
  OpenCalls calls;
  {
    grpc::ClientContext gone;
    calls.Add(&gone);
    calls.Remove(&gone);
  }
  calls.CancelAll();
}

}  // namespace
}  // namespace concordat::services
