#include "tools/pki.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "crypto/authorities.h"
#include "crypto/certificate.h"
#include "crypto/revocation_list.h"
#include "crypto/signed_note.h"
#include "tlog/cosignature.h"
#include "tlog/policy.h"
#include "tools/exit_codes.h"
#include "tools/note_key.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PkiTest : public testing::Test {
 protected:
  PkiTest() : dir_(testing::TempDir() + "/pki") { std::filesystem::remove_all(dir_); }

  int Run(RunCommand command, std::vector<std::string> args) {
    args.insert(args.begin(), {"--dir", dir_});
    out_.str("");
    err_.str("");
    return command(args, Console{out_, err_, Clock::Real()});
  }
  int Issue(const std::string& agency, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"--agency", agency, "--workload", "records"};
    args.insert(args.end(), more.begin(), more.end());
    return Run(RunPkiIssue, args);
  }
  mode_t Mode(const std::string& name) {
    struct stat info {};
    EXPECT_EQ(stat((dir_ + name).c_str(), &info), 0) << name;
    return info.st_mode & 0777;
  }

  std::string dir_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(PkiTest, PrintsAnAuthoritysIdAndNoOtherCertificates) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Issue("police"), kExitOk);
  const auto authority_id = [&](const std::string& file) {
    out_.str("");
    err_.str("");
    return RunPkiAuthorityId({"--certificate", dir_ + file}, Console{out_, err_, Clock::Real()});
  };
  for (const std::string file : {"/police/records.crt", "/ca.key", "/trust-domain"}) {
    EXPECT_EQ(authority_id(file), kExitUsage) << file;
    EXPECT_EQ(out_.str(), "");
    EXPECT_THAT(err_.str(), HasSubstr("--certificate: got " + dir_ + file +
                                      ", want the certificate of one authority, in PEM"));
  }
  EXPECT_EQ(authority_id("/none"), kExitFailed);
  ASSERT_EQ(authority_id("/ca.crt"), kExitOk);
  EXPECT_EQ(out_.str(), *crypto::AuthorityIdOf(*ReadFile(dir_ + "/ca.crt")) + "\n");
}

TEST_F(PkiTest, AnAuthorityIsHeldToItsTrustDomain) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  const auto certifies = [&] {
    const auto authorities = crypto::Authorities::Parse(*ReadFile(dir_ + "/ca.crt"));
    const std::vector<std::string> ids = authorities->ids();
    return authorities->Certify(*ReadFile(dir_ + "/police/records.crt"), {ids[0]},
                                Clock::Real().Now());
  };
  ASSERT_EQ(Issue("police"), kExitOk);
  EXPECT_TRUE(certifies());
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/trust-domain", "b.test\n", 0600).ok());
  ASSERT_EQ(Issue("police"), kExitOk);
  EXPECT_FALSE(certifies());
}

