#include "tools/log_export.h"

#include <map>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/checkpoint.h"
#include "tlog/entry_bundle.h"
#include "tlog/merkle.h"
#include "tlog/text_fields.h"
#include "tlog/tile_tree.h"
#include "tools/exit_codes.h"
#include "tools/log_source_flags.h"
#include "tools/log_verifier.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat log export DIR (--data-dir DIR | --server HOST:PORT ...)\n"
      "                         (--log-key log.pub | --policy FILE)",
      "Writes the log into DIR as C2SP tlog-tiles lays it out: checkpoint, tiles and entry "
      "bundles,\n"
      "with sealed parts still sealed. A later run reads only what is new. Everything is verified\n"
      "before the checkpoint is replaced; concordat verify --export DIR checks it all again.\n"
      "Exit code 0: exported; 4: not what the log signed, or not a continuation; 1: not read.",
      "concordat log export /var/lib/auditor/log --data-dir /var/lib/concordat/log --log-key "
      "log.pub",
      1, 1};
}

// One run from an older size of the export to a newer one.
class Run {
 public:
  Run(const LogExportDir& dir, TreeSize old_size) : dir_(dir), old_size_(old_size) {}

  // The edge of what is there: its tiles, checked against the root, and the last bundle.
  absl::Status LoadEdge(const crypto::Digest& root) {
    CONCORDAT_ASSIGN_OR_RETURN(tree_, tlog::TileTree::Load(old_size_, [&](tlog::TileId tile) {
                                 return dir_.ReadTile(tile, tlog::TileWidthAt(tile, old_size_));
                               }));
    if (tree_.Root() != root) {
      return absl::DataLossError("the export's tiles: got another root, want its checkpoint's");
    }
    const tlog::TileId edge = tlog::EdgeTile(0, old_size_);
    const uint32_t width = tlog::TileWidthAt(edge, old_size_);
    if (width == 0) return absl::OkStatus();
    CONCORDAT_ASSIGN_OR_RETURN(const auto entries, dir_.ReadBundle(edge.index, width));
    CONCORDAT_ASSIGN_OR_RETURN(const std::string hashes, dir_.ReadTile(edge, width));
    std::string derived;
    for (const std::string& entry : entries) {
      const crypto::Digest hash = tlog::LeafHash(entry);
      derived.append(crypto::AsBytes(hash));
      CONCORDAT_RETURN_IF_ERROR(tlog::AppendToBundle(entry, &bundle_));
    }
    if (derived == hashes) return absl::OkStatus();
    return absl::DataLossError(StrCat(tlog::EntriesPath(edge.index, width),
                                      ": got other entries, want those of its tile"));
  }

  absl::Status Add(std::string_view stored) {
    CONCORDAT_RETURN_IF_ERROR(CheckEntryPlace(stored, tree_.size().value));
    CONCORDAT_RETURN_IF_ERROR(tlog::AppendToBundle(stored, &bundle_));
    tree_.Append(tlog::LeafHash(stored));
    if (tree_.size().value % tlog::kTileWidth != 0) return absl::OkStatus();
    CONCORDAT_RETURN_IF_ERROR(
        dir_.WriteBundle(tree_.size().value / tlog::kTileWidth - 1, tlog::kTileWidth, bundle_));
    bundle_.clear();
    return WriteTiles(/*partial_too=*/false);
  }

  absl::Status Finish(const tlog::Checkpoint& head, std::string_view note) {
    if (tree_.Root() != head.root) {
      return absl::DataLossError(
          StrCat("entries ", old_size_.value, " to ", head.size.value, ": they give root ",
                 tlog::FormatHash(tree_.Root()), ", the checkpoint of size ", head.size.value,
                 " has ", tlog::FormatHash(head.root),
                 old_size_.value == 0 ? "" : ": the log may have changed its past"));
    }
    const tlog::TileId edge = tlog::EdgeTile(0, tree_.size());
    const uint32_t width = tlog::TileWidthAt(edge, tree_.size());
    if (width > 0) CONCORDAT_RETURN_IF_ERROR(dir_.WriteBundle(edge.index, width, bundle_));
    CONCORDAT_RETURN_IF_ERROR(WriteTiles(/*partial_too=*/true));
    CONCORDAT_RETURN_IF_ERROR(DropPartial());
    return dir_.WriteCheckpoint(note);
  }

