#include "tools/release.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/log_trust.h"
#include "tools/purposes.h"
#include "tools/release_check.h"
#include "tools/unary_call.h"

namespace concordat::tools {
namespace {

constexpr char kExample[] =
    " --purpose victim-support --log-key log.pub \\\n"
    "    --server concordat.example:7443 \\\n"
    "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
    "    --cert desk.crt --key desk.key --ca ca.crt";

CommandHelp ShowHelp() {
  return {
      "concordat release show ENTRY --purpose PURPOSE --log-key log.pub --server ... [flags]",
      "Fetches what the log says of one release to us, proves that it is in the log, and shows\n"
      "when, to whom, why, which records and classes, by which rules and policy.",
      std::string("concordat release show 4711") + kExample, 1, 1};
}

CommandHelp ConfirmHelp() {
  return {
      "concordat release confirm ENTRY --digest HEX --confirmation-key FILE --releases FILE\n"
      "                          --purpose PURPOSE --log-key log.pub --server ... [flags]",
      "Signs for what we received: the bytes of that SHA-256, released by that entry of the\n"
      "log. Nothing is signed unless the log proves just that. Both signatures are added to\n"
      "the file. `concordat history --confirmation-key` does this for each page that it shows.",
      std::string("concordat release confirm 4711 --digest 6c57...c0 \\\n"
                  "    --confirmation-key confirmation.key --releases case.releases \\\n   ") +
          kExample,
      1, 1};
}

CommandHelp CheckHelp() {
  return {
      "concordat release check FILE --log-key log.pub --confirmation-key confirmation.pub",
      "Checks kept releases without any connection, and shows for each what was released, to\n"
      "whom, under which policy: the log's signature over the entry, the recipient's over what\n"
      "it received.\n"
      "Exit code 0: both hold for each; 4: one does not, and is named; 5: one is not confirmed.",
      "concordat release check case.releases --log-key log.pub --confirmation-key "
      "confirmation.pub",
      1, 1};
}

struct CallFlags {
  ConnectionFlags connection;
  TrustFlags trust;
  std::string purpose;

  void AddTo(FlagTable* table) {
    table->RequiredText("purpose", &purpose, "PURPOSE", "why, as when it was read");
    trust.AddTo(table);
    connection.AddTo(table);
  }
};

// What a call needs, from its flags; the exit code once the reason was printed.
struct Prepared {
  std::shared_ptr<grpc::Channel> channel;
  std::optional<LogTrust> trust;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  uint64_t entry = 0;
};

std::optional<int> Prepare(const CallFlags& flags, const std::string& entry, Prepared* prepared,
                           const Console& console) {
  if (!absl::SimpleAtoi(entry, &prepared->entry)) {
    return Fail(console, FieldError("ENTRY", "no number", "the disclosure's entry, such as 4711"),
                kExitUsage);
  }
  const auto purpose = ParsePurpose(flags.purpose);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  prepared->purpose = *purpose;
  absl::StatusOr<LogTrust> trust = flags.trust.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), flags.trust.Complete() ? kExitFailed : kExitUsage);
  }
  prepared->trust = *std::move(trust);
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = OpenChannel(flags.connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);
  prepared->channel = *std::move(channel);
  return std::nullopt;
}

int FailProof(const Console& console, const absl::Status& status) {
  return Fail(console, status, absl::IsDataLoss(status) ? kExitNotVerified : kExitFailed);
}

}  // namespace

ReleaseCalls GovernanceAt(std::shared_ptr<grpc::Channel> channel) {
  const std::shared_ptr<v1::Governance::Stub> stub = v1::Governance::NewStub(channel);
  return {[stub](const v1::GetReleaseRequest& request) {
            return CallUnary(*stub, &v1::Governance::Stub::GetRelease, request);
          },
          [stub](const v1::ConfirmReleaseRequest& request) {
            return CallUnary(*stub, &v1::Governance::Stub::ConfirmRelease, request);
          }};
}

