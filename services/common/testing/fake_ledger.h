// A ledger that keeps nothing: answers what a test tells it to, and remembers who asked. Its calls
// pass a real CallGuard.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_FAKE_LEDGER_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_FAKE_LEDGER_H_

#include <grpcpp/support/server_callback.h>

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/call_guard.h"
#include "services/common/caller.h"

namespace concordat::services::testing {

// Thread-safe.
class FakeLedger final : public v1::Ledger::CallbackService {
 public:
  // Outlives it.
  explicit FakeLedger(const CallGuard* guard) : guard_(guard) {}

  // Every later call is refused with this; OK takes it back.
  void AnswerWith(absl::Status status);
  // Pages that a read gives, of case "case-1", numbered by disclosure_index from 0.
  void GivePages(int count, size_t padding_bytes = 0);

  // The callers admitted and the pushes taken so far, in order.
  std::vector<Caller> callers() const;
  std::vector<v1::PushRequest> pushes() const;
  // Page and alert streams that are open now, and how many pages were written in all.
  int open_streams() const;
  int pages_written() const;
  void WaitForOpenStreams(int count) const;

  // The receipt's leaf_index is the number of pushes before this one.
  grpc::ServerUnaryReactor* Append(grpc::CallbackServerContext* context,
                                   const v1::PushRequest* request, v1::Receipt* response) override;
  // The same for each item; AnswerWith decides item by item.
  grpc::ServerBidiReactor<v1::PushRequest, v1::PushResult>* AppendStream(
      grpc::CallbackServerContext* context) override;
  // Later streams are refused with this at once; OK takes it back.
  void RefusePushStreamsWith(absl::Status status);
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext* context,
                                                   const v1::ReadCaseRequest* request) override;
  // One heartbeat whose last_sequence is shown_through, then nothing until the stream is cancelled.
  grpc::ServerWriteReactor<v1::WatchAlertsItem>* FollowAlerts(
      grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) override;
  // Acknowledges what is asked.
  grpc::ServerUnaryReactor* AcknowledgeAlerts(grpc::CallbackServerContext* context,
                                              const v1::AcknowledgeAlertsRequest* request,
                                              v1::AcknowledgeAlertsResponse* response) override;

  // Each answers with the number it was asked for, or the length of the case id, so that a test
  // sees its own request answered.
  grpc::ServerUnaryReactor* GetRelease(grpc::CallbackServerContext* context,
                                       const v1::GetReleaseRequest* request,
                                       v1::Release* response) override;
  grpc::ServerUnaryReactor* ConfirmRelease(grpc::CallbackServerContext* context,
                                           const v1::ConfirmReleaseRequest* request,
                                           v1::Receipt* response) override;
  grpc::ServerUnaryReactor* SetEvidenceHold(grpc::CallbackServerContext* context,
                                            const v1::SetEvidenceHoldRequest* request,
                                            v1::Receipt* response) override;
  grpc::ServerUnaryReactor* SealCase(grpc::CallbackServerContext* context,
                                     const v1::SealCaseRequest* request,
                                     v1::Receipt* response) override;
  grpc::ServerUnaryReactor* RequestErasure(grpc::CallbackServerContext* context,
                                           const v1::RequestErasureRequest* request,
                                           v1::RequestErasureResponse* response) override;
  grpc::ServerUnaryReactor* ApproveErasure(grpc::CallbackServerContext* context,
                                           const v1::ApproveErasureRequest* request,
                                           v1::DestructionCertificate* response) override;
  grpc::ServerUnaryReactor* BreakGlass(grpc::CallbackServerContext* context,
                                       const v1::BreakGlassRequest* request,
                                       v1::AccessGrant* response) override;
  grpc::ServerUnaryReactor* ReviewBreakGlass(grpc::CallbackServerContext* context,
                                             const v1::ReviewBreakGlassRequest* request,
                                             v1::Receipt* response) override;
  grpc::ServerUnaryReactor* RequestApproval(grpc::CallbackServerContext* context,
                                            const v1::RequestApprovalRequest* request,
                                            v1::RequestApprovalResponse* response) override;
  grpc::ServerUnaryReactor* GiveApproval(grpc::CallbackServerContext* context,
                                         const v1::GiveApprovalRequest* request,
                                         v1::AccessGrant* response) override;
  grpc::ServerUnaryReactor* RegisterConnection(grpc::CallbackServerContext* context,
                                               const v1::RegisterConnectionRequest* request,
                                               v1::RegisterConnectionResponse* response) override;
  grpc::ServerUnaryReactor* ReadNotices(grpc::CallbackServerContext* context,
                                        const v1::ReadNoticesRequest* request,
                                        v1::ReadNoticesResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeNotices(grpc::CallbackServerContext* context,
                                               const v1::AcknowledgeNoticesRequest* request,
                                               v1::Receipt* response) override;
  grpc::ServerUnaryReactor* ListReadings(grpc::CallbackServerContext* context,
                                         const v1::ListReadingsRequest* request,
                                         v1::ListReadingsResponse* response) override;

 private:
  class PageStream;
  class HeartbeatStream;

  absl::StatusOr<v1::Receipt> Take(const v1::PushRequest& push);
  // OK and remembered, the status to answer with, or the guard's refusal.
  absl::Status Admit(const grpc::CallbackServerContext& context, const char* method);
  grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const char* method);

  const CallGuard* const guard_;
  mutable absl::Mutex mutex_;
  absl::Status answer_ ABSL_GUARDED_BY(mutex_);
  absl::Status refuse_push_streams_ ABSL_GUARDED_BY(mutex_);
  int pages_ ABSL_GUARDED_BY(mutex_) = 3;
  size_t padding_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Caller> callers_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::PushRequest> pushes_ ABSL_GUARDED_BY(mutex_);
  int open_streams_ ABSL_GUARDED_BY(mutex_) = 0;
  int pages_written_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_FAKE_LEDGER_H_
