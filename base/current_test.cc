#include "base/current.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

namespace concordat {
namespace {

TEST(CurrentTest, GivesTheLastOneAndKeepsThoseBefore) {
  Current<std::string> current(std::make_unique<std::string>("first"));
  const std::string& first = current.get();
  current.Replace(std::make_unique<std::string>("second"));
  EXPECT_EQ(current.get(), "second");
  EXPECT_EQ(first, "first");
}

TEST(CurrentTest, IsReadWhileItIsReplaced) {
  Current<std::string> current(std::make_unique<std::string>(100, 'a'));
  std::thread replacing([&] {
    for (char c = 'a'; c <= 'z'; ++c) current.Replace(std::make_unique<std::string>(100, c));
  });
  for (char seen = 'a'; seen != 'z';) {
    const std::string& text = current.get();
    ASSERT_EQ(text, std::string(100, text[0]));
    ASSERT_GE(text[0], seen);
    seen = text[0];
  }
  replacing.join();
}

}  // namespace
}  // namespace concordat
