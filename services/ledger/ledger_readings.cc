// The Ledger's readings: who read a record, and what an agency was given of a case, with proof.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger.h"
#include "services/ledger/own_case.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/notice_store.h"
#include "storage/reading_store.h"

namespace concordat::services {
namespace {

using Item = v1::ListReadingsResponse::Item;

// Of one record, as many as are shown.
constexpr int kReadersShownMax = 25;

// Whether cases are there for who asks, each looked up once.
class CasesThere {
 public:
  CasesThere(const storage::Reader* reader, const storage::Vault* vault, v1::Actor actor)
      : reader_(reader), vault_(vault), actor_(std::move(actor)) {}

  absl::StatusOr<bool> Has(const std::string& case_id) {
    const auto known = known_.find(case_id);
    if (known != known_.end()) return known->second;
    const absl::Status status = OwnCase(*reader_, *vault_, case_id, actor_).status();
    if (!status.ok() && !absl::IsNotFound(status)) return status;
    return known_[case_id] = status.ok();
  }

 private:
  const storage::Reader* const reader_;
  const storage::Vault* const vault_;
  const v1::Actor actor_;
  std::map<std::string, bool> known_;
};

// To those who face perpetrators it is told that, not by whom: which refuge reads of a case tells
// where the victim is.
v1::ReadingRecord AsShown(v1::ReadingRecord reading, bool faces_perpetrator) {
  if (!faces_perpetrator) return reading;
  v1::ReadingRecord shown;
  shown.set_case_id(reading.case_id());
  *shown.mutable_read_at() = reading.read_at();
  return shown;
}

absl::Status AddReaders(const storage::Reader& reader, CasesThere there, LeafIndex record,
                        bool faces_perpetrator, v1::ListReadingsResponse* response) {
  absl::Status failed;
  CONCORDAT_RETURN_IF_ERROR(storage::VisitReadings(
      reader, record, [&](LeafIndex disclosure, const v1::ReadingRecord& reading) {
        if (reading.case_id().empty()) return true;
        const absl::StatusOr<bool> shown = there.Has(reading.case_id());
        failed = shown.status();
        if (!failed.ok()) return false;
        if (!*shown) return true;
        Item& item = *response->add_items();
        *item.mutable_reading() = AsShown(reading, faces_perpetrator);
        item.set_disclosure_index(disclosure.value);
        item.add_records(record.value);
        return response->items_size() < kReadersShownMax;
      }));
  return failed;
}

}  // namespace

absl::StatusOr<v1::LogEntry> Ledger::ParsedEntry(LeafIndex index) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes, log_->ReadEntry(index));
  v1::LogEntry entry;
  if (entry.ParseFromString(bytes)) return entry;
  return absl::DataLossError(StrCat("entry ", index.value, ": got bytes that are no entry"));
}

