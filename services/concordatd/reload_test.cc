// What changes under a running process: who is admitted, what is released, which certificates
// count.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "auth/directory.h"
#include "auth/policy.h"
#include "auth/policy_approval.h"
#include "base/clock.h"
#include "base/files.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/authorities.h"
#include "crypto/signed_note.h"
#include "services/common/grpc_log.h"
#include "services/common/server_credentials.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_events.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/process.h"
#include "services/concordatd/testing/test_config.h"

namespace concordat::services {
namespace {

using testing::TestUri;

class ReloadTest : public ::testing::Test {
 protected:
  static void Overwrite(const std::string& path, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(path, text, 0600).ok());
  }
  static std::unique_ptr<Process> Start(Target target, const v1::ServerConfig& config) {
    auto setup = LoadSetup(target, testing::WriteTextproto(config), Clock::Real());
    EXPECT_TRUE(setup.ok()) << setup.status();
    auto process = Process::Start(*std::move(setup), &Clock::Real());
    EXPECT_TRUE(process.ok()) << process.status();
    return *std::move(process);
  }
  static std::shared_ptr<grpc::Channel> Connect(const Process& process, const v1::TlsFiles& files,
                                                const std::string& server = "svc-ledger") {
    return grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", process.port()),
        MutualTlsChannelCredentials(files, *auth::SpiffeId::Parse(TestUri(server))));
  }
  // Each push is another incident, about the same people.
  grpc::Status Push(const std::shared_ptr<grpc::Channel>& channel, v1::Receipt* receipt = nullptr) {
    v1::PushRequest push = testing::TestPush(v1::CaseEvent::kIncident);
    push.mutable_event()->set_source_reference(absl::StrCat("RELOAD-", ++pushes_));
    grpc::ClientContext context;
    v1::Receipt unused;
    return v1::Police::NewStub(channel)->NotifyIncident(&context, push,
                                                        receipt == nullptr ? &unused : receipt);
  }
  grpc::Status Push(const Process& process) {
    return Push(Connect(process, pki_.IssueFor("test-police")));
  }
  // A watching victim service; once admitted, caught up.
  struct Watch {
    Watch(const std::shared_ptr<grpc::Channel>& channel) : stub(v1::Victim::NewStub(channel)) {
      v1::WatchAlertsRequest request;
      request.set_purpose(v1::VICTIM_SUPPORT);
      stream = stub->WatchAlerts(&context, request);
      admitted = Next();
    }
    bool Next() {
      v1::WatchAlertsItem item;
      return stream->Read(&item);
    }
    grpc::Status End() {
      while (Next()) {
      }
      return stream->Finish();
    }
    bool admitted = false;
    std::unique_ptr<v1::Victim::Stub> stub;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::WatchAlertsItem>> stream;
  };
  static std::string Directory(uint64_t version, const std::string& suspended) {
    v1::AgencyDirectory file = testing::TestDirectoryFile();
    file.set_version(version);
    for (v1::Agency& agency : *file.mutable_agencies()) {
      if (agency.id() == suspended) agency.set_suspended(true);
    }
    return *ReadFile(testing::WriteTextproto(file));
  }

  const testing::TestPki pki_;
  int pushes_ = 0;
};

TEST_F(ReloadTest, ASuspendedAgencysOpenStreamEndsAndItsCallsAreRefused) {
  const v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  const auto process = Start(Target::kAll, config);
  const v1::TlsFiles files = pki_.IssueFor("test-victims");
  Watch watch(Connect(*process, files));
  ASSERT_TRUE(watch.admitted);
  Overwrite(config.directory_file(), Directory(2, "test-victims"));
  // Before it is taken over, nothing of it counts.
  ASSERT_TRUE(Push(*process).ok());
  EXPECT_TRUE(watch.Next());

  process->Reload();
  ASSERT_TRUE(Push(*process).ok());
  const grpc::Status ended = watch.End();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::PERMISSION_DENIED) << ended.error_message();
  EXPECT_FALSE(Watch(Connect(*process, files)).admitted);
}

