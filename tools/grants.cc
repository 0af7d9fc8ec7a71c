#include "tools/grants.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/validate_access.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/purposes.h"
#include "tools/unary_call.h"

namespace concordat::tools {
namespace {

constexpr char kConnection[] =
    " \\\n"
    "    --server concordat.example:7443 \\\n"
    "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
    "    --cert desk.crt --key desk.key --ca ca.crt --token-file token";

CommandHelp HelpOf(const std::string& usage, const std::string& what, const std::string& example) {
  return {usage, what, StrCat(example, kConnection), 1, 1};
}

// What each of the four is asked with.
struct Asked {
  ConnectionFlags connection;
  std::string purpose_text;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  std::vector<std::string> arguments;

  // The exit code, where the command ends here.
  std::optional<int> Parse(FlagTable* table, const std::vector<std::string>& args,
                           const Console& console) {
    table->RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as law-enforcement");
    connection.AddTo(table);
    if (const auto exit_code = ParseOrExplain(*table, args, &arguments, console)) return exit_code;
    const absl::StatusOr<v1::Purpose> parsed = ParsePurpose(purpose_text);
    if (!parsed.ok()) return Fail(console, parsed.status(), kExitUsage);
    purpose = *parsed;
    return std::nullopt;
  }
};

absl::StatusOr<uint64_t> ParseIndex(const std::string& text) {
  uint64_t index = 0;
  if (absl::SimpleAtoi(text, &index)) return index;
  return FieldError("argument", "another text", "the number of an entry");
}

// An enum's value as people type it: risk-to-life, RISK_TO_LIFE.
template <typename Enum>
absl::StatusOr<Enum> ParseWord(const char* flag, const std::string& text,
                               bool (*parse)(const std::string&, Enum*), const char* want) {
  Enum value{};
  const std::string name = absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}}));
  if (parse(name, &value) && value != Enum{}) return value;
  return FieldError(flag, "another word", want);
}

template <typename Request, typename Response>
absl::StatusOr<Response> Call(const Asked& asked,
                              grpc::Status (v1::Governance::Stub::*method)(grpc::ClientContext*,
                                                                           const Request&,
                                                                           Response*),
                              const Request& request) {
  CONCORDAT_RETURN_IF_ERROR(services::Validate(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(asked.connection));
  const auto stub = v1::Governance::NewStub(channel);
  return CallUnary(*stub, method, request, kCallSecondsMax);
}

int ShowGrant(const absl::StatusOr<v1::AccessGrant>& grant, const Console& console) {
  if (!grant.ok()) return Fail(console, grant.status(), kExitFailed);
  console.out << "grant " << grant->grant_index() << " until "
              << Timestamp(ToTime(grant->expires_at())) << "\n";
  if (grant->has_review_due()) {
    console.out << "to be reviewed by " << Timestamp(ToTime(grant->review_due())) << "\n";
  }
  return kExitOk;
}

}  // namespace

int RunGlassBreak(const std::vector<std::string>& args, const Console& console) {
  Asked asked;
  std::string category;
  v1::BreakGlassRequest request;
  FlagTable table(HelpOf(
      "concordat glass break CASE_ID --category CATEGORY --reason TEXT --purpose PURPOSE --server "
      "...",
      "At an immediate risk to life: one case may be read for one hour beyond what the policy\n"
      "releases (concordat history --grant). The other agencies and the data protection officers\n"
      "are told at once, every reading is marked, and a review falls due within a day. CATEGORY "
      "is\n"
      "risk-to-life, child-at-immediate-risk or missing-person.",
      "concordat glass break case-abcdefghijklmnopqrstuvwxyz --category missing-person \\\n"
      "    --reason \"not seen since Tuesday\" --purpose law-enforcement"));
  table.RequiredText("category", &category, "CATEGORY", "of the risk")
      .RequiredText("reason", request.mutable_reason(), "TEXT", "10 to 1000 bytes; kept sealed");
  if (const auto exit_code = asked.Parse(&table, args, console)) return *exit_code;
  const auto parsed =
      ParseWord<v1::BreakGlassCategory>("--category", category, v1::BreakGlassCategory_Parse,
                                        "risk-to-life, child-at-immediate-risk or missing-person");
  if (!parsed.ok()) return Fail(console, parsed.status(), kExitUsage);
  request.set_category(*parsed);
  request.set_purpose(asked.purpose);
  request.set_case_id(asked.arguments[0]);
  return ShowGrant(Call(asked, &v1::Governance::Stub::BreakGlass, request), console);
}

