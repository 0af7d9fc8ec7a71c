// The ledger's disk fills up under it, or becomes read-only: nothing is taken, nothing leaves that
// could not be recorded, every answer says why, and when the disk is well again the ledger goes on
// by itself with nothing half there.
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
#include "tests/child_process.h"
#include "tests/cluster.h"
#include "tests/log_audit.h"
#include "tests/raw_call.h"
#include "tests/synthetic.h"
#include "tests/test_paths.h"

namespace concordat::tests {
namespace {

using ::testing::StartsWith;

constexpr char kPolice[] = "lancashire-police";
constexpr char kAuditor[] = "log-auditor";
constexpr char kCoordinator[] = "lancashire-marac";
constexpr char kIdva[] = "fcwa-victim-service";
constexpr absl::Duration kVerifyTimeout = absl::Seconds(30);

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string dir = NewDirectory("switch");
    switch_ = dir + "/fault";
    Cluster::Options options;
    options.targets = {"ledger", "police", "marac", "victim"};
    options.environment = {StrCat("LD_PRELOAD=", Runfile("tests/libfault_calls.so")),
                           "FAULTS_UNDER=/data/", StrCat("FAULTS_SWITCH=", switch_)};
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

  // Every call that gives out what is in the log fails with this, and gives out nothing.
  void ExpectNothingIsReleased(const std::string& case_id, absl::StatusCode code,
                               const std::string& text) {
    v1::WatchAlertsRequest watch;
    watch.set_purpose(v1::VICTIM_SUPPORT);
    const RawReply replies[] = {
        Call(cluster_->Channel("police", kPolice),
             {"/concordat.v1.Police/ReadCase",
              {ReadRequest(case_id, v1::LAW_ENFORCEMENT).SerializeAsString()}}),
        Call(cluster_->Channel("victim", kIdva),
             {"/concordat.v1.Victim/WatchAlerts", {watch.SerializeAsString()}})};
    for (const RawReply& reply : replies) {
      EXPECT_EQ(reply.status.error_code(), static_cast<grpc::StatusCode>(code));
      EXPECT_THAT(reply.status.error_message(), StartsWith(text));
      EXPECT_TRUE(reply.messages.empty());
    }
  }

  // The whole story, for one way in which the disk fails.
  void Fail(const std::function<void()>& begin, const std::function<void()>& end,
            absl::StatusCode code, const std::string& text) {
    const auto marac = cluster_->Stub<v1::Marac>(kCoordinator);
    v1::PushRequest referral = Referral(1, "referral", 0);
    referral.mutable_event()->mutable_marac_referral()->add_invited_agencies(kIdva);
    const auto referred = Call(*marac, &v1::Marac::Stub::ReferCase, referral);
    ASSERT_TRUE(referred.ok()) << referred.status();
    referral_index_ = referred->leaf_index();
    std::map<std::string, v1::Receipt> receipts;
    for (int i = 0; i < 5; ++i) {
      const auto receipt = Push(StrCat("before-", i));
      ASSERT_TRUE(receipt.ok()) << receipt.status();
      receipts[StrCat("before-", i)] = *receipt;
    }
    const auto head = ReadCheckpoint(*cluster_);
    ASSERT_TRUE(head.ok()) << head.status();

    begin();
    for (int i = 0; i < 3; ++i) {
      const auto refused = Push(StrCat("during-", i));
      EXPECT_EQ(refused.status().code(), code);
      EXPECT_THAT(std::string(refused.status().message()), StartsWith(text));
    }
    // What cannot be recorded does not leave (R2), what needs no record does.
    ExpectNothingIsReleased(receipts["before-0"].case_ids(0), code, text);
    ExpectSoonServing(false);
    const auto head_meanwhile = ReadCheckpoint(*cluster_);
    ASSERT_TRUE(head_meanwhile.ok()) << head_meanwhile.status();
    EXPECT_EQ(head_meanwhile->size, head->size);
    EXPECT_EQ(head_meanwhile->root, head->root);
    ExpectVerifies();

    end();
    ExpectSoonServing(true);
    for (int i = 0; i < 3; ++i) {
      const auto receipt = Push(StrCat("during-", i));
      ASSERT_TRUE(receipt.ok()) << receipt.status();
      receipts[StrCat("during-", i)] = *receipt;
    }
    ExpectWhole(receipts);
    ExpectAlerts(receipts.size() + 1);  // And the referral.
    ExpectVerifies();
    // And what is on the disk is what was answered.
    cluster_->Kill9("ledger");
    ExpectVerifies();
    const absl::Status restarted = cluster_->Restart("ledger");
    ASSERT_TRUE(restarted.ok()) << restarted;
    ExpectWhole(receipts);
  }

  // As an auditor at the machine does it, also while the ledger runs.
  void ExpectVerifies() {
    const std::string directory = NewDirectory("verify");
    const std::string key = StrCat(directory, "/log.pub");
    ASSERT_TRUE(WriteFileAtomically(key, cluster_->log_verifier().Encode(), 0600).ok());
    ChildProcess::Options options;
    options.arguments = {Runfile("tools/concordat"), "verify",    "--data-dir",
                         cluster_->data_dir(),       "--log-key", key};
    options.output_file = StrCat(directory, "/output");
    const auto verify = ChildProcess::Start(options);
    ASSERT_TRUE(verify.ok()) << verify.status();
    EXPECT_EQ((*verify)->Wait(kVerifyTimeout).value_or(-1), 0)
        << ReadFile(options.output_file).value_or("");
  }

  // The victim service is told of each event, once.
  void ExpectAlerts(size_t events) {
    const auto victim = cluster_->Stub<v1::Victim>(kIdva);
    v1::WatchAlertsRequest request;
    request.set_purpose(v1::VICTIM_SUPPORT);
    Context context;
    const auto reader = victim->WatchAlerts(&context, request);
    v1::WatchAlertsItem item;
    std::set<uint64_t> sequences;
    while (reader->Read(&item) && item.has_alert()) {
      EXPECT_TRUE(sequences.insert(item.alert().sequence()).second);
    }
    EXPECT_EQ(sequences.size(), events);
    context.TryCancel();
    reader->Finish();
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
    std::set<uint64_t> acknowledged = {referral_index_};
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
    EXPECT_EQ(static_cast<size_t>((*pages)[0].events_size()), receipts.size() + 1);
  }

  std::string switch_;
  uint64_t referral_index_ = 0;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<v1::Police::Stub> police_;
};

TEST_F(FullDiskTest, NoSpaceLeft) {
  Fail([&] { ASSERT_TRUE(WriteFileAtomically(switch_, "ENOSPC", 0600).ok()); },
       [&] { ASSERT_EQ(unlink(switch_.c_str()), 0); }, absl::StatusCode::kResourceExhausted,
       "log storage: got no space left");
}

TEST_F(FullDiskTest, ReadOnly) {
  Fail([&] { ASSERT_TRUE(WriteFileAtomically(switch_, "EROFS", 0600).ok()); },
       [&] { ASSERT_EQ(unlink(switch_.c_str()), 0); }, absl::StatusCode::kUnavailable,
       "ledger: log storage: IO error: ");
}

TEST_F(FullDiskTest, AFileMayNotGrowInTheMiddleOfAWrite) {
  Fail(
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
