#include "tlog/entry_bundle.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace concordat::tlog {
namespace {

using std::string_literals::operator""s;

std::string BundleOf(const std::vector<std::string>& entries) {
  std::string bundle;
  for (const std::string& entry : entries) EXPECT_TRUE(AppendToBundle(entry, &bundle).ok());
  return bundle;
}

TEST(EntryBundleTest, RefusesAnEntryWhoseLengthHasNoRoom) {
  std::string bundle = "kept";
  EXPECT_EQ(AppendToBundle(std::string(65536, 'e'), &bundle).message(),
            "entry bundle: got an entry of 65536 bytes, want at most 65535");
  EXPECT_EQ(bundle, "kept");
  EXPECT_TRUE(AppendToBundle(std::string(65535, 'e'), &bundle).ok());
}

TEST(EntryBundleTest, RefusesABundleCutShortAnywhereOrExtended) {
  const std::string bundle = BundleOf({"one", "", std::string(300, 'x')});
  for (size_t size = 0; size < bundle.size(); ++size) {
    EXPECT_EQ(ParseEntryBundle(bundle.substr(0, size), 3).status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_EQ(ParseEntryBundle(bundle + "\0"s, 3).status().message(),
            "entry bundle: got 1 bytes after 3 entries, want none");
}

TEST(EntryBundleTest, RefusesAnotherNumberOfEntries) {
  const std::string bundle = BundleOf({"one", "two"});
  EXPECT_FALSE(ParseEntryBundle(bundle, 1).ok());
  EXPECT_FALSE(ParseEntryBundle(bundle, 3).ok());
  EXPECT_FALSE(ParseEntryBundle(bundle, 0).ok());
  EXPECT_TRUE(ParseEntryBundle("", 0)->empty());
}

TEST(EntryBundleTest, ReadsWhatItWritesToTheLastByte) {
  EXPECT_EQ(BundleOf({"ab", ""}), "\0\2ab\0\0"s);
  EXPECT_EQ(BundleOf({std::string(258, 'x')}).substr(0, 2), "\1\2"s);
  const std::vector<std::string> entries = {"", "a", std::string(255, 'b'), std::string(256, 'c'),
                                            std::string(65535, '\xff')};
  const std::string bundle = BundleOf(entries);
  const auto read = ParseEntryBundle(bundle, 5);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::vector<std::string>(read->begin(), read->end()), entries);
}

}  // namespace
}  // namespace concordat::tlog
