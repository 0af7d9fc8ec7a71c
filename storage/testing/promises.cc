#include "storage/testing/promises.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/tile_tree.h"

namespace concordat::storage {
namespace {

absl::Time OccurredAt(LeafIndex index) {
  return absl::FromUnixSeconds(static_cast<int64_t>(index.value));
}

std::string EntryName(const std::string& operation, int place) {
  return StrCat(operation, "/", place);
}

std::string SealedBody(std::string_view entry_name) { return StrCat("sealed ", entry_name); }

absl::Status Broken(std::string_view what, uint64_t at, std::string_view got) {
  return absl::DataLossError(StrCat(what, " ", at, ": ", got));
}

// The tree as its entries give it.
struct Derived {
  std::vector<std::string> names;
  std::vector<crypto::Digest> leaves;
  std::vector<crypto::Digest> roots;  // By size.
  tlog::TileTree tree;
};

absl::StatusOr<Derived> Derive(const AuditLog& log) {
  Derived derived;
  derived.roots.push_back(derived.tree.Root());
  absl::Status broken;
  const auto add = [&](LeafIndex index, std::string_view bytes) {
    v1::LogEntry entry;
    if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        entry.index() != index.value) {
      broken = Broken("entry", index.value, "got other bytes, want an entry with its index");
      return false;
    }
    derived.names.push_back(entry.actor().agency());
    derived.leaves.push_back(tlog::LeafHash(bytes));
    derived.tree.Append(derived.leaves.back());
    derived.roots.push_back(derived.tree.Root());
    return true;
  };
  CONCORDAT_RETURN_IF_ERROR(
      log.ScanEntries(LeafIndex{0}, LeafIndex{log.Head().tree_size.value}, add));
  CONCORDAT_RETURN_IF_ERROR(broken);
  return derived;
}

absl::Status CheckCount(const Reader& reader, Family family, uint64_t want) {
  uint64_t got = 0;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(family, "", "", [&](auto, auto) { return ++got > 0; }));
  if (got == want) return absl::OkStatus();
  return Broken("records of family", static_cast<uint64_t>(family),
                StrCat("got ", got, ", want ", want));
}

absl::Status CheckRecords(const Derived& derived, const Reader& reader) {
  for (uint64_t i = 0; i < derived.names.size(); ++i) {
    const std::string& name = derived.names[i];
    const auto sealed = reader.Get(Family::kSealed, SealedKey(LeafIndex{i}, 0));
    if (!sealed.ok() || *sealed != SealedBody(name)) {
      return Broken("sealed body of entry", i, sealed.status().ToString());
    }
    const std::string operation = name.substr(0, name.rfind('/'));
    const auto indexed = reader.Get(
        Family::kCaseIndex, CaseEventKey(operation, OccurredAt(LeafIndex{i}), LeafIndex{i}));
    if (!indexed.ok()) return Broken("index record of entry", i, indexed.status().ToString());
  }
  CONCORDAT_RETURN_IF_ERROR(CheckCount(reader, Family::kSealed, derived.names.size()));
  CONCORDAT_RETURN_IF_ERROR(CheckCount(reader, Family::kCaseIndex, derived.names.size()));
  if (derived.names.size() % Promises::kEntriesPerOperation == 0) return absl::OkStatus();
  return Broken("entries", derived.names.size(), "got half an operation");
}

absl::Status CheckTiles(Derived& derived, const Reader& reader) {
  const auto tiles = derived.tree.TakeChangedTiles();
  for (const auto& [tile, bytes] : tiles) {
    const auto stored = reader.Get(Family::kTiles, TileKey(tile));
    if (!stored.ok() || *stored != bytes) {
      return Broken(StrCat("tile ", tile.level), tile.index, stored.status().ToString());
    }
  }
  return CheckCount(reader, Family::kTiles, tiles.size());
}

absl::Status CheckRoot(Promises::Notes& notes, const Derived& derived, TreeSize size,
                       const std::string& note) {
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint, notes.Open(note));
  if (checkpoint.size != size || size.value >= derived.roots.size() ||
      checkpoint.root != derived.roots[size.value]) {
    return Broken("checkpoint", size.value, "got another size or root than the entries'");
  }
  return absl::OkStatus();
}

