#include "tools/log_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/cosignature.h"
#include "tlog/policy.h"
#include "tools/exit_codes.h"
#include "tools/testing/lying_ledger.h"
#include "tools/verify_log.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class LogExportTest : public testing::Test {
 protected:
  LogExportTest() : path_(testing::TempDir() + "/exported"), dir_(path_) {
    std::filesystem::remove_all(path_);
  }

  absl::StatusOr<Exported> ExportOf(uint64_t size, const std::string& case_id = "a") {
    ledger_.Tell(signer_, EntriesOf(case_id, size));
    return Export();
  }
  absl::StatusOr<Exported> Export() { return ExportLog(*ledger_.Source(), trust_, dir_); }

  // The whole export checked as an auditor would.
  absl::Status Check() {
    const auto source = ExportLogSource(path_);
    if (!source.ok()) return source.status();
    const auto verified = VerifyLog(**source, trust_, std::nullopt, [](uint64_t) {});
    if (!verified.ok()) return verified.status();
    return CheckExportedTiles(dir_, TreeSize{verified->entries});
  }
  uint64_t Size() { return trust_.Open(*dir_.ReadCheckpoint(), "x")->size.value; }

  std::set<std::string> Files() {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file()) {
        files.insert(std::filesystem::relative(entry.path(), path_).string());
      }
    }
    return files;
  }
  void FlipByte(const std::string& name, size_t at) {
    std::string bytes = *ReadFile(path_ + "/" + name);
    bytes[at] ^= 1;
    ASSERT_TRUE(WriteFileAtomically(path_ + "/" + name, bytes, 0600).ok());
  }

  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate("log.test");
  const LogTrust trust_ = LogTrust({signer_.verifier()});
  const std::string path_;
  const LogExportDir dir_;
  LyingLedger ledger_;
};

TEST_F(LogExportTest, RefusesWhatDoesNotLeadToTheSignedRootAndKeepsItsCheckpoint) {
  ASSERT_TRUE(ExportOf(300).ok());
  const std::string kept = *dir_.ReadCheckpoint();
  ledger_.Tell(signer_, EntriesOf("a", 600));
  ledger_.entries[500] = EntriesOf("changed", 1, 500)[0];
  EXPECT_THAT(std::string(Export().status().message()),
              HasSubstr("entries 300 to 600: they give root"));
  EXPECT_EQ(Export().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*dir_.ReadCheckpoint(), kept);
  EXPECT_TRUE(Check().ok()) << Check();
  // What the refused run left is written over.
  ASSERT_TRUE(ExportOf(650).ok());
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, RefusesALogThatChangedItsPastOrIsShorter) {
  ASSERT_TRUE(ExportOf(300).ok());
  EXPECT_THAT(std::string(ExportOf(400, "b").status().message()),
              HasSubstr("the log may have changed its past"));
  EXPECT_THAT(std::string(ExportOf(300, "b").status().message()),
              HasSubstr("the log may have changed its past"));
  EXPECT_EQ(ExportOf(299).status().message(),
            "the log: got 299 entries, want at least the 300 that were exported");
  EXPECT_TRUE(Check().ok()) << Check();
  EXPECT_EQ(Size(), 300u);
}