 private:
  absl::Status WriteTiles(bool partial_too) {
    for (auto& [tile, hashes] : tree_.TakeChangedTiles()) edge_[tile] = std::move(hashes);
    for (auto next = edge_.begin(); next != edge_.end();) {
      if (next->second.size() < tlog::kTileWidth * tlog::kHashBytes && !partial_too) {
        ++next;
        continue;
      }
      CONCORDAT_RETURN_IF_ERROR(dir_.WriteTile(next->first, next->second));
      next = edge_.erase(next);
    }
    return absl::OkStatus();
  }

  // Only what was the edge of the last run has partial versions and can be full now. Dropping them
  // before the checkpoint is replaced leaves none behind after a crash; until then the full ones
  // stand in, as the specification has it.
  absl::Status DropPartial() {
    for (uint32_t level = 0; level < tlog::kTileLevelsMax; ++level) {
      const tlog::TileId edge = tlog::EdgeTile(level, old_size_);
      if (tlog::TileWidthAt(edge, tree_.size()) < tlog::kTileWidth) continue;
      CONCORDAT_RETURN_IF_ERROR(dir_.DropPartialTiles(edge));
      if (level == 0) CONCORDAT_RETURN_IF_ERROR(dir_.DropPartialBundles(edge.index));
    }
    return absl::OkStatus();
  }

  const LogExportDir& dir_;
  const TreeSize old_size_;
  tlog::TileTree tree_;
  std::string bundle_;                        // The last one, as far as it goes.
  std::map<tlog::TileId, std::string> edge_;  // Changed and not written yet.
};

// What the export holds already; nullopt before the first run.
absl::StatusOr<std::optional<tlog::Checkpoint>> ReadExported(const LogTrust& trust,
                                                             const LogExportDir& dir) {
  const absl::StatusOr<std::string> note = dir.ReadCheckpoint();
  if (absl::IsNotFound(note.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(note.status());
  return trust.Open(*note, "the export's checkpoint");
}

}  // namespace

absl::StatusOr<Exported> ExportLog(LogSource& source, const LogTrust& trust,
                                   const LogExportDir& dir) {
  CONCORDAT_ASSIGN_OR_RETURN(const LogSource::Head sources, source.ReadHead());
  const std::string& note = trust.wants_cosignatures() ? sources.published : sources.checkpoint;
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint head,
                             trust.OpenCosigned(note, "the log's checkpoint"));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<tlog::Checkpoint> exported,
                             ReadExported(trust, dir));
  const TreeSize old_size = exported.has_value() ? exported->size : TreeSize{0};
  if (exported.has_value() && exported->origin != head.origin) {
    return absl::DataLossError(
        StrCat("the log: got origin ", head.origin, ", want the export's, ", exported->origin));
  }
  if (old_size > head.size) {
    return absl::DataLossError(StrCat("the log: got ", head.size.value,
                                      " entries, want at least the ", old_size.value,
                                      " that were exported"));
  }
  Run run(dir, old_size);
  CONCORDAT_RETURN_IF_ERROR(
      run.LoadEdge(exported.has_value() ? exported->root : tlog::EmptyRoot()));
  CONCORDAT_RETURN_IF_ERROR(
      source.ReadEntries(old_size.value, head.size.value,
                         [&](uint64_t, std::string_view stored) { return run.Add(stored); }));
  CONCORDAT_RETURN_IF_ERROR(run.Finish(head, note));
  return Exported{head.size.value, head.size.value - old_size.value};
}

int RunLogExport(const std::vector<std::string>& args, const Console& console) {
  SourceFlags source_flags;
  TrustFlags trust_flags;
  FlagTable table(Help());
  source_flags.AddTo(&table, /*with_export=*/false);
  trust_flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::Status usage = source_flags.Check();
  if (!usage.ok()) return Fail(console, usage, kExitUsage);
  const absl::StatusOr<LogTrust> trust = trust_flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), trust_flags.Complete() ? kExitFailed : kExitUsage);
  }
  const auto source = source_flags.Open();
  if (!source.ok()) return Fail(console, source.status(), kExitFailed);
  const absl::StatusOr<Exported> exported = ExportLog(**source, *trust, LogExportDir(arguments[0]));
  if (!exported.ok()) {
    return Fail(console, exported.status(),
                absl::IsDataLoss(exported.status()) ? kExitNotVerified : kExitFailed);
  }
  console.out << "exported: " << exported->size << " entries, " << exported->entries_new
              << " of them new\n";
  return kExitOk;
}

}  // namespace concordat::tools
