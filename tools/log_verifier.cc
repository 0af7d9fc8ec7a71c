#include "tools/log_verifier.h"

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"

namespace concordat::tools {
namespace {

std::string Base64(const crypto::Digest& digest) {
  return absl::Base64Escape(ToAbsl(crypto::AsBytes(digest)));
}

}  // namespace

absl::StatusOr<tlog::Checkpoint> OpenCheckpoint(const crypto::NoteVerifier& verifier,
                                                const std::string& note,
                                                const std::string& source) {
  const absl::StatusOr<std::string> text = verifier.Verify(note);
  if (!text.ok()) {
    return absl::DataLossError(StrCat(source, ": got ", ToStd(text.status().message()),
                                      ", want a signature by ", verifier.name(), "'s key"));
  }
  absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::ParseCheckpointText(*text);
  if (!checkpoint.ok()) {
    return absl::DataLossError(StrCat(source, ": ", ToStd(checkpoint.status().message())));
  }
  if (checkpoint->origin != verifier.name()) {
    return absl::DataLossError(
        StrCat(source, ": got origin ", checkpoint->origin, ", want ", verifier.name()));
  }
  return checkpoint;
}

absl::Status LogVerifier::Expect(const tlog::Checkpoint& checkpoint, const std::string& source) {
  const uint64_t size = checkpoint.size.value;
  if (size < entries()) {
    return absl::FailedPreconditionError(StrCat(source, ": the entries are past it"));
  }
  const auto [known, added] = expected_.emplace(size, Expected{checkpoint.root, source});
  if (!added && known->second.root != checkpoint.root) {
    return absl::DataLossError(StrCat(
        "two signed checkpoints of size ", size, " differ: ", known->second.source, " has root ",
        Base64(known->second.root), ", ", source, " has ", Base64(checkpoint.root)));
  }
  return size == entries() ? Compare() : absl::OkStatus();
}

absl::Status LogVerifier::Compare() {
  const auto expected = expected_.find(entries());
  if (expected == expected_.end()) return absl::OkStatus();
  const crypto::Digest root = range_.Root();
  if (root != expected->second.root) {
    return absl::DataLossError(
        StrCat("entries ", proven_size_, " to ", entries() == 0 ? 0 : entries() - 1,
               ": one of them differs from what was signed: ", expected->second.source, " of size ",
               entries(), " has root ", Base64(expected->second.root), ", the entries give ",
               Base64(root), "; entries before ", proven_size_, " are as signed"));
  }
  proven_size_ = entries();
  ++checkpoints_held_;
  expected_.erase(expected);
  return absl::OkStatus();
}

absl::Status LogVerifier::Add(std::string_view stored) {
  const uint64_t position = entries();
  v1::LogEntry entry;
  if (!entry.ParseFromArray(stored.data(), static_cast<int>(stored.size()))) {
    return absl::DataLossError(StrCat("entry ", position, ": got bytes that are no LogEntry"));
  }
  if (entry.index() != position) {
    return absl::DataLossError(
        StrCat("entry ", position, ": got index ", entry.index(), ", want its place"));
  }
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
