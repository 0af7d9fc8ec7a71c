#include "services/ledger/tile_service.h"

#include "base/files.h"
#include "base/str_cat.h"
#include "services/common/testing/test_pki.h"
#include "services/ledger/ledger_fixture.h"
#include "tlog/checkpoint.h"
#include "tlog/entry_bundle.h"
#include "tlog/merkle.h"

namespace concordat::services {
namespace {

class TileServiceTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    clock_.Advance(Clock::Real().Now() - clock_.Now());  // Certificates are in date now.
    for (int n = 1; n < 4; ++n) ASSERT_TRUE(PushIncident(Incident(n)).ok());
  }
  HttpResponse Ask(const std::string& path, const std::string& agency = "log-auditor",
                   const std::string& method = "GET") {
    const auto files = pki_.Issue({StrCat("spiffe://", directory().trust_domain(), "/agency/",
                                          agency, "/", directory().Find(agency)->workloads(0))});
    const TileService service(ledger_.get(), trust_.get(), &clock_);
    return service.Handle({method, path, "", *ReadFile(files.certificate_chain())});
  }

  const testing::TestPki pki_;
};

TEST_F(TileServiceTest, ServesAuditorsAloneForAPurposeOfTheActAlone) {
  EXPECT_EQ(Ask("/log/verify-lawfulness/checkpoint", "lancashire-police").status, 403);
  EXPECT_EQ(Ask("/log/verify-lawfulness/checkpoint", "log-auditor", "POST").status, 405);
  for (const char* path :
       {"/log/evaluation/checkpoint", "/log/checkpoint", "/checkpoint", "/log/verify-lawfulness/",
        "/log/verify-lawfulness/tile/0/0", "/log/verify-lawfulness/../checkpoint"}) {
    EXPECT_EQ(Ask(path).status, 404) << path;
  }
}

TEST_F(TileServiceTest, ServesNothingForAPurposeThatThePolicyDoesNotGiveAuditors) {
  std::string policy = *ReadFile(config_.policy_file());
  const size_t rule = policy.find("  purposes { purpose: CRIMINAL_PROCEEDINGS ");
  ASSERT_NE(rule, std::string::npos);
  policy.erase(rule, policy.find('\n', rule) + 1 - rule);
  const std::string file = testing::NewTestPath("policy");
  ASSERT_TRUE(WriteFileAtomically(file, policy, 0600).ok());
  config_.set_policy_file(file);
  Reopen();
  for (const char* name : {"checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"}) {
    EXPECT_EQ(Ask(StrCat("/log/criminal-proceedings/", name)).status, 403) << name;
    EXPECT_EQ(Ask(StrCat("/log/verify-lawfulness/", name)).status, 200) << name;
  }
}

TEST_F(TileServiceTest, HasNothingBeyondTheTree) {
  const size_t size = Entries().size();
  const std::string prefix = "/log/verify-lawfulness/tile/";
  EXPECT_EQ(Ask(StrCat(prefix, "0/000")).status, 404) << "it is not full";
  EXPECT_EQ(Ask(StrCat(prefix, "0/000.p/", size + 1)).status, 404);
  EXPECT_EQ(Ask(StrCat(prefix, "0/001.p/1")).status, 404);
  EXPECT_EQ(Ask(StrCat(prefix, "entries/000.p/", size + 1)).status, 404);
  EXPECT_EQ(Entries().size(), size) << "nothing was read, so nothing is recorded";
}

TEST_F(TileServiceTest, ServesWhatTheCheckpointIsOfAndRecordsThatEntriesWereRead) {
  const HttpResponse note = Ask("/log/integrity-and-security/checkpoint");
  ASSERT_EQ(note.status, 200);
  const auto key = ledger_->GetCheckpoint(Auditor(), v1::VERIFY_LAWFULNESS)->verifier_key();
  const auto checkpoint = tlog::OpenCheckpoint(note.body, {*crypto::NoteVerifier::Parse(key)});
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const uint64_t size = checkpoint->size.value;
  const HttpResponse tile = Ask(StrCat("/log/integrity-and-security/tile/0/000.p/", size));
  ASSERT_EQ(tile.status, 200);
  ASSERT_EQ(tile.body.size(), 32 * size);
  const HttpResponse bundle = Ask(StrCat("/log/integrity-and-security/tile/entries/000.p/", size));
  ASSERT_EQ(bundle.status, 200);
  const auto entries = tlog::ParseEntryBundle(bundle.body, static_cast<uint32_t>(size));
  ASSERT_TRUE(entries.ok()) << entries.status();
  tlog::CompactRange tree;
  for (size_t i = 0; i < entries->size(); ++i) {
    const crypto::Digest leaf = tlog::LeafHash((*entries)[i]);
    EXPECT_EQ(tile.body.substr(32 * i, 32), crypto::AsBytes(leaf));
    tree.Append(leaf);
  }
  EXPECT_EQ(tree.Root(), checkpoint->root);
  const v1::LogEntry last = Entries().back();
  EXPECT_EQ(last.operation(), v1::CONSULTATION);
  EXPECT_EQ(last.purpose(), v1::INTEGRITY_AND_SECURITY);
  EXPECT_EQ(last.log_read().end_index(), size);
  EXPECT_EQ(last.actor().agency(), "log-auditor");
}

}  // namespace
}  // namespace concordat::services
