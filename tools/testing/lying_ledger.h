// A ledger that answers an auditor's calls with whatever a test wants: real gRPC, in process.
#ifndef CONCORDAT_TOOLS_TESTING_LYING_LEDGER_H_
#define CONCORDAT_TOOLS_TESTING_LYING_LEDGER_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "concordat/v1/services.grpc.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tools/log_source.h"

namespace concordat::tools {

// Stored entries `first` to `first + count - 1` of a log, each about that case.
std::vector<std::string> EntriesOf(const std::string& case_id, uint64_t count, uint64_t first = 0);

// The root over the first `size` of them, and the checkpoint that says so.
crypto::Digest RootOf(const std::vector<std::string>& entries, uint64_t size);
std::string SignedHead(const crypto::NoteSigner& signer, const std::vector<std::string>& entries);

// Set the fields, then let the source be read. Not thread-safe beyond that.
class LyingLedger final : public v1::Ledger::Service {
 public:
  LyingLedger();
  ~LyingLedger() override;

  // The truth about these entries; what is to be a lie is changed afterwards.
  void Tell(const crypto::NoteSigner& signer, std::vector<std::string> entries);

  std::unique_ptr<LogSource> Source();

  std::string checkpoint;
  std::string published;
  std::vector<std::string> entries;
  std::vector<std::string> tree;           // What proofs are computed from.
  std::optional<uint64_t> first_index;     // Said of the first page.
  uint64_t extra_entries = 0;              // Sent beyond what was asked for.
  std::optional<crypto::Digest> old_root;  // Said with a consistency proof.
  uint64_t entries_asked = 0;              // By all calls.

  grpc::Status GetCheckpoint(grpc::ServerContext* context, const v1::GetCheckpointRequest* request,
                             v1::GetCheckpointResponse* response) override;
  grpc::Status GetEntries(grpc::ServerContext* context, const v1::GetEntriesRequest* request,
                          grpc::ServerWriter<v1::GetEntriesResponse>* writer) override;
  grpc::Status GetConsistencyProof(grpc::ServerContext* context,
                                   const v1::GetConsistencyProofRequest* request,
                                   v1::GetConsistencyProofResponse* response) override;

 private:
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_TESTING_LYING_LEDGER_H_