TEST_F(PkiTest, RefusesToRevokeWhatIsNoCertificateAndChangesNothing) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Run(RunPkiRevoke, {}), kExitOk);
  const std::string list = *ReadFile(dir_ + "/ca.crl");
  EXPECT_EQ(Run(RunPkiRevoke, {"--certificate", dir_ + "/ca.key"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--certificate: got " + dir_ + "/ca.key, want a PEM"));
  EXPECT_EQ(Run(RunPkiRevoke, {"--certificate", dir_ + "/none"}), kExitFailed);
  EXPECT_EQ(Run(RunPkiRevoke, {"--days", "0"}), kExitUsage);
  EXPECT_EQ(*ReadFile(dir_ + "/ca.crl"), list);
}

TEST_F(PkiTest, WhatWasRevokedStaysRevoked) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  std::vector<std::string> issued;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(Issue("police"), kExitOk);
    issued.push_back(*ReadFile(dir_ + "/police/records.crt"));
    if (i == 2) break;
    ASSERT_EQ(Run(RunPkiRevoke, {"--certificate", dir_ + "/police/records.crt"}), kExitOk);
  }
  ASSERT_EQ(Run(RunPkiRevoke, {}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("revoked 2"));
  const auto lists = crypto::RevocationLists::Parse(
      *ReadFile(dir_ + "/ca.crl"), *ReadFile(dir_ + "/ca.crt"), Clock::Real().Now());
  ASSERT_TRUE(lists.ok()) << lists.status();
  EXPECT_TRUE(lists->IsRevoked(issued[0]));
  EXPECT_TRUE(lists->IsRevoked(issued[1]));
  EXPECT_FALSE(lists->IsRevoked(issued[2]));
}

TEST_F(PkiTest, RefusesToOverwriteAnAuthorityOrAKey) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Run(RunPkiLogKey, {"--origin", "a.test/log"}), kExitOk);
  ASSERT_EQ(Run(RunPkiKek, {}), kExitOk);
  const std::string key = *ReadFile(dir_ + "/ca.key");
  EXPECT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitFailed);
  EXPECT_EQ(Run(RunPkiLogKey, {"--origin", "a.test/log"}), kExitFailed);
  EXPECT_EQ(Run(RunPkiKek, {}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("not overwritten"));
  EXPECT_EQ(*ReadFile(dir_ + "/ca.key"), key);
}

TEST_F(PkiTest, RefusesNamesThatAreNone) {
  EXPECT_EQ(Run(RunPkiInit, {"--trust-domain", "A b"}), kExitUsage);
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  EXPECT_EQ(Issue("../escape"), kExitUsage);
  EXPECT_EQ(Issue("Police"), kExitUsage);
  EXPECT_EQ(Run(RunPkiConfirmationKey, {"--agency", "../police"}), kExitUsage);
  EXPECT_EQ(Issue("police", {"--days", "0"}), kExitUsage);
  EXPECT_EQ(Run(RunPkiLogKey, {"--origin", "a+b"}), kExitUsage);
  EXPECT_EQ(Run(RunPkiLogKey, {"--origin", "a b"}), kExitUsage);
}

TEST_F(PkiTest, RefusesToIssueWithoutAnAuthority) { EXPECT_EQ(Issue("police"), kExitFailed); }

TEST_F(PkiTest, IssuesACertificateWithExactlyTheSpiffeId) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Issue("police", {"--dns", "localhost", "--ip", "127.0.0.1", "--days", "3"}), kExitOk)
      << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("spiffe://a.test/agency/police/records"));
  const auto info = crypto::ParseCertificatePem(*ReadFile(dir_ + "/police/records.crt"));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_THAT(info->uri_sans, ElementsAre("spiffe://a.test/agency/police/records"));
  EXPECT_THAT(info->dns_sans, ElementsAre("localhost"));
  EXPECT_EQ(info->not_after - info->not_before, absl::Hours(72));
}

TEST_F(PkiTest, RenewsAWorkloadsCertificate) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Issue("police"), kExitOk);
  const std::string first = *ReadFile(dir_ + "/police/records.crt");
  ASSERT_EQ(Issue("police"), kExitOk);
  EXPECT_NE(*ReadFile(dir_ + "/police/records.crt"), first);
}

TEST_F(PkiTest, KeepsPrivateFilesToTheirOwner) {
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Issue("police"), kExitOk);
  ASSERT_EQ(Run(RunPkiLogKey, {"--origin", "a.test/log"}), kExitOk);
  ASSERT_EQ(Run(RunPkiKek, {}), kExitOk);
  ASSERT_EQ(Run(RunPkiConfirmationKey, {"--agency", "police"}), kExitOk);
  for (const char* name :
       {"/ca.key", "/police/records.key", "/police/confirmation.key", "/log.key", "/kek"}) {
    EXPECT_EQ(Mode(name), 0600u) << name;
  }
}

