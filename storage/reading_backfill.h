// A log that a build without the `readings` family wrote gets it when it is opened: without it a
// correction would not reach those who were given what it corrects. Internal to storage/.
#ifndef CONCORDAT_STORAGE_READING_BACKFILL_H_
#define CONCORDAT_STORAGE_READING_BACKFILL_H_

#include "absl/status/status.h"
#include "storage/database.h"

namespace concordat::storage {

// Once in the life of such a log: reads all of it, in memory of one batch. A crash on the way makes
// the next opening begin anew; what was written stays and is written the same again. Does nothing
// where `meta` says that it was done. DATA_LOSS for an entry that does not parse.
absl::Status BackfillReadings(Database& database);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_READING_BACKFILL_H_
