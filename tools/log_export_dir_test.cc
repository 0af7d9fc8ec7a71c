#include "tools/log_export_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "tlog/entry_bundle.h"
#include "tlog/tiles.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

class LogExportDirTest : public testing::Test {
 protected:
  LogExportDirTest() : path_(testing::TempDir() + "/export_dir"), dir_(path_) {
    std::filesystem::remove_all(path_);
  }

  static std::string BundleOf(uint32_t width) {
    std::string bundle;
    for (uint32_t i = 0; i < width; ++i) {
      EXPECT_TRUE(tlog::AppendToBundle(std::string(i % 5, 'e'), &bundle).ok());
    }
    return bundle;
  }
  bool Exists(const std::string& name) { return std::filesystem::exists(path_ + "/" + name); }

  const std::string path_;
  const LogExportDir dir_;
};

TEST_F(LogExportDirTest, NamesWhatIsMissing) {
  EXPECT_EQ(dir_.ReadCheckpoint().status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(dir_.ReadTile({1, 1234067}, 3).status().message(),
            "tile/1/x001/x234/067.p/3: got none, want it in the export");
  EXPECT_EQ(dir_.ReadBundle(2, 256).status().message(),
            "tile/entries/002: got none, want it in the export");
  EXPECT_EQ(ExportLogSource(path_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LogExportDirTest, RefusesTilesAndBundlesOfAnotherLength) {
  ASSERT_TRUE(dir_.WriteTile({0, 0}, std::string(96, 'h')).ok());
  std::filesystem::resize_file(path_ + "/tile/0/000.p/3", 95);
  EXPECT_EQ(dir_.ReadTile({0, 0}, 3).status().message(), "tile/0/000.p/3: got 95 bytes, want 96");
  ASSERT_TRUE(dir_.WriteBundle(0, 3, BundleOf(4)).ok());
  EXPECT_THAT(std::string(dir_.ReadBundle(0, 3).status().message()),
              HasSubstr("tile/entries/000.p/3: entry bundle: got"));
}

TEST_F(LogExportDirTest, AFullTileStandsInForItsBeginnings) {
  const std::string full(tlog::kTileWidth * tlog::kHashBytes, 'h');
  ASSERT_TRUE(dir_.WriteTile({0, 7}, full).ok());
  ASSERT_TRUE(dir_.WriteBundle(7, 256, BundleOf(256)).ok());
  EXPECT_EQ(dir_.ReadTile({0, 7}, 5)->size(), 5 * tlog::kHashBytes);
  EXPECT_EQ(dir_.ReadBundle(7, 5)->size(), 5u);
  EXPECT_EQ(dir_.ReadBundle(7, 5)->at(3), "eee");
}

TEST_F(LogExportDirTest, DropsEveryPartialVersionAndNothingElse) {
  for (const uint32_t width : {1u, 17u, 255u, 256u}) {
    ASSERT_TRUE(dir_.WriteTile({0, 7}, std::string(width * tlog::kHashBytes, 'h')).ok());
    ASSERT_TRUE(dir_.WriteBundle(7, width, BundleOf(width)).ok());
  }
  ASSERT_TRUE(dir_.WriteTile({1, 7}, std::string(tlog::kHashBytes, 'h')).ok());
  ASSERT_TRUE(dir_.DropPartialTiles({0, 7}).ok());
  EXPECT_FALSE(Exists("tile/0/007.p"));
  EXPECT_TRUE(Exists("tile/0/007"));
  EXPECT_TRUE(Exists("tile/1/007.p/1"));
  EXPECT_TRUE(Exists("tile/entries/007.p/17"));
  ASSERT_TRUE(dir_.DropPartialBundles(7).ok());
  EXPECT_FALSE(Exists("tile/entries/007.p"));
  EXPECT_TRUE(dir_.DropPartialBundles(7).ok());
}

TEST_F(LogExportDirTest, FilesAreForTheirOwnerAlone) {
  ASSERT_TRUE(dir_.WriteBundle(1234067, 1, BundleOf(1)).ok());
  struct stat status;
  ASSERT_EQ(stat((path_ + "/tile/entries/x001/x234/067.p/1").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(stat((path_ + "/tile/entries").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

}  // namespace
}  // namespace concordat::tools
