#include "storage/rescan.h"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "rocksdb/env.h"

namespace concordat::storage {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

uint64_t WordAt(std::string_view bytes, size_t at) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  return word;
}

uint16_t StartAt(std::string_view bytes, size_t at) {
  uint16_t start = 0;
  std::memcpy(&start, bytes.data() + at, sizeof(start));
  return start;
}

// All pieces, found by their first bytes.
class Searcher {
 public:
  Searcher(const std::vector<Sought>& sought, const std::vector<SoughtDigest>& digests)
      : sought_(sought), digests_(digests) {
    for (size_t i = 0; i < sought.size(); ++i) {
      const std::string_view bytes = sought[i].bytes;
      const size_t last = bytes.size() - kSoughtPieceBytes;
      for (const size_t at : std::set<size_t>{0, last / 2, last}) {
        Add({bytes.substr(at, kSoughtPieceBytes), i, false});
      }
    }
    for (size_t i = 0; i < digests.size(); ++i) {
      const std::string_view anchor = digests[i].anchor;
      Add({anchor.substr(anchor.size() - kSoughtPieceBytes), i, true});
      reach_ = std::max(reach_, kAnchorReachBytes + digests[i].value_bytes);
    }
  }

  // What a match may need behind its first byte: so much of a buffer is searched again with the
  // next one.
  size_t overlap() const { return kSoughtPieceBytes + reach_; }

  // Matches that begin below `end`.
  void Search(std::string_view buffer, size_t end, const std::string& file,
              RescanResult* result) const {
    for (size_t at = 0; at < end && at + kSoughtPieceBytes <= buffer.size(); ++at) {
      if (!starts_[StartAt(buffer, at)]) continue;
      const auto [first, last] = pieces_.equal_range(WordAt(buffer, at));
      for (auto it = first; it != last; ++it) {
        if (Matches(it->second, buffer, at)) Report(it->second, file, result);
      }
    }
  }

 private:
  struct Piece {
    std::string_view bytes;
    size_t position;
    bool anchor;
  };

  void Add(const Piece& piece) {
    starts_.set(StartAt(piece.bytes, 0));
    pieces_.emplace(WordAt(piece.bytes, 0), piece);
  }

  bool Matches(const Piece& piece, std::string_view buffer, size_t at) const {
    if (buffer.substr(at, kSoughtPieceBytes) != piece.bytes) return false;
    if (!piece.anchor) return true;
    const SoughtDigest& digest = digests_[piece.position];
    for (size_t skip = 0; skip <= kAnchorReachBytes; ++skip) {
      const size_t value = at + kSoughtPieceBytes + skip;
      if (value + digest.value_bytes > buffer.size()) return false;
      if (crypto::Sha256(buffer.substr(value, digest.value_bytes)) == digest.sha256) return true;
    }
    return false;
  }

  void Report(const Piece& piece, const std::string& file, RescanResult* result) const {
    const bool known =
        std::any_of(result->found.begin(), result->found.end(), [&](const Finding& finding) {
          return finding.file == file && finding.by_digest == piece.anchor &&
                 finding.position == piece.position;
        });
    if (known) return;
    const std::string& kind =
        piece.anchor ? digests_[piece.position].kind : sought_[piece.position].kind;
    result->found.push_back({file, kind, piece.position, piece.anchor});
  }

  const std::vector<Sought>& sought_;
  const std::vector<SoughtDigest>& digests_;
  std::bitset<size_t{1} << 16> starts_;  // So that most offsets cost one look.
  std::unordered_multimap<uint64_t, Piece> pieces_;
  size_t reach_ = 0;
};

absl::Status Unreadable(const std::string& file, const rocksdb::Status& status) {
  return absl::UnavailableError(
      StrCat("rescan of ", file, ": got ", status.ToString(), ", want a file that can be read"));
}

bool IsGone(const rocksdb::Status& status) {
  return status.IsNotFound() || status.IsPathNotFound();
}

absl::Status ScanFile(rocksdb::Env* env, const std::string& directory, const std::string& file,
                      const Searcher& searcher, RescanResult* result) {
  const std::string path = StrCat(directory, "/", file);
  // Not every lock file can be opened; it is empty.
  uint64_t size = 0;
  rocksdb::Status status = env->GetFileSize(path, &size);
  if (status.ok() && size == 0) {
    ++result->files_scanned;
    return absl::OkStatus();
  }
  std::unique_ptr<rocksdb::SequentialFile> reader;
  status = env->NewSequentialFile(path, &reader, rocksdb::EnvOptions());
  if (IsGone(status)) return absl::OkStatus();
  if (!status.ok()) return Unreadable(file, status);
  ++result->files_scanned;
  std::string buffer;
  const auto scratch = std::make_unique<char[]>(kReadBytes);
  while (true) {
    rocksdb::Slice read;
    status = reader->Read(kReadBytes, &read, scratch.get());
    if (!status.ok()) return Unreadable(file, status);
    result->bytes_scanned += read.size();
    buffer.append(read.data(), read.size());
    const size_t kept = read.empty() ? 0 : std::min(buffer.size(), searcher.overlap());
    searcher.Search(buffer, buffer.size() - kept, file, result);
    if (read.empty()) return absl::OkStatus();
    buffer.erase(0, buffer.size() - kept);
  }
}

absl::Status ListFiles(rocksdb::Env* env, const std::string& directory, const std::string& below,
                       std::vector<std::string>* files) {
  std::vector<std::string> children;
  const rocksdb::Status listed = env->GetChildren(StrCat(directory, "/", below), &children);
  if (!listed.ok()) return Unreadable(below.empty() ? directory : below, listed);
  for (const std::string& child : children) {
    if (child == "." || child == "..") continue;
    const std::string path = StrCat(below, child);
    bool is_directory = false;
    const rocksdb::Status asked = env->IsDirectory(StrCat(directory, "/", path), &is_directory);
    if (asked.ok() && is_directory) {
      CONCORDAT_RETURN_IF_ERROR(ListFiles(env, directory, StrCat(path, "/"), files));
    } else {
      files->push_back(path);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RescanResult> Rescan(rocksdb::Env* env, const std::string& directory,
                                    const std::vector<Sought>& sought,
                                    const std::vector<SoughtDigest>& digests) {
  const auto too_short = [](size_t bytes) {
    return FieldError("sought", StrCat(bytes, " bytes"), StrCat("at least ", kSoughtPieceBytes));
  };
  for (const Sought& item : sought) {
    if (item.bytes.size() < kSoughtPieceBytes) return too_short(item.bytes.size());
  }
  for (const SoughtDigest& item : digests) {
    if (item.anchor.size() < kSoughtPieceBytes) return too_short(item.anchor.size());
  }
  std::vector<std::string> files;
  CONCORDAT_RETURN_IF_ERROR(ListFiles(env, directory, "", &files));
  const Searcher searcher(sought, digests);
  RescanResult result;
  for (const std::string& file : files) {
    CONCORDAT_RETURN_IF_ERROR(ScanFile(env, directory, file, searcher, &result));
  }
  return result;
}

}  // namespace concordat::storage
