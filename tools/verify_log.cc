#include "tools/verify_log.h"

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/checkpoint.h"
#include "tools/log_verifier.h"

namespace concordat::tools {
namespace {

constexpr uint64_t kProgressEntries = 100'000;
constexpr char kHead[] = "the head checkpoint";

}  // namespace

absl::StatusOr<VerifiedLog> VerifyLog(LogSource& source, const LogTrust& trust,
                                      const std::optional<Remembered>& remembered,
                                      absl::FunctionRef<void(uint64_t)> progress) {
  LogVerifier log;
  VerifiedLog verified;
  const auto expect = [&](const tlog::Checkpoint& checkpoint, const std::string& name) {
    if (!verified.origin.empty() && checkpoint.origin != verified.origin) {
      return absl::DataLossError(
          StrCat(name, ": got origin ", checkpoint.origin, ", want ", verified.origin));
    }
    verified.origin = checkpoint.origin;
    return log.Expect(checkpoint, name);
  };

  if (remembered.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint earlier,
                               trust.Open(remembered->note, remembered->source));
    CONCORDAT_RETURN_IF_ERROR(expect(earlier, remembered->source));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const LogSource::Head sources, source.ReadHead());
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint head, trust.Open(sources.checkpoint, kHead));
  CONCORDAT_RETURN_IF_ERROR(expect(head, kHead));
  verified.checkpoint = sources.checkpoint;
  if (trust.wants_cosignatures()) {
    if (sources.published.empty()) {
      return absl::DataLossError(
          "the published checkpoint: got none, want one that the quorum "
          "cosigned");
    }
    CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint published,
                               trust.OpenCosigned(sources.published, "the published checkpoint"));
    CONCORDAT_RETURN_IF_ERROR(expect(published, "the published checkpoint"));
    verified.published = published.size.value;
  }
  // Each also narrows the place of a difference.
  CONCORDAT_RETURN_IF_ERROR(source.ReadCheckpoints([&](TreeSize size, std::string_view note) {
    if (size > head.size) return absl::OkStatus();
    const std::string name = StrCat("the checkpoint stored at ", size.value);
    CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint stored, trust.Open(std::string(note), name));
    return expect(stored, name);
  }));
  CONCORDAT_RETURN_IF_ERROR(
      source.ReadEntries(0, head.size.value, [&](uint64_t index, std::string_view stored) {
        if (index > 0 && index % kProgressEntries == 0) progress(index);
        return log.Add(stored);
      }));
  CONCORDAT_RETURN_IF_ERROR(log.Finish());
  verified.entries = log.entries();
  verified.checkpoints = log.checkpoints_held();
  return verified;
}

}  // namespace concordat::tools
