#include "tools/history.h"

#include <grpcpp/client_context.h>

#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/status_mapping.h"
#include "tools/connection.h"
#include "tools/event_text.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/log_trust.h"
#include "tools/purposes.h"
#include "tools/release.h"
#include "tools/release_check.h"
#include "tools/release_confirm.h"

namespace concordat::tools {
namespace {

using PageReader = std::unique_ptr<grpc::ClientReader<v1::CasePage>>;

CommandHelp Help() {
  return {
      "concordat history CASE_ID --via SERVICE --purpose PURPOSE --server HOST:PORT [flags]",
      "Prints the events of a case by the time they happened, with the fields that our role may "
      "see,\n"
      "and what was generalised or withheld and why. The reading itself is recorded in the log.\n"
      "A case that is not ours is answered as one that does not exist.\n"
      "With --confirmation-key, --releases and --log-key, each page is signed for once the log\n"
      "proves that it is what was received (via marac, or a server of all services).",
      "concordat history abcdefghijklmnopqrstuvwxyz --via marac --purpose marac-meeting \\\n"
      "    --server concordat.example:7443 \\\n"
      "    --server-id spiffe://lancashire.concordat.test/agency/svc-marac/marac \\\n"
      "    --cert desk.crt --key desk.key --ca ca.crt",
      1, 1};
}

// Starts the call at the service; null for a service of another name.
PageReader StartReading(const std::string& via, const std::shared_ptr<grpc::Channel>& channel,
                        grpc::ClientContext* context, const v1::ReadCaseRequest& request) {
  if (via == "police") return v1::Police::NewStub(channel)->ReadCase(context, request);
  if (via == "social") return v1::Social::NewStub(channel)->ReadCase(context, request);
  if (via == "marac") return v1::Marac::NewStub(channel)->PullCaseHistory(context, request);
  if (via == "victim") return v1::Victim::NewStub(channel)->ReadCase(context, request);
  return nullptr;
}

void PrintPage(const v1::CasePage& page, bool json, uint64_t* events, const Console& console) {
  for (const v1::ReleasedEvent& event : page.events()) {
    ++*events;
    if (json) {
      console.out << JsonOf(event) << "\n";
    } else {
      console.out << EventText(event) << "\n";
    }
  }
}

// Signs for each page that was shown.
struct Confirming {
  std::string key_file;
  std::string releases;
  TrustFlags trust_flags;
  std::optional<crypto::NoteSigner> key;
  std::optional<LogTrust> trust;

  void AddTo(FlagTable* table) {
    table->Text("confirmation-key", &key_file, "FILE", "sign for each page with this key")
        .Text("releases", &releases, "FILE", "where both signatures are kept");
    trust_flags.AddTo(table);
  }
  bool Wanted() const { return !key_file.empty(); }

  absl::Status Load() {
    if (!Wanted()) return absl::OkStatus();
    if (releases.empty()) {
      return FieldError("--releases", "nothing", "a file, with --confirmation-key");
    }
    CONCORDAT_ASSIGN_OR_RETURN(trust, trust_flags.Load());
    CONCORDAT_ASSIGN_OR_RETURN(key, ReadConfirmationKey(key_file));
    return absl::OkStatus();
  }

  absl::Status Confirm(const ReleaseCalls& calls, v1::Purpose purpose,
                       const v1::CasePage& page) const {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::Release release,
                               ConfirmRelease(calls, purpose, page.disclosure_index(),
                                              ReleasedDigest(page.events()), *trust, *key));
    return KeepRelease(releases, release);
  }
};

void PrintEnd(const v1::CasePage& last, uint64_t events, const Console& console) {
  std::string never;
  for (const int data_class : last.never_released()) {
    StrAppend(&never, never.empty() ? "" : ", ",
              v1::DataClass_Name(static_cast<v1::DataClass>(data_class)));
  }
  console.out << events << " events of case " << last.case_id() << "; this reading is entry "
              << last.disclosure_index() << " of the log, policy "
              << absl::BytesToHexString(last.policy_digest().substr(0, 6)) << "\n";
  if (!never.empty()) console.out << "never shown to our role: " << never << "\n";
}

}  // namespace

int RunHistory(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose_text;
  std::string via;
  uint64_t page_size = 0;
  uint64_t grant = 0;
  bool json = false;
  FlagTable table(Help());
  table.RequiredText("via", &via, "SERVICE", "police, social, marac or victim")
      .RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as marac-meeting");
  Confirming confirming;
  connection.AddTo(&table);
  confirming.AddTo(&table);
  table.Number("grant", &grant, "our own grant for this case (glass break, approval)")
      .Number("page-size", &page_size, "events a page, 1 to 500 (100)")
      .Switch("json", &json, "one JSON object an event, and nothing else");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto purpose = ParsePurpose(purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  const absl::Status usable = confirming.Load();
  if (!usable.ok()) return Fail(console, usable, kExitUsage);
  const auto channel = OpenChannel(connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);

  v1::ReadCaseRequest request;
  request.set_case_id(arguments[0]);
  request.set_purpose(*purpose);
  request.set_page_size(static_cast<uint32_t>(page_size));
  request.set_grant_index(grant);
  uint64_t events = 0;
  v1::CasePage page;
  grpc::ClientContext context;
  const PageReader reader = StartReading(via, *channel, &context, request);
  if (reader == nullptr) {
    return Fail(console,
                FieldError("--via", StrCat("\"", via, "\""), "police, social, marac or victim"),
                kExitUsage);
  }
  absl::Status confirmed;
  const ReleaseCalls governance = GovernanceAt(*channel);
  while (reader->Read(&page)) {
    PrintPage(page, json, &events, console);
    if (confirming.Wanted()) confirmed.Update(confirming.Confirm(governance, *purpose, page));
  }
  const absl::Status status = services::FromGrpcStatus(reader->Finish());
  if (!status.ok()) return Fail(console, status, kExitFailed);
  if (!confirmed.ok()) {
    return Fail(console, confirmed, absl::IsDataLoss(confirmed) ? kExitNotVerified : kExitFailed);
  }
  if (!json) PrintEnd(page, events, console);
  return kExitOk;
}

}  // namespace concordat::tools
