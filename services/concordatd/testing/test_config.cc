#include "services/concordatd/testing/test_config.h"

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/files.h"
#include "crypto/signed_note.h"
#include "services/common/testing/test_directory.h"

namespace concordat::services::testing {
namespace {

constexpr char kOrigin[] = "services.concordat.test/log";

void SetLedger(v1::LedgerConfig* ledger) {
  ledger->set_data_dir(NewTestPath("log"));
  ledger->set_log_origin(kOrigin);
  ledger->set_log_signing_key_file(
      WriteText(crypto::NoteSigner::Generate(kOrigin).EncodePrivate()));
  ledger->set_key_encryption_key_file(WriteText(std::string(64, '7')));
  ledger->set_policy_file("deploy/policy/release-policy.textproto");
  ledger->set_police_force_area("E23000003");
}

}  // namespace

std::string WriteText(const std::string& text) {
  std::string path = NewTestPath("text");
  CONCORDAT_CHECK(WriteFileAtomically(path, text, 0600).ok());
  return path;
}

std::string WriteTextproto(const google::protobuf::Message& message) {
  std::string text;
  CONCORDAT_CHECK(google::protobuf::TextFormat::PrintToString(message, &text));
  return WriteText(text);
}

v1::ServerConfig TestConfig(const TestPki& pki, Target target, int ledger_port) {
  v1::ServerConfig config;
  config.set_listen_address("127.0.0.1:0");
  *config.mutable_tls() = pki.IssueFor(OwnAgencyOf(target));
  config.set_directory_file(WriteTextproto(TestDirectoryFile()));
  config.set_drain_seconds(1);
  if (ServesLedger(target)) {
    SetLedger(config.mutable_ledger());
  } else {
    config.mutable_ledger_at()->set_address(absl::StrCat("127.0.0.1:", ledger_port));
    config.mutable_ledger_at()->set_spiffe_id(TestUri("svc-ledger"));
  }
  return config;
}

}  // namespace concordat::services::testing
