// Witnesses as processes of their own: what they refuse over the wire, that kill -9 never makes
// them cosign two histories, and that a ledger's checkpoint is published by their quorum.
#include <gmock/gmock.h>

#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/http/https_client.h"
#include "services/witness/testing/test_tree.h"
#include "tests/calls.h"
#include "tests/child_process.h"
#include "tests/cluster.h"
#include "tests/free_port.h"
#include "tests/log_audit.h"
#include "tests/test_paths.h"
#include "tlog/cosignature.h"
#include "tlog/policy.h"

namespace concordat::tests {
namespace {

using services::HttpReply;
using services::HttpsClient;
using services::testing::TestTree;
using ::testing::HasSubstr;

constexpr char kAgency[] = "blackpool-childrens-services";
constexpr absl::Duration kWait = absl::Seconds(30);

// One `concordatd --target=witness`.
class WitnessProcess {
 public:
  WitnessProcess(TestPki& pki, const std::string& directory_file,
                 const std::vector<std::string>& log_keys)
      : dir_(NewDirectory("witness")), port_(FreePort()) {
    EXPECT_TRUE(WriteFileAtomically(StrCat(dir_, "/key"), signer_.EncodePrivate(), 0600).ok());
    TestPki::Odd leaf;
    leaf.name = StrCat("witness-", port_);
    leaf.uris = {pki.SpiffeId(kAgency, "desk")};
    leaf.dns_names = {"localhost"};
    leaf.not_before = pki.now() - absl::Hours(1);
    leaf.not_after = pki.now() + absl::Hours(24);
    const auto tls = pki.Issue(leaf);
    EXPECT_TRUE(tls.ok()) << tls.status();
    std::string config =
        StrCat("listen_address: \"127.0.0.1:", port_, "\"\ndirectory_file: \"", directory_file,
               "\"\ntls { certificate_chain: \"", tls->certificate_chain(), "\" private_key: \"",
               tls->private_key(), "\" trusted_roots: \"", tls->trusted_roots(),
               "\" }\nwitness { name: \"", signer_.name(), "\" signing_key_file: \"", dir_,
               "/key\" state_dir: \"", dir_, "/state\"");
    for (const std::string& key : log_keys) {
      StrAppend(&config, " log_verifier_keys: \"", key, "\"");
    }
    StrAppend(&config, " }\n");
    EXPECT_TRUE(WriteFileAtomically(StrCat(dir_, "/config"), config, 0644).ok());
  }

  // Returns once it answers.
  void Start(const HttpsClient& client) {
    ChildProcess::Options options;
    options.arguments = {Runfile("services/concordatd/concordatd"), "--target=witness",
                         StrCat("--config=", dir_, "/config")};
    options.output_file = StrCat(dir_, "/output");
    auto process = ChildProcess::Start(options);
    ASSERT_TRUE(process.ok()) << process.status();
    process_ = *std::move(process);
    const absl::Time deadline = Clock::Real().Now() + kWait;
    while (!client.Get(url()).ok()) {
      ASSERT_LT(Clock::Real().Now(), deadline) << *ReadFile(options.output_file);
    }
  }
  void Kill9() {
    process_->Signal(SIGKILL);
    ASSERT_TRUE(process_->Wait(kWait).ok());
  }
  int Stop() {
    process_->Signal(SIGTERM);
    return process_->Wait(kWait).value_or(-1);
  }

  std::string url() const { return StrCat("https://localhost:", port_); }
  const tlog::CosignatureVerifier& verifier() const { return signer_.verifier(); }

 private:
  const tlog::CosignatureSigner signer_ =
      tlog::CosignatureSigner::Generate("witness.concordat.test/w");
  const std::string dir_;
  const int port_;
  std::unique_ptr<ChildProcess> process_;
};

class WitnessProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string dir = NewDirectory("witness-test");
    auto pki = TestPki::Create(dir, kTrustDomain);
    ASSERT_TRUE(pki.ok()) << pki.status();
    pki_ = *std::move(pki);
    client_ = std::make_unique<HttpsClient>(
        HttpsClient::Options{*pki_->FilesFor("svc-ledger", "ledger")});
  }
  void StartWitness(const std::vector<std::string>& log_keys) {
    witness_ = std::make_unique<WitnessProcess>(
        *pki_, Runfile("deploy/directory/lancashire.textproto"), log_keys);
    witness_->Start(*client_);
  }
  int Add(const std::string& body) {
    const auto reply = client_->Post(StrCat(witness_->url(), "/add-checkpoint"), body);
    return reply.ok() ? reply->status : -1;
  }

  std::unique_ptr<TestPki> pki_;
  std::unique_ptr<HttpsClient> client_;
  std::unique_ptr<WitnessProcess> witness_;
};

