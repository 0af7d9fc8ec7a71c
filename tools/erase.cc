#include "tools/erase.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/validate_governance.h"
#include "tools/connection.h"
#include "tools/destruction.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/log_trust.h"
#include "tools/unary_call.h"

namespace concordat::tools {
namespace {

constexpr mode_t kPrivate = 0600;
constexpr char kConnection[] =
    " \\\n"
    "    --server concordat.example:7443 \\\n"
    "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
    "    --cert desk.crt --key desk.key --ca ca.crt";

CommandHelp RequestHelp() {
  return {
      "concordat erase request CASE_ID --reason REASON --authority REF --server ... "
      "[--person FILE]",
      "Asks for the destruction of a case, or of one person of it, given as JSON with capacity\n"
      "and exact identifiers (\"-\" reads standard input). Another agency of the case must "
      "approve.\n"
      "REASON is unlawful-processing, retention-ended, subject-request or court-order; REF "
      "names\n"
      "the agency's own record of the decision and stands in the log for ever: never a person.",
      std::string("concordat erase request abcdefghijklmnopqrstuvwxyz --reason court-order "
                  "--authority DPO/2026/7") +
          kConnection,
      1, 1};
}

CommandHelp ApproveHelp() {
  return {
      "concordat erase approve REQUEST --out FILE --log-key log.pub --server ... [flags]",
      "The second approval: destroys the keys at once, and for ever. Answers when the disk was\n"
      "searched; the destruction certificate, proven, goes to FILE.",
      std::string("concordat erase approve 4711 --out 4711.destroyed --log-key log.pub") +
          kConnection,
      1, 1};
}

CommandHelp CheckHelp() {
  return {"concordat erase check FILE --log-key log.pub",
          "Checks a destruction certificate without any connection and shows it.\n"
          "Exit code 0: it holds; 4: it does not.",
          "concordat erase check 4711.destroyed --log-key log.pub", 1, 1};
}

CommandHelp HoldHelp(const std::string& verb, const std::string& what) {
  return {StrCat("concordat hold ", verb, " CASE_ID --authority REF --server ... [--receipt FILE]"),
          what,
          StrCat("concordat hold ", verb, " abcdefghijklmnopqrstuvwxyz --authority OIC/2026/7",
                 kConnection),
          1, 1};
}

// The reason as people type it: court-order, COURT_ORDER.
absl::StatusOr<v1::ErasureReason> ParseReason(const std::string& text) {
  const std::string name = absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}}));
  v1::ErasureReason reason;
  if (v1::ErasureReason_Parse(name, &reason) && reason != v1::ERASURE_REASON_UNSPECIFIED) {
    return reason;
  }
  return FieldError("--reason", "another word",
                    "unlawful-processing, retention-ended, subject-request or court-order");
}

absl::StatusOr<std::unique_ptr<v1::Governance::Stub>> Connect(const ConnectionFlags& connection) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(connection));
  return v1::Governance::NewStub(channel);
}

// A request that the service would refuse is wrong usage here.
template <typename Request, typename Response>
absl::StatusOr<Response> Ask(const ConnectionFlags& connection,
                             grpc::Status (v1::Governance::Stub::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*),
                             const Request& request, int seconds_max) {
  CONCORDAT_RETURN_IF_ERROR(services::Validate(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto stub, Connect(connection));
  return CallUnary(*stub, method, request, seconds_max);
}

int Hold(bool held, const FlagTable& help, const std::vector<std::string>& args,
         const Console& console) {
  ConnectionFlags connection;
  std::string receipt_file;
  v1::SetEvidenceHoldRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_held(held);
  FlagTable table = help;
  table
      .RequiredText("authority", request.mutable_authority_reference(), "REF",
                    "our own record of the decision")
      .Text("receipt", &receipt_file, "FILE", "where the receipt goes");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  request.set_case_id(arguments[0]);
  const auto receipt =
      Ask(connection, &v1::Governance::Stub::SetEvidenceHold, request, kCallSecondsMax);
  if (!receipt.ok()) return Fail(console, receipt.status(), kExitFailed);
  if (!receipt_file.empty()) {
    const absl::Status written =
        WriteFileAtomically(receipt_file, JsonOf(*receipt) + "\n", kPrivate);
    if (!written.ok()) return Fail(console, written, kExitFailed);
  }
  console.out << (held ? "held" : "no longer held by us") << ": case " << arguments[0] << ", entry "
              << receipt->leaf_index() << " of the log\n";
  return kExitOk;
}

}  // namespace