absl::Status CheckStoredCheckpoints(Promises::Notes& notes, const Derived& derived,
                                    const Committed& head, const Reader& reader) {
  absl::Status broken;
  std::string last;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(Family::kCheckpoints, "", "", [&](std::string_view key, std::string_view note) {
        const absl::StatusOr<uint64_t> size = DecodeUint64(key);
        last = std::string(note);
        broken = size.ok() ? CheckRoot(notes, derived, TreeSize{*size}, last) : size.status();
        return broken.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(broken);
  if (last == head.checkpoint) return absl::OkStatus();
  return Broken("checkpoint", head.tree_size.value, "got another one stored last, want the head");
}

// By its own receipt alone: the size and root that were signed for it then.
absl::Status CheckOperation(Promises::Notes& notes, const AuditLog& log, const Derived& derived,
                            const std::string& name, const Committed& committed) {
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint, notes.Open(committed.checkpoint));
  for (int i = 0; i < Promises::kEntriesPerOperation; ++i) {
    const LeafIndex index{committed.first.value + i};
    if (index.value >= derived.names.size() || derived.names[index.value] != EntryName(name, i)) {
      return Broken("entry", index.value, StrCat("got another one, want ", EntryName(name, i)));
    }
    CONCORDAT_ASSIGN_OR_RETURN(const auto proof, log.InclusionProof(index, committed.tree_size));
    CONCORDAT_RETURN_IF_ERROR(tlog::VerifyInclusion(
        index, committed.tree_size, derived.leaves[index.value], proof, checkpoint.root));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<tlog::Checkpoint> Promises::Notes::Open(const std::string& note) {
  const auto opened = opened_.find(note);
  if (opened != opened_.end()) return opened->second;
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, verifier_.Verify(note));
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint, tlog::ParseCheckpointText(text));
  opened_.emplace(note, checkpoint);
  return checkpoint;
}

Promises::Promises(const Promises& other) : notes_(other.notes_) {
  absl::MutexLock lock(&other.mutex_);
  operations_ = other.operations_;
  checkpoints_ = other.checkpoints_;
}

Apply Promises::Operation(const std::string& name) {
  return [name](Transaction& transaction) {
    for (int i = 0; i < kEntriesPerOperation; ++i) {
      const LeafIndex index = transaction.NextIndex();
      transaction.Put(Family::kSealed, SealedKey(index, 0), SealedBody(EntryName(name, i)));
      transaction.Put(Family::kCaseIndex, CaseEventKey(name, OccurredAt(index), index), "");
      transaction.AppendEntry(TestEntry(EntryName(name, i)));
    }
    return absl::OkStatus();
  };
}

void Promises::Acknowledged(const std::string& name, const Committed& committed) {
  Seen(committed);
  absl::MutexLock lock(&mutex_);
  operations_.emplace(name, committed);
}

void Promises::Seen(const Committed& head) {
  absl::MutexLock lock(&mutex_);
  checkpoints_.emplace(head.tree_size, head.checkpoint);
}

uint64_t Promises::acknowledged() const {
  absl::MutexLock lock(&mutex_);
  return operations_.size();
}

absl::Status Promises::Check(const AuditLog& log) const {
  absl::MutexLock lock(&mutex_);
  const Committed head = log.Head();
  for (const auto& [size, note] : checkpoints_) {
    if (size > head.tree_size) {
      return Broken("head", head.tree_size.value, StrCat("went back, want at least ", size.value));
    }
    CONCORDAT_ASSIGN_OR_RETURN(const std::string stored, log.CheckpointAt(size));
    if (stored != note) return Broken("checkpoint", size.value, "got another than was answered");
  }
  CONCORDAT_ASSIGN_OR_RETURN(Derived derived, Derive(log));
  const AuditLog::View view = log.ViewOfHead();
  CONCORDAT_RETURN_IF_ERROR(CheckRecords(derived, *view.reader));
  CONCORDAT_RETURN_IF_ERROR(CheckTiles(derived, *view.reader));
  CONCORDAT_RETURN_IF_ERROR(CheckStoredCheckpoints(notes_, derived, head, *view.reader));
  for (const auto& [name, committed] : operations_) {
    CONCORDAT_RETURN_IF_ERROR(CheckOperation(notes_, log, derived, name, committed));
  }
  return absl::OkStatus();
}

}  // namespace concordat::storage