int RunGlassReview(const std::vector<std::string>& args, const Console& console) {
  Asked asked;
  std::string finding;
  v1::ReviewBreakGlassRequest request;
  FlagTable table(HelpOf(
      "concordat glass review GRANT --finding FINDING --authority REF --purpose PURPOSE --server "
      "...",
      "As another agency's data protection officer: says whether broken glass was justified.\n"
      "FINDING is justified or not-justified.",
      "concordat glass review 4711 --finding justified --authority DPO/2026/7 \\\n"
      "    --purpose marac-meeting"));
  table.RequiredText("finding", &finding, "FINDING", "justified or not-justified")
      .RequiredText("authority", request.mutable_authority_reference(), "REF",
                    "our own record of the review");
  if (const auto exit_code = asked.Parse(&table, args, console)) return *exit_code;
  const auto parsed = ParseWord<v1::ReviewFinding>("--finding", finding, v1::ReviewFinding_Parse,
                                                   "justified or not-justified");
  if (!parsed.ok()) return Fail(console, parsed.status(), kExitUsage);
  const absl::StatusOr<uint64_t> index = ParseIndex(asked.arguments[0]);
  if (!index.ok()) return Fail(console, index.status(), kExitUsage);
  request.set_finding(*parsed);
  request.set_purpose(asked.purpose);
  request.set_grant_index(*index);
  const auto receipt = Call(asked, &v1::Governance::Stub::ReviewBreakGlass, request);
  if (!receipt.ok()) return Fail(console, receipt.status(), kExitFailed);
  console.out << "reviewed: grant " << *index << ", entry " << receipt->leaf_index()
              << " of the log\n";
  return kExitOk;
}

int RunApprovalRequest(const std::vector<std::string>& args, const Console& console) {
  Asked asked;
  v1::RequestApprovalRequest request;
  FlagTable table(HelpOf(
      "concordat approval request CASE_ID --reason TEXT --purpose PURPOSE --server ...",
      "Asks to read what the policy releases with a second person's approval only. Another\n"
      "practitioner of an agency of the case gives it within a day (concordat approval give).",
      "concordat approval request case-abcdefghijklmnopqrstuvwxyz \\\n"
      "    --reason \"to serve the order at her address\" --purpose law-enforcement"));
  table.RequiredText("reason", request.mutable_reason(), "TEXT", "10 to 1000 bytes; kept sealed");
  if (const auto exit_code = asked.Parse(&table, args, console)) return *exit_code;
  request.set_purpose(asked.purpose);
  request.set_case_id(asked.arguments[0]);
  const auto response = Call(asked, &v1::Governance::Stub::RequestApproval, request);
  if (!response.ok()) return Fail(console, response.status(), kExitFailed);
  console.out << "request " << response->request_index() << " waits for a second person\n";
  return kExitOk;
}

int RunApprovalGive(const std::vector<std::string>& args, const Console& console) {
  Asked asked;
  v1::GiveApprovalRequest request;
  FlagTable table(HelpOf("concordat approval give REQUEST --purpose PURPOSE --server ...",
                         "The second person: what the first one asked for may be read by them, for "
                         "one hour.",
                         "concordat approval give 4711 --purpose law-enforcement"));
  if (const auto exit_code = asked.Parse(&table, args, console)) return *exit_code;
  const absl::StatusOr<uint64_t> index = ParseIndex(asked.arguments[0]);
  if (!index.ok()) return Fail(console, index.status(), kExitUsage);
  request.set_purpose(asked.purpose);
  request.set_request_index(*index);
  return ShowGrant(Call(asked, &v1::Governance::Stub::GiveApproval, request), console);
}

}  // namespace concordat::tools
