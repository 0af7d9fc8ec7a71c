// Runs a fuzz target over its kept corpus, without a fuzzer: each input as it is, each cut short,
// and each with bytes of it changed.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>

#include "base/files.h"
#include "tests/fuzz/target.h"

namespace {

constexpr int kChangesPerInput = 200;

void Feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

TEST(CorpusTest, EveryInputAndItsNeighboursAreTakenOrRefused) {
  size_t inputs = 0;
  std::minstd_rand random(1);
  for (const auto& file : std::filesystem::directory_iterator(CORPUS)) {
    SCOPED_TRACE(file.path());
    const auto input = concordat::ReadFile(file.path());
    ASSERT_TRUE(input.ok()) << input.status();
    ++inputs;
    Feed(*input);
    for (int i = 0; i < kChangesPerInput && !input->empty(); ++i) {
      Feed(input->substr(0, random() % input->size()));
      std::string changed = *input;
      for (unsigned n = random() % 4 + 1; n > 0; --n) {
        changed[random() % changed.size()] = static_cast<char>(random() % 256);
      }
      Feed(changed);
    }
  }
  Feed("");
  EXPECT_GT(inputs, 3u);
}

}  // namespace
