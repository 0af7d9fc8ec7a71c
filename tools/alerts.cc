#include "tools/alerts.h"

#include <grpcpp/client_context.h>

#include <memory>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/random.h"
#include "services/common/status_mapping.h"
#include "tools/alert_journal.h"
#include "tools/alert_watch.h"
#include "tools/connection.h"
#include "tools/event_text.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/purposes.h"

namespace concordat::tools {
namespace {

CommandHelp WatchHelp() {
  return {
      "concordat alerts watch --journal FILE --purpose PURPOSE --server HOST:PORT [flags]",
      "Shows each alert once, as it arrives. The journal is the record of what was shown: a JSON "
      "line\n"
      "an alert, on disk before it is shown here. After a crash or a restart of either side the\n"
      "watcher goes on after the journal's last line, so none is lost and none shown twice; while "
      "the\n"
      "service is away it tries again by itself.",
      "concordat alerts watch --journal alerts.jsonl --purpose victim-support \\\n"
      "    --server concordat.example:7443 \\\n"
      "    --server-id spiffe://lancashire.concordat.test/agency/svc-victim/victim \\\n"
      "    --cert desk.crt --key desk.key --ca ca.crt",
      0, 0};
}

CommandHelp AckHelp() {
  return {"concordat alerts ack SEQUENCE... --purpose PURPOSE --server HOST:PORT [flags]",
          "Says that somebody has taken on these alerts. Safe to repeat.",
          "concordat alerts ack 12 13 --purpose victim-support --server concordat.example:7443 \\\n"
          "    --server-id spiffe://lancashire.concordat.test/agency/svc-victim/victim \\\n"
          "    --cert desk.crt --key desk.key --ca ca.crt",
          1, 256};
}

std::string ShownTime(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

void ShowAlert(const v1::Alert& alert, bool json, const Console& console) {
  if (json) {
    console.out << JsonOf(alert) << std::endl;
    return;
  }
  console.out << "alert " << alert.sequence() << "  " << v1::Severity_Name(alert.severity())
              << "  case " << alert.case_id() << "  acknowledge by "
              << ShownTime(alert.acknowledge_by()) << "\n"
              << EventText(alert.event()) << std::endl;
}

// One call, until it ends or the watch is done. The journal's error goes to `failed`.
absl::Status WatchOnce(v1::Victim::Stub* stub, v1::Purpose purpose, AlertWatch* watch,
                       absl::Status* failed, bool* received) {
  v1::WatchAlertsRequest request;
  request.set_purpose(purpose);
  request.set_shown_through(watch->shown_through());
  grpc::ClientContext context;
  const auto reader = stub->WatchAlerts(&context, request);
  v1::WatchAlertsItem item;
  while (reader->Read(&item)) {
    *received = true;
    *failed = watch->Take(item);
    if (!failed->ok() || watch->done()) {
      context.TryCancel();
      break;
    }
  }
  return services::FromGrpcStatus(reader->Finish());
}

int Watch(v1::Victim::Stub* stub, v1::Purpose purpose, AlertWatch* watch, const Console& console) {
  std::minstd_rand jitter(static_cast<unsigned char>(crypto::RandomBytes(1)[0]) + 1);
  std::uniform_real_distribution<double> fraction(0, 1);
  for (int attempt = 0;; ++attempt) {
    absl::Status failed;
    bool received = false;
    const absl::Status ended = WatchOnce(stub, purpose, watch, &failed, &received);
    if (!failed.ok()) return Fail(console, failed, kExitFailed);
    if (watch->done()) return kExitOk;
    if (!WorthAnotherTry(ended)) return Fail(console, ended, kExitFailed);
    if (received) attempt = 0;
    const absl::Duration wait = BackoffBefore(attempt, fraction(jitter));
    console.err << "connection ended (" << absl::StatusCodeToString(ended.code())
                << "); trying again in "
                << absl::FormatDuration(absl::Trunc(wait, absl::Milliseconds(1))) << std::endl;
    absl::SleepFor(wait);
  }
}

}  // namespace

int RunAlertsWatch(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose_text;
  std::string journal_path;
  AlertWatch::Options options;
  bool json = false;
  FlagTable table(WatchHelp());
  table.RequiredText("journal", &journal_path, "FILE", "what was shown; made when missing")
      .RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as victim-support");
  connection.AddTo(&table);
  table.Number("max", &options.max, "stops after N alerts")
      .Switch("until-caught-up", &options.until_caught_up, "stops when nothing is waiting")
      .Switch("json", &json, "one JSON object an alert");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto purpose = ParsePurpose(purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  const auto journal = AlertJournal::Open(journal_path);
  if (!journal.ok()) return Fail(console, journal.status(), kExitFailed);
  const auto channel = OpenChannel(connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);

  uint64_t last_waiting = ~uint64_t{0};
  options.show = [&](const v1::Alert& alert) { ShowAlert(alert, json, console); };
  options.beat = [&](const v1::Heartbeat& heartbeat) {
    if (heartbeat.unacknowledged() == last_waiting) return;
    last_waiting = heartbeat.unacknowledged();
    console.err << "caught up; " << heartbeat.last_sequence() << " alerts so far, "
                << heartbeat.unacknowledged() << " not acknowledged" << std::endl;
  };
  AlertWatch watch(std::move(options), journal->get(), &console.clock);
  return Watch(v1::Victim::NewStub(*channel).get(), *purpose, &watch, console);
}

int RunAlertsAck(const std::vector<std::string>& args, const Console& console) {
  ConnectionFlags connection;
  std::string purpose_text;
  FlagTable table(AckHelp());
  table.RequiredText("purpose", &purpose_text, "PURPOSE", "why, such as victim-support");
  connection.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto purpose = ParsePurpose(purpose_text);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);
  v1::AcknowledgeAlertsRequest request;
  request.set_purpose(*purpose);
  for (const std::string& argument : arguments) {
    uint64_t sequence = 0;
    if (!absl::SimpleAtoi(argument, &sequence) || sequence == 0) {
      return Fail(console, FieldError("SEQUENCE", StrCat("\"", argument, "\""), "a number from 1"),
                  kExitUsage);
    }
    request.add_sequences(sequence);
  }
  const auto channel = OpenChannel(connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);
  grpc::ClientContext context;
  v1::AcknowledgeAlertsResponse response;
  const absl::Status status = services::FromGrpcStatus(
      v1::Victim::NewStub(*channel)->AcknowledgeAlerts(&context, request, &response));
  if (!status.ok()) return Fail(console, status, kExitFailed);
  console.out << "acknowledged " << response.acknowledged_size() << ", entry "
              << response.receipt().leaf_index() << " of the log; " << response.unacknowledged()
              << " still waiting\n";
  return kExitOk;
}

}  // namespace concordat::tools
