#include "tools/notices.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "base/field_error.h"
#include "base/limits.h"
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

constexpr char kExample[] =
    " --purpose law-enforcement \\\n"
    "    --server concordat.example:7443 \\\n"
    "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
    "    --cert desk.crt --key desk.key --ca ca.crt";

struct CallFlags {
  ConnectionFlags connection;
  std::string purpose_text;
  bool officer = false;

  void AddTo(FlagTable* table) {
    table->RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as law-enforcement")
        .Switch("officer", &officer, "at the data protection officer's desk");
    connection.AddTo(table);
  }
  v1::Desk desk() const { return officer ? v1::DATA_PROTECTION : v1::CASEWORK; }
};

absl::StatusOr<uint64_t> ParseSequence(const std::string& text) {
  uint64_t sequence = 0;
  if (absl::SimpleAtoi(text, &sequence) && sequence > 0) return sequence;
  return FieldError("NUMBER", text, "the number of a notice");
}

std::string By(const v1::ReadNoticesResponse::Item& item) {
  if (item.by_agency().empty()) return "";
  std::string by = StrCat(" by ", item.by_agency(), " (", v1::Role_Name(item.by_role()), ")");
  if (!item.by_practitioner().empty()) by = StrCat(by, " ", item.by_practitioner());
  return by;
}

template <typename Request, typename Response>
absl::StatusOr<Response> Ask(const CallFlags& flags, const Request& request,
                             grpc::Status (v1::Governance::Stub::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*)) {
  CONCORDAT_RETURN_IF_ERROR(services::Validate(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto channel, OpenChannel(flags.connection));
  const auto stub = v1::Governance::NewStub(channel);
  return CallUnary(*stub, method, request);
}

}  // namespace

std::string NoticeLine(const v1::ReadNoticesResponse::Item& item) {
  const v1::Notice& notice = item.notice();
  std::string line = StrCat(notice.sequence(), " ", Timestamp(ToTime(item.raised_at())), " ",
                            v1::NoticeKind_Name(notice.kind()));
  if (notice.case_id().empty()) return StrCat(line, " of a case that is not there any more");
  line = StrCat(line, " case ", notice.case_id());
  if (notice.about_size() > 0) line = StrCat(line, " about ", absl::StrJoin(notice.about(), " "));
  for (const int unusual : notice.unusual()) {
    line = StrCat(line, " ", v1::UnusualAccess_Name(static_cast<v1::UnusualAccess>(unusual)));
  }
  if (!notice.employer().empty()) line = StrCat(line, " employer ", notice.employer());
  if (notice.has_act_by()) line = StrCat(line, " act by ", Timestamp(ToTime(notice.act_by())));
  return StrCat(line, By(item), ", entry ", item.entry_index());
}

int RunNoticesRead(const std::vector<std::string>& args, const Console& console) {
  CallFlags flags;
  v1::ReadNoticesRequest request;
  uint64_t after = 0;
  FlagTable table({"concordat notices read --purpose PURPOSE --server ... [flags]",
                   "Shows what our agency was told and has not acknowledged: who read its records, "
                   "which records\nthat it was given are corrected, which releases to it are "
                   "recalled. Exit code 0.",
                   std::string("concordat notices read") + kExample, 0, 0});
  flags.AddTo(&table);
  table.Number("after", &after, "only those with a higher number");
  std::vector<std::string> none;
  if (const auto exit_code = ParseOrExplain(table, args, &none, console)) return *exit_code;
  const absl::StatusOr<v1::Purpose> purpose = ParsePurpose(flags.purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  request.set_purpose(*purpose);
  request.set_desk(flags.desk());
  request.set_after(after);
  const absl::StatusOr<v1::ReadNoticesResponse> notices =
      Ask(flags, request, &v1::Governance::Stub::ReadNotices);
  if (!notices.ok()) return Fail(console, notices.status(), kExitFailed);
  for (const auto& item : notices->items()) console.out << NoticeLine(item) << "\n";
  console.out << notices->unacknowledged() << " unacknowledged, the last of all is number "
              << notices->last_sequence() << "\n";
  return kExitOk;
}

int RunNoticesAcknowledge(const std::vector<std::string>& args, const Console& console) {
  CallFlags flags;
  v1::AcknowledgeNoticesRequest request;
  FlagTable table(
      {"concordat notices acknowledge NUMBER... --purpose PURPOSE --server ... [flags]",
       "Says that our agency knows: of a correction, that it no longer relies on the record; of a\n"
       "recall, that what it had is destroyed.",
       std::string("concordat notices acknowledge 12 13") + kExample, 1,
       static_cast<size_t>(kAcknowledgeMax)});
  flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<v1::Purpose> purpose = ParsePurpose(flags.purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  request.set_purpose(*purpose);
  request.set_desk(flags.desk());
  for (const std::string& argument : arguments) {
    const absl::StatusOr<uint64_t> sequence = ParseSequence(argument);
    if (!sequence.ok()) return Fail(console, sequence.status(), kExitUsage);
    request.add_sequences(*sequence);
  }
  const absl::StatusOr<v1::Receipt> receipt =
      Ask(flags, request, &v1::Governance::Stub::AcknowledgeNotices);
  if (!receipt.ok()) return Fail(console, receipt.status(), kExitFailed);
  console.out << "acknowledged, entry " << receipt->leaf_index() << " of the log\n";
  return kExitOk;
}

}  // namespace concordat::tools
