// Unwrapped data keys, so that opening many parts of one subject unwraps its key once. Internal to
// storage/; thread-safe.
#ifndef CONCORDAT_STORAGE_DATA_KEY_CACHE_H_
#define CONCORDAT_STORAGE_DATA_KEY_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "crypto/aead.h"

namespace concordat::storage {

// Keyed by what was unwrapped, so a key that was destroyed or replaced is never found under its
// successor's wrapping.
class DataKeyCache {
 public:
  explicit DataKeyCache(size_t keys_max);

  // Null when it is not there.
  std::shared_ptr<const crypto::AesGcmSiv> Find(const std::string& wrapped);

  // Beyond keys_max the one not used for the longest is let go.
  void Insert(const std::string& wrapped, std::shared_ptr<const crypto::AesGcmSiv> key);

  // Lets go of all whose `wrapped` begins so. Who holds one of them keeps it until done.
  void RemoveStartingWith(const std::string& prefix);

  size_t size() const;

 private:
  struct Entry {
    std::string wrapped;
    std::shared_ptr<const crypto::AesGcmSiv> key;
  };

  const size_t keys_max_;
  mutable absl::Mutex mutex_;
  std::list<Entry> by_use_ ABSL_GUARDED_BY(mutex_);  // Last used first.
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> by_wrapped_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_DATA_KEY_CACHE_H_
