// Adding whole lines to a file, and making them durable.
#ifndef CONCORDAT_TOOLS_APPEND_FILE_H_
#define CONCORDAT_TOOLS_APPEND_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace concordat::tools {

// Status of the calling thread's errno: "<path>: <reason>".
absl::Status ErrnoStatus(const std::string& path);

// A descriptor open for reading and adding; the file is made, with mode 0600, when it is missing.
// The caller closes it.
absl::StatusOr<int> OpenForAppend(const std::string& path);

// Writes all of `bytes`. After an error a part of them may stand in the file.
absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path);

// fsync: contents and size survive power loss.
absl::Status SyncFile(int fd, const std::string& path);
// Syncs the directory that holds `path`, so that a new file keeps its name.
absl::Status SyncDirectoryOf(const std::string& path);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_APPEND_FILE_H_
