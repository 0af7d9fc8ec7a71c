#include "tools/log_source.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/status_mapping.h"
#include "storage/log_view.h"
#include "tlog/tile_tree.h"

namespace concordat::tools {
namespace {

class Server : public LogSource {
 public:
  Server(std::shared_ptr<grpc::Channel> channel, v1::Purpose purpose)
      : stub_(v1::Ledger::NewStub(channel)), purpose_(purpose) {}

  absl::StatusOr<Head> ReadHead() override {
    v1::GetCheckpointRequest request;
    request.set_purpose(purpose_);
    v1::GetCheckpointResponse response;
    grpc::ClientContext context;
    CONCORDAT_RETURN_IF_ERROR(
        services::FromGrpcStatus(stub_->GetCheckpoint(&context, request, &response)));
    return Head{response.checkpoint(), response.published()};
  }

  absl::Status ReadEntries(uint64_t first, uint64_t end, VisitEntry visit) override {
    if (first >= end) return absl::OkStatus();  // An end of 0 would ask for everything.
    v1::GetEntriesRequest request;
    request.set_purpose(purpose_);
    request.set_first_index(first);
    request.set_end_index(end);
    grpc::ClientContext context;
    const auto reader = stub_->GetEntries(&context, request);
    v1::GetEntriesResponse page;
    uint64_t next = first;
    while (reader->Read(&page)) {
      const absl::Status status = VisitPage(page, end, visit, &next);
      if (!status.ok()) {
        context.TryCancel();
        return status;
      }
    }
    CONCORDAT_RETURN_IF_ERROR(services::FromGrpcStatus(reader->Finish()));
    if (next == end) return absl::OkStatus();
    return absl::DataLossError(StrCat("entries ", first, " to ", end - 1,
                                      ": the answer ends before ", next, ", want all of them"));
  }

  absl::StatusOr<Consistency> ProveConsistency(TreeSize old_size, TreeSize new_size) override {
    v1::GetConsistencyProofRequest request;
    request.set_purpose(purpose_);
    request.set_old_size(old_size.value);
    request.set_new_size(new_size.value);
    v1::GetConsistencyProofResponse response;
    grpc::ClientContext context;
    CONCORDAT_RETURN_IF_ERROR(
        services::FromGrpcStatus(stub_->GetConsistencyProof(&context, request, &response)));
    Consistency consistency;
    for (const std::string& node : response.proof()) {
      const absl::StatusOr<crypto::Digest> hash = crypto::DigestFromBytes(node);
      if (!hash.ok()) {
        return absl::DataLossError(StrCat("proof: got a hash of ", node.size(), " bytes, want 32"));
      }
      consistency.proof.push_back(*hash);
    }
    const absl::StatusOr<crypto::Digest> old_root = crypto::DigestFromBytes(response.old_root());
    if (!old_root.ok()) {
      return absl::DataLossError(
          StrCat("old_root: got ", response.old_root().size(), " bytes, want 32"));
    }
    consistency.old_root = *old_root;
    return consistency;
  }

 private:
  static absl::Status VisitPage(const v1::GetEntriesResponse& page, uint64_t end, VisitEntry visit,
                                uint64_t* next) {
    if (page.first_index() != *next) {
      return absl::DataLossError(StrCat("first_index: got ", page.first_index(), ", want ", *next));
    }
    for (const std::string& stored : page.entries()) {
      if (*next == end) {
        return absl::DataLossError(
            StrCat("entries: got more than asked for, want ", end - 1, " to be the last"));
      }
      CONCORDAT_RETURN_IF_ERROR(visit((*next)++, stored));
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<v1::Ledger::Stub> stub_;
  const v1::Purpose purpose_;
};

class DataDirectory : public LogSource {
 public:
  explicit DataDirectory(std::unique_ptr<storage::LogView> view) : view_(std::move(view)) {}

  absl::StatusOr<Head> ReadHead() override {
    CONCORDAT_ASSIGN_OR_RETURN(storage::LogView::Head head, view_->ReadHead());
    absl::StatusOr<std::string> published = view_->ReadPublished();
    if (absl::IsNotFound(published.status())) published = "";
    CONCORDAT_RETURN_IF_ERROR(published.status());
    return Head{std::move(head.checkpoint), *std::move(published)};
  }

  absl::Status ReadEntries(uint64_t first, uint64_t end, VisitEntry visit) override {
    absl::Status found;
    CONCORDAT_RETURN_IF_ERROR(view_->ScanEntries(LeafIndex{first}, LeafIndex{end},
                                                 [&](LeafIndex index, std::string_view stored) {
                                                   found = visit(index.value, stored);
                                                   return found.ok();
                                                 }));
    return found;
  }

  absl::StatusOr<Consistency> ProveConsistency(TreeSize old_size, TreeSize new_size) override {
    const auto read_tile = [this](tlog::TileId tile) { return view_->ReadTile(tile); };
    Consistency consistency;
    CONCORDAT_ASSIGN_OR_RETURN(consistency.proof,
                               tlog::ConsistencyProof(old_size, new_size, read_tile));
    CONCORDAT_ASSIGN_OR_RETURN(consistency.old_root, tlog::RootAt(old_size, read_tile));
    return consistency;
  }

  absl::Status ReadCheckpoints(VisitNote visit) override {
    absl::Status found;
    CONCORDAT_RETURN_IF_ERROR(view_->ScanCheckpoints([&](TreeSize size, std::string_view note) {
      found = visit(size, note);
      return found.ok();
    }));
    return found;
  }

 private:
  const std::unique_ptr<storage::LogView> view_;
};

}  // namespace

std::unique_ptr<LogSource> ServerLogSource(std::shared_ptr<grpc::Channel> channel,
                                           v1::Purpose purpose) {
  return std::make_unique<Server>(std::move(channel), purpose);
}

absl::StatusOr<std::unique_ptr<LogSource>> DirectoryLogSource(const std::string& data_dir) {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<storage::LogView> view,
                             storage::LogView::Open(data_dir));
  return std::make_unique<DataDirectory>(std::move(view));
}

}  // namespace concordat::tools