TEST_F(WitnessProcessTest, RefusesOverTheWireAsTheSpecificationSays) {
  const crypto::NoteSigner log = crypto::NoteSigner::Generate("area.example/log");
  const crypto::NoteSigner imposter = crypto::NoteSigner::Generate("area.example/log");
  const crypto::NoteSigner other = crypto::NoteSigner::Generate("other.example/log");
  StartWitness({log.verifier().Encode()});
  const TestTree tree;
  const TestTree fork{3};
  EXPECT_EQ(Add("no request"), 400);
  EXPECT_EQ(Add(tree.Body(other, 0, 1)), 404);
  EXPECT_EQ(Add(tree.Body(imposter, 0, 1)), 403);
  EXPECT_EQ(Add(tree.Body(log, 1, 2)), 409);
  EXPECT_EQ(Add(tree.Body(log, 0, 5)), 200);
  EXPECT_EQ(Add(tree.Body(log, 0, 4)), 409) << "an old checkpoint replayed";
  EXPECT_EQ(Add(fork.Body(log, 5, 5)), 409) << "the same size with another root";
  EXPECT_EQ(Add(fork.Body(log, 5, 9)), 422) << "a fork";
  EXPECT_EQ(Add(std::string(300000, 'x')), 413);
  EXPECT_EQ(client_->Get(StrCat(witness_->url(), "/add-checkpoint"))->status, 405);
  EXPECT_EQ(client_->Post(StrCat(witness_->url(), "/else"), "")->status, 404);
  const HttpsClient stranger(HttpsClient::Options{*pki_->FilesFor("not-in-the-directory", "desk")});
  EXPECT_EQ(stranger.Post(StrCat(witness_->url(), "/add-checkpoint"), tree.Body(log, 5, 6))->status,
            403);
  EXPECT_EQ(witness_->Stop(), 0);
}

// What was cosigned of each log: size and root.
using Cosigned = std::map<std::string, std::vector<std::pair<uint64_t, crypto::Digest>>>;

// Brings one history of each log before the witness, again and again, with whatever size it tells.
class Historian {
 public:
  Historian(const std::vector<crypto::NoteSigner>& logs, TestTree tree, const HttpsClient& client,
            const WitnessProcess& witness, uint64_t seed)
      : logs_(logs), tree_(std::move(tree)), client_(client), witness_(witness), random_(seed) {}

  // Until the witness has answered so often; while it is down it doesn't.
  void Run(size_t answers) {
    std::vector<uint64_t> known(logs_.size(), 0);
    const absl::Time deadline = Clock::Real().Now() + kWait;
    while (answers > 0 && Clock::Real().Now() < deadline) {
      const size_t log = random_() % logs_.size();
      const uint64_t size = known[log] + random_() % 4;
      const auto reply = client_.Post(StrCat(witness_.url(), "/add-checkpoint"),
                                      tree_.Body(logs_[log], known[log], size));
      if (!reply.ok()) continue;  // Killed.
      --answers;
      if (reply->status == 200) {
        Check(logs_[log], size, reply->body);
        known[log] = size;
      } else if (reply->status == 409) {
        known[log] = std::stoull(reply->body);
      }
    }
  }
  const Cosigned& cosigned() const { return cosigned_; }

 private:
  void Check(const crypto::NoteSigner& log, uint64_t size, const std::string& lines) {
    const auto note =
        crypto::AddSignatures(tree_.NoteOf(log, size), *crypto::ParseSignatureLines(lines));
    EXPECT_TRUE(witness_.verifier().Verify(*crypto::ParseSignedNote(*note)).ok());
    cosigned_[log.name()].emplace_back(size, tree_.Root(size));
  }

  const std::vector<crypto::NoteSigner>& logs_;
  const TestTree tree_;
  const HttpsClient& client_;
  const WitnessProcess& witness_;
  std::mt19937_64 random_;
  Cosigned cosigned_;
};

