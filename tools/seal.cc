#include "tools/seal.h"

#include <string_view>

#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/validate_governance.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/purposes.h"
#include "tools/unary_call.h"

namespace concordat::tools {
namespace {

constexpr mode_t kPrivate = 0600;

CommandHelp SealHelp(const std::string& verb, const std::string& what) {
  return {StrCat("concordat seal ", verb,
                 " CASE_ID --agency AGENCY --purpose PURPOSE --authority REF --server ... [flags]"),
          what,
          StrCat("concordat seal ", verb,
                 " case-abcdefghijklmnopqrstuvwxyz --agency lancashire-police \\\n"
                 "    --purpose marac-meeting --authority SEAL/2026/7 \\\n"
                 "    --server concordat.example:7443 \\\n"
                 "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
                 "    --cert desk.crt --key desk.key --ca ca.crt"),
          1, 1};
}

absl::StatusOr<v1::Receipt> Ask(const ConnectionFlags& connection,
                                const v1::SealCaseRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(services::Validate(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(connection));
  const auto stub = v1::Governance::NewStub(channel);
  return CallUnary(*stub, &v1::Governance::Stub::SealCase, request, kCallSecondsMax);
}

enum class Act { kSeal, kRecall, kLift };

std::string_view Done(Act act) {
  switch (act) {
    case Act::kSeal:
      return "sealed against ";
    case Act::kRecall:
      return "recalled from ";
    case Act::kLift:
      return "no longer sealed against ";
  }
  return "";
}

int Seal(Act act, FlagTable table, const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose_text, receipt_file;
  v1::SealCaseRequest request;
  request.set_sealed(act != Act::kLift);
  request.set_recall(act == Act::kRecall);
  table.RequiredText("agency", request.mutable_agency(), "AGENCY", "against whom")
      .RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as marac-meeting")
      .RequiredText("authority", request.mutable_authority_reference(), "REF",
                    "our own record of the decision")
      .Text("receipt", &receipt_file, "FILE", "where the receipt goes");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<v1::Purpose> purpose = ParsePurpose(purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  request.set_purpose(*purpose);
  request.set_case_id(arguments[0]);
  const absl::StatusOr<v1::Receipt> receipt = Ask(connection, request);
  if (!receipt.ok()) return Fail(console, receipt.status(), kExitFailed);
  if (!receipt_file.empty()) {
    const absl::Status written =
        WriteFileAtomically(receipt_file, JsonOf(*receipt) + "\n", kPrivate);
    if (!written.ok()) return Fail(console, written, kExitFailed);
  }
  console.out << Done(act) << request.agency() << ": case " << arguments[0] << ", entry "
              << receipt->leaf_index() << " of the log\n";
  return kExitOk;
}

}  // namespace

int RunSealSet(const std::vector<std::string>& args, const Console& console) {
  return Seal(Act::kSeal,
              FlagTable(SealHelp("set",
                                 "Somebody of the case works for AGENCY: for it the case is not "
                                 "there from here on,\nnor any other in which one of its persons "
                                 "is.")),
              args, console);
}

int RunSealRecall(const std::vector<std::string>& args, const Console& console) {
  return Seal(Act::kRecall,
              FlagTable(SealHelp(
                  "recall",
                  "AGENCY should never have had this case: for it the case, and no other, is "
                  "not there from\nhere on, and it is told which releases of it to destroy. "
                  "What it had before:\nconcordat readings list.")),
              args, console);
}

int RunSealLift(const std::vector<std::string>& args, const Console& console) {
  return Seal(
      Act::kLift,
      FlagTable(SealHelp("lift", "Lifts our own agency's seal, wherever it spread, or recall.")),
      args, console);
}

}  // namespace concordat::tools
