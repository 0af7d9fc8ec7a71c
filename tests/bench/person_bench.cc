// What knowing who calls costs a call: the certificate with and without its authority, and the
// person's access token, each beside one ES256 signature check in the same run.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "auth/practitioners.h"
#include "auth/testing/token_issuer.h"
#include "auth/trust.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/authorities.h"
#include "crypto/p256.h"
#include "services/common/certified_peer.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_pki.h"

namespace concordat {
namespace {

using auth::testing::TokenIssuer;

// More than are remembered: none is known when its turn comes again.
constexpr int kTokens = 8192;

void VerifyEs256(benchmark::State& state) {
  const crypto::P256SigningKey key = crypto::P256SigningKey::Generate();
  const std::string message(500, 'm');
  const std::string signature = key.Sign(message);
  for (auto _ : state) CONCORDAT_CHECK(key.verifying_key().Verify(message, signature));
}
BENCHMARK(VerifyEs256);

void CheckToken(benchmark::State& state) {
  TokenIssuer issuer;
  auth::Practitioners::Options options;
  options.issuers.push_back({TokenIssuer::Config("keys"),
                             [&issuer] { return absl::StatusOr<std::string>(issuer.KeySet()); }});
  options.clock = &Clock::Real();
  options.say = [](const std::string&) {};
  const auto practitioners = auth::Practitioners::Create(std::move(options));
  v1::Agency agency;
  agency.set_id("test-police");
  agency.set_practitioner_issuer(auth::testing::kTestIssuer);
  std::vector<std::string> tokens;
  for (int i = 0; i < state.range(0); ++i) {
    tokens.push_back(issuer.Token(agency.id(), StrCat("officer-", i), Clock::Real().Now()));
  }
  size_t next = 0;
  for (auto _ : state) {
    CONCORDAT_CHECK(practitioners->Check(tokens[next++ % tokens.size()], agency).ok());
  }
  state.SetLabel(state.range(0) == 1 ? "seen before" : "new");
}
BENCHMARK(CheckToken)->Arg(1)->Arg(kTokens);

void CertifiedPeer(benchmark::State& state) {
  const services::testing::TestPki pki;
  const std::string roots = *ReadFile(pki.roots_file());
  const std::string pem = *ReadFile(pki.IssueFor("test-police").certificate_chain());
  v1::AgencyDirectory file = services::testing::TestDirectoryFile();
  for (v1::Agency& agency : *file.mutable_agencies()) {
    if (state.range(0) == 1) {
      agency.add_certificate_authorities(*crypto::AuthorityIdOf(roots));
    }
  }
  const auth::Trust trust(*auth::Directory::Create(file), {}, *crypto::Authorities::Parse(roots));
  for (auto _ : state) {
    CONCORDAT_CHECK(services::CertifiedPeerOf(pem, trust, Clock::Real().Now()).ok());
  }
  state.SetLabel(state.range(0) == 1 ? "authorities named" : "none named");
}
BENCHMARK(CertifiedPeer)->Arg(0)->Arg(1);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
