#include "auth/testing/allocations.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace concordat::auth::testing {
namespace {

thread_local uint64_t allocations = 0;

void* Allocate(size_t size, size_t alignment) {
  ++allocations;
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* const memory = alignment <= alignof(std::max_align_t)
                           ? std::malloc(size == 0 ? 1 : size)
                           : std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

uint64_t Allocations() { return allocations; }

}  // namespace concordat::auth::testing

// The array and nothrow forms of the library call these.
void* operator new(size_t size) {
  return concordat::auth::testing::Allocate(size, alignof(std::max_align_t));
}
void* operator new(size_t size, std::align_val_t alignment) {
  return concordat::auth::testing::Allocate(size, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
