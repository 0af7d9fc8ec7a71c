// Debian's Abseil is built without ThreadSanitizer, which therefore can't see that absl::Mutex
// orders anything, and reports every use of it. In the tsan configuration these definitions stand
// before the library's own, tell the sanitizer what is acquired and released, and call the
// library's.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"

namespace {

template <typename Function>
Function Next(const char* mangled) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, mangled));
}

}  // namespace

// The member function of the library, called with the mutex first (the Itanium C++ ABI passes
// `this` so).
#define NEXT(result, mangled, ...) Next<result (*)(__VA_ARGS__)>("_ZN4absl7debian3" mangled)

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto next = NEXT(void, "5Mutex4LockEv", Mutex*);
  next(this);
  __tsan_acquire(this);
}
void Mutex::Unlock() {
  static const auto next = NEXT(void, "5Mutex6UnlockEv", Mutex*);
  __tsan_release(this);
  next(this);
}
bool Mutex::TryLock() {
  static const auto next = NEXT(bool, "5Mutex7TryLockEv", Mutex*);
  const bool locked = next(this);
  if (locked) __tsan_acquire(this);
  return locked;
}
void Mutex::ReaderLock() {
  static const auto next = NEXT(void, "5Mutex10ReaderLockEv", Mutex*);
  next(this);
  __tsan_acquire(this);
}
void Mutex::ReaderUnlock() {
  static const auto next = NEXT(void, "5Mutex12ReaderUnlockEv", Mutex*);
  __tsan_release(this);
  next(this);
}
void Mutex::LockWhen(const Condition& condition) {
  static const auto next =
      NEXT(void, "5Mutex8LockWhenERKNS0_9ConditionE", Mutex*, const Condition*);
  next(this, &condition);
  __tsan_acquire(this);
}
bool Mutex::LockWhenWithTimeout(const Condition& condition, Duration timeout) {
  static const auto next = NEXT(bool, "5Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE",
                                Mutex*, const Condition*, Duration);
  const bool held = next(this, &condition, timeout);
  __tsan_acquire(this);
  return held;
}
bool Mutex::LockWhenWithDeadline(const Condition& condition, Time deadline) {
  static const auto next = NEXT(bool, "5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE",
                                Mutex*, const Condition*, Time);
  const bool held = next(this, &condition, deadline);
  __tsan_acquire(this);
  return held;
}
void Mutex::Await(const Condition& condition) {
  static const auto next = NEXT(void, "5Mutex5AwaitERKNS0_9ConditionE", Mutex*, const Condition*);
  __tsan_release(this);
  next(this, &condition);
  __tsan_acquire(this);
}
bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  static const auto next = NEXT(bool, "5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE",
                                Mutex*, const Condition*, Duration);
  __tsan_release(this);
  const bool holds = next(this, &condition, timeout);
  __tsan_acquire(this);
  return holds;
}
bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  static const auto next = NEXT(bool, "5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
                                Mutex*, const Condition*, Time);
  __tsan_release(this);
  const bool holds = next(this, &condition, deadline);
  __tsan_acquire(this);
  return holds;
}
void CondVar::Wait(Mutex* mutex) {
  static const auto next = NEXT(void, "7CondVar4WaitEPNS0_5MutexE", CondVar*, Mutex*);
  __tsan_release(mutex);
  next(this, mutex);
  __tsan_acquire(mutex);
}
bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static const auto next = NEXT(bool, "7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
                                CondVar*, Mutex*, Duration);
  __tsan_release(mutex);
  const bool timed_out = next(this, mutex, timeout);
  __tsan_acquire(mutex);
  return timed_out;
}
bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static const auto next =
      NEXT(bool, "7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", CondVar*, Mutex*, Time);
  __tsan_release(mutex);
  const bool timed_out = next(this, mutex, deadline);
  __tsan_acquire(mutex);
  return timed_out;
}

ABSL_NAMESPACE_END
}  // namespace absl

// Libraries built without the sanitizer: what they do among themselves can't be judged from
// outside. A condition is evaluated by whichever thread lets go of the mutex, while it still holds
// it.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\n"
         "called_from_lib:libgrpc.so\n"
         "called_from_lib:libgrpc++.so\n"
         "race:absl::debian3::Condition\n";
}
