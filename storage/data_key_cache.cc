#include "storage/data_key_cache.h"

#include <utility>

#include "base/check.h"

namespace concordat::storage {

DataKeyCache::DataKeyCache(size_t keys_max) : keys_max_(keys_max) { CONCORDAT_CHECK(keys_max > 0); }

std::shared_ptr<const crypto::AesGcmSiv> DataKeyCache::Find(const std::string& wrapped) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_wrapped_.find(wrapped);
  if (found == by_wrapped_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->key;
}

void DataKeyCache::Insert(const std::string& wrapped,
                          std::shared_ptr<const crypto::AesGcmSiv> key) {
  absl::MutexLock lock(&mutex_);
  if (by_wrapped_.contains(wrapped)) return;
  by_use_.push_front({wrapped, std::move(key)});
  by_wrapped_[wrapped] = by_use_.begin();
  if (by_use_.size() <= keys_max_) return;
  by_wrapped_.erase(by_use_.back().wrapped);
  by_use_.pop_back();
}

void DataKeyCache::RemoveStartingWith(const std::string& prefix) {
  absl::MutexLock lock(&mutex_);
  for (auto entry = by_use_.begin(); entry != by_use_.end();) {
    if (entry->wrapped.compare(0, prefix.size(), prefix) != 0) {
      ++entry;
      continue;
    }
    by_wrapped_.erase(entry->wrapped);
    entry = by_use_.erase(entry);
  }
}

size_t DataKeyCache::size() const {
  absl::MutexLock lock(&mutex_);
  return by_use_.size();
}

}  // namespace concordat::storage