TEST_F(ReloadTest, TheLedgerEndsItAlsoWhereTheRoleServiceHasNotHeard) {
  const v1::ServerConfig config = testing::TestConfig(pki_, Target::kLedger);
  const auto ledger = Start(Target::kLedger, config);
  const auto victim =
      Start(Target::kVictim, testing::TestConfig(pki_, Target::kVictim, ledger->port()));
  const auto police =
      Start(Target::kPolice, testing::TestConfig(pki_, Target::kPolice, ledger->port()));
  Watch watch(Connect(*victim, pki_.IssueFor("test-victims"), "svc-victim"));
  ASSERT_TRUE(watch.admitted);
  Overwrite(config.directory_file(), Directory(2, "test-victims"));
  ledger->Reload();
  ASSERT_TRUE(Push(Connect(*police, pki_.IssueFor("test-police"), "svc-police")).ok());
  EXPECT_EQ(watch.End().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ReloadTest, ADirectoryThatDoesNotGoForwardOrLeavesThisProcessOutIsNotTaken) {
  const v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  const auto process = Start(Target::kAll, config);
  for (const std::string& text : {Directory(1, "test-police"), std::string("version: 9"),
                                  std::string("no directory"), Directory(2, "svc-police")}) {
    Overwrite(config.directory_file(), text);
    process->Reload();
    EXPECT_TRUE(Push(*process).ok());
  }
  Overwrite(config.directory_file(), Directory(2, "test-police"));
  process->Reload();
  EXPECT_EQ(Push(*process).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  // Going back would bring the suspended back.
  Overwrite(config.directory_file(), Directory(1, ""));
  process->Reload();
  EXPECT_EQ(Push(*process).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ReloadTest, ARevokedCertificateIsRefusedAndItsOpenStreamEnds) {
  v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  config.mutable_tls()->set_revocation_lists(testing::WriteText(pki_.Revoke({})));
  const auto process = Start(Target::kAll, config);
  const v1::TlsFiles stolen = pki_.IssueFor("test-victims");
  Watch watch(Connect(*process, stolen));
  ASSERT_TRUE(watch.admitted);
  Overwrite(config.tls().revocation_lists(), pki_.Revoke({stolen}));
  ASSERT_TRUE(Push(*process).ok());
  EXPECT_TRUE(watch.Next());

  process->Reload();
  ASSERT_TRUE(Push(*process).ok());
  const grpc::Status ended = watch.End();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ended.error_message(),
            "caller: got a certificate that its authority revoked, want another");
  EXPECT_FALSE(Watch(Connect(*process, stolen)).admitted);
  // The agency's next certificate is as good as any; a list that can't be read takes nothing back.
  Overwrite(config.tls().revocation_lists(), "no list");
  process->Reload();
  EXPECT_FALSE(Watch(Connect(*process, stolen)).admitted);
  Watch renewed(Connect(*process, pki_.IssueFor("test-victims")));
  ASSERT_TRUE(renewed.admitted);
  ASSERT_TRUE(Push(*process).ok());
  EXPECT_TRUE(renewed.Next());
}

TEST_F(ReloadTest, DoesNotStartWithAListThatCannotBeUsed) {
  v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  config.mutable_tls()->set_revocation_lists(testing::WriteText(testing::TestPki().Revoke({})));
  const auto setup = LoadSetup(Target::kAll, testing::WriteTextproto(config), Clock::Real());
  ASSERT_FALSE(setup.ok());
  EXPECT_TRUE(absl::StartsWith(setup.status().message(), "tls.revocation_lists: "));
  EXPECT_TRUE(absl::StrContains(setup.status().message(), "no trusted root signed"));
}

TEST_F(ReloadTest, ARoleServiceRefusesARevokedLedger) {
  const v1::ServerConfig ledger_config = testing::TestConfig(pki_, Target::kLedger);
  const auto ledger = Start(Target::kLedger, ledger_config);
  v1::ServerConfig config = testing::TestConfig(pki_, Target::kPolice, ledger->port());
  config.mutable_tls()->set_revocation_lists(
      testing::WriteText(pki_.Revoke({ledger_config.tls()})));
  const auto police = Start(Target::kPolice, config);
  EXPECT_EQ(Push(Connect(*police, pki_.IssueFor("test-police"), "svc-police")).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ReloadTest, ANewPolicyDecidesTheNextReadAndABadOneChangesNothing) {
  v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  const std::string shipped = *ReadFile(config.ledger().policy_file());
  config.mutable_ledger()->set_policy_file(testing::WriteText(shipped));
  const auto process = Start(Target::kAll, config);
  const auto channel = Connect(*process, pki_.IssueFor("test-police"));
  v1::Receipt receipt;
  ASSERT_TRUE(Push(channel, &receipt).ok());
  const auto names_seen = [&] {
    v1::ReadCaseRequest read;
    read.set_case_id(receipt.case_ids(0));
    read.set_purpose(v1::LAW_ENFORCEMENT);
    grpc::ClientContext context;
    const auto stub = v1::Police::NewStub(channel);
    const auto stream = stub->ReadCase(&context, read);
    v1::CasePage page;
    EXPECT_TRUE(stream->Read(&page));
    int names = 0;
    for (const v1::ReleasedEvent& event : page.events()) {
      for (const v1::Person& person : event.event().persons()) {
        names += person.full_name().empty() ? 0 : 1;
      }
    }
    return std::pair(names, page.policy_digest());
  };
  const auto before = names_seen();
  EXPECT_GT(before.first, 0);

  // R7 opened: no such policy starts, and none is taken over.
  Overwrite(config.ledger().policy_file(),
            absl::StrReplaceAll(shipped, {{"faces_perpetrator: true", ""}}));
  process->Reload();
  EXPECT_EQ(names_seen(), before);

  Overwrite(
      config.ledger().policy_file(),
      absl::StrReplaceAll(shipped, {{"2026.1", "2026.2"},
                                    {"role: POLICE field_class: IDENTITY action: RELEASE",
                                     "role: POLICE field_class: IDENTITY action: WITHHOLD"}}));
  process->Reload();
  const auto after = names_seen();
  EXPECT_EQ(after.first, 0);
  EXPECT_NE(after.second, before.second);
}

TEST_F(ReloadTest, APolicyWithoutTheApprovalsAskedForNeitherStartsNorIsTaken) {
  const auto key_of = [](const char* agency) {
    return crypto::NoteSigner::Generate(
        auth::ConfirmationKeyName("services.concordat.test", agency));
  };
  const crypto::NoteSigner police = key_of("test-police"), council = key_of("test-children");
  v1::AgencyDirectory directory = testing::TestDirectoryFile();
  for (v1::Agency& agency : *directory.mutable_agencies()) {
    if (agency.id() == "test-police") agency.set_confirmation_key(police.verifier().Encode());
    if (agency.id() == "test-children") agency.set_confirmation_key(council.verifier().Encode());
  }
  v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  config.set_directory_file(testing::WriteTextproto(directory));
  const std::string shipped = *ReadFile(config.ledger().policy_file());
  config.mutable_ledger()->set_policy_file(testing::WriteText(shipped));
  const auto approved_by = [&](const std::vector<const crypto::NoteSigner*>& signers) {
    const auto policy = auth::PolicyEngine::Load(config.ledger().policy_file());
    return *crypto::SignNote(auth::PolicyApprovalText(config.ledger().log_origin(), *policy),
                             signers);
  };
  const auto refusal = [&] {
    const auto setup = LoadSetup(Target::kAll, testing::WriteTextproto(config), Clock::Real());
    return setup.ok() ? "" : std::string(setup.status().message());
  };
  config.mutable_ledger()->set_policy_approvals_required(2);
  EXPECT_EQ(refusal(),
            "ledger.policy_approvals_file: got nothing, want one where policy_approvals_required "
            "is 2");
  config.mutable_ledger()->set_policy_approvals_file(testing::WriteText(approved_by({&police})));
  EXPECT_EQ(refusal(),
            "ledger.policy_approvals_file: got 1 agencies' approval of 2026.1 (test-police), want "
            "that of 2");
  const std::string& approvals = config.ledger().policy_approvals_file();
  Overwrite(approvals, approved_by({&police, &council}));
  const auto process = Start(Target::kAll, config);

  const auto channel = Connect(*process, pki_.IssueFor("test-police"));
  v1::Receipt receipt;
  ASSERT_TRUE(Push(channel, &receipt).ok());
  const auto digest_now = [&] {
    v1::ReadCaseRequest read;
    read.set_case_id(receipt.case_ids(0));
    read.set_purpose(v1::LAW_ENFORCEMENT);
    grpc::ClientContext context;
    const auto stub = v1::Police::NewStub(channel);
    v1::CasePage page;
    EXPECT_TRUE(stub->ReadCase(&context, read)->Read(&page));
    return page.policy_digest();
  };
  const std::string before = digest_now();
  Overwrite(config.ledger().policy_file(), absl::StrReplaceAll(shipped, {{"2026.1", "2026.2"}}));
  process->Reload();  // The approvals are of the one before.
  EXPECT_EQ(digest_now(), before);
  Overwrite(approvals, approved_by({&council}));
  process->Reload();
  EXPECT_EQ(digest_now(), before);
  Overwrite(approvals, approved_by({&council, &police}));
  process->Reload();
  EXPECT_NE(digest_now(), before);
}

// An authority is replaced: the directory names both, then the next alone.
TEST_F(ReloadTest, TheStreamOfAnAuthorityThatIsNoLongerNamedEndsAndTheNextsGoesOn) {
  const testing::TestPki next;
  const std::string first_root = *ReadFile(pki_.roots_file());  // That file will hold both.
  const std::string before = *crypto::AuthorityIdOf(first_root);
  const std::string after = *crypto::AuthorityIdOf(*ReadFile(next.roots_file()));
  // The process's own stays of the authority that it was.
  const auto directory = [&](uint64_t version, const std::vector<std::string>& of_victims) {
    v1::AgencyDirectory file = testing::TestDirectoryFile();
    file.set_version(version);
    for (v1::Agency& agency : *file.mutable_agencies()) {
      agency.add_certificate_authorities(before);
      if (agency.id() != "test-victims") continue;
      agency.clear_certificate_authorities();
      for (const std::string& id : of_victims) agency.add_certificate_authorities(id);
    }
    return file;
  };
  v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  config.set_directory_file(testing::WriteTextproto(directory(1, {before})));
  Overwrite(config.tls().trusted_roots(), absl::StrCat(first_root, *ReadFile(next.roots_file())));
  const auto process = Start(Target::kAll, config);
  v1::TlsFiles renewed = next.IssueFor("test-victims");
  renewed.set_trusted_roots(config.tls().trusted_roots());
  EXPECT_FALSE(Watch(Connect(*process, renewed)).admitted);

  Overwrite(config.directory_file(),
            *ReadFile(testing::WriteTextproto(directory(2, {before, after}))));
  process->Reload();
  Watch old_stream(Connect(*process, pki_.IssueFor("test-victims")));
  Watch new_stream(Connect(*process, renewed));
  ASSERT_TRUE(old_stream.admitted && new_stream.admitted);

  Overwrite(config.directory_file(), *ReadFile(testing::WriteTextproto(directory(3, {after}))));
  process->Reload();
  ASSERT_TRUE(Push(*process).ok());
  EXPECT_EQ(old_stream.End().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(new_stream.Next());

  // One under which the process itself would not be believed is not taken over.
  v1::AgencyDirectory shut_out = directory(4, {before});
  for (v1::Agency& agency : *shut_out.mutable_agencies()) {
    agency.set_certificate_authorities(0, after);
  }
  Overwrite(config.directory_file(), *ReadFile(testing::WriteTextproto(shut_out)));
  process->Reload();
  EXPECT_TRUE(Push(*process).ok());
  config.set_directory_file(testing::WriteTextproto(shut_out));
  const auto setup = LoadSetup(Target::kAll, testing::WriteTextproto(config), Clock::Real());
  EXPECT_TRUE(absl::StartsWith(setup.status().message(), "tls.certificate_chain: got one of an"));
  // A root that is taken away certifies nobody.
  Overwrite(config.tls().trusted_roots(), first_root);
  process->Reload();
  ASSERT_TRUE(Push(*process).ok());
  EXPECT_EQ(new_stream.End().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

// The authority itself is replaced: first both are trusted, then certificates of the next are used.
TEST_F(ReloadTest, CertificatesAndAuthorityAreRenewedWhileAStreamLives) {
  const v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  const auto process = Start(Target::kAll, config);
  Watch watch(Connect(*process, pki_.IssueFor("test-victims")));
  ASSERT_TRUE(watch.admitted);

  const testing::TestPki next;
  const v1::TlsFiles renewed = next.IssueFor("svc-ledger");
  Overwrite(config.tls().trusted_roots(),
            absl::StrCat(*ReadFile(pki_.roots_file()), *ReadFile(next.roots_file())));
  Overwrite(config.tls().private_key(), *ReadFile(renewed.private_key()));
  Overwrite(config.tls().certificate_chain(), *ReadFile(renewed.certificate_chain()));
  // A client that knows the next authority alone, and is known by it alone.
  const v1::TlsFiles client = next.IssueFor("test-police");
  const absl::Time deadline = Clock::Real().Now() + 6 * absl::Seconds(kCertificateRefreshSeconds);
  int attempts = 1;
  while (!Push(Connect(*process, client)).ok()) {
    ASSERT_LT(Clock::Real().Now(), deadline);
    ++attempts;
  }
  EXPECT_GT(attempts, 1);
  EXPECT_TRUE(watch.Next());
}

}  // namespace
}  // namespace concordat::services

int main(int argc, char** argv) {
  concordat::services::RequireTls13();
  concordat::services::QuietGrpcLog();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
