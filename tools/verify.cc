#include "tools/verify.h"

#include <grpcpp/client_context.h>

#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/status_mapping.h"
#include "storage/log_view.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/log_verifier.h"
#include "tools/note_key.h"

namespace concordat::tools {
namespace {

constexpr uint64_t kProgressEntries = 100'000;

CommandHelp Help() {
  return {
      "concordat verify (--data-dir DIR | --server HOST:PORT ...) --log-key log.pub [flags]",
      "Reads every stored entry, computes the RFC 6962 tree again and compares it with the signed\n"
      "checkpoints; needs the public key and nothing else. With --since, the checkpoint in that "
      "file\n"
      "must still hold (the log only grew), and the new one takes its place.\n"
      "Exit code 0: verified; 4: not, naming the first difference; 1: could not be read.",
      "concordat verify --data-dir /var/lib/concordat/log --log-key log.pub --since "
      "seen.checkpoint",
      0, 0};
}

struct VerifyFlags {
  ConnectionFlags connection;
  std::string data_dir;
  std::string log_key;
  std::string since;
};

class Verification {
 public:
  Verification(const crypto::NoteVerifier& key, const Console& console)
      : key_(key), console_(console) {}

  absl::Status ExpectNote(const std::string& note, const std::string& source) {
    CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint,
                               OpenCheckpoint(key_, note, source));
    return log_.Expect(checkpoint, source);
  }

  absl::Status Add(std::string_view stored) {
    if (log_.entries() > 0 && log_.entries() % kProgressEntries == 0) {
      console_.err << "  " << log_.entries() << " entries\n";
    }
    return log_.Add(stored);
  }

  // The size that the head checkpoint speaks of.
  absl::StatusOr<uint64_t> ExpectHead(const std::string& note) {
    CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint,
                               OpenCheckpoint(key_, note, "the head checkpoint"));
    CONCORDAT_RETURN_IF_ERROR(log_.Expect(checkpoint, "the head checkpoint"));
    return checkpoint.size.value;
  }

  const LogVerifier& log() const { return log_; }

 private:
  const crypto::NoteVerifier& key_;
  const Console& console_;
  LogVerifier log_;
};

// The first error of a walk whose visitor can only say "go on" or "stop".
template <typename Walk, typename Visit>
absl::Status WalkAll(const Walk& walk, const Visit& visit) {
  absl::Status found;
  CONCORDAT_RETURN_IF_ERROR(walk([&](auto place, std::string_view bytes) {
    found = visit(place, bytes);
    return found.ok();
  }));
  return found;
}

absl::StatusOr<std::string> VerifyDirectory(const std::string& data_dir, Verification* run) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto view, storage::LogView::Open(data_dir));
  CONCORDAT_ASSIGN_OR_RETURN(const storage::LogView::Head head, view->ReadHead());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t size, run->ExpectHead(head.checkpoint));
  // Every checkpoint ever stored must hold, and narrows the place of a difference.
  CONCORDAT_RETURN_IF_ERROR(WalkAll(
      [&](auto visit) { return view->ScanCheckpoints(visit); },
      [&](TreeSize at, std::string_view note) {
        if (at.value > size) return absl::OkStatus();
        return run->ExpectNote(std::string(note), StrCat("the checkpoint stored at ", at.value));
      }));
  CONCORDAT_RETURN_IF_ERROR(
      WalkAll([&](auto visit) { return view->ScanEntries(LeafIndex{0}, LeafIndex{size}, visit); },
              [&](LeafIndex, std::string_view stored) { return run->Add(stored); }));
  return head.checkpoint;
}

