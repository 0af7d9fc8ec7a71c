// What a fuzz target defines: one run over bytes that anybody may have sent. It must return, and
// what it takes must hold what its parser promises (CONCORDAT_CHECK otherwise).
#ifndef CONCORDAT_TESTS_FUZZ_TARGET_H_
#define CONCORDAT_TESTS_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

// libFuzzer's name and form for it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace concordat::tests {

inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return std::string_view(reinterpret_cast<const char*>(data), size);
}

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_FUZZ_TARGET_H_
