#include "crypto/secret_bytes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

// The arrays that are freed while `watching`: how many, and how many held the byte 0xA5 anywhere.
struct FreedArrays {
  bool watching = false;
  size_t watched_size = 0;
  int freed = 0;
  int unwiped = 0;
} freed_arrays;

void LookAtFreed(const void* memory) {
  if (!freed_arrays.watching || memory == nullptr) return;
  ++freed_arrays.freed;
  const auto* const bytes = static_cast<const volatile uint8_t*>(memory);
  for (size_t i = 0; i < freed_arrays.watched_size; ++i) {
    if (bytes[i] == 0xA5) {
      ++freed_arrays.unwiped;
      return;
    }
  }
}

}  // namespace

void* operator new[](size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}

void operator delete[](void* memory) noexcept {
  LookAtFreed(memory);
  std::free(memory);
}

void operator delete[](void* memory, size_t) noexcept {
  LookAtFreed(memory);
  std::free(memory);
}

namespace concordat::crypto {
namespace {

constexpr size_t kBytes = 48;

template <typename T, typename = void>
struct IsPrintable : std::false_type {};
template <typename T>
struct IsPrintable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>>
    : std::true_type {};

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);
static_assert(!std::is_convertible_v<SecretBytes, std::string_view>);
static_assert(!IsPrintable<const SecretBytes&>::value && IsPrintable<int>::value);
static_assert(!std::is_default_constructible_v<RevealKey>);
static_assert(!std::is_aggregate_v<RevealKey>, "RevealKey{} would give everybody one");

SecretBytes Secret() { return SecretBytes::CopyOf(std::string(kBytes, '\xA5')); }

class WipedTest : public testing::Test {
 protected:
  // What `body` frees.
  template <typename Body>
  FreedArrays Watch(Body body) {
    freed_arrays = {true, kBytes, 0, 0};
    body();
    freed_arrays.watching = false;
    return freed_arrays;
  }
};

TEST_F(WipedTest, TheWatchSeesWhatIsNotWiped) {
  auto* const memory = new uint8_t[kBytes];
  for (size_t i = 0; i < kBytes; ++i) memory[i] = 0xA5;
  const FreedArrays freed = Watch([&] { delete[] memory; });
  EXPECT_EQ(freed.freed, 1);
  EXPECT_EQ(freed.unwiped, 1);
}

TEST_F(WipedTest, IsWipedWhenDestroyed) {
  auto secret = std::make_unique<SecretBytes>(Secret());
  const FreedArrays freed = Watch([&] { secret.reset(); });
  EXPECT_EQ(freed.freed, 1);
  EXPECT_EQ(freed.unwiped, 0);
}

TEST_F(WipedTest, IsWipedWhenAssignedOver) {
  SecretBytes secret = Secret();
  SecretBytes other = SecretBytes::Zeros(kBytes);
  const FreedArrays freed = Watch([&] { secret = std::move(other); });
  EXPECT_EQ(freed.freed, 1);
  EXPECT_EQ(freed.unwiped, 0);
}

TEST(SecretBytesTest, DiffersWhenAnyByteOrTheSizeDiffers) {
  const SecretBytes secret = Secret();
  for (size_t i = 0; i < kBytes; ++i) {
    std::string changed(kBytes, '\xA5');
    changed[i] ^= 1;
    EXPECT_FALSE(secret.EqualsInConstantTime(SecretBytes::CopyOf(changed))) << i;
  }
  EXPECT_FALSE(secret.EqualsInConstantTime(SecretBytes::CopyOf(std::string(kBytes - 1, '\xA5'))));
  EXPECT_FALSE(secret.EqualsInConstantTime(SecretBytes::CopyOf("")));
}

TEST(SecretBytesTest, EqualsItsLike) {
  EXPECT_TRUE(Secret().EqualsInConstantTime(Secret()));
  EXPECT_TRUE(SecretBytes::CopyOf("").EqualsInConstantTime(SecretBytes::Zeros(0)));
  EXPECT_TRUE(
      SecretBytes::CopyOf(std::string(3, '\0')).EqualsInConstantTime(SecretBytes::Zeros(3)));
}

TEST(SecretBytesTest, AMovedFromSecretIsEmpty) {
  SecretBytes first = Secret();
  SecretBytes second = std::move(first);
  EXPECT_EQ(first.size(), 0u);  // NOLINT(bugprone-use-after-move): the contract says so.
  EXPECT_TRUE(first.EqualsInConstantTime(SecretBytes::Zeros(0)));
  EXPECT_TRUE(second.EqualsInConstantTime(Secret()));
  first = std::move(second);
  EXPECT_EQ(second.size(), 0u);  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(first.EqualsInConstantTime(Secret()));
}

TEST(SecretBytesTest, AssigningToItselfChangesNothing) {
  SecretBytes secret = Secret();
  SecretBytes& same = secret;
  secret = std::move(same);
  EXPECT_TRUE(secret.EqualsInConstantTime(Secret()));
}

TEST(SecretBytesTest, ACloneIsASecretOfItsOwn) {
  SecretBytes secret = Secret();
  const SecretBytes clone = secret.Clone();
  secret.mutable_data()[0] = 0;
  EXPECT_TRUE(clone.EqualsInConstantTime(Secret()));
  EXPECT_FALSE(secret.EqualsInConstantTime(clone));
}

TEST(WipeStringTest, LeavesNoCharacterBehind) {
  std::string text(kBytes, '\xA5');
  const volatile char* const characters = text.data();
  WipeString(&text);
  EXPECT_TRUE(text.empty());
  for (size_t i = 0; i < kBytes; ++i) EXPECT_EQ(characters[i], '\0') << i;
  WipeString(&text);
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace concordat::crypto
