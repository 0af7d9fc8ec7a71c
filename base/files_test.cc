#include "base/files.h"

#include <dirent.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <string>

#include "absl/status/status.h"
#include "base/limits.h"

namespace {
std::set<std::string> synced;  // The paths that fsync was called for.
}  // namespace

// Stands before the C library's.
extern "C" int fsync(int fd) {
  char path[PATH_MAX] = "";
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  if (readlink(link.c_str(), path, sizeof(path) - 1) > 0) synced.insert(path);
  return static_cast<int>(syscall(SYS_fsync, fd));
}

namespace concordat {
namespace {

class FilesTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::TempDir() + "files_test_XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    DIR* const directory = opendir(directory_.c_str());
    while (const dirent* const entry = readdir(directory)) names.insert(entry->d_name);
    closedir(directory);
    names.erase(".");
    names.erase("..");
    return names;
  }

  static mode_t Mode(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777;
  }

  std::string directory_;
};

TEST_F(FilesTest, NamesThePathAndTheReasonWhenThereIsNoFile) {
  const absl::Status status = ReadFile(Path("absent")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), Path("absent") + ": No such file or directory");
}

TEST_F(FilesTest, RefusesToReadADirectory) {
  EXPECT_EQ(ReadFile(directory_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FilesTest, RefusesToReadMoreThanTheBound) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "", 0600).ok());
  ASSERT_EQ(truncate(Path("a").c_str(), kFileBytesMax), 0);
  EXPECT_EQ(ReadFile(Path("a"))->size(), kFileBytesMax);
  ASSERT_EQ(truncate(Path("a").c_str(), kFileBytesMax + 1), 0);
  EXPECT_EQ(ReadFile(Path("a")).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(FilesTest, RefusesToWriteWhereThereIsNoDirectory) {
  const absl::Status status = WriteFileAtomically(Path("absent/a"), "new", 0600);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), Path("absent/a") + ": No such file or directory");
}

TEST_F(FilesTest, LeavesNothingBehindWhenTheFileCannotBeReplaced) {
  ASSERT_EQ(mkdir(Path("a").c_str(), 0700), 0);
  EXPECT_FALSE(WriteFileAtomically(Path("a"), "new", 0600).ok());
  EXPECT_EQ(Names(), std::set<std::string>{"a"});
}

TEST_F(FilesTest, ReadsBackEveryByte) {
  std::string contents;
  for (int i = 0; i < 300000; ++i) contents.push_back(static_cast<char>(i * 31 / 7));
  ASSERT_TRUE(WriteFileAtomically(Path("a"), contents, 0600).ok());
  EXPECT_EQ(*ReadFile(Path("a")), contents);
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "", 0600).ok());
  EXPECT_EQ(*ReadFile(Path("a")), "");
}

TEST_F(FilesTest, ReplacesTheFileAndLeavesNoOther) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "old", 0600).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "new", 0600).ok());
  EXPECT_EQ(*ReadFile(Path("a")), "new");
  EXPECT_EQ(Names(), std::set<std::string>{"a"});
}

TEST_F(FilesTest, AReaderOfTheOldFileKeepsIt) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "old", 0600).ok());
  ASSERT_EQ(link(Path("a").c_str(), Path("held").c_str()), 0);
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "new", 0600).ok());
  EXPECT_EQ(*ReadFile(Path("held")), "old");
}

TEST_F(FilesTest, GivesExactlyTheModeAskedFor) {
  const mode_t before = umask(077);
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "x", 0644).ok());
  umask(0);
  ASSERT_TRUE(WriteFileAtomically(Path("b"), "x", 0600).ok());
  umask(before);
  EXPECT_EQ(Mode(Path("a")), 0644u);
  EXPECT_EQ(Mode(Path("b")), 0600u);
}

TEST_F(FilesTest, WritesBesideTheWorkingDirectory) {
  ASSERT_EQ(chdir(directory_.c_str()), 0);
  ASSERT_TRUE(WriteFileAtomically("relative", "x", 0600).ok());
  EXPECT_EQ(*ReadFile(Path("relative")), "x");
}

TEST_F(FilesTest, MakesADirectoryWhoseNameInItsParentIsSynced) {
  synced.clear();
  ASSERT_TRUE(MakeDirectory(Path("a"), 0700).ok());
  EXPECT_EQ(Mode(Path("a")), mode_t{0700});
  char parent[PATH_MAX];
  ASSERT_NE(realpath(directory_.c_str(), parent), nullptr);
  EXPECT_EQ(synced.count(parent), 1u);
}

TEST_F(FilesTest, SyncsTheNameOfADirectoryThatIsThereForItsMakerMayHaveCrashed) {
  ASSERT_EQ(mkdir(Path("a").c_str(), 0750), 0);
  synced.clear();
  ASSERT_TRUE(MakeDirectory(Path("a"), 0700).ok());
  EXPECT_EQ(Mode(Path("a")), mode_t{0750}) << "as it was";
  char parent[PATH_MAX];
  ASSERT_NE(realpath(directory_.c_str(), parent), nullptr);
  EXPECT_EQ(synced.count(parent), 1u);
  EXPECT_TRUE(MakeDirectory(Path("a/"), 0700).ok());
}

TEST_F(FilesTest, MakesNoDirectoryWhereAFileIsOrWithoutItsParent) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "", 0600).ok());
  EXPECT_EQ(MakeDirectory(Path("a"), 0700).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(MakeDirectory(Path("absent/b"), 0700).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace concordat
