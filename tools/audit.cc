#include "tools/audit.h"

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/sha256.h"
#include "services/common/validate_governance.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/purposes.h"
#include "tools/unary_call.h"

namespace concordat::tools {
namespace {

constexpr mode_t kPrivate = 0600;

CommandHelp FindHelp() {
  return {
      "concordat audit find FILE --purpose PURPOSE --server HOST:PORT ... [flags]",
      "Asks which subject ids bear the exact identifiers of a person, for `audit report "
      "--subject`.\n"
      "FILE holds the person as JSON, \"-\" reads it from standard input: personal data never "
      "stands\n"
      "in a command line, where every process list shows it. The search is itself in the log.",
      "echo '{\"externalIds\": [{\"type\": \"PNC_ID\", \"value\": \"...\"}]}' | \\\n"
      "    concordat audit find - --purpose verify-lawfulness --server concordat.example:7443 \\\n"
      "    --server-id spiffe://lancashire.concordat.test/agency/svc-ledger/ledger \\\n"
      "    --cert desk.crt --key desk.key --ca ca.crt",
      1, 1};
}

CommandHelp ReplayHelp() {
  return {
      "concordat audit replay ENTRY --purpose PURPOSE --server HOST:PORT ... [--out FILE]",
      "Has a disclosure decided once more, under the policy of that day, and compared with the "
      "digest\n"
      "in its entry. With --out the bytes are written, too, for their owner alone: that shows them "
      "to\n"
      "us, for verify-lawfulness and criminal-proceedings only.\n"
      "Exit code 0: the same bytes; 4: other bytes; 5: something was erased since.",
      "concordat audit replay 4711 --purpose verify-lawfulness --server concordat.example:7443 \\\n"
      "    --server-id spiffe://lancashire.concordat.test/agency/svc-ledger/ledger \\\n"
      "    --cert desk.crt --key desk.key --ca ca.crt",
      1, 1};
}

absl::StatusOr<v1::FindSubjectsRequest> ReadSearch(const std::string& path,
                                                   const std::string& purpose) {
  v1::FindSubjectsRequest request;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Purpose parsed, ParsePurpose(purpose));
  request.set_purpose(parsed);
  CONCORDAT_ASSIGN_OR_RETURN(const std::string json, ReadFile(path == "-" ? "/dev/stdin" : path));
  CONCORDAT_RETURN_IF_ERROR(FromJson(json, request.mutable_person()));
  return request;
}

int PrintVerdict(uint64_t entry, const v1::ReplayReleaseResponse& replay, const Console& console) {
  int exit_code = kExitNotVerified;
  std::string verdict = "OTHER BYTES";
  if (replay.verdict() == v1::SAME_BYTES) {
    exit_code = kExitOk;
    verdict = "the same bytes";
  } else if (replay.verdict() == v1::ERASED_SINCE) {
    exit_code = kExitUndecided;
    verdict = "can no longer be shown";
  }
  console.out << "entry " << entry << ": " << verdict << (replay.why().empty() ? "" : ": ")
              << replay.why() << "\n";
  if (replay.erased_records_size() > 0) {
    console.out << "erased since: of records " << absl::StrJoin(replay.erased_records(), " ")
                << ", by entries " << absl::StrJoin(replay.erasure_indices(), " ") << "\n";
  }
  console.out << "this replay is entry " << replay.leaf_index() << " of the log\n";
  return exit_code;
}

}  // namespace

int RunAuditFind(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose;
  std::string source_agency;
  std::string source_system;
  FlagTable table(FindHelp());
  table.RequiredText("purpose", &purpose, "PURPOSE", "one of DPA 2018 s62(4)")
      .Text("source-agency", &source_agency, "AGENCY", "whose local person number it is")
      .Text("source-system", &source_system, "SYSTEM", "that the number is of");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  absl::StatusOr<v1::FindSubjectsRequest> request = ReadSearch(arguments[0], purpose);
  if (!request.ok()) return Fail(console, request.status(), kExitUsage);
  request->set_source_agency(source_agency);
  request->set_source_system(source_system);
  const absl::Status valid = services::Validate(*request);
  if (!valid.ok()) return Fail(console, valid, kExitUsage);
  const auto channel = OpenChannel(connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);
  const auto stub = v1::Ledger::NewStub(*channel);
  const auto answer = CallUnary(*stub, &v1::Ledger::Stub::FindSubjects, *request);
  if (!answer.ok()) return Fail(console, answer.status(), kExitFailed);
  for (const auto& found : answer->found()) {
    console.out << found.subject_id() << "  " << v1::Capacity_Name(found.capacity()) << "  cases "
                << absl::StrJoin(found.case_ids(), " ") << "\n";
  }
  console.out << answer->found_size() << " found; this search is entry " << answer->leaf_index()
              << " of the log\n";
  return kExitOk;
}

absl::Status CheckReplay(const v1::ReplayReleaseResponse& replay) {
  const bool same = replay.verdict() == v1::SAME_BYTES;
  if (same && replay.recorded_digest() != replay.replayed_digest()) {
    return absl::DataLossError("replay: got the same bytes with two digests");
  }
  if (replay.released().empty()) return absl::OkStatus();
  const crypto::Digest released = crypto::Sha256(replay.released());
  if (same && replay.recorded_digest() == crypto::AsBytes(released)) return absl::OkStatus();
  return absl::DataLossError("replay: got bytes of another digest than the entry's");
}

int RunAuditReplay(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose_text;
  std::string out;
  FlagTable table(ReplayHelp());
  table.RequiredText("purpose", &purpose_text, "PURPOSE", "one of DPA 2018 s62(4)")
      .Text("out", &out, "FILE", "where the bytes go, mode 0600");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  v1::ReplayReleaseRequest request;
  uint64_t entry = 0;
  if (!absl::SimpleAtoi(arguments[0], &entry)) {
    return Fail(console, FieldError("ENTRY", "no number", "the disclosure's entry, such as 4711"),
                kExitUsage);
  }
  const auto purpose = ParsePurpose(purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  request.set_disclosure_index(entry);
  request.set_purpose(*purpose);
  request.set_with_bytes(!out.empty());
  const absl::Status valid = services::Validate(request);
  if (!valid.ok()) return Fail(console, valid, kExitUsage);
  const auto channel = OpenChannel(connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);
  const auto stub = v1::Ledger::NewStub(*channel);
  const auto replay =
      CallUnary(*stub, &v1::Ledger::Stub::ReplayRelease, request, kLongCallSecondsMax);
  if (!replay.ok()) return Fail(console, replay.status(), kExitFailed);
  const absl::Status coherent = CheckReplay(*replay);
  if (!coherent.ok()) return Fail(console, coherent, kExitNotVerified);
  // An empty page is released bytes, too.
  if (!out.empty() && replay->verdict() == v1::SAME_BYTES) {
    const absl::Status written = WriteFileAtomically(out, replay->released(), kPrivate);
    if (!written.ok()) return Fail(console, written, kExitFailed);
  }
  return PrintVerdict(entry, *replay, console);
}

}  // namespace concordat::tools