int RunEraseRequest(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string reason_text;
  std::string person_file;
  v1::RequestErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  FlagTable table(RequestHelp());
  table.RequiredText("reason", &reason_text, "REASON", "why")
      .RequiredText("authority", request.mutable_authority_reference(), "REF",
                    "our own record of the decision")
      .Text("person", &person_file, "FILE", "one person of the case, instead of all of it");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  request.set_case_id(arguments[0]);
  const auto reason = ParseReason(reason_text);
  if (!reason.ok()) return Fail(console, reason.status(), kExitUsage);
  request.set_reason(*reason);
  if (!person_file.empty()) {
    const auto json = ReadFile(person_file == "-" ? "/dev/stdin" : person_file);
    if (!json.ok()) return Fail(console, json.status(), kExitFailed);
    const absl::Status parsed = FromJson(*json, request.mutable_person());
    if (!parsed.ok()) return Fail(console, parsed, kExitUsage);
  }
  const auto answer =
      Ask(connection, &v1::Governance::Stub::RequestErasure, request, kCallSecondsMax);
  if (!answer.ok()) return Fail(console, answer.status(), kExitFailed);
  console.out << "requested: " << answer->request_index()
              << "; another agency of the case approves by `concordat erase approve "
              << answer->request_index() << "`\n";
  return kExitOk;
}

int RunEraseApprove(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  TrustFlags trust_flags;
  std::string out;
  FlagTable table(ApproveHelp());
  table.RequiredText("out", &out, "FILE", "where the destruction certificate goes");
  trust_flags.AddTo(&table);
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  v1::ApproveErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  uint64_t index = 0;
  if (!absl::SimpleAtoi(arguments[0], &index)) {
    return Fail(console, FieldError("REQUEST", "no number", "the request's entry, such as 4711"),
                kExitUsage);
  }
  request.set_request_index(index);
  const auto trust = trust_flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), trust_flags.Complete() ? kExitFailed : kExitUsage);
  }
  const auto certificate =
      Ask(connection, &v1::Governance::Stub::ApproveErasure, request, kLongCallSecondsMax);
  if (!certificate.ok()) return Fail(console, certificate.status(), kExitFailed);
  // Kept before it is checked: what it says is evidence either way.
  const absl::Status written = WriteFileAtomically(out, JsonOf(*certificate) + "\n", kPrivate);
  if (!written.ok()) return Fail(console, written, kExitFailed);
  auto proven = ProveDestruction(*certificate, *trust);
  if (proven.ok() && proven->erasure.erased().request_index() != index) {
    proven =
        absl::DataLossError(StrCat("erasure_entry: got one of request ",
                                   proven->erasure.erased().request_index(), ", want ", index));
  }
  if (!proven.ok()) return Fail(console, proven.status(), kExitNotVerified);
  console.out << DestructionText(*proven) << "certificate: " << out << "\n";
  return kExitOk;
}

int RunEraseCheck(const std::vector<std::string>& args, const Console& console) {
  TrustFlags trust_flags;
  FlagTable table(CheckHelp());
  trust_flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto trust = trust_flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), trust_flags.Complete() ? kExitFailed : kExitUsage);
  }
  const auto json = ReadFile(arguments[0]);
  if (!json.ok()) return Fail(console, json.status(), kExitFailed);
  v1::DestructionCertificate certificate;
  const absl::Status parsed = FromJson(*json, &certificate);
  if (!parsed.ok()) return Fail(console, parsed, kExitFailed);
  const auto proven = ProveDestruction(certificate, *trust);
  if (!proven.ok()) return Fail(console, proven.status(), kExitNotVerified);
  console.out << DestructionText(*proven);
  return kExitOk;
}

int RunHoldSet(const std::vector<std::string>& args, const Console& console) {
  return Hold(true,
              FlagTable(HoldHelp("set",
                                 "The police hold a case as evidence: nothing of it is "
                                 "erased until every holder has lifted.")),
              args, console);
}

int RunHoldLift(const std::vector<std::string>& args, const Console& console) {
  return Hold(false, FlagTable(HoldHelp("lift", "Lifts our own evidence hold; others' stand.")),
              args, console);
}

}  // namespace concordat::tools
