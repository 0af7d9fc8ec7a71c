#include "tools/readings.h"

#include "absl/strings/str_join.h"
#include "base/files.h"
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

constexpr mode_t kPrivate = 0600;

CommandHelp ListHelp() {
  return {
      "concordat readings list CASE_ID (--record ENTRY | --agency AGENCY) --purpose PURPOSE\n"
      "                        --server ... [flags]",
      "Of a record of ours: its last 25 readings, and who was given it and has not acknowledged "
      "its\ncorrection. Of another agency, for the police and MARAC coordinators: what it was "
      "given of the\ncase; --proof keeps the log's entries of that with their receipts.",
      "concordat readings list case-abcdefghijklmnopqrstuvwxyz --agency blackpool-housing \\\n"
      "    --purpose marac-meeting --proof given.json \\\n"
      "    --server concordat.example:7443 \\\n"
      "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
      "    --cert desk.crt --key desk.key --ca ca.crt",
      1, 1};
}

// All pages as one.
absl::StatusOr<v1::ListReadingsResponse> Ask(const ConnectionFlags& connection,
                                             v1::ListReadingsRequest request) {
  CONCORDAT_RETURN_IF_ERROR(services::Validate(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(connection));
  const auto stub = v1::Governance::NewStub(channel);
  v1::ListReadingsResponse all;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(
        const v1::ListReadingsResponse page,
        CallUnary(*stub, &v1::Governance::Stub::ListReadings, request, kCallSecondsMax));
    all.clear_next_before();
    all.MergeFrom(page);
    request.set_before(page.next_before());
  } while (request.before() != 0);
  return all;
}

}  // namespace

std::string ReadingLine(const v1::ListReadingsResponse::Item& item) {
  const v1::ReadingRecord& reading = item.reading();
  std::string line =
      StrCat("entry ", item.disclosure_index(), " ", Timestamp(ToTime(reading.read_at())));
  if (!reading.agency().empty()) {
    line = StrCat(line, " ", reading.agency(), " (", v1::Role_Name(reading.role()), ")");
    if (!reading.practitioner().empty()) line = StrCat(line, " ", reading.practitioner());
    line = StrCat(line, " for ", v1::Purpose_Name(reading.purpose()));
  }
  if (reading.by_grant()) line = StrCat(line, " beyond the policy, by a grant");
  return StrCat(line, " records ", absl::StrJoin(item.records(), " "));
}

int RunReadingsList(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose_text, proof_file;
  uint64_t record = 0;
  v1::ListReadingsRequest request;
  FlagTable table(ListHelp());
  table.Number("record", &record, "the log's entry of a record of ours")
      .Text("agency", request.mutable_agency(), "AGENCY", "what it was given of the case")
      .RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as marac-meeting")
      .Text("proof", &proof_file, "FILE", "where the answer goes, with entries and receipts");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<v1::Purpose> purpose = ParsePurpose(purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  request.set_purpose(*purpose);
  request.set_case_id(arguments[0]);
  request.set_leaf_index(record);
  const absl::StatusOr<v1::ListReadingsResponse> listed = Ask(connection, request);
  if (!listed.ok()) return Fail(console, listed.status(), kExitFailed);
  if (!proof_file.empty()) {
    const absl::Status written = WriteFileAtomically(proof_file, JsonOf(*listed) + "\n", kPrivate);
    if (!written.ok()) return Fail(console, written, kExitFailed);
  }
  for (const auto& item : listed->items()) console.out << ReadingLine(item) << "\n";
  for (const std::string& agency : listed->unacknowledged_by()) {
    console.out << "correction not acknowledged by " << agency << "\n";
  }
  console.out << listed->items_size() << " readings\n";
  return kExitOk;
}

}  // namespace concordat::tools
