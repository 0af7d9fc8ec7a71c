#include "tools/testing/lying_ledger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "concordat/v1/log.pb.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/tile_tree.h"

namespace concordat::tools {
namespace {

constexpr uint64_t kPageEntries = 3;

}  // namespace

std::vector<std::string> EntriesOf(const std::string& case_id, uint64_t count, uint64_t first) {
  std::vector<std::string> entries;
  for (uint64_t i = 0; i < count; ++i) {
    v1::LogEntry entry;
    entry.set_index(first + i);
    entry.set_operation(v1::COLLECTION);
    entry.add_case_ids(case_id);
    entries.push_back(entry.SerializeAsString());
  }
  return entries;
}

crypto::Digest RootOf(const std::vector<std::string>& entries, uint64_t size) {
  tlog::CompactRange range;
  for (uint64_t i = 0; i < size; ++i) range.Append(tlog::LeafHash(entries[i]));
  return range.Root();
}

std::string SignedHead(const crypto::NoteSigner& signer, const std::vector<std::string>& entries) {
  return *signer.Sign(tlog::CheckpointText(signer.name(), TreeSize{entries.size()},
                                           RootOf(entries, entries.size())));
}

LyingLedger::LyingLedger() {
  grpc::ServerBuilder builder;
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

LyingLedger::~LyingLedger() { server_->Shutdown(); }

void LyingLedger::Tell(const crypto::NoteSigner& signer, std::vector<std::string> told) {
  checkpoint = SignedHead(signer, told);
  published.clear();
  tree = told;
  entries = std::move(told);
}

std::unique_ptr<LogSource> LyingLedger::Source() {
  return ServerLogSource(server_->InProcessChannel({}), v1::INTEGRITY_AND_SECURITY);
}

grpc::Status LyingLedger::GetCheckpoint(grpc::ServerContext*, const v1::GetCheckpointRequest*,
                                        v1::GetCheckpointResponse* response) {
  response->set_checkpoint(checkpoint);
  response->set_published(published);
  return grpc::Status::OK;
}

grpc::Status LyingLedger::GetEntries(grpc::ServerContext*, const v1::GetEntriesRequest* request,
                                     grpc::ServerWriter<v1::GetEntriesResponse>* writer) {
  const uint64_t end = std::min<uint64_t>(request->end_index() + extra_entries, entries.size());
  entries_asked += request->end_index() - request->first_index();
  for (uint64_t next = request->first_index(); next < end; next += kPageEntries) {
    v1::GetEntriesResponse page;
    page.set_first_index(next == request->first_index() ? first_index.value_or(next) : next);
    for (uint64_t i = next; i < std::min(next + kPageEntries, end); ++i) {
      page.add_entries(entries[i]);
    }
    if (!writer->Write(page)) break;
  }
  return grpc::Status::OK;
}

grpc::Status LyingLedger::GetConsistencyProof(grpc::ServerContext*,
                                              const v1::GetConsistencyProofRequest* request,
                                              v1::GetConsistencyProofResponse* response) {
  tlog::TileTree grown;
  for (const std::string& entry : tree) grown.Append(tlog::LeafHash(entry));
  const std::map<tlog::TileId, std::string> tiles = grown.TakeChangedTiles();
  const auto proof =
      tlog::ConsistencyProof(TreeSize{request->old_size()}, TreeSize{request->new_size()},
                             [&](tlog::TileId tile) { return tiles.at(tile); });
  if (!proof.ok()) return grpc::Status(grpc::StatusCode::OUT_OF_RANGE, "sizes");
  for (const crypto::Digest& node : *proof) {
    response->add_proof(std::string(crypto::AsBytes(node)));
  }
  const crypto::Digest root = old_root.value_or(RootOf(tree, request->old_size()));
  response->set_old_root(std::string(crypto::AsBytes(root)));
  return grpc::Status::OK;
}

}  // namespace concordat::tools
