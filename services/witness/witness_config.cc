#include "services/witness/witness_config.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

absl::StatusOr<std::vector<crypto::NoteVerifier>> LoadLogs(const v1::WitnessConfig& config) {
  if (config.log_verifier_keys().empty()) {
    return FieldError("witness.log_verifier_keys", "nothing", "the key of each log to cosign");
  }
  std::set<std::string> seen;
  std::vector<crypto::NoteVerifier> logs;
  for (int i = 0; i < config.log_verifier_keys_size(); ++i) {
    const std::string field = StrCat("witness.log_verifier_keys[", i, "]");
    absl::StatusOr<crypto::NoteVerifier> log =
        crypto::NoteVerifier::Parse(config.log_verifier_keys(i));
    if (!log.ok()) return FieldError(field, "no verifier key", "<origin>+<hash>+<key>");
    if (!seen.insert(log->Encode()).second) return FieldError(field, "a key again", "each once");
    logs.push_back(*std::move(log));
  }
  return logs;
}

}  // namespace

absl::StatusOr<Witness::Options> LoadWitness(const v1::WitnessConfig& config, const Clock* clock) {
  if (config.state_dir().empty()) {
    return FieldError("witness.state_dir", "nothing", "a directory of its own");
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<crypto::NoteVerifier> logs, LoadLogs(config));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(config.signing_key_file()));
  absl::StatusOr<tlog::CosignatureSigner> signer =
      tlog::CosignatureSigner::Parse(ToStd(absl::StripAsciiWhitespace(text)));
  if (!signer.ok()) {
    return FieldError("witness.signing_key_file", "no cosignature/v1 private key",
                      "PRIVATE+KEY+<name>+<hash>+<key>, as pki witness-key writes it");
  }
  if (signer->name() != config.name()) {
    return FieldError("witness.name", config.name().empty() ? "nothing" : config.name(),
                      StrCat(signer->name(), ", the name of the signing key"));
  }
  return Witness::Options{*std::move(signer), std::move(logs), config.state_dir(), clock};
}

}  // namespace concordat::services