TEST_F(PkiTest, MakesALogKeyWhosePublicHalfVerifies) {
  ASSERT_EQ(Run(RunPkiLogKey, {"--origin", "a.test/log"}), kExitOk);
  std::string text = *ReadFile(dir_ + "/log.key");
  text.pop_back();
  const auto signer = crypto::NoteSigner::Parse(text);
  ASSERT_TRUE(signer.ok()) << signer.status();
  const auto verifiers = ReadVerifierKeys(dir_ + "/log.pub");
  ASSERT_TRUE(verifiers.ok()) << verifiers.status();
  EXPECT_TRUE(verifiers->front().Verify(*signer->Sign("text\n")).ok());
  EXPECT_FALSE(ReadVerifierKeys(dir_ + "/log.key").ok());
}

TEST_F(PkiTest, MakesAnAgencysConfirmationKeyOnce) {
  EXPECT_EQ(Run(RunPkiConfirmationKey, {"--agency", "police"}), kExitFailed);  // Of which domain?
  ASSERT_EQ(Run(RunPkiInit, {"--trust-domain", "a.test"}), kExitOk);
  ASSERT_EQ(Run(RunPkiConfirmationKey, {"--agency", "police"}), kExitOk);
  EXPECT_EQ(out_.str(), "made the key a.test/agency/police\n");
  std::string key = *ReadFile(dir_ + "/police/confirmation.key");
  std::string pub = *ReadFile(dir_ + "/police/confirmation.pub");
  key.pop_back();
  pub.pop_back();
  const auto signer = crypto::NoteSigner::Parse(key);
  ASSERT_TRUE(signer.ok()) << signer.status();
  EXPECT_EQ(signer->verifier().Encode(), pub);
  EXPECT_EQ(signer->name(), "a.test/agency/police");
  EXPECT_EQ(Run(RunPkiConfirmationKey, {"--agency", "police"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("not overwritten"));
}

TEST_F(PkiTest, RefusesAWitnessKeyWithoutANameAndNeverOverwritesOne) {
  EXPECT_EQ(Run(RunPkiWitnessKey, {"--name", "a b"}), kExitUsage);
  EXPECT_EQ(Run(RunPkiWitnessKey, {"--name", "a+b"}), kExitUsage);
  ASSERT_EQ(Run(RunPkiWitnessKey, {"--name", "witness.test/w1"}), kExitOk);
  const std::string key = *ReadFile(dir_ + "/witness.key");
  EXPECT_EQ(Run(RunPkiWitnessKey, {"--name", "witness.test/w1"}), kExitFailed);
  EXPECT_EQ(*ReadFile(dir_ + "/witness.key"), key);
}

TEST_F(PkiTest, MakesAWitnessKeyWhosePrintedHalfStandsInAPolicy) {
  ASSERT_EQ(Run(RunPkiWitnessKey, {"--name", "witness.test/w1"}), kExitOk);
  EXPECT_EQ(Mode("/witness.key"), mode_t{0600});
  std::string encoded = *ReadFile(dir_ + "/witness.key");
  encoded.pop_back();
  const auto signer = tlog::CosignatureSigner::Parse(encoded);
  ASSERT_TRUE(signer.ok()) << signer.status();
  const std::string verifier_key = signer->verifier().Encode();
  EXPECT_EQ(*ReadFile(dir_ + "/witness.pub"), verifier_key + "\n");
  EXPECT_EQ(out_.str(), "made " + verifier_key + "\n");
  const auto policy = tlog::Policy::Parse("witness w1 " + verifier_key + "\nquorum w1\n");
  EXPECT_TRUE(policy.ok()) << policy.status();
}

TEST_F(PkiTest, MakesAKeyEncryptionKeyOf32Bytes) {
  ASSERT_EQ(Run(RunPkiKek, {}), kExitOk);
  const std::string kek = *ReadFile(dir_ + "/kek");
  EXPECT_EQ(kek.size(), 65u);
  EXPECT_EQ(kek.find_first_not_of("0123456789abcdef"), 64u);
}

}  // namespace
}  // namespace concordat::tools
