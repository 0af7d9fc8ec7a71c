// kill -9, again and again, while events come in and alerts go out: nothing that was acknowledged
// is lost, nothing is there twice, and every receipt stays good.
#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <set>

#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/random.h"
#include "tests/calls.h"
#include "tests/crash_pushers.h"
#include "tests/log_audit.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

constexpr int kLedgerKills = 8;
constexpr int kVictimServiceKills = 3;
constexpr int kFamily = 1;
constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kIdva[] = "fcwa-victim-service";
constexpr size_t kProofsChecked = 40;

// CONCORDAT_TEST_SEED=N repeats a run.
uint64_t Seed() {
  if (const char* given = std::getenv("CONCORDAT_TEST_SEED"))
    return std::strtoull(given, nullptr, 10);
  uint64_t seed = 0;
  const std::string bytes = crypto::RandomBytes(sizeof(seed));
  std::memcpy(&seed, bytes.data(), sizeof(seed));
  return seed;
}

class CrashTest : public ::testing::Test {
 protected:
  CrashTest() : seed_(Seed()), random_(seed_) {
    fprintf(stderr, "CONCORDAT_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed_));
  }
  int Between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }

  void SetUp() override {
    absl::StatusOr<std::unique_ptr<Cluster>> cluster = Cluster::Start({});
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    const auto marac = cluster_->Stub<v1::Marac>("lancashire-marac");
    const auto opened = Call(*marac, &v1::Marac::Stub::ReferCase, Referral(kFamily, "crash", 0));
    ASSERT_TRUE(opened.ok()) << opened.status();
    referral_index_ = opened->leaf_index();
  }

  // Kills one process at a random moment of the pushing and brings it back.
  void KillSoon(const std::string& target) {
    ASSERT_TRUE(outbox_.WaitForSize(outbox_.size() + Between(5, 90), kPatience))
        << "pushes do not get through any more";
    // Any place within a batch.
    outbox_.WaitForSize(SIZE_MAX, absl::Microseconds(Between(0, 20000)));
    cluster_->Kill9(target);
    outbox_.WaitForSize(SIZE_MAX, absl::Milliseconds(Between(0, 200)));
    const absl::Status restarted = cluster_->Restart(target);
    ASSERT_TRUE(restarted.ok()) << restarted;
  }

  void KillThemAll() {
    std::vector<std::string> targets(kLedgerKills, "ledger");
    targets.insert(targets.end(), kVictimServiceKills, "victim");
    std::shuffle(targets.begin(), targets.end(), random_);
    for (const std::string& target : targets) ASSERT_NO_FATAL_FAILURE(KillSoon(target));
    // And what comes after the last one.
    ASSERT_TRUE(outbox_.WaitForSize(outbox_.size() + 50, kPatience));
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
  std::unique_ptr<Cluster> cluster_;
  uint64_t referral_index_ = 0;
  Outbox outbox_;
};

TEST_F(CrashTest, EveryAcknowledgedPushIsThereOnceAndEveryAlertIsShownOnce) {
  Watcher watcher(cluster_.get(), kIdva);
  {
    Pusher single(cluster_.get(), &outbox_, kFamily, /*streaming=*/false);
    Pusher stream(cluster_.get(), &outbox_, kFamily, /*streaming=*/true);
    ASSERT_NO_FATAL_FAILURE(KillThemAll());
  }
  const std::map<std::string, Outbox::Sent> sent = outbox_.Everything();
  fprintf(stderr, "%zu pushes acknowledged\n", sent.size());

  // In the log: each push once, and nothing else was taken.
  const auto stored = ReadEntries(*cluster_);
  ASSERT_TRUE(stored.ok()) << stored.status();
  const std::vector<v1::LogEntry> entries = ParseEntries(*stored);
  std::set<std::string> keys;
  std::set<uint64_t> collected;
  for (const v1::LogEntry& entry : entries) {
    if (entry.operation() != v1::COLLECTION) continue;
    EXPECT_TRUE(keys.insert(entry.collected().idempotency_key()).second)
        << "entry " << entry.index() << " is there twice";
    collected.insert(entry.index());
  }
  std::set<uint64_t> acknowledged = {referral_index_};
  const std::vector<crypto::Digest> roots = RootsOf(*stored);
  std::map<uint64_t, tlog::Checkpoint> checkpoints;
  for (const auto& [reference, item] : sent) {
    v1::Receipt receipt;
    ASSERT_TRUE(receipt.ParseFromString(item.receipt));
    const absl::Status verified =
        VerifyReceiptAgainst(*stored, roots, cluster_->log_verifier(), receipt);
    ASSERT_TRUE(verified.ok()) << reference << ": " << verified;
    EXPECT_TRUE(acknowledged.insert(receipt.leaf_index()).second) << reference;
    const auto checkpoint = VerifyReceipt(cluster_->log_verifier(), receipt);
    ASSERT_TRUE(checkpoint.ok()) << reference << ": " << checkpoint.status();
    checkpoints[checkpoint->size.value] = *checkpoint;
  }
  EXPECT_EQ(collected, acknowledged);

  // The ledger itself proves that each tree it ever signed is a beginning of the one it has now.
  const auto head = ReadCheckpoint(*cluster_);
  ASSERT_TRUE(head.ok()) << head.status();
  size_t checked = 0;
  for (const auto& [size, checkpoint] : checkpoints) {
    if (checked++ % (checkpoints.size() / kProofsChecked + 1) != 0) continue;
    const absl::Status consistent = VerifyConsistent(*cluster_, checkpoint, *head);
    EXPECT_TRUE(consistent.ok()) << size << ": " << consistent;
  }

  // A retry of each, long after, gets the receipt of the first time.
  const auto police = cluster_->Stub<v1::Police>("lancashire-police");
  Context context(60);
  const auto stream = police->NotifyIncidents(&context);
  std::thread writer([&] {
    for (const auto& [reference, item] : sent) stream->Write(item.push);
    stream->WritesDone();
  });
  v1::PushResult result;
  for (const auto& [reference, item] : sent) {
    const bool read = stream->Read(&result);
    EXPECT_TRUE(read) << reference;
    if (!read) break;
    EXPECT_EQ(result.receipt().SerializeAsString(), item.receipt) << reference;
  }
  writer.join();
  const absl::Status ended = services::FromGrpcStatus(stream->Finish());
  EXPECT_TRUE(ended.ok()) << ended;

  // At the victim service: an alert for each, in one dense sequence.
  EXPECT_TRUE(watcher.WaitForAll(acknowledged.size(), kPatience)) << "alerts are missing";
  std::set<uint64_t> alerted;
  uint64_t sequence = 0;
  for (const v1::Alert& alert : watcher.Shown()) {
    EXPECT_EQ(alert.sequence(), ++sequence);
    EXPECT_TRUE(alerted.insert(alert.event().leaf_index()).second) << "alerted twice to an event";
  }
  EXPECT_EQ(alerted, acknowledged);
  EXPECT_GT(watcher.connections(), kVictimServiceKills);
}

}  // namespace
}  // namespace concordat::tests
