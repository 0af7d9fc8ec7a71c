// The Ledger's notices: read and acknowledged at an agency's desks.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/notice_store.h"

namespace concordat::services {
namespace {

using Item = v1::ReadNoticesResponse::Item;

bool MayUse(v1::Desk desk, const Caller& caller) {
  const auto& officers = caller.agency.officer_workloads();
  return desk != v1::DATA_PROTECTION ||
         std::find(officers.begin(), officers.end(), caller.id.workload()) != officers.end();
}

std::string TargetOf(v1::Desk desk) { return StrCat("notices ", v1::Desk_Name(desk)); }

// Whether the case that the notice is of is still there to be told of. Whoever watches over others
// need not be party to it; nobody is told of a case of somebody they are connected to.
absl::StatusOr<bool> MayTellOf(const storage::Reader& reader, const storage::Vault& vault,
                               const Conflicts& conflicts, const v1::Notice& notice) {
  if (notice.case_id().empty()) return true;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                             storage::GetCase(reader, notice.case_id()));
  if (conflicts.With(vault, record)) return false;
  if (notice.kind() == v1::RECIPIENT_RECALLED) return true;
  return notice.desk() == v1::DATA_PROTECTION ? !storage::IsSealedAgainst(record, notice.agency())
                                              : storage::IsThereFor(record, notice.agency());
}

// Who did it. To those who face perpetrators only of a correction, whose source they know, and of a
// recall: which refuge reads of a case tells where the victim is.
void TellWho(const v1::LogEntry& occasion, bool faces_perpetrator, Item* item) {
  const v1::NoticeKind kind = item->notice().kind();
  const bool known = kind == v1::RECORD_CORRECTED || kind == v1::RECIPIENT_RECALLED;
  if (faces_perpetrator && !known) return;
  item->set_by_agency(occasion.actor().agency());
  item->set_by_role(occasion.actor().role());
  if (!faces_perpetrator) item->set_by_practitioner(occasion.actor().practitioner());
}

}  // namespace

absl::StatusOr<v1::ReadNoticesResponse> Ledger::GatherNotices(
    const Rules& rules, const Caller& caller, const v1::ReadNoticesRequest& request) const {
  const storage::AuditLog::View view = log_->ViewOfHead();
  const std::string& agency = caller.agency.id();
  v1::ReadNoticesResponse response;
  CONCORDAT_ASSIGN_OR_RETURN(const storage::NoticeCounts counts,
                             storage::CountNotices(*view.reader, agency, request.desk()));
  response.set_last_sequence(counts.last_sequence);
  response.set_unacknowledged(counts.unacknowledged);
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<v1::NoticeRecord> records,
      storage::ListUnacknowledgedNotices(*view.reader, agency, request.desk(), request.after(),
                                         kAcknowledgeMax));
  const bool faces_perpetrator = rules.policy().FacesPerpetrator(caller.view);
  CONCORDAT_ASSIGN_OR_RETURN(const Conflicts conflicts,
                             Conflicts::Of(*view.reader, *vault_, ActorOf(caller)));
  for (const v1::NoticeRecord& record : records) {
    Item& item = *response.add_items();
    *item.mutable_notice() = record.notice();
    *item.mutable_raised_at() = record.raised_at();
    CONCORDAT_ASSIGN_OR_RETURN(const bool may_tell,
                               MayTellOf(*view.reader, *vault_, conflicts, record.notice()));
    if (!may_tell) {
      // That there was a notice stays, so that no number is missing, and nothing else.
      v1::Notice bare;
      bare.set_agency(record.notice().agency());
      bare.set_desk(record.notice().desk());
      bare.set_sequence(record.notice().sequence());
      bare.set_kind(record.notice().kind());
      *item.mutable_notice() = std::move(bare);
      continue;
    }
    item.set_entry_index(record.entry_index());
    CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes,
                               log_->ReadEntry(LeafIndex{record.entry_index()}));
    v1::LogEntry occasion;
    if (!occasion.ParseFromString(bytes)) {
      return absl::DataLossError(
          StrCat("entry ", record.entry_index(), ": got bytes that are no entry"));
    }
    TellWho(occasion, faces_perpetrator, &item);
  }
  return response;
}

void Ledger::ReadNotices(const Caller& caller, const v1::ReadNoticesRequest& request,
                         Done<v1::ReadNoticesResponse> done) {
  const Rules& rules = rules_.get();
  const auto refuse = [&](std::string_view rule, const absl::Status& status) {
    Refuse(rules, caller, request.purpose(), TargetOf(request.desk()), rule, status,
           std::move(done));
  };
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) return refuse("purpose", allowed);
  if (!MayUse(request.desk(), caller)) return refuse("not-officer", errors::NotTheOfficers());
  absl::StatusOr<v1::ReadNoticesResponse> gathered = GatherNotices(rules, caller, request);
  if (!gathered.ok()) return done(gathered.status());

  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::CONSULTATION);
  v1::LogEntry::NoticesRead& read = *entry.mutable_notices_read();
  read.set_desk(request.desk());
  read.set_after(request.after());
  read.set_notices(static_cast<uint32_t>(gathered->items_size()));
  auto response = std::make_shared<v1::ReadNoticesResponse>(*std::move(gathered));
  Record(std::move(entry), [response, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
    if (!index.ok()) return done(index.status());
    done(std::move(*response));
  });
}

void Ledger::AcknowledgeNotices(const Caller& caller, const v1::AcknowledgeNoticesRequest& request,
                                Done<v1::Receipt> done) {
  const Rules& rules = rules_.get();
  const auto refuse = [&](std::string_view rule, const absl::Status& status) {
    Refuse(rules, caller, request.purpose(), TargetOf(request.desk()), rule, status,
           std::move(done));
  };
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) return refuse("purpose", allowed);
  if (!MayUse(request.desk(), caller)) return refuse("not-officer", errors::NotTheOfficers());
  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::NOTICES_ACKNOWLEDGED);
  entry.mutable_notices_acknowledged()->set_desk(request.desk());
  *entry.mutable_notices_acknowledged()->mutable_sequences() = request.sequences();
  log_->Submit(
      [entry = std::move(entry)](storage::Transaction& transaction) {
        const v1::LogEntry::NoticesAcknowledged& detail = entry.notices_acknowledged();
        for (int i = 0; i < detail.sequences_size(); ++i) {
          const absl::Status known = storage::GetNotice(transaction, entry.actor().agency(),
                                                        detail.desk(), detail.sequences(i))
                                         .status();
          if (absl::IsNotFound(known)) return errors::NoticeNotFound(i);
          CONCORDAT_RETURN_IF_ERROR(known);
        }
        transaction.AppendEntry(entry);
        return absl::OkStatus();
      },
      [this, done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        done(ReceiptFor(committed->first));
      });
}

}  // namespace concordat::services
