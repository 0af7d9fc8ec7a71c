#include "tools/note_key.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

absl::StatusOr<std::vector<crypto::NoteVerifier>> Read(const std::string& text) {
  const std::string path = testing::TempDir() + "/log.pub";
  EXPECT_TRUE(WriteFileAtomically(path, text, 0644).ok());
  return ReadVerifierKeys(path);
}

std::string NewKey(const std::string& name) {
  return crypto::NoteSigner::Generate(name).verifier().Encode();
}

TEST(NoteKeyTest, RefusesWhatIsNoListOfOneLogsKeys) {
  const std::string key = NewKey("log.test");
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string("no key\n"),
        StrCat(key, "\n\n", NewKey("log.test")), StrCat(key, " ", NewKey("log.test")),
        StrCat(" ", key), StrCat(key, "\n", key, "\n"),
        StrCat(key, "\n", NewKey("other.test"), "\n"),
        crypto::NoteSigner::Generate("log.test").EncodePrivate()}) {
    EXPECT_EQ(Read(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(ReadVerifierKeys(testing::TempDir() + "/missing").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(NoteKeyTest, NamesTheLineAndNotWhatStandsInIt) {
  const absl::Status status = Read(StrCat(NewKey("log.test"), "\nsecret\n")).status();
  EXPECT_EQ(status.message(), StrCat(testing::TempDir(),
                                     "/log.pub line 2: got no verifier key, want "
                                     "name+hash+base64 (C2SP signed-note)"));
}

TEST(NoteKeyTest, ReadsTheKeysOfALogWhoseKeyChanged) {
  const std::string first = NewKey("log.test");
  const std::string second = NewKey("log.test");
  EXPECT_EQ(Read(first + "\n")->front().Encode(), first);
  EXPECT_EQ(Read(first)->size(), 1u);
  const auto both = Read(StrCat(first, "\n", second, "\n"));
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(both->at(1).Encode(), second);
}

}  // namespace
}  // namespace concordat::tools
