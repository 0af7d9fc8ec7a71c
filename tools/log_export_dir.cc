#include "tools/log_export_dir.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/entry_bundle.h"
#include "tlog/merkle.h"
#include "tlog/tile_tree.h"

namespace concordat::tools {
namespace {

constexpr char kCheckpointName[] = "checkpoint";
constexpr mode_t kFileMode = 0600;
static_assert(tlog::kEntryBundleBytesMax <= kFileBytesMax);

absl::Status Sync(const std::filesystem::path& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (synced) return absl::OkStatus();
  return absl::UnavailableError(StrCat(directory.string(), ": ", std::strerror(error)));
}

// Makes what is missing of a path, each directory durable in the one that holds it.
absl::Status MakeDirectories(const std::filesystem::path& directory) {
  std::error_code error;
  if (directory.empty() || std::filesystem::is_directory(directory, error)) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(MakeDirectories(directory.parent_path()));
  std::filesystem::create_directory(directory, error);
  if (error) return absl::UnavailableError(StrCat(directory.string(), ": ", error.message()));
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error) return absl::UnavailableError(StrCat(directory.string(), ": ", error.message()));
  return Sync(directory.has_parent_path() ? directory.parent_path() : ".");
}

absl::Status Missing(const std::string& name) {
  return absl::DataLossError(StrCat(name, ": got none, want it in the export"));
}

class Exported : public LogSource {
 public:
  explicit Exported(LogExportDir dir) : dir_(std::move(dir)) {}

  absl::StatusOr<Head> ReadHead() override {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string note, dir_.ReadCheckpoint());
    // An export has one checkpoint, with whatever cosignatures it was published with.
    return Head{note, note};
  }