TEST_F(WitnessProcessTest, NeverCosignsTwoHistoriesAcrossKill9) {
  constexpr int kLogs = 6;
  constexpr int kRounds = 8;
  constexpr uint64_t kForkedAt = 3;
  const uint64_t seed = 20261126;
  std::vector<crypto::NoteSigner> logs;
  std::vector<std::string> keys;
  for (int i = 0; i < kLogs; ++i) {
    logs.push_back(crypto::NoteSigner::Generate(StrCat("area.example/log", i)));
    keys.push_back(logs.back().verifier().Encode());
  }
  StartWitness(keys);
  std::map<std::string, std::map<uint64_t, std::set<crypto::Digest>>> roots;
  size_t cosigned = 0;
  std::mt19937_64 random(seed);
  for (int round = 0; round < kRounds; ++round) {
    Historian left(logs, TestTree{kForkedAt, "left"}, *client_, *witness_, seed + 2 * round);
    Historian right(logs, TestTree{kForkedAt, "right"}, *client_, *witness_, seed + 2 * round + 1);
    std::thread left_thread([&] { left.Run(40); });
    std::thread right_thread([&] { right.Run(40); });
    const absl::Time kill_at = Clock::Real().Now() + absl::Milliseconds(random() % 300);
    while (Clock::Real().Now() < kill_at) std::this_thread::yield();
    witness_->Kill9();
    witness_->Start(*client_);
    left_thread.join();
    right_thread.join();
    for (const Historian* historian : {&left, &right}) {
      for (const auto& [origin, checkpoints] : historian->cosigned()) {
        for (const auto& [size, root] : checkpoints) roots[origin][size].insert(root);
        cosigned += checkpoints.size();
      }
    }
  }
  EXPECT_GT(cosigned, 100u) << "seed " << seed;
  size_t beyond = 0;
  for (const auto& [origin, sizes] : roots) {
    std::set<std::string> histories;
    for (const auto& [size, of_size] : sizes) {
      EXPECT_EQ(of_size.size(), 1u) << origin << " at " << size << ", seed " << seed;
      if (size <= kForkedAt) continue;
      ++beyond;
      const bool left = *of_size.begin() == TestTree{kForkedAt, "left"}.Root(size);
      histories.insert(left ? "left" : "right");
    }
    EXPECT_LE(histories.size(), 1u) << origin << ", seed " << seed;
  }
  EXPECT_GT(beyond, 10u);
  EXPECT_EQ(witness_->Stop(), 0);
}

TEST(WitnessedLedgerTest, PublishesWhatAQuorumCosignedAndGoesOnWhileOneIsDown) {
  const std::string dir = NewDirectory("witnessed");
  const std::string policy_file = StrCat(dir, "/policy");
  Cluster::Options options;
  options.targets = {"ledger"};
  options.edit_config = [&](const std::string&, v1::ServerConfig* config) {
    v1::LogPublication& publication = *config->mutable_ledger()->mutable_publication();
    publication.set_witness_policy_file(policy_file);
    publication.set_cosign_every_milliseconds(20);
  };
  // The policy is known before the ledger starts; its witnesses start after.
  ASSERT_TRUE(
      WriteFileAtomically(
          policy_file,
          StrCat("witness w0 ", tlog::CosignatureSigner::Generate("w.test/0").verifier().Encode(),
                 " https://localhost:1\nquorum w0\n"),
          0644)
          .ok());
  auto started = Cluster::Start(std::move(options));
  ASSERT_TRUE(started.ok()) << started.status();
  Cluster& cluster = **started;
  const HttpsClient client(HttpsClient::Options{*cluster.pki().FilesFor("svc-ledger", "ledger")});
  std::vector<std::unique_ptr<WitnessProcess>> witnesses;
  std::string policy;
  for (int i = 0; i < 3; ++i) {
    witnesses.push_back(std::make_unique<WitnessProcess>(
        cluster.pki(), Runfile("deploy/directory/lancashire.textproto"),
        std::vector<std::string>{cluster.log_verifier().Encode()}));
    witnesses.back()->Start(client);
    StrAppend(&policy, "witness w", i, " ", witnesses.back()->verifier().Encode(), " ",
              witnesses.back()->url(), "\n");
  }
  StrAppend(&policy, "group agencies 2 w0 w1 w2\nquorum agencies\n");
  ASSERT_TRUE(WriteFileAtomically(policy_file, policy, 0644).ok());
  ASSERT_TRUE(cluster.Restart("ledger").ok());
  const auto trusted = tlog::Policy::Parse(policy);
  ASSERT_TRUE(trusted.ok()) << trusted.status();

  const auto auditor = cluster.Stub<v1::Ledger>("log-auditor");
  const auto published_beyond = [&](uint64_t size) -> uint64_t {
    const absl::Time deadline = Clock::Real().Now() + kWait;
    while (Clock::Real().Now() < deadline) {
      v1::GetCheckpointRequest request;
      request.set_purpose(v1::VERIFY_LAWFULNESS);
      const auto answer = Call(*auditor, &v1::Ledger::Stub::GetCheckpoint, request);
      EXPECT_TRUE(answer.ok()) << answer.status();
      if (!answer.ok()) return 0;
      const std::string& note = answer->published();
      if (note.empty()) continue;
      EXPECT_TRUE(trusted->CheckQuorum(*crypto::ParseSignedNote(note)).ok());
      const auto checkpoint = tlog::OpenCheckpoint(note, {cluster.log_verifier()});
      if (checkpoint.ok() && checkpoint->size.value > size) return checkpoint->size.value;
    }
    return 0;
  };
  const uint64_t first = published_beyond(0);
  EXPECT_GT(first, 0u);
  witnesses[1]->Kill9();
  ASSERT_TRUE(ReadEntries(cluster).ok());  // Itself an entry.
  EXPECT_GT(published_beyond(first), first);
}

}  // namespace
}  // namespace concordat::tests
