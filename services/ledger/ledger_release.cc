// The Ledger's answers about releases it made: to their recipients, and to auditors.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger.h"
#include "services/ledger/replay.h"
#include "storage/case_store.h"
#include "storage/release_store.h"
#include "tlog/merkle.h"
#include "tlog/release_confirmation.h"

namespace concordat::services {
namespace {

std::string TargetOf(uint64_t disclosure_index) { return StrCat("release ", disclosure_index); }

// As the log keeps it of a replay whose bytes an auditor is given: a disclosure of the same
// records.
void ShowAgain(const v1::LogEntry& shown, const Caller& auditor, v1::LogEntry* entry) {
  *entry->mutable_case_ids() = shown.case_ids();
  v1::LogEntry::Disclosed& disclosed = *entry->mutable_disclosed();
  disclosed = shown.disclosed();
  disclosed.clear_recipients();
  disclosed.clear_unusual();  // Of the first reading.
  v1::LogEntry::Disclosed::Recipient& to = *disclosed.add_recipients();
  to.set_agency(auditor.agency.id());
  to.set_spiffe_id(auditor.id.ToString());
  to.set_certificate_sha256(auditor.certificate_sha256);
  disclosed.mutable_replay_read()->set_disclosure_index(shown.index());
}

}  // namespace

absl::StatusOr<std::string> Ledger::ReadReleaseTo(const Caller& caller, LeafIndex index) const {
  absl::StatusOr<std::string> bytes = log_->ReadEntry(index);
  if (absl::IsOutOfRange(bytes.status())) return errors::ReleaseNotFound();
  CONCORDAT_RETURN_IF_ERROR(bytes.status());
  v1::LogEntry entry;
  if (!entry.ParseFromString(*bytes)) {
    return absl::DataLossError(StrCat("entry ", index.value, ": got bytes that are no entry"));
  }
  const auto& recipients = entry.disclosed().recipients();
  const bool received = std::any_of(recipients.begin(), recipients.end(), [&](const auto& to) {
    return to.agency() == caller.agency.id();
  });
  const storage::AuditLog::View view = log_->ViewOfHead();
  CONCORDAT_ASSIGN_OR_RETURN(const Conflicts conflicts,
                             Conflicts::Of(*view.reader, *vault_, ActorOf(caller)));
  for (const std::string& case_id : entry.case_ids()) {
    if (!received || !conflicts.any()) break;
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                               storage::GetCase(*view.reader, case_id));
    if (conflicts.With(*vault_, record)) return errors::ReleaseNotFound();
  }
  if (received) return bytes;
  return errors::ReleaseNotFound();
}

void Ledger::GetRelease(const Caller& caller, const v1::GetReleaseRequest& request,
                        Done<v1::Release> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  const auto refuse = [&](std::string_view rule, const absl::Status& status) {
    Refuse(rules, caller, request.purpose(), TargetOf(request.disclosure_index()), rule, status,
           std::move(done));
  };
  if (!allowed.ok()) return refuse("purpose", allowed);
  const LeafIndex index{request.disclosure_index()};
  absl::StatusOr<std::string> bytes = ReadReleaseTo(caller, index);
  if (absl::IsNotFound(bytes.status())) return refuse("not-recipient", bytes.status());
  if (!bytes.ok()) return done(bytes.status());

  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::CONSULTATION);
  entry.mutable_log_read()->set_first_index(index.value);
  entry.mutable_log_read()->set_end_index(index.value + 1);
  Record(std::move(entry), [this, index, bytes = *std::move(bytes),
                            done = std::move(done)](absl::StatusOr<LeafIndex> recorded) mutable {
    if (!recorded.ok()) return done(recorded.status());
    done(ReleaseAt(index, std::move(bytes)));
  });
}

absl::StatusOr<v1::Release> Ledger::ReleaseAt(LeafIndex index, std::string bytes) const {
  v1::Release release;
  release.set_entry(std::move(bytes));
  CONCORDAT_ASSIGN_OR_RETURN(*release.mutable_receipt(), ReceiptFor(index));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<LeafIndex> confirmed,
                             storage::ConfirmationOf(*log_->ViewOfHead().reader, index));
  if (!confirmed.has_value()) return release;
  CONCORDAT_ASSIGN_OR_RETURN(const std::string stored, log_->ReadEntry(*confirmed));
  v1::LogEntry confirmation;
  if (!confirmation.ParseFromString(stored) || !confirmation.has_release_confirmed()) {
    return absl::DataLossError(
        StrCat("entry ", confirmed->value, ": got other bytes than a confirmation"));
  }
  release.set_confirmation(confirmation.release_confirmed().confirmation());
  CONCORDAT_ASSIGN_OR_RETURN(*release.mutable_confirmation_receipt(), ReceiptFor(*confirmed));
  return release;
}

