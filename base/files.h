// Whole small files: configuration, policies, keys, certificates. The log's own files belong to
// storage/.
//
// Errors name the path and the operating system's reason, with the status code of the errno
// (NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED for a full disk), and never the contents.
// Thread-safe.
#ifndef CONCORDAT_BASE_FILES_H_
#define CONCORDAT_BASE_FILES_H_

#include <sys/types.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace concordat {

// The bytes of the file at `path`; empty for an empty file. OUT_OF_RANGE when it holds more than
// kFileBytesMax; FAILED_PRECONDITION when it is a directory.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Replaces the file at `path` by `contents` with exactly the permission bits `mode` (the umask is
// not applied).
//
// A reader, or a crash at any moment, sees the whole old file or the whole new one. On OK the new
// file survives power loss: file and directory are synced. On an error the old file stands (an
// error from the last step, the sync of the directory, leaves the new file in place without that
// guarantee) and no temporary file is left; a crash may leave one, named "<path>.new-XXXXXX".
absl::Status WriteFileAtomically(const std::string& path, std::string_view contents, mode_t mode);

// The directory at `path`, made with `mode` (less the umask) where there is none; one that is there
// stays as it is. On OK its name in its parent survives power loss, which a sync of what stands in
// it does not give. FAILED_PRECONDITION when something else is there.
absl::Status MakeDirectory(const std::string& path, mode_t mode);

}  // namespace concordat

#endif  // CONCORDAT_BASE_FILES_H_