absl::StatusOr<std::string> VerifyServer(const ConnectionFlags& connection, Verification* run) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(connection));
  const auto stub = v1::Ledger::NewStub(channel);
  v1::GetCheckpointRequest head_request;
  head_request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  v1::GetCheckpointResponse head;
  grpc::ClientContext head_context;
  CONCORDAT_RETURN_IF_ERROR(
      services::FromGrpcStatus(stub->GetCheckpoint(&head_context, head_request, &head)));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t size, run->ExpectHead(head.checkpoint()));
  if (size == 0) return head.checkpoint();

  v1::GetEntriesRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  request.set_end_index(size);
  grpc::ClientContext context;
  const auto reader = stub->GetEntries(&context, request);
  v1::GetEntriesResponse page;
  absl::Status status;
  while (status.ok() && reader->Read(&page)) {
    if (page.first_index() != run->log().entries()) {
      status = absl::DataLossError(
          StrCat("first_index: got ", page.first_index(), ", want ", run->log().entries()));
    }
    for (int i = 0; status.ok() && i < page.entries_size(); ++i) {
      status = run->Add(page.entries(i));
    }
  }
  if (!status.ok()) {
    context.TryCancel();
    return status;
  }
  CONCORDAT_RETURN_IF_ERROR(services::FromGrpcStatus(reader->Finish()));
  return head.checkpoint();
}

// The checkpoint remembered from an earlier run, if there was one.
absl::StatusOr<std::optional<std::string>> ReadRemembered(const std::string& path) {
  if (path.empty()) return std::nullopt;
  absl::StatusOr<std::string> note = ReadFile(path);
  if (absl::IsNotFound(note.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(note.status());
  return *std::move(note);
}

absl::StatusOr<std::string> VerifyAll(const VerifyFlags& flags, bool remembered,
                                      const std::string& earlier, Verification* run) {
  if (remembered) {
    CONCORDAT_RETURN_IF_ERROR(run->ExpectNote(earlier, StrCat("the checkpoint in ", flags.since)));
  }
  absl::StatusOr<std::string> head = flags.data_dir.empty() ? VerifyServer(flags.connection, run)
                                                            : VerifyDirectory(flags.data_dir, run);
  CONCORDAT_RETURN_IF_ERROR(head.status());
  CONCORDAT_RETURN_IF_ERROR(run->log().Finish());
  return head;
}

}  // namespace

int RunVerify(const std::vector<std::string>& args, const Console& console) {
  VerifyFlags flags;
  FlagTable table(Help());
  table.Text("data-dir", &flags.data_dir, "DIR", "a ledger's data directory")
      .RequiredText("log-key", &flags.log_key, "FILE", "the log's public key")
      .Text("since", &flags.since, "FILE", "the checkpoint seen last; written after success");
  flags.connection.AddOptionallyTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  if (flags.data_dir.empty() != flags.connection.Complete()) {
    return Fail(console,
                FieldError("--data-dir", "both or neither of it and a whole --server",
                           "--data-dir, or --server, --server-id, --cert, --key and --ca"),
                kExitUsage);
  }
  const auto key = ReadVerifierKey(flags.log_key);
  if (!key.ok()) return Fail(console, key.status(), kExitFailed);
  const auto remembered = ReadRemembered(flags.since);
  if (!remembered.ok()) return Fail(console, remembered.status(), kExitFailed);

  const absl::Time start = console.clock.Now();
  Verification run(*key, console);
  const absl::StatusOr<std::string> head =
      VerifyAll(flags, remembered->has_value(), remembered->value_or(""), &run);
  if (!head.ok()) {
    const bool damage = absl::IsDataLoss(head.status());
    if (damage) console.out << "NOT VERIFIED: " << head.status().message() << "\n";
    return damage ? kExitNotVerified : Fail(console, head.status(), kExitFailed);
  }
  console.out << absl::StrFormat(
      "verified: %d entries of %s match %d signed checkpoint%s%s, in %.2f s\n", run.log().entries(),
      key->name(), run.log().checkpoints_held(), run.log().checkpoints_held() == 1 ? "" : "s",
      remembered->has_value() ? ", and the log only grew since the one remembered" : "",
      absl::ToDoubleSeconds(console.clock.Now() - start));
  if (!flags.since.empty()) {
    const absl::Status written = WriteFileAtomically(flags.since, *head, 0644);
    if (!written.ok()) return Fail(console, written, kExitFailed);
  }
  return kExitOk;
}

}  // namespace concordat::tools