  absl::Status ReadEntries(uint64_t first, uint64_t end, VisitEntry visit) override {
    for (uint64_t bundle = first / tlog::kTileWidth; bundle * tlog::kTileWidth < end; ++bundle) {
      const uint32_t width = tlog::TileWidthAt({0, bundle}, TreeSize{end});
      CONCORDAT_ASSIGN_OR_RETURN(const auto entries, dir_.ReadBundle(bundle, width));
      for (uint32_t i = 0; i < width; ++i) {
        const uint64_t index = bundle * tlog::kTileWidth + i;
        if (index >= first) CONCORDAT_RETURN_IF_ERROR(visit(index, entries[i]));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Consistency> ProveConsistency(TreeSize old_size, TreeSize new_size) override {
    const auto read_tile = [&](tlog::TileId tile) {
      return dir_.ReadTile(tile, tlog::TileWidthAt(tile, new_size));
    };
    Consistency consistency;
    CONCORDAT_ASSIGN_OR_RETURN(consistency.proof,
                               tlog::ConsistencyProof(old_size, new_size, read_tile));
    CONCORDAT_ASSIGN_OR_RETURN(consistency.old_root, tlog::RootAt(old_size, read_tile));
    return consistency;
  }

 private:
  const LogExportDir dir_;
};

}  // namespace

absl::StatusOr<std::string> LogExportDir::ReadCheckpoint() const {
  return ReadFile(StrCat(path_, "/", kCheckpointName));
}

absl::StatusOr<std::string> LogExportDir::ReadTile(tlog::TileId tile, uint32_t width) const {
  const std::string name = tlog::TilePath(tile, width);
  size_t want = width * tlog::kHashBytes;
  absl::StatusOr<std::string> hashes = ReadFile(StrCat(path_, "/", name));
  if (absl::IsNotFound(hashes.status()) && width < tlog::kTileWidth) {
    want = tlog::kTileWidth * tlog::kHashBytes;
    hashes = ReadFile(StrCat(path_, "/", tlog::TilePath(tile, tlog::kTileWidth)));
  }
  if (absl::IsNotFound(hashes.status())) return Missing(name);
  CONCORDAT_RETURN_IF_ERROR(hashes.status());
  if (hashes->size() != want) {
    return absl::DataLossError(StrCat(name, ": got ", hashes->size(), " bytes, want ", want));
  }
  return hashes->substr(0, width * tlog::kHashBytes);
}

absl::StatusOr<std::vector<std::string>> LogExportDir::ReadBundle(uint64_t index,
                                                                  uint32_t width) const {
  const std::string name = tlog::EntriesPath(index, width);
  uint32_t stored = width;
  absl::StatusOr<std::string> bundle = ReadFile(StrCat(path_, "/", name));
  if (absl::IsNotFound(bundle.status()) && width < tlog::kTileWidth) {
    stored = tlog::kTileWidth;
    bundle = ReadFile(StrCat(path_, "/", tlog::EntriesPath(index, tlog::kTileWidth)));
  }
  if (absl::IsNotFound(bundle.status())) return Missing(name);
  CONCORDAT_RETURN_IF_ERROR(bundle.status());
  const absl::StatusOr<std::vector<std::string_view>> entries =
      tlog::ParseEntryBundle(*bundle, stored);
  if (!entries.ok()) {
    return absl::DataLossError(StrCat(name, ": ", ToStd(entries.status().message())));
  }
  return std::vector<std::string>(entries->begin(), entries->begin() + width);
}

absl::Status LogExportDir::WriteTile(tlog::TileId tile, std::string_view hashes) const {
  const auto width = static_cast<uint32_t>(hashes.size() / tlog::kHashBytes);
  return Write(tlog::TilePath(tile, width), hashes);
}

absl::Status LogExportDir::WriteBundle(uint64_t index, uint32_t width,
                                       std::string_view bundle) const {
  return Write(tlog::EntriesPath(index, width), bundle);
}

absl::Status LogExportDir::WriteCheckpoint(std::string_view note) const {
  return Write(kCheckpointName, note);
}

absl::Status LogExportDir::DropPartialTiles(tlog::TileId full) const {
  return Drop(tlog::TilePath(full, tlog::kTileWidth) + ".p");
}

absl::Status LogExportDir::DropPartialBundles(uint64_t full_index) const {
  return Drop(tlog::EntriesPath(full_index, tlog::kTileWidth) + ".p");
}

absl::Status LogExportDir::Write(const std::string& name, std::string_view contents) const {
  const std::filesystem::path path = std::filesystem::path(path_) / name;
  CONCORDAT_RETURN_IF_ERROR(MakeDirectories(path.parent_path()));
  return WriteFileAtomically(path.string(), contents, kFileMode);
}

absl::Status LogExportDir::Drop(const std::string& name) const {
  std::error_code error;
  std::filesystem::remove_all(std::filesystem::path(path_) / name, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(StrCat(path_, "/", name, ": ", error.message()));
}

absl::StatusOr<std::unique_ptr<LogSource>> ExportLogSource(const std::string& path) {
  LogExportDir dir(path);
  CONCORDAT_RETURN_IF_ERROR(dir.ReadCheckpoint().status());
  return std::make_unique<Exported>(std::move(dir));
}

absl::Status CheckExportedTiles(const LogExportDir& dir, TreeSize size) {
  tlog::TileTree tree;
  std::map<tlog::TileId, std::string> derived;  // Not compared yet: the edge of each level.
  for (uint64_t bundle = 0; bundle * tlog::kTileWidth < size.value; ++bundle) {
    const uint32_t width = tlog::TileWidthAt({0, bundle}, size);
    CONCORDAT_ASSIGN_OR_RETURN(const auto entries, dir.ReadBundle(bundle, width));
    for (const std::string& entry : entries) tree.Append(tlog::LeafHash(entry));
    for (auto& [tile, hashes] : tree.TakeChangedTiles()) derived[tile] = std::move(hashes);
    const bool last = tree.size() == size;
    for (auto next = derived.begin(); next != derived.end();) {
      const auto have = static_cast<uint32_t>(next->second.size() / tlog::kHashBytes);
      if (have < tlog::kTileWidth && !last) {
        ++next;
        continue;
      }
      CONCORDAT_ASSIGN_OR_RETURN(const std::string exported, dir.ReadTile(next->first, have));
      if (exported != next->second) {
        return absl::DataLossError(StrCat(tlog::TilePath(next->first, have),
                                          ": got other hashes, want those of the entries"));
      }
      next = derived.erase(next);
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat::tools
