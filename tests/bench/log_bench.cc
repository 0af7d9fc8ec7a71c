// What a write costs on a real disk, and what proving a log costs.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "base/clock.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "tools/json_lines.h"
#include "tools/log_verifier.h"

namespace concordat {
namespace {

v1::LogEntry Entry() {
  v1::LogEntry entry;
  entry.set_operation(v1::COLLECTION);
  entry.add_case_ids("case-abcdefghijklmnopqrstuvwxyz");
  entry.mutable_collected()->set_content_digest(std::string(crypto::kDigestBytes, 'd'));
  return entry;
}

// Entries a second with so many operations waiting at once: one synced write carries them all.
void BM_AppendSynced(benchmark::State& state) {
  const std::string dir = std::filesystem::temp_directory_path() / "concordat-bench-log";
  std::filesystem::remove_all(dir);
  auto log = storage::AuditLog::Open(
      {dir, crypto::NoteSigner::Generate("bench.test/log"), &Clock::Real()});
  if (!log.ok()) return state.SkipWithError(std::string(log.status().message()).c_str());
  const int waiting = static_cast<int>(state.range(0));
  for (auto _ : state) {
    absl::BlockingCounter done(waiting);
    for (int i = 0; i < waiting; ++i) {
      (*log)->Submit(
          [](storage::Transaction& transaction) {
            transaction.AppendEntry(Entry());
            return absl::OkStatus();
          },
          [&done](absl::StatusOr<storage::AuditLog::Committed>) { done.DecrementCount(); });
    }
    done.Wait();
  }
  state.SetItemsProcessed(state.iterations() * waiting);
  log->reset();
  std::filesystem::remove_all(dir);
}
BENCHMARK(BM_AppendSynced)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();

// Entries a second that `concordat verify` proves.
void BM_VerifyEntries(benchmark::State& state) {
  std::vector<std::string> entries;
  for (uint64_t i = 0; i < 4096; ++i) {
    v1::LogEntry entry = Entry();
    entry.set_index(i);
    entries.push_back(entry.SerializeAsString());
  }
  for (auto _ : state) {
    tools::LogVerifier verifier;
    for (const std::string& entry : entries) {
      if (!verifier.Add(entry).ok()) return state.SkipWithError("refused");
    }
    benchmark::DoNotOptimize(verifier.entries());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(entries.size()));
}
BENCHMARK(BM_VerifyEntries);

// JSON lines a second that `concordat push` reads.
void BM_ParseCaseEvent(benchmark::State& state) {
  const tools::JsonLine line{
      1,
      R"({"sourceSystem":"rms","sourceReference":"LC-1","revision":1,)"
      R"("occurredAt":"2024-02-29T10:00:00Z","sourceClass":"SOURCE_VICTIM",)"
      R"("persons":[{"capacity":"VICTIM","fullName":"Asha Example","dateOfBirth":"1990-01-01"},)"
      R"({"capacity":"PERPETRATOR","fullName":"Boyd Sample","externalIds":)"
      R"([{"type":"PNC_ID","value":"1979/0123456T"}]}],)"
      R"("incident":{"incidentNumber":"LC-1","isCrime":true,"initialGrade":"HIGH"}})",
      false};
  for (auto _ : state) benchmark::DoNotOptimize(tools::ParseCaseEvent(line));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ParseCaseEvent);

}  // namespace
}  // namespace concordat