absl::Status Ledger::CheckConfirmation(const Caller& caller, const std::string& bytes,
                                       const v1::ConfirmReleaseRequest& request) const {
  const v1::Agency* agency = trust_->directory().Find(caller.agency.id());
  if (agency == nullptr || agency->confirmation_key().empty()) return errors::NoConfirmationKey();
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::NoteVerifier key,
                             crypto::NoteVerifier::Parse(agency->confirmation_key()));
  v1::LogEntry entry;
  if (!entry.ParseFromString(bytes)) return absl::DataLossError("entry: got bytes that are none");
  tlog::ReleaseConfirmation expected;
  expected.origin = verifier_.name();
  expected.disclosure = LeafIndex{request.disclosure_index()};
  expected.leaf_hash = tlog::LeafHash(bytes);
  CONCORDAT_ASSIGN_OR_RETURN(expected.released_digest,
                             crypto::DigestFromBytes(entry.disclosed().released_digest()));
  expected.agency = caller.agency.id();
  const absl::Status verified =
      tlog::VerifyReleaseConfirmation(request.confirmation(), key, expected);
  if (verified.ok()) return verified;
  return absl::InvalidArgumentError(StrCat("confirmation: got one that does not hold (",
                                           ToStd(verified.message()),
                                           "), want the agency's own of this release"));
}

void Ledger::ConfirmRelease(const Caller& caller, const v1::ConfirmReleaseRequest& request,
                            Done<v1::Receipt> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  const auto refuse = [&](std::string_view rule, const absl::Status& status) {
    Refuse(rules, caller, request.purpose(), TargetOf(request.disclosure_index()), rule, status,
           std::move(done));
  };
  if (!allowed.ok()) return refuse("purpose", allowed);
  const LeafIndex disclosure{request.disclosure_index()};
  const absl::StatusOr<std::string> bytes = ReadReleaseTo(caller, disclosure);
  if (absl::IsNotFound(bytes.status())) return refuse("not-recipient", bytes.status());
  if (!bytes.ok()) return done(bytes.status());
  const absl::Status checked = CheckConfirmation(caller, *bytes, request);
  if (!checked.ok()) return done(checked);

  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::RELEASE_CONFIRMED);
  entry.mutable_release_confirmed()->set_disclosure_index(disclosure.value);
  entry.mutable_release_confirmed()->set_confirmation(request.confirmation());
  auto at = std::make_shared<LeafIndex>();
  log_->Submit(
      [entry = std::move(entry), disclosure, at](storage::Transaction& transaction) {
        CONCORDAT_ASSIGN_OR_RETURN(const std::optional<LeafIndex> first,
                                   storage::ConfirmationOf(transaction, disclosure));
        *at = first.has_value() ? *first : transaction.AppendEntry(entry);
        return absl::OkStatus();
      },
      [this, at, done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        done(ReceiptFor(*at));
      });
}

void Ledger::ReplayRelease(const Caller& caller, const v1::ReplayReleaseRequest& request,
                           Done<v1::ReplayReleaseResponse> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), TargetOf(request.disclosure_index()), "purpose",
                  allowed, std::move(done));
  }
  const absl::StatusOr<std::string> bytes = log_->ReadEntry(LeafIndex{request.disclosure_index()});
  v1::LogEntry shown;
  if (absl::IsOutOfRange(bytes.status())) return done(errors::NoSuchRelease());
  if (!bytes.ok()) return done(bytes.status());
  if (!shown.ParseFromString(*bytes) || !shown.has_disclosed()) {
    return done(errors::NoSuchRelease());
  }
  if (shown.disclosed().has_replay_read()) {
    return done(errors::ReplayOfAReplay(shown.disclosed().replay_read().disclosure_index()));
  }
  const absl::Status taken = worker_.Submit([this, caller, request, shown = std::move(shown),
                                             done] { Replay(caller, request, shown, done); });
  if (!taken.ok()) done(taken);
}

void Ledger::Replay(const Caller& caller, const v1::ReplayReleaseRequest& request,
                    const v1::LogEntry& shown, const Done<v1::ReplayReleaseResponse>& done) {
  const Rules& rules = rules_.get();
  const storage::AuditLog::View view = log_->ViewOfHead();
  ReplayParts parts{vault_.get(), view.reader.get(),
                    [this](LeafIndex first, LeafIndex end,
                           absl::FunctionRef<bool(LeafIndex, std::string_view)> visit) {
                      return log_->ScanEntries(first, end, visit);
                    },
                    [this](LeafIndex index) { return log_->ReadEntry(index); }};
  absl::StatusOr<v1::ReplayReleaseResponse> replayed = services::ReplayRelease(parts, shown);
  if (!replayed.ok()) return done(replayed.status());
  auto response = std::make_shared<v1::ReplayReleaseResponse>(*std::move(replayed));
  v1::LogEntry entry;
  if (request.with_bytes() && response->verdict() == v1::SAME_BYTES) {
    entry = rules.Begin(caller, request.purpose(), v1::DISCLOSURE);
    ShowAgain(shown, caller, &entry);
  } else {
    response->clear_released();
    entry = rules.Begin(caller, request.purpose(), v1::CONSULTATION);
    entry.mutable_log_read()->set_first_index(shown.index());
    entry.mutable_log_read()->set_end_index(shown.index() + 1);
    entry.mutable_log_read()->set_replayed_index(shown.index());
  }
  Record(std::move(entry), [response, done](absl::StatusOr<LeafIndex> index) {
    if (!index.ok()) return done(index.status());
    response->set_leaf_index(index->value);
    done(std::move(*response));
  });
}

}  // namespace concordat::services
