#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

TEST(RandomTest, GivesAsManyBytesAsAskedFor) {
  for (const size_t size : {0, 1, 16, 1000}) {
    EXPECT_EQ(RandomBytes(size).size(), size);
    EXPECT_EQ(RandomSecret(size).size(), size);
  }
}

TEST(RandomTest, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 10000; ++i) seen.insert(RandomBytes(16));
  EXPECT_EQ(seen.size(), 10000u);
  EXPECT_FALSE(RandomSecret(32).EqualsInConstantTime(RandomSecret(32)));
}

TEST(RandomTest, FillsEveryByte) {
  // A byte that is never written would be zero in all 64 draws; by chance that is one in 2^512.
  const size_t size = 40;
  std::string seen(size, '\0');
  for (int draw = 0; draw < 64; ++draw) {
    const std::string bytes = RandomBytes(size);
    for (size_t i = 0; i < size; ++i) seen[i] |= bytes[i];
  }
  EXPECT_EQ(seen.find('\0'), std::string::npos);
}

TEST(RandomIdTest, IsLowerCaseBase32ThatDoesNotRepeat) {
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = RandomId();
    ASSERT_EQ(id.size(), kRandomIdChars);
    ASSERT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos) << id;
    seen.insert(id);
    characters.insert(id.begin(), id.end());
  }
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(characters.size(), 32u);
}

}  // namespace
}  // namespace concordat::crypto
