// An environment in which RocksDB does not sleep.
#ifndef CONCORDAT_STORAGE_TESTING_IMPATIENT_ENV_H_
#define CONCORDAT_STORAGE_TESTING_IMPATIENT_ENV_H_

#include <memory>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace concordat::storage {

// RocksDB sleeps for a second where its background work failed, and a closing waits for that. Here
// it goes on at once; everything else is as in the default environment, on `files`.
std::unique_ptr<rocksdb::Env> NewImpatientEnv(std::shared_ptr<rocksdb::FileSystem> files);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_IMPATIENT_ENV_H_
