// Choices from one seed.
#ifndef CONCORDAT_AUTH_TESTING_RANDOM_H_
#define CONCORDAT_AUTH_TESTING_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace concordat::auth::testing {

// The same seed gives the same choices. Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed) : generator_(seed) {}

  // 0 to count - 1; count is at least 1.
  int Below(int count) { return static_cast<int>(generator_() % static_cast<uint64_t>(count)); }
  int Between(int from, int to) { return from + Below(to - from + 1); }
  bool Chance(int percent) { return Below(100) < percent; }

  template <typename T>
  T Pick(const std::vector<T>& choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }

  template <typename List>
  void Shuffle(List* list) {
    for (int i = list->size() - 1; i > 0; --i) list->SwapElements(i, Below(i + 1));
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_RANDOM_H_
