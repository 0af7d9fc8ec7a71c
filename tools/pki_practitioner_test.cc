#include "tools/pki_practitioner.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sstream>
#include <string>
#include <vector>

#include "auth/practitioners.h"
#include "base/clock.h"
#include "base/files.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

struct Said {
  int exit_code;
  std::string out;
  std::string err;
};

Said Call(RunCommand command, const std::vector<std::string>& args) {
  std::ostringstream out, err;
  const int exit_code = command(args, {out, err, Clock::Real()});
  return {exit_code, out.str(), err.str()};
}

TEST(PkiPractitionerTest, WhatItIssuesIsBelievedByWhoHasItsKeysAndKeysAreNeverOverwritten) {
  const std::string dir = ::testing::TempDir() + "/issuer";
  ASSERT_EQ(Call(RunPkiIssuer, {"--dir", dir}).exit_code, kExitOk);
  EXPECT_EQ(Call(RunPkiIssuer, {"--dir", dir}).exit_code, kExitFailed);
  struct stat key {};
  ASSERT_EQ(stat((dir + "/issuer.key").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 0777u, 0600u);
  const Said token =
      Call(RunPkiToken, {"--dir", dir, "--agency", "test-police", "--practitioner", "officer-1",
                         "--issuer", "https://issuer.test", "--audience", "https://here.test"});
  ASSERT_EQ(token.exit_code, kExitOk) << token.err;

  auth::Practitioners::Options options;
  v1::PractitionerIssuer config;
  config.set_issuer("https://issuer.test");
  config.set_audience("https://here.test");
  config.set_jwks_file(dir + "/issuer.jwks");
  config.add_strong_acr("phishing-resistant");
  options.issuers.push_back({config, [dir] { return ReadFile(dir + "/issuer.jwks"); }});
  options.clock = &Clock::Real();
  options.say = [](const std::string& line) { ADD_FAILURE() << line; };
  const auto practitioners = auth::Practitioners::Create(std::move(options));
  v1::Agency agency;
  agency.set_id("test-police");
  agency.set_practitioner_issuer("https://issuer.test");
  const auto person = practitioners->Check(token.out.substr(0, token.out.size() - 1), agency);
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->subject, "officer-1");
  EXPECT_TRUE(person->fresh);
}

TEST(PkiPractitionerTest, RefusesWhatAServiceWould) {
  const std::string dir = ::testing::TempDir() + "/issuer-2";
  ASSERT_EQ(Call(RunPkiIssuer, {"--dir", dir}).exit_code, kExitOk);
  const Said named = Call(RunPkiToken, {"--dir", dir, "--agency", "a", "--practitioner",
                                        "Asha Example", "--issuer", "i", "--audience", "a"});
  EXPECT_EQ(named.exit_code, kExitFailed);
  EXPECT_EQ(named.out, "");
  EXPECT_EQ(named.err.find("Asha"), std::string::npos);
  EXPECT_EQ(Call(RunPkiToken, {"--dir", dir + "-none", "--agency", "a", "--practitioner", "p",
                               "--issuer", "i", "--audience", "a"})
                .exit_code,
            kExitFailed);
}

}  // namespace
}  // namespace concordat::tools