absl::Status Ledger::AddUnacknowledged(const storage::Reader& reader, const Caller& caller,
                                       LeafIndex record, v1::ListReadingsResponse* response) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<LeafIndex> by,
                             storage::SupersededBy(reader, record));
  if (!by.has_value()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry correction, ParsedEntry(*by));
  // Whoever was given the record in a case that its source may not know of is nobody it hears of.
  CasesThere there(&reader, vault_.get(), ActorOf(caller));
  for (const v1::Notice& notice : correction.notices()) {
    const auto& about = notice.about();
    if (notice.kind() != v1::RECORD_CORRECTED ||
        std::find(about.begin(), about.end(), record.value) == about.end()) {
      continue;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const bool shown, there.Has(notice.case_id()));
    if (!shown) continue;
    CONCORDAT_ASSIGN_OR_RETURN(
        const v1::NoticeRecord stored,
        storage::GetNotice(reader, notice.agency(), notice.desk(), notice.sequence()));
    if (!stored.acknowledged()) response->add_unacknowledged_by(notice.agency());
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListReadingsResponse> Ledger::ReadersOf(
    const Rules& rules, const Caller& caller, const v1::ListReadingsRequest& request) const {
  const storage::AuditLog::View view = log_->ViewOfHead();
  const std::string& agency = caller.agency.id();
  const LeafIndex record{request.leaf_index()};
  const absl::Status own =
      OwnCase(*view.reader, *vault_, request.case_id(), ActorOf(caller)).status();
  if (absl::IsNotFound(own)) return errors::ReadRecordNotFound();
  CONCORDAT_RETURN_IF_ERROR(own);
  const absl::StatusOr<v1::LogEntry> event = ParsedEntry(record);
  if (absl::IsOutOfRange(event.status())) return errors::ReadRecordNotFound();
  CONCORDAT_RETURN_IF_ERROR(event.status());
  const auto& cases = event->case_ids();
  if (!event->has_collected() || event->actor().agency() != agency ||
      std::find(cases.begin(), cases.end(), request.case_id()) == cases.end()) {
    return errors::ReadRecordNotFound();
  }
  const bool faces_perpetrator = rules.policy().FacesPerpetrator(caller.view);
  v1::ListReadingsResponse response;
  CONCORDAT_RETURN_IF_ERROR(AddReaders(*view.reader,
                                       {view.reader.get(), vault_.get(), ActorOf(caller)}, record,
                                       faces_perpetrator, &response));
  if (!faces_perpetrator) {
    CONCORDAT_RETURN_IF_ERROR(AddUnacknowledged(*view.reader, caller, record, &response));
  }
  return response;
}

absl::StatusOr<v1::ListReadingsResponse> Ledger::GivenTo(
    const Caller& caller, const v1::ListReadingsRequest& request) const {
  const storage::AuditLog::View view = log_->ViewOfHead();
  CONCORDAT_RETURN_IF_ERROR(
      OwnCase(*view.reader, *vault_, request.case_id(), ActorOf(caller)).status());
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<LeafIndex> disclosures,
      storage::DisclosuresTo(*view.reader, request.case_id(), request.agency(),
                             kCasePageDefault + 1, LeafIndex{request.before()}));
  CasesThere there(view.reader.get(), vault_.get(), ActorOf(caller));
  v1::ListReadingsResponse response;
  size_t bytes = 0;
  for (const LeafIndex index : disclosures) {
    if (response.items_size() == kCasePageDefault || bytes > kCasePageBytesMax) {
      response.set_next_before(response.items().rbegin()->disclosure_index());
      break;
    }
    CONCORDAT_ASSIGN_OR_RETURN(std::string stored, log_->ReadEntry(index));
    v1::LogEntry entry;
    if (!entry.ParseFromString(stored)) {
      return absl::DataLossError(StrCat("entry ", index.value, ": got bytes that are no entry"));
    }
    Item& item = *response.add_items();
    *item.mutable_reading() = storage::ReadingIn(entry);
    item.mutable_reading()->set_case_id(request.case_id());
    item.set_disclosure_index(index.value);
    for (const uint64_t leaf : storage::RecordsGiven(entry, request.case_id())) {
      item.add_records(leaf);
    }
    CONCORDAT_ASSIGN_OR_RETURN(*item.mutable_receipt(), ReceiptFor(index));
    // Alerts of several cases stand in one entry: not shown to whom one of them is not there for.
    bool all_there = true;
    for (const std::string& case_id : entry.case_ids()) {
      CONCORDAT_ASSIGN_OR_RETURN(const bool is_there, there.Has(case_id));
      all_there = all_there && is_there;
    }
    if (all_there) item.set_entry(std::move(stored));
    bytes += item.ByteSizeLong();
  }
  return response;
}

void Ledger::ListReadings(const Caller& caller, const v1::ListReadingsRequest& request,
                          Done<v1::ListReadingsResponse> done) {
  const Rules& rules = rules_.get();
  const auto refuse = [&](std::string_view rule, const absl::Status& status) {
    Refuse(rules, caller, request.purpose(), request.case_id(), rule, status, std::move(done));
  };
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) return refuse("purpose", allowed);
  const v1::Role role = caller.agency.role();
  const bool of_another = !request.agency().empty();
  if (of_another && role != v1::POLICE && role != v1::MARAC_COORDINATOR) {
    return refuse("role", errors::ReadingsOfAnother());
  }
  absl::StatusOr<v1::ListReadingsResponse> listed =
      of_another ? GivenTo(caller, request) : ReadersOf(rules, caller, request);
  if (absl::IsNotFound(listed.status())) {
    return refuse(of_another ? "not-party" : "not-source", listed.status());
  }
  if (!listed.ok()) return done(listed.status());

  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::CONSULTATION);
  entry.add_case_ids(request.case_id());
  entry.mutable_readings_listed()->set_leaf_index(request.leaf_index());
  entry.mutable_readings_listed()->set_agency(request.agency());
  auto response = std::make_shared<v1::ListReadingsResponse>(*std::move(listed));
  Record(std::move(entry), [response, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
    if (!index.ok()) return done(index.status());
    done(std::move(*response));
  });
}

}  // namespace concordat::services
