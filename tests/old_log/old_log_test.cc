// Logs that earlier builds wrote: every later one opens, verifies and extends them.
#include <filesystem>
#include <string>
#include <vector>

#include "auth/config_file.h"
#include "auth/policy.h"
#include "auth/testing/sharing_policy.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"
#include "services/common/testing/program.h"
#include "services/ledger/ledger_fixture.h"
#include "storage/fsck.h"
#include "storage/log_view.h"
#include "tlog/proof.h"

namespace concordat::services {
namespace {

constexpr char kKeyEncryptionKeyByte = '\x77';  // What the makers' file says, 32 times.

class OldLogTest : public LedgerFixture, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    ledger_.reset();
    dir_ = StrCat(::testing::TempDir(), "/old-", crypto::RandomId());
    std::filesystem::create_directory(dir_);
    testing::Program unpack({"/usr/bin/tar", "-xJf", StrCat("tests/old_log/", GetParam()), "-C",
                             dir_, "--strip-components=1"});
    ASSERT_EQ(unpack.Wait(), 0) << unpack.output();
    config_.set_data_dir(dir_ + "/log");
    config_.set_log_signing_key_file(dir_ + "/log-key");
    config_.set_key_encryption_key_file(dir_ + "/kek");
    config_.set_policy_file(dir_ + "/policy");
    std::string key = *ReadFile(dir_ + "/log.pub");
    key.pop_back();
    key_.push_back(*crypto::NoteVerifier::Parse(key));
    clock_.Advance(absl::Hours(24));
  }

  void ExpectSound() {
    const auto vault =
        storage::Vault::Create(crypto::SecretBytes::CopyOf(std::string(32, kKeyEncryptionKeyByte)));
    const auto view = storage::LogView::Open(config_.data_dir());
    ASSERT_TRUE(view.ok()) << view.status();
    storage::FsckOptions options;
    options.log_keys = key_;
    options.vault = vault->get();
    const auto report = storage::Fsck((*view)->reader(), options);
    EXPECT_TRUE(report.ok()) << report.status();
  }

  std::vector<v1::Receipt> Receipts() const {
    std::vector<v1::Receipt> receipts;
    for (const auto& file : std::filesystem::directory_iterator(dir_ + "/receipts")) {
      EXPECT_TRUE(receipts.emplace_back().ParseFromString(*ReadFile(file.path())));
    }
    return receipts;
  }

  std::string dir_;
  std::vector<crypto::NoteVerifier> key_;
};

TEST_P(OldLogTest, IsSoundBeforeAndAfterItIsExtended) {
  ExpectSound();
  Reopen();
  const std::vector<v1::LogEntry> before = Entries();
  EXPECT_GT(before.size(), 20u);
  const auto receipt = PushIncident(Incident(100));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->leaf_index(), before.size());
  const auto page = Read(Idva(), receipt->case_ids(0), v1::VICTIM_SUPPORT);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_GT(page->events_size(), 8);
  ledger_.reset();
  ExpectSound();
}

TEST_P(OldLogTest, ItsReceiptsHoldAndARetryGetsThemAgain) {
  const std::vector<v1::Receipt> receipts = Receipts();
  EXPECT_GT(receipts.size(), 10u);
  for (const v1::Receipt& receipt : receipts) {
    const auto proof = tlog::ParseProof(receipt.tlog_proof());
    ASSERT_TRUE(proof.ok()) << proof.status();
    const auto leaf = crypto::DigestFromBytes(receipt.leaf_hash());
    const auto held = tlog::VerifyProof(*proof, *leaf, key_);
    EXPECT_TRUE(held.ok()) << held.status();
  }
  Reopen();
  const auto again = PushIncident(Incident(4));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), *ReadFile(StrCat(dir_, "/receipts/", again->leaf_index())));
}

TEST_P(OldLogTest, ItsReleasesAreMadeAgainByteForByteButWhatWasErased) {
  Reopen();
  int same = 0, erased = 0;
  for (const v1::LogEntry& entry : Entries()) {
    if (!entry.has_disclosed()) continue;
    v1::ReplayReleaseRequest request;
    request.set_purpose(v1::VERIFY_LAWFULNESS);
    request.set_disclosure_index(entry.index());
    const auto replay = Ask(&Ledger::ReplayRelease, Auditor(), request);
    ASSERT_TRUE(replay.ok()) << replay.status();
    ASSERT_NE(replay->verdict(), v1::DIFFERENT_BYTES) << entry.index() << ": " << replay->why();
    ++(replay->verdict() == v1::SAME_BYTES ? same : erased);
  }
  EXPECT_GE(same, 5);
  EXPECT_EQ(erased, 1);
}

// Their actors have no role: where a gateway is asked for, there is none from them.
TEST_P(OldLogTest, ItsRecordsHaveNoGatewayToAnybodyElse) {
  v1::ReleasePolicy policy;
  ASSERT_TRUE(auth::ReadTextproto(config_.policy_file(), &policy).ok());
  policy.set_version("with gateways");
  std::vector<v1::Role> all;
  for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) all.push_back(static_cast<v1::Role>(r));
  auth::testing::AddGateways(all, &policy);
  auto engine = auth::PolicyEngine::Compile(policy);
  ASSERT_TRUE(engine.ok()) << engine.status();
  Reopen();
  const uint64_t old_end = Entries().size();
  const auto receipt = PushIncident(Incident(100));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  ASSERT_TRUE(ledger_->UsePolicy({*std::move(engine), ""}).ok());
  int own = 0, withheld = 0, given = 0;
  for (const Caller& reader : {Idva(), Police()}) {
    const v1::Purpose purpose =
        reader.agency.role() == v1::POLICE ? v1::LAW_ENFORCEMENT : v1::VICTIM_SUPPORT;
    const auto page = Read(reader, receipt->case_ids(0), purpose);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::ReleasedEvent& event : page->events()) {
      const v1::ReasonCode reason =
          event.has_event() ? v1::REASON_UNSPECIFIED : event.markers(0).reason();
      if (reason == v1::SUPERSEDED || reason == v1::ERASED) continue;
      const bool is_own = event.source_agency() == reader.agency.id();
      const bool is_old = event.leaf_index() < old_end;
      EXPECT_EQ(reason, is_old && !is_own ? v1::NO_GATEWAY : v1::REASON_UNSPECIFIED)
          << event.leaf_index();
      ++(is_own ? own : is_old ? withheld : given);
    }
  }
  EXPECT_GT(own, 0);
  EXPECT_GT(withheld, 0);
  EXPECT_EQ(given, 1);
}

INSTANTIATE_TEST_SUITE_P(Formats, OldLogTest,
                         ::testing::Values("format-2.tar.xz", "format-2b.tar.xz"));

}  // namespace
}  // namespace concordat::services
