// One operation on the log: how it is applied, and what its submitter is told.
#ifndef CONCORDAT_STORAGE_OPERATION_H_
#define CONCORDAT_STORAGE_OPERATION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "storage/transaction.h"

namespace concordat::storage {

struct Committed {
  LeafIndex
      first;  // Of the operation's entries; where its first would have been if it appended none.
  TreeSize tree_size;      // After the batch.
  std::string checkpoint;  // C2SP tlog-checkpoint, a signed note.
};

// On the writer thread. An error undoes this operation alone and goes to its Done.
using Apply = std::function<absl::Status(Transaction&)>;

// Called exactly once, without locks: on the writer thread after the synced write (or the failure),
// or at once on the submitter's when the log refuses. May submit again.
using Done = std::function<void(absl::StatusOr<Committed>)>;

struct Operation {
  Apply apply;
  Done done;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_OPERATION_H_