TEST_F(LogExportTest, RefusesStrangersAndEntriesOutOfPlace) {
  ledger_.Tell(crypto::NoteSigner::Generate("log.test"), EntriesOf("a", 3));
  EXPECT_THAT(std::string(Export().status().message()), StartsWith("the log's checkpoint: "));
  ledger_.Tell(signer_, EntriesOf("a", 3));
  std::swap(ledger_.entries[0], ledger_.entries[1]);
  EXPECT_EQ(Export().status().message(), "entry 0: got index 1, want its place");
  EXPECT_EQ(dir_.ReadCheckpoint().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LogExportTest, RefusesToContinueADamagedExport) {
  for (const char* name :
       {"checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"}) {
    std::filesystem::remove_all(path_);
    ASSERT_TRUE(ExportOf(300).ok());
    FlipByte(name, 10);
    EXPECT_EQ(ExportOf(310).status().code(), absl::StatusCode::kDataLoss) << name;
    std::filesystem::remove(path_ + "/" + name);
    const absl::Status without = ExportOf(310).status();
    EXPECT_EQ(without.ok(), std::string(name) == "checkpoint") << name << without;
  }
}

TEST_F(LogExportTest, CheckFindsEveryDamagedFile) {
  ASSERT_TRUE(ExportOf(600).ok());
  ASSERT_TRUE(Check().ok()) << Check();
  for (const std::string& name : Files()) {
    for (const size_t at : {size_t{0}, std::filesystem::file_size(path_ + "/" + name) - 1}) {
      FlipByte(name, at);
      EXPECT_EQ(Check().code(), absl::StatusCode::kDataLoss) << name << " " << at;
      FlipByte(name, at);
    }
    std::filesystem::rename(path_ + "/" + name, path_ + "/aside");
    EXPECT_FALSE(Check().ok()) << name;
    std::filesystem::rename(path_ + "/aside", path_ + "/" + name);
  }
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, CheckNamesTheTileThatIsNotTheEntries) {
  ASSERT_TRUE(ExportOf(600).ok());
  FlipByte("tile/1/000.p/2", 40);
  EXPECT_EQ(Check().message(), "tile/1/000.p/2: got other hashes, want those of the entries");
}

TEST_F(LogExportTest, ARunThatEndsAnywhereLeavesAValidExport) {
  ASSERT_TRUE(ExportOf(250).ok());
  for (uint64_t end = 250; end < 530; end += 7) {
    ledger_.Tell(signer_, EntriesOf("a", 530));
    ledger_.entries.resize(end);  // The server stops there.
    EXPECT_FALSE(Export().ok());
    ASSERT_TRUE(Check().ok()) << end << Check();
    EXPECT_EQ(Size(), 250u);
  }
  ASSERT_TRUE(ExportOf(530).ok());
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, ARunThatCannotWriteLeavesAValidExport) {
  ASSERT_TRUE(ExportOf(250).ok());
  // In the order in which they are written; a directory stands where the file must go.
  for (const char* name : {"tile/entries/000", "tile/0/000", "tile/entries/001.p/4",
                           "tile/0/001.p/4", "tile/1/000.p/1"}) {
    std::filesystem::create_directories(path_ + "/" + name + "/in-the-way");
    EXPECT_FALSE(ExportOf(260).ok()) << name;
    EXPECT_EQ(Size(), 250u);
    std::filesystem::remove_all(path_ + "/" + name);
    EXPECT_TRUE(Check().ok()) << name << Check();
  }
  ASSERT_TRUE(ExportOf(260).ok());
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, ACrashBeforeTheCheckpointIsReplacedLeavesAValidExport) {
  ASSERT_TRUE(ExportOf(250).ok());
  const std::string before = *dir_.ReadCheckpoint();
  ASSERT_TRUE(ExportOf(260).ok());
  ASSERT_TRUE(dir_.WriteCheckpoint(before).ok());  // All of the run but its last step.
  EXPECT_TRUE(Check().ok()) << Check();
  ASSERT_TRUE(ExportOf(300).ok());
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, ReadsOnlyWhatIsNewAndDropsPartialTilesThatAreFull) {
  ASSERT_TRUE(ExportOf(250).ok());
  EXPECT_THAT(Files(),
              UnorderedElementsAre("checkpoint", "tile/0/000.p/250", "tile/entries/000.p/250"));
  EXPECT_EQ(ledger_.entries_asked, 250u);
  const auto second = ExportOf(258);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->size, 258u);
  EXPECT_EQ(second->entries_new, 8u);
  EXPECT_EQ(ledger_.entries_asked, 258u);
  EXPECT_THAT(Files(),
              UnorderedElementsAre("checkpoint", "tile/0/000", "tile/0/001.p/2", "tile/1/000.p/1",
                                   "tile/entries/000", "tile/entries/001.p/2"));
  EXPECT_EQ(Export()->entries_new, 0u);
  EXPECT_EQ(ledger_.entries_asked, 258u);
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, GivesTheSameFilesInOneRunAsInMany) {
  for (uint64_t size = 0; size <= 700; size += 70) ASSERT_TRUE(ExportOf(size).ok()) << size;
  EXPECT_TRUE(Check().ok()) << Check();
  std::map<std::string, std::string> many;
  for (const std::string& name : Files()) many[name] = *ReadFile(path_ + "/" + name);
  std::filesystem::remove_all(path_);
  ASSERT_TRUE(ExportOf(700).ok());
  for (const std::string& name : Files())
    EXPECT_EQ(many[name], *ReadFile(path_ + "/" + name)) << name;
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(LogExportTest, ExportsThePublishedCheckpointWhereCosignaturesAreWanted) {
  const auto witness = tlog::CosignatureSigner::Generate("w.test");
  const LogTrust policy(
      *tlog::Policy::Parse(StrCat("log ", signer_.verifier().Encode(), "\nwitness w ",
                                  witness.verifier().Encode(), "\nquorum w\n")));
  ledger_.Tell(signer_, EntriesOf("a", 20));
  EXPECT_FALSE(ExportLog(*ledger_.Source(), policy, dir_).ok());
  const std::string published = SignedHead(signer_, EntriesOf("a", 12));
  ledger_.published = published + *witness.Sign(published, absl::FromUnixSeconds(1));
  const auto exported = ExportLog(*ledger_.Source(), policy, dir_);
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_EQ(exported->size, 12u);
  EXPECT_EQ(*dir_.ReadCheckpoint(), ledger_.published);
  EXPECT_TRUE(VerifyLog(**ExportLogSource(path_), policy, std::nullopt, [](uint64_t) {}).ok());
}

TEST_F(LogExportTest, TheCommandWantsASourceAndKeys) {
  std::ostringstream out;
  std::ostringstream err;
  const Console console{out, err, Clock::Real()};
  EXPECT_EQ(RunLogExport({path_, "--log-key", "k"}, console), kExitUsage);
  EXPECT_EQ(RunLogExport({path_, "--data-dir", "d"}, console), kExitUsage);
  EXPECT_EQ(RunLogExport({"--data-dir", "d", "--log-key", "k"}, console), kExitUsage);
  EXPECT_EQ(RunLogExport({path_, "--data-dir", "d", "--log-key", "/missing"}, console),
            kExitFailed);
}

}  // namespace
}  // namespace concordat::tools
