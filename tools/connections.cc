#include "tools/connections.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/validate_access.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/purposes.h"
#include "tools/unary_call.h"

namespace concordat::tools {
namespace {

CommandHelp Help(const std::string& usage, const std::string& what, const std::string& example,
                 size_t arguments) {
  return {usage, what,
          StrCat(example,
                 " \\\n"
                 "    --server concordat.example:7443 \\\n"
                 "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
                 "    --cert desk.crt --key desk.key --ca ca.crt --token-file token"),
          arguments, arguments};
}

absl::StatusOr<v1::RegisterConnectionResponse> Ask(const ConnectionFlags& connection,
                                                   const v1::RegisterConnectionRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(services::Validate(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(connection));
  const auto stub = v1::Governance::NewStub(channel);
  return CallUnary(*stub, &v1::Governance::Stub::RegisterConnection, request, kCallSecondsMax);
}

absl::Status Fill(const std::string& purpose, const std::string& relation,
                  const std::string& person_file, v1::RegisterConnectionRequest* request) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Purpose parsed, ParsePurpose(purpose));
  request->set_purpose(parsed);
  if (person_file.empty()) return absl::OkStatus();
  v1::ConnectionRelation value{};
  if (!v1::ConnectionRelation_Parse(
          absl::AsciiStrToUpper(absl::StrReplaceAll(relation, {{"-", "_"}})), &value)) {
    return FieldError("--relation", "another word",
                      "oneself, partner-or-former-partner, relative, friend-or-neighbour or "
                      "colleague");
  }
  request->set_relation(value);
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(person_file));
  return FromJson(text, request->mutable_person());
}

}  // namespace

int RunConnectionRegister(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose, relation, person_file;
  v1::RegisterConnectionRequest request;
  FlagTable table(Help(
      "concordat connection register PRACTITIONER --relation RELATION --person FILE --authority "
      "REF "
      "--purpose PURPOSE --server ...",
      "Registers whom a practitioner of our agency is connected to: their own entry, or our data\n"
      "protection officer's. FILE is a person as JSON: name and date of birth, identifiers, "
      "phones,\n"
      "addresses. RELATION is oneself, partner-or-former-partner, relative, friend-or-neighbour "
      "or\n"
      "colleague.",
      "concordat connection register officer-17 --relation oneself --person me.json \\\n"
      "    --authority HR/2026/7 --purpose law-enforcement",
      1));
  table.RequiredText("relation", &relation, "RELATION", "how")
      .RequiredText("person", &person_file, "FILE", "to whom")
      .RequiredText("authority", request.mutable_authority_reference(), "REF",
                    "our own record of it")
      .RequiredText("purpose", &purpose, "PURPOSE", "why, such as law-enforcement");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::Status filled = Fill(purpose, relation, person_file, &request);
  if (!filled.ok()) return Fail(console, filled, kExitUsage);
  request.set_practitioner(arguments[0]);
  const auto response = Ask(connection, request);
  if (!response.ok()) return Fail(console, response.status(), kExitFailed);
  console.out << "registered: " << response->connection_id() << ", entry "
              << response->receipt().leaf_index() << " of the log\n";
  return kExitOk;
}

int RunConnectionWithdraw(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose;
  v1::RegisterConnectionRequest request;
  FlagTable table(Help(
      "concordat connection withdraw PRACTITIONER CONNECTION_ID --authority REF --purpose PURPOSE "
      "--server ...",
      "Takes a registered connection back: our data protection officer's to do, and not of "
      "themselves.",
      "concordat connection withdraw officer-17 connection-abcdefghijklmnopqrstuvwxyz \\\n"
      "    --authority HR/2026/8 --purpose law-enforcement",
      2));
  table
      .RequiredText("authority", request.mutable_authority_reference(), "REF",
                    "our own record of it")
      .RequiredText("purpose", &purpose, "PURPOSE", "why, such as law-enforcement");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::Status filled = Fill(purpose, "", "", &request);
  if (!filled.ok()) return Fail(console, filled, kExitUsage);
  request.set_practitioner(arguments[0]);
  request.set_connection_id(arguments[1]);
  const auto response = Ask(connection, request);
  if (!response.ok()) return Fail(console, response.status(), kExitFailed);
  console.out << "withdrawn: " << arguments[1] << ", entry " << response->receipt().leaf_index()
              << " of the log\n";
  return kExitOk;
}

}  // namespace concordat::tools
