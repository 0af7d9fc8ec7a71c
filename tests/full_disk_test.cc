// The ledger's disk fills up under it: nothing is taken, nothing leaves that could not be recorded,
// every answer says why, and when there is room again it goes on by itself with nothing half there.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/cluster.h"
#include "tests/log_audit.h"
#include "tests/raw_call.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using ::testing::StartsWith;

constexpr char kPolice[] = "lancashire-police";
constexpr char kAuditor[] = "log-auditor";

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string dir = NewDirectory("switch");
    switch_ = dir + "/full";
    Cluster::Options options;
    options.targets = {"ledger", "police"};
    options.environment = {StrCat("LD_PRELOAD=", Runfile("tests/libfull_disk.so")),
                           "FULL_DISK_UNDER=/data/", StrCat("FULL_DISK_SWITCH=", switch_)};
    auto cluster = Cluster::Start(std::move(options));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    police_ = cluster_->Stub<v1::Police>(kPolice);
  }

  absl::StatusOr<v1::Receipt> Push(const std::string& reference) {
    return Call(*police_, &v1::Police::Stub::NotifyIncident, Incident(1, reference, 1));
  }
  bool LedgerIsServing() {
    return IsServing(cluster_->Channel("ledger", kAuditor), absl::Seconds(5));
  }
  // Asks until the answer is `want`: the ledger tries again about each second.
  void ExpectSoonServing(bool want) {
    const auto channel = cluster_->Channel("ledger", kAuditor);
    int asked = 0;
    while (IsServing(channel, absl::Seconds(5)) != want) {
      ASSERT_LT(++asked, 100000) << "want the health to change by itself";
      ASSERT_LT(absl::ToDoubleSeconds(Clock::Real().Now() - cluster_->pki().now()), 60);
    }
  }

  // The whole story, for one way of being full.
  void FillUp(const std::function<void()>& fill, const std::function<void()>& make_room,
              absl::StatusCode code, const std::string& text) {
    std::map<std::string, v1::Receipt> receipts;
    for (int i = 0; i < 5; ++i) {
      const auto receipt = Push(StrCat("before-", i));
      ASSERT_TRUE(receipt.ok()) << receipt.status();
      receipts[StrCat("before-", i)] = *receipt;
    }
    const std::string case_id = receipts["before-0"].case_ids(0);
    const auto head = ReadCheckpoint(*cluster_);
    ASSERT_TRUE(head.ok()) << head.status();

    fill();
    for (int i = 0; i < 3; ++i) {
      const auto refused = Push(StrCat("during-", i));
      EXPECT_EQ(refused.status().code(), code);
      EXPECT_THAT(std::string(refused.status().message()), StartsWith(text));
    }
    // What cannot be recorded does not leave (R2), what needs no record does.
    const RawReply read = Call(cluster_->Channel("police", kPolice),
                               {"/concordat.v1.Police/ReadCase",
                                {ReadRequest(case_id, v1::LAW_ENFORCEMENT).SerializeAsString()}});
    EXPECT_EQ(read.status.error_code(), static_cast<grpc::StatusCode>(code));
    EXPECT_TRUE(read.messages.empty());
    ExpectSoonServing(false);
    const auto full_head = ReadCheckpoint(*cluster_);
    ASSERT_TRUE(full_head.ok()) << full_head.status();
    EXPECT_EQ(full_head->size, head->size);

    make_room();
    ExpectSoonServing(true);
    for (int i = 0; i < 3; ++i) {
      const auto receipt = Push(StrCat("during-", i));
      ASSERT_TRUE(receipt.ok()) << receipt.status();
      receipts[StrCat("during-", i)] = *receipt;
    }
    ExpectWhole(receipts);
    // And what is on the disk is what was answered.
    cluster_->Kill9("ledger");
    const absl::Status restarted = cluster_->Restart("ledger");
    ASSERT_TRUE(restarted.ok()) << restarted;
    ExpectWhole(receipts);
  }

  void ExpectWhole(const std::map<std::string, v1::Receipt>& receipts) {
    for (const auto& [reference, receipt] : receipts) {
      auto again = Push(reference);
      while (absl::IsUnavailable(again.status()))
        again = Push(reference);  // Finds the ledger again.
      ASSERT_TRUE(again.ok()) << reference << ": " << again.status();
      EXPECT_EQ(again->SerializeAsString(), receipt.SerializeAsString()) << reference;
    }
    const auto stored = ReadEntries(*cluster_);
    ASSERT_TRUE(stored.ok()) << stored.status();
    const std::vector<crypto::Digest> roots = RootsOf(*stored);
    std::set<uint64_t> acknowledged;
    for (const auto& [reference, receipt] : receipts) {
      const absl::Status verified =
          VerifyReceiptAgainst(*stored, roots, cluster_->log_verifier(), receipt);
      EXPECT_TRUE(verified.ok()) << reference << ": " << verified;
      acknowledged.insert(receipt.leaf_index());
    }
    std::set<uint64_t> collected;
    for (const v1::LogEntry& entry : ParseEntries(*stored)) {
      if (entry.has_collected()) collected.insert(entry.index());
    }
    EXPECT_EQ(collected, acknowledged);
    const auto pages =
        ReadAll(*police_, &v1::Police::Stub::ReadCase,
                ReadRequest(receipts.begin()->second.case_ids(0), v1::LAW_ENFORCEMENT));
    ASSERT_TRUE(pages.ok()) << pages.status();
    EXPECT_EQ(static_cast<size_t>((*pages)[0].events_size()), receipts.size());
  }

  std::string switch_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<v1::Police::Stub> police_;
};

TEST_F(FullDiskTest, NoSpaceLeft) {
  FillUp([&] { ASSERT_TRUE(WriteFileAtomically(switch_, "", 0600).ok()); },
         [&] { ASSERT_EQ(unlink(switch_.c_str()), 0); }, absl::StatusCode::kResourceExhausted,
         "log storage: got no space left");
}

TEST_F(FullDiskTest, AFileMayNotGrowInTheMiddleOfAWrite) {
  FillUp(
      [&] {
        // RocksDB's write-ahead log is what each write goes to first. Some of the next one fits.
        uint64_t log_bytes = 0;
        for (const auto& file : std::filesystem::directory_iterator(cluster_->data_dir())) {
          if (file.path().extension() == ".log") {
            log_bytes = std::max<uint64_t>(log_bytes, file.file_size());
          }
        }
        ASSERT_GT(log_bytes, 0u);
        const absl::Status limited = cluster_->process("ledger").SetFileBytesMax(log_bytes + 1000);
        ASSERT_TRUE(limited.ok()) << limited;
      },
      [&] {
        const absl::Status lifted = cluster_->process("ledger").SetFileBytesMax(std::nullopt);
        ASSERT_TRUE(lifted.ok()) << lifted;
      },
      absl::StatusCode::kUnavailable, "ledger: log storage: IO error: While appending to file: ");
}

}  // namespace
}  // namespace concordat::tests
