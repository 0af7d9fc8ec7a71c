// What the log proves to others, with real processes: a victim service signs for what it was given,
// and an auditor reads the log as tiles over HTTPS.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "auth/directory.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/http/https_client.h"
#include "tests/calls.h"
#include "tests/cluster.h"
#include "tests/concordat_command.h"
#include "tests/synthetic.h"
#include "tests/test_paths.h"
#include "tlog/checkpoint.h"
#include "tlog/entry_bundle.h"
#include "tlog/merkle.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;

constexpr char kIdva[] = "fcwa-victim-service";

class PublicationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Cluster::Options options;
    options.targets = {"ledger", "marac"};
    options.edit_directory = [this](v1::AgencyDirectory* directory) {
      for (v1::Agency& agency : *directory->mutable_agencies()) {
        if (agency.id() == kIdva) agency.set_confirmation_key(confirmer_.verifier().Encode());
      }
    };
    options.edit_config = [this](const std::string& target, v1::ServerConfig* config) {
      if (target != "ledger") return;
      v1::LogPublication& publication = *config->mutable_ledger()->mutable_publication();
      publication.set_tiles_address("127.0.0.1:0");
      publication.set_tiles_port_file(dir_ + "/tiles.port");
    };
    auto cluster = Cluster::Start(std::move(options));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    Write("log.pub", cluster_->log_verifier().Encode() + "\n");
    Write("confirmation.key", confirmer_.EncodePrivate() + "\n");
    Write("confirmation.pub", confirmer_.verifier().Encode() + "\n");
    v1::PushRequest push = Referral(1, "publication-1", 0);
    push.mutable_event()->mutable_marac_referral()->add_invited_agencies(kIdva);
    const auto stub = cluster_->Stub<v1::Marac>("lancashire-marac");
    const auto receipt = Call(*stub, &v1::Marac::Stub::ReferCase, push);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    case_id_ = receipt->case_ids(0);
  }

  std::string Path(const std::string& name) const { return StrCat(dir_, "/", name); }
  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(Path(name), text, 0600).ok());
  }
  Ended As(const std::string& service, const std::string& agency,
           std::vector<std::string> arguments) {
    for (std::string& flag : ConnectionTo(*cluster_, service, agency)) {
      arguments.push_back(std::move(flag));
    }
    return RunConcordat(std::move(arguments));
  }

  const crypto::NoteSigner confirmer_ =
      crypto::NoteSigner::Generate(auth::ConfirmationKeyName(kTrustDomain, kIdva));
  const std::string dir_ = NewDirectory("publication");
  std::unique_ptr<Cluster> cluster_;
  std::string case_id_;
};

TEST_F(PublicationTest, ARecipientSignsForWhatItReadAndBothSignaturesHoldOffline) {
  const Ended read = As(
      "marac", kIdva,
      {"history", case_id_, "--via", "marac", "--purpose", "victim-support", "--confirmation-key",
       Path("confirmation.key"), "--releases", Path("releases"), "--log-key", Path("log.pub")});
  ASSERT_EQ(read.exit_code, 0) << read.output;
  const Ended checked =
      RunConcordat({"release", "check", Path("releases"), "--log-key", Path("log.pub"),
                    "--confirmation-key", Path("confirmation.pub")});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  // The auditor finds it confirmed, and has it made again.
  const Ended report = As("ledger", "log-auditor",
                          {"audit", "report", "--recipient", kIdva, "--purpose",
                           "verify-lawfulness", "--log-key", Path("log.pub")});
  ASSERT_EQ(report.exit_code, 0) << report.output;
  EXPECT_THAT(report.output, HasSubstr("by the recipient's signature, entry "));
  const std::string entry = report.output.substr(1, report.output.find(' ') - 1);
  const Ended replay =
      As("ledger", "log-auditor", {"audit", "replay", entry, "--purpose", "verify-lawfulness"});
  EXPECT_EQ(replay.exit_code, 0) << replay.output;
  EXPECT_THAT(replay.output, HasSubstr("the same bytes"));
}

TEST_F(PublicationTest, AnAuditorReadsTheLogAsTilesAndNobodyElseDoes) {
  std::string port = *ReadFile(Path("tiles.port"));
  port.pop_back();
  const std::string prefix = StrCat("https://localhost:", port, "/log/verify-lawfulness/");
  const auto get = [&](const std::string& agency, const std::string& name) {
    const services::HttpsClient client({*cluster_->pki().FilesFor(agency, "desk")});
    return client.Get(prefix + name);
  };
  EXPECT_EQ(get("lancashire-marac", "checkpoint")->status, 403);
  const auto note = get("log-auditor", "checkpoint");
  ASSERT_TRUE(note.ok()) << note.status();
  const auto checkpoint = tlog::OpenCheckpoint(note->body, {cluster_->log_verifier()});
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const uint64_t size = checkpoint->size.value;
  const auto bundle = get("log-auditor", StrCat("tile/entries/000.p/", size));
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  const auto entries = tlog::ParseEntryBundle(bundle->body, static_cast<uint32_t>(size));
  ASSERT_TRUE(entries.ok()) << entries.status();
  tlog::CompactRange tree;
  for (const std::string_view entry : *entries) tree.Append(tlog::LeafHash(entry));
  EXPECT_EQ(tree.Root(), checkpoint->root);
}

}  // namespace
}  // namespace concordat::tests
