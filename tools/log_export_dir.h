// A directory laid out as C2SP tlog-tiles serves a log (c2sp.org/tlog-tiles): checkpoint,
// tile/<level>/<index>, tile/entries/<index>, partial ones with ".p/<width>". Any web server can
// serve it as it is. Entries are the stored bytes: sealed parts stay sealed, but who did what
// stands there, so files are for their owner alone.
//
// Every file is replaced atomically and is on the disk before the call returns. Not thread-safe,
// and one writer at a time.
#ifndef CONCORDAT_TOOLS_LOG_EXPORT_DIR_H_
#define CONCORDAT_TOOLS_LOG_EXPORT_DIR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "tlog/tiles.h"
#include "tools/log_source.h"

namespace concordat::tools {

class LogExportDir {
 public:
  explicit LogExportDir(std::string path) : path_(std::move(path)) {}

  // NOT_FOUND when nothing was exported yet.
  absl::StatusOr<std::string> ReadCheckpoint() const;

  // Exactly `width` hashes: the partial tile of that width, or the beginning of the full one where
  // it has taken the partial one's place. DATA_LOSS, naming the path, when it is missing or has
  // another length.
  absl::StatusOr<std::string> ReadTile(tlog::TileId tile, uint32_t width) const;

  // The first `width` entries of a bundle, found in the same way.
  absl::StatusOr<std::vector<std::string>> ReadBundle(uint64_t index, uint32_t width) const;

  // `width` is that of what is written; directories are made as needed.
  absl::Status WriteTile(tlog::TileId tile, std::string_view hashes) const;
  absl::Status WriteBundle(uint64_t index, uint32_t width, std::string_view bundle) const;
  absl::Status WriteCheckpoint(std::string_view note) const;

  // Removes the partial versions of a tile, or of a bundle, that is there in full; none is no
  // error.
  absl::Status DropPartialTiles(tlog::TileId full) const;
  absl::Status DropPartialBundles(uint64_t full_index) const;

 private:
  absl::Status Write(const std::string& name, std::string_view contents) const;
  absl::Status Drop(const std::string& name) const;

  const std::string path_;
};

// The exported log as a source; NOT_FOUND when the directory holds no checkpoint.
absl::StatusOr<std::unique_ptr<LogSource>> ExportLogSource(const std::string& path);

// Derives every tile again from the bundles and compares it with the one that is there. DATA_LOSS
// naming the first tile that differs, is missing or has another length.
absl::Status CheckExportedTiles(const LogExportDir& dir, TreeSize size);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_EXPORT_DIR_H_
