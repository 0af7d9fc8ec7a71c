#include "services/common/testing/fake_ledger.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/push_stream.h"
#include "services/common/refuse_stream.h"
#include "services/common/status_mapping.h"

namespace concordat::services::testing {

class FakeLedger::PageStream final : public grpc::ServerWriteReactor<v1::CasePage> {
 public:
  PageStream(FakeLedger* ledger, int pages, size_t padding_bytes) : ledger_(ledger), pages_(pages) {
    page_.set_case_id("case-1");
    page_.set_released_digest(std::string(padding_bytes, 'x'));
    Next(0);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the reader has gone"));
    {
      absl::MutexLock lock(&ledger_->mutex_);
      ++ledger_->pages_written_;
    }
    Next(static_cast<int>(page_.disclosure_index()) + 1);
  }
  void OnDone() override {
    {
      absl::MutexLock lock(&ledger_->mutex_);
      --ledger_->open_streams_;
    }
    delete this;
  }

 private:
  void Next(int number) {
    if (number == pages_) return Finish(grpc::Status::OK);
    page_.set_disclosure_index(static_cast<uint64_t>(number));
    StartWrite(&page_);
  }

  FakeLedger* const ledger_;
  const int pages_;
  v1::CasePage page_;
};

class FakeLedger::HeartbeatStream final : public grpc::ServerWriteReactor<v1::WatchAlertsItem> {
 public:
  HeartbeatStream(FakeLedger* ledger, uint64_t last_sequence) : ledger_(ledger) {
    item_.mutable_heartbeat()->set_last_sequence(last_sequence);
    StartWrite(&item_);
  }
  void OnCancel() override { Finish(grpc::Status(grpc::StatusCode::CANCELLED, "cancelled")); }
  void OnDone() override {
    {
      absl::MutexLock lock(&ledger_->mutex_);
      --ledger_->open_streams_;
    }
    delete this;
  }

 private:
  FakeLedger* const ledger_;
  v1::WatchAlertsItem item_;
};

void FakeLedger::AnswerWith(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  answer_ = std::move(status);
}

void FakeLedger::GivePages(int count, size_t padding_bytes) {
  absl::MutexLock lock(&mutex_);
  pages_ = count;
  padding_bytes_ = padding_bytes;
}

std::vector<Caller> FakeLedger::callers() const {
  absl::MutexLock lock(&mutex_);
  return callers_;
}

std::vector<v1::PushRequest> FakeLedger::pushes() const {
  absl::MutexLock lock(&mutex_);
  return pushes_;
}

int FakeLedger::open_streams() const {
  absl::MutexLock lock(&mutex_);
  return open_streams_;
}

int FakeLedger::pages_written() const {
  absl::MutexLock lock(&mutex_);
  return pages_written_;
}

void FakeLedger::WaitForOpenStreams(int count) const {
  absl::MutexLock lock(&mutex_);
  const auto reached = [this, count]()
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return open_streams_ == count; };
  mutex_.Await(absl::Condition(&reached));
}

absl::Status FakeLedger::Admit(const grpc::CallbackServerContext& context, const char* method) {
  absl::StatusOr<Caller> caller = guard_->Admit(context, method);
  if (!caller.ok()) return caller.status();
  absl::MutexLock lock(&mutex_);
  callers_.push_back(*std::move(caller));
  return answer_;
}

void FakeLedger::RefusePushStreamsWith(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  refuse_push_streams_ = std::move(status);
}

absl::StatusOr<v1::Receipt> FakeLedger::Take(const v1::PushRequest& push) {
  absl::MutexLock lock(&mutex_);
  if (!answer_.ok()) return answer_;
  v1::Receipt receipt;
  receipt.set_leaf_index(pushes_.size());
  pushes_.push_back(push);
  return receipt;
}

grpc::ServerUnaryReactor* FakeLedger::Append(grpc::CallbackServerContext* context,
                                             const v1::PushRequest* request,
                                             v1::Receipt* response) {
  absl::Status status = Admit(*context, "/concordat.v1.Ledger/Append");
  if (status.ok()) {
    absl::StatusOr<v1::Receipt> receipt = Take(*request);
    status = receipt.status();
    if (receipt.ok()) *response = *std::move(receipt);
  }
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

PushReactor* FakeLedger::AppendStream(grpc::CallbackServerContext* context) {
  absl::StatusOr<Caller> caller = guard_->Admit(*context, "/concordat.v1.Ledger/AppendStream");
  if (!caller.ok()) return RefusePushStream(caller.status());
  {
    absl::MutexLock lock(&mutex_);
    if (!refuse_push_streams_.ok()) return RefusePushStream(refuse_push_streams_);
    callers_.push_back(*std::move(caller));
  }
  return StartPushStream(
      [this](v1::PushRequest push, const PushReply& reply) { reply(Take(push)); });
}

grpc::ServerWriteReactor<v1::CasePage>* FakeLedger::ReadCase(grpc::CallbackServerContext* context,
                                                             const v1::ReadCaseRequest*) {
  const absl::Status status = Admit(*context, "/concordat.v1.Ledger/ReadCase");
  if (!status.ok()) return RefuseStream<v1::CasePage>(status);
  absl::ReleasableMutexLock lock(&mutex_);
  ++open_streams_;
  const int pages = pages_;
  const size_t padding_bytes = padding_bytes_;
  lock.Release();
  return new PageStream(this, pages, padding_bytes);
}

grpc::ServerWriteReactor<v1::WatchAlertsItem>* FakeLedger::FollowAlerts(
    grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) {
  const absl::Status status = Admit(*context, "/concordat.v1.Ledger/FollowAlerts");
  if (!status.ok()) return RefuseStream<v1::WatchAlertsItem>(status);
  absl::ReleasableMutexLock lock(&mutex_);
  ++open_streams_;
  lock.Release();
  return new HeartbeatStream(this, request->shown_through());
}

grpc::ServerUnaryReactor* FakeLedger::AcknowledgeAlerts(grpc::CallbackServerContext* context,
                                                        const v1::AcknowledgeAlertsRequest* request,
                                                        v1::AcknowledgeAlertsResponse* response) {
  const absl::Status status = Admit(*context, "/concordat.v1.Ledger/AcknowledgeAlerts");
  if (status.ok()) *response->mutable_acknowledged() = request->sequences();
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

grpc::ServerUnaryReactor* FakeLedger::Finish(grpc::CallbackServerContext* context,
                                             const char* method) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(Admit(*context, method)));
  return reactor;
}

