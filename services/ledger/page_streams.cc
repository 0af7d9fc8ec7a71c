#include "services/ledger/page_streams.h"

#include <utility>

#include "services/common/status_mapping.h"
#include "services/ledger/refusal_pace.h"

namespace concordat::services {
namespace {

// Exactly one step is under way at any time: the ledger's answer, then the write of it. So the
// reactor cannot be done (gRPC calls OnDone after Finish only) while a step may still come back to
// it.
class CaseStream final : public grpc::ServerWriteReactor<v1::CasePage> {
 public:
  CaseStream(Ledger* ledger, Caller caller, Readmission readmission, v1::ReadCaseRequest request)
      : ledger_(ledger),
        caller_(std::move(caller)),
        readmission_(std::move(readmission)),
        request_(std::move(request)) {
    Next();
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the reader has gone"));
    if (page_.next_page_token().empty()) return Finish(grpc::Status::OK);
    request_.set_page_token(page_.next_page_token());
    Next();
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    const absl::Status admitted = readmission_();
    if (!admitted.ok()) return Finish(ToGrpcStatus(admitted));
    ledger_->ReadCase(caller_, request_,
                      Paced<v1::CasePage>([this](absl::StatusOr<v1::CasePage> page) {
                        if (!page.ok()) return Finish(ToGrpcStatus(page.status()));
                        page_ = *std::move(page);
                        StartWrite(&page_);
                      }));
  }

  Ledger* ledger_;
  const Caller caller_;
  const Readmission readmission_;
  v1::ReadCaseRequest request_;
  v1::CasePage page_;
};

class EntryStream final : public grpc::ServerWriteReactor<v1::GetEntriesResponse> {
 public:
  EntryStream(Ledger* ledger, const Caller& caller, Readmission readmission,
              const v1::GetEntriesRequest& request)
      : ledger_(ledger), readmission_(std::move(readmission)) {
    ledger_->RecordLogRead(caller, request, [this](absl::StatusOr<v1::GetEntriesRequest> range) {
      if (!range.ok()) return Finish(ToGrpcStatus(range.status()));
      next_ = range->first_index();
      end_ = range->end_index();
      Next();
    });
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the reader has gone"));
    next_ += static_cast<uint64_t>(message_.entries_size());
    Next();
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (next_ >= end_) return Finish(grpc::Status::OK);
    const absl::Status admitted = readmission_();
    if (!admitted.ok()) return Finish(ToGrpcStatus(admitted));
    absl::StatusOr<v1::GetEntriesResponse> message = ledger_->ReadEntries(next_, end_);
    if (!message.ok()) return Finish(ToGrpcStatus(message.status()));
    message_ = *std::move(message);
    StartWrite(&message_);
  }

  Ledger* ledger_;
  const Readmission readmission_;
  uint64_t next_ = 0;
  uint64_t end_ = 0;
  v1::GetEntriesResponse message_;
};

}  // namespace

grpc::ServerWriteReactor<v1::CasePage>* StartCaseStream(Ledger* ledger, const Caller& caller,
                                                        Readmission readmission,
                                                        const v1::ReadCaseRequest& request) {
  return new CaseStream(ledger, caller, std::move(readmission), request);
}

grpc::ServerWriteReactor<v1::GetEntriesResponse>* StartEntryStream(
    Ledger* ledger, const Caller& caller, Readmission readmission,
    const v1::GetEntriesRequest& request) {
  return new EntryStream(ledger, caller, std::move(readmission), request);
}

}  // namespace concordat::services
