#include "tools/log_verifier.h"

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "tlog/text_fields.h"

namespace concordat::tools {
absl::Status CheckEntryPlace(std::string_view stored, uint64_t position) {
  v1::LogEntry entry;
  if (!entry.ParseFromArray(stored.data(), static_cast<int>(stored.size()))) {
    return absl::DataLossError(StrCat("entry ", position, ": got bytes that are no LogEntry"));
  }
  if (entry.index() != position) {
    return absl::DataLossError(
        StrCat("entry ", position, ": got index ", entry.index(), ", want its place"));
  }
  return absl::OkStatus();
}

absl::Status LogVerifier::Expect(const tlog::Checkpoint& checkpoint, const std::string& source) {
  const uint64_t size = checkpoint.size.value;
  if (size < entries()) {
    return absl::FailedPreconditionError(StrCat(source, ": the entries are past it"));
  }
  const auto [known, added] = expected_.emplace(size, Expected{checkpoint.root, source});
  if (!added && known->second.root != checkpoint.root) {
    return absl::DataLossError(StrCat("two signed checkpoints of size ", size,
                                      " differ: ", known->second.source, " has root ",
                                      tlog::FormatHash(known->second.root), ", ", source, " has ",
                                      tlog::FormatHash(checkpoint.root)));
  }
  return size == entries() ? Compare() : absl::OkStatus();
}

absl::Status LogVerifier::Compare() {
  const auto expected = expected_.find(entries());
  if (expected == expected_.end()) return absl::OkStatus();
  const crypto::Digest root = range_.Root();
  if (root != expected->second.root) {
    return absl::DataLossError(StrCat(
        "entries ", proven_size_, " to ", entries() == 0 ? 0 : entries() - 1,
        ": one of them differs from what was signed: ", expected->second.source, " of size ",
        entries(), " has root ", tlog::FormatHash(expected->second.root), ", the entries give ",
        tlog::FormatHash(root), "; entries before ", proven_size_, " are as signed"));
  }
  proven_size_ = entries();
  ++checkpoints_held_;
  expected_.erase(expected);
  return absl::OkStatus();
}

absl::Status LogVerifier::Add(std::string_view stored) {
  CONCORDAT_RETURN_IF_ERROR(CheckEntryPlace(stored, entries()));
  range_.Append(tlog::LeafHash(stored));
  return Compare();
}

absl::Status LogVerifier::Finish() const {
  if (expected_.empty()) return absl::OkStatus();
  const auto& [size, expected] = *expected_.rbegin();
  return absl::DataLossError(StrCat("the log ends after ", entries(), " entries, but ",
                                    expected.source, " was signed for ", size));
}

}  // namespace concordat::tools
