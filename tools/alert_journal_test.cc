#include "tools/alert_journal.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

class AlertJournalTest : public testing::Test {
 protected:
  AlertJournalTest() : path_(testing::TempDir() + "/alerts.jsonl") { remove(path_.c_str()); }

  void Write(const std::string& contents) {
    ASSERT_TRUE(WriteFileAtomically(path_, contents, 0600).ok());
  }
  std::string Contents() { return *ReadFile(path_); }

  std::string path_;
};

TEST_F(AlertJournalTest, RecoversFromATearAtEveryByte) {
  {
    auto journal = AlertJournal::Open(path_);
    ASSERT_TRUE(journal.ok()) << journal.status();
    for (const uint64_t sequence : {1, 2, 30}) {
      ASSERT_TRUE((*journal)->Append(sequence, "\"shownAt\":\"x\",\"alert\":{\"a\":\"}\"}").ok());
    }
  }
  const std::string whole = Contents();
  for (size_t size = 0; size <= whole.size(); ++size) {
    Write(whole.substr(0, size));
    const size_t lines = std::count(whole.begin(), whole.begin() + size, '\n');
    const uint64_t expected = lines == 0 ? 0 : lines == 1 ? 1 : lines == 2 ? 2 : 30;
    {
      auto journal = AlertJournal::Open(path_);
      ASSERT_TRUE(journal.ok()) << size << ": " << journal.status();
      EXPECT_EQ((*journal)->shown_through(), expected) << size;
      ASSERT_TRUE((*journal)->Append(expected + 1, "\"again\":true").ok());
    }
    auto journal = AlertJournal::Open(path_);
    ASSERT_TRUE(journal.ok()) << size << ": " << journal.status();
    EXPECT_EQ((*journal)->shown_through(), expected + 1) << size;
    EXPECT_EQ(std::string(whole, 0, Contents().rfind("{\"sequence\"")),
              Contents().substr(0, Contents().rfind("{\"sequence\"")));
  }
}

TEST_F(AlertJournalTest, RefusesAFileThatIsNoJournalAndLeavesItAlone) {
  for (const char* text :
       {"hello", "hello\n", "{\"sequence\":}\n", "{\"sequence\":0}\n", "{\"sequence\":5x}\n",
        "{\"sequence\":5,\"a\":1\n", "{\"sequence\":99999999999999999999}\n", "\n"}) {
    Write(text);
    EXPECT_EQ(AlertJournal::Open(path_).status().code(), absl::StatusCode::kDataLoss) << text;
    EXPECT_EQ(Contents(), text);
  }
}

TEST_F(AlertJournalTest, RefusesASecondWatcher) {
  const auto first = AlertJournal::Open(path_);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(AlertJournal::Open(path_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(AlertJournalTest, RefusesASequenceThatWasShown) {
  auto journal = AlertJournal::Open(path_);
  ASSERT_TRUE((*journal)->Append(5, "").ok());
  EXPECT_FALSE((*journal)->Append(5, "").ok());
  EXPECT_FALSE((*journal)->Append(4, "").ok());
  EXPECT_EQ(Contents(), "{\"sequence\":5}\n");
}

TEST_F(AlertJournalTest, NamesAFolderThatIsNotThere) {
  const auto journal = AlertJournal::Open(testing::TempDir() + "/missing/alerts.jsonl");
  EXPECT_EQ(journal.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(AlertJournalTest, ReadsALastLineLongerThanABlock) {
  {
    auto journal = AlertJournal::Open(path_);
    const std::string filler(200000, 'x');
    ASSERT_TRUE((*journal)->Append(7, StrCat("\"a\":\"", filler, "\"")).ok());
    ASSERT_TRUE((*journal)->Append(8, StrCat("\"a\":\"", filler, "\"")).ok());
  }
  EXPECT_EQ((*AlertJournal::Open(path_))->shown_through(), 8u);
  const std::string whole = Contents();
  Write(whole.substr(0, whole.size() - 1));
  EXPECT_EQ((*AlertJournal::Open(path_))->shown_through(), 7u);
}

}  // namespace
}  // namespace concordat::tools