int RunReleaseShow(const std::vector<std::string>& args, const Console& console) {
  CallFlags flags;
  FlagTable table(ShowHelp());
  flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  Prepared prepared;
  if (const auto code = Prepare(flags, arguments[0], &prepared, console)) return *code;

  v1::GetReleaseRequest request;
  request.set_purpose(prepared.purpose);
  request.set_disclosure_index(prepared.entry);
  const absl::StatusOr<v1::Release> release = GovernanceAt(prepared.channel).get(request);
  if (!release.ok()) return Fail(console, release.status(), kExitFailed);
  const absl::StatusOr<ProvenRelease> proven = ProveRelease(*release, *prepared.trust);
  if (!proven.ok()) return FailProof(console, proven.status());
  console.out << ReleaseText(*proven)
              << (release->confirmation().empty() ? "not confirmed by the recipient\n"
                                                  : "confirmed by the recipient\n");
  return kExitOk;
}

int RunReleaseConfirm(const std::vector<std::string>& args, const Console& console) {
  CallFlags flags;
  std::string digest_text;
  std::string key_file;
  std::string releases;
  FlagTable table(ConfirmHelp());
  table.RequiredText("digest", &digest_text, "HEX", "SHA-256 of the events as received")
      .RequiredText("confirmation-key", &key_file, "FILE", "our private confirmation key")
      .RequiredText("releases", &releases, "FILE", "where both signatures are kept");
  flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const bool is_hex = digest_text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  const auto digest = crypto::DigestFromBytes(
      is_hex && digest_text.size() % 2 == 0 ? absl::HexStringToBytes(digest_text) : "");
  if (!digest.ok()) {
    return Fail(console, FieldError("--digest", "something else", "64 hexadecimal digits"),
                kExitUsage);
  }
  const auto key = ReadConfirmationKey(key_file);
  if (!key.ok()) return Fail(console, key.status(), kExitFailed);
  Prepared prepared;
  if (const auto code = Prepare(flags, arguments[0], &prepared, console)) return *code;

  const absl::StatusOr<v1::Release> release =
      ConfirmRelease(GovernanceAt(prepared.channel), prepared.purpose, prepared.entry, *digest,
                     *prepared.trust, *key);
  if (!release.ok()) return FailProof(console, release.status());
  const absl::Status kept = KeepRelease(releases, *release);
  if (!kept.ok()) return Fail(console, kept, kExitFailed);
  console.out << "confirmed: entry " << prepared.entry << ", by entry "
              << release->confirmation_receipt().leaf_index() << " of the log; both signatures in "
              << releases << "\n";
  return kExitOk;
}

int RunReleaseCheck(const std::vector<std::string>& args, const Console& console) {
  TrustFlags trust_flags;
  std::string key_file;
  FlagTable table(CheckHelp());
  table.RequiredText("confirmation-key", &key_file, "FILE", "the recipient's public key");
  trust_flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto trust = trust_flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), trust_flags.Complete() ? kExitFailed : kExitUsage);
  }
  const auto key = ReadConfirmationPublicKey(key_file);
  if (!key.ok()) return Fail(console, key.status(), kExitFailed);
  const auto releases = ReadKeptReleases(arguments[0]);
  if (!releases.ok()) return Fail(console, releases.status(), kExitFailed);

  size_t failed = 0;
  size_t unconfirmed = 0;
  for (size_t i = 0; i < releases->size(); ++i) {
    const auto proven = ProveRelease((*releases)[i], *trust);
    if (proven.ok()) console.out << ReleaseText(*proven);
    const absl::Status checked =
        proven.ok() ? CheckConfirmation((*releases)[i], *proven, *key, *trust) : proven.status();
    failed += absl::IsDataLoss(checked) ? 1 : 0;
    unconfirmed += absl::IsNotFound(checked) ? 1 : 0;
    console.out << "release " << i + 1 << ": "
                << (checked.ok() ? "both signatures hold" : ToStd(checked.message())) << "\n";
  }
  if (failed > 0 || releases->empty()) return kExitNotVerified;
  return unconfirmed > 0 ? kExitUndecided : kExitOk;
}

}  // namespace concordat::tools