grpc::ServerUnaryReactor* FakeLedger::GetRelease(grpc::CallbackServerContext* context,
                                                 const v1::GetReleaseRequest* request,
                                                 v1::Release* response) {
  response->mutable_receipt()->set_leaf_index(request->disclosure_index());
  return Finish(context, "/concordat.v1.Ledger/GetRelease");
}

grpc::ServerUnaryReactor* FakeLedger::ConfirmRelease(grpc::CallbackServerContext* context,
                                                     const v1::ConfirmReleaseRequest* request,
                                                     v1::Receipt* response) {
  response->set_leaf_index(request->disclosure_index());
  return Finish(context, "/concordat.v1.Ledger/ConfirmRelease");
}

grpc::ServerUnaryReactor* FakeLedger::SetEvidenceHold(grpc::CallbackServerContext* context,
                                                      const v1::SetEvidenceHoldRequest* request,
                                                      v1::Receipt* response) {
  response->set_leaf_index(request->case_id().size());
  return Finish(context, "/concordat.v1.Ledger/SetEvidenceHold");
}

grpc::ServerUnaryReactor* FakeLedger::SealCase(grpc::CallbackServerContext* context,
                                               const v1::SealCaseRequest* request,
                                               v1::Receipt* response) {
  response->set_leaf_index(request->case_id().size());
  return Finish(context, "/concordat.v1.Ledger/SealCase");
}

grpc::ServerUnaryReactor* FakeLedger::RequestErasure(grpc::CallbackServerContext* context,
                                                     const v1::RequestErasureRequest* request,
                                                     v1::RequestErasureResponse* response) {
  response->set_request_index(request->case_id().size());
  return Finish(context, "/concordat.v1.Ledger/RequestErasure");
}

grpc::ServerUnaryReactor* FakeLedger::ApproveErasure(grpc::CallbackServerContext* context,
                                                     const v1::ApproveErasureRequest* request,
                                                     v1::DestructionCertificate* response) {
  response->mutable_erasure_receipt()->set_leaf_index(request->request_index());
  return Finish(context, "/concordat.v1.Ledger/ApproveErasure");
}

grpc::ServerUnaryReactor* FakeLedger::BreakGlass(grpc::CallbackServerContext* context,
                                                 const v1::BreakGlassRequest* request,
                                                 v1::AccessGrant* response) {
  response->set_grant_index(request->case_id().size());
  return Finish(context, "/concordat.v1.Ledger/BreakGlass");
}

grpc::ServerUnaryReactor* FakeLedger::ReviewBreakGlass(grpc::CallbackServerContext* context,
                                                       const v1::ReviewBreakGlassRequest* request,
                                                       v1::Receipt* response) {
  response->set_leaf_index(request->grant_index());
  return Finish(context, "/concordat.v1.Ledger/ReviewBreakGlass");
}

grpc::ServerUnaryReactor* FakeLedger::RequestApproval(grpc::CallbackServerContext* context,
                                                      const v1::RequestApprovalRequest* request,
                                                      v1::RequestApprovalResponse* response) {
  response->set_request_index(request->case_id().size());
  return Finish(context, "/concordat.v1.Ledger/RequestApproval");
}

grpc::ServerUnaryReactor* FakeLedger::GiveApproval(grpc::CallbackServerContext* context,
                                                   const v1::GiveApprovalRequest* request,
                                                   v1::AccessGrant* response) {
  response->set_grant_index(request->request_index());
  return Finish(context, "/concordat.v1.Ledger/GiveApproval");
}

grpc::ServerUnaryReactor* FakeLedger::RegisterConnection(
    grpc::CallbackServerContext* context, const v1::RegisterConnectionRequest* request,
    v1::RegisterConnectionResponse* response) {
  response->set_connection_id(request->practitioner());
  return Finish(context, "/concordat.v1.Ledger/RegisterConnection");
}

grpc::ServerUnaryReactor* FakeLedger::ReadNotices(grpc::CallbackServerContext* context,
                                                  const v1::ReadNoticesRequest* request,
                                                  v1::ReadNoticesResponse* response) {
  response->set_last_sequence(request->after());
  return Finish(context, "/concordat.v1.Ledger/ReadNotices");
}

grpc::ServerUnaryReactor* FakeLedger::AcknowledgeNotices(
    grpc::CallbackServerContext* context, const v1::AcknowledgeNoticesRequest* request,
    v1::Receipt* response) {
  response->set_leaf_index(request->sequences_size());
  return Finish(context, "/concordat.v1.Ledger/AcknowledgeNotices");
}

grpc::ServerUnaryReactor* FakeLedger::ListReadings(grpc::CallbackServerContext* context,
                                                   const v1::ListReadingsRequest* request,
                                                   v1::ListReadingsResponse* response) {
  response->add_items()->set_disclosure_index(request->case_id().size());
  return Finish(context, "/concordat.v1.Ledger/ListReadings");
}

}  // namespace concordat::services::testing
