// A log to be checked, wherever it is: behind a ledger's auditor calls, in a data directory, or in
// an exported directory. Nothing that a source says is trusted before it is verified.
#ifndef CONCORDAT_TOOLS_LOG_SOURCE_H_
#define CONCORDAT_TOOLS_LOG_SOURCE_H_

#include <grpcpp/channel.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/exchange.pb.h"
#include "crypto/sha256.h"

namespace concordat::tools {

// Not thread-safe. Errors are those of reading; DATA_LOSS when the source contradicts its own form.
class LogSource {
 public:
  struct Head {
    std::string checkpoint;  // The newest, signed by the log.
    std::string published;   // The last that witnesses cosigned; empty when there is none.
  };
  // The stored bytes of one entry, which live until it returns. An error ends the reading with it.
  using VisitEntry = absl::FunctionRef<absl::Status(uint64_t index, std::string_view stored)>;
  using VisitNote = absl::FunctionRef<absl::Status(TreeSize size, std::string_view note)>;

  virtual ~LogSource() = default;

  virtual absl::StatusOr<Head> ReadHead() = 0;

  // Entries [first, end), in order and each once; DATA_LOSS when the source gives others.
  virtual absl::Status ReadEntries(uint64_t first, uint64_t end, VisitEntry visit) = 0;

  // RFC 6962 section 2.1.2, and the root at `old_size` that it proves.
  struct Consistency {
    std::vector<crypto::Digest> proof;
    crypto::Digest old_root;
  };
  virtual absl::StatusOr<Consistency> ProveConsistency(TreeSize old_size, TreeSize new_size) = 0;

  // Every other signed checkpoint that the source has kept, if any.
  virtual absl::Status ReadCheckpoints(VisitNote visit) { return absl::OkStatus(); }
};

// A ledger's auditor calls. Reading entries is itself an entry of that log, with this purpose.
std::unique_ptr<LogSource> ServerLogSource(std::shared_ptr<grpc::Channel> channel,
                                           v1::Purpose purpose);

// A ledger's data directory, closed or running (then as it is at this moment).
absl::StatusOr<std::unique_ptr<LogSource>> DirectoryLogSource(const std::string& data_dir);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_SOURCE_H_
