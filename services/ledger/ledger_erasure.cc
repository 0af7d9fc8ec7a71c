// The erasing half of the Ledger.
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/synchronization/notification.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/ledger/erasure_plan.h"
#include "services/ledger/errors.h"
#include "services/ledger/identity_tokens.h"
#include "services/ledger/ledger.h"
#include "services/ledger/own_case.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/erasure_store.h"
#include "storage/key_schema.h"

namespace concordat::services {
namespace {

using storage::Transaction;

// NOT_FOUND for a request that is not there, is no agency's, or is of a case not the agency's.
absl::StatusOr<v1::ErasureRecord> RequestFor(const storage::Reader& reader, LeafIndex request,
                                             const storage::Vault& vault, const v1::Actor& actor) {
  absl::StatusOr<v1::ErasureRecord> record = storage::GetErasure(reader, request);
  if (absl::IsNotFound(record.status())) return errors::ErasureRequestNotFound();
  CONCORDAT_RETURN_IF_ERROR(record.status());
  if (!record->has_request()) return errors::ErasureRequestNotFound();
  const absl::Status own = OwnCase(reader, vault, record->request().case_id(), actor).status();
  if (absl::IsNotFound(own)) return errors::ErasureRequestNotFound();
  CONCORDAT_RETURN_IF_ERROR(own);
  return record;
}

// What the register must hold of an erasure, from its entry.
std::vector<storage::RegisteredErasure> LinesOf(const v1::LogEntry& entry) {
  const v1::LogEntry::Erased& erased = entry.erased();
  std::vector<storage::RegisteredErasure> lines;
  for (int i = 0; i < erased.subject_ids_size(); ++i) {
    lines.push_back({erased.subject_ids(i), erased.wrapped_key_sha256(i),
                     LeafIndex{erased.request_index()}, LeafIndex{entry.index()},
                     ToTime(entry.recorded_at())});
  }
  return lines;
}

// The keys are gone, and nothing can be read with what is still found on the disk: alerts must not
// wait for that. Without a certificate it is purged and searched again when somebody asks.
absl::Status AtStart(absl::Status certified) {
  return absl::IsDataLoss(certified) ? absl::OkStatus() : certified;
}

}  // namespace

void Ledger::RequestErasure(const Caller& caller, const v1::RequestErasureRequest& request,
                            Done<v1::RequestErasureResponse> done) {
  RecordOfCase(
      caller, request.purpose(), request.case_id(), v1::ERASURE_REQUESTED,
      [this, request](const Transaction&, const v1::CaseRecord& record, v1::LogEntry* entry) {
        entry->add_case_ids(request.case_id());
        v1::LogEntry::ErasureRequested& asked = *entry->mutable_erasure_requested();
        asked.set_case_id(request.case_id());
        asked.set_reason(request.reason());
        asked.set_authority_reference(request.authority_reference());
        if (request.has_person()) {
          const v1::PersonTokens tokens =
              TokensOf(*vault_, entry->actor().agency(), "", request.person());
          CONCORDAT_ASSIGN_OR_RETURN(*asked.mutable_subject_id(),
                                     FindSubject(record, request.person().capacity(), tokens));
        } else if (record.erased()) {
          return errors::AlreadyErased();
        }
        if (!record.evidence_held_by().empty()) return errors::HeldAsEvidence();
        return absl::OkStatus();
      },
      [this, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
        if (!index.ok()) return done(index.status());
        absl::StatusOr<v1::Receipt> receipt = ReceiptFor(*index);
        if (!receipt.ok()) return done(receipt.status());
        v1::RequestErasureResponse response;
        response.set_request_index(index->value);
        *response.mutable_receipt() = *std::move(receipt);
        done(std::move(response));
      });
}

void Ledger::ApproveErasure(const Caller& caller, const v1::ApproveErasureRequest& request,
                            Done<v1::DestructionCertificate> done) {
  const std::string target = StrCat("erasure request ", request.request_index());
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), target, "purpose", allowed, std::move(done));
  }
  auto outcome = std::make_shared<Erasing>();
  log_->Submit(
      [this, outcome, target, index = LeafIndex{request.request_index()}, method = caller.method,
       begun = rules.Begin(caller, request.purpose(), v1::ERASURE)](Transaction& transaction) {
        const std::string& agency = begun.actor().agency();
        const absl::StatusOr<v1::ErasureRecord> record =
            RequestFor(transaction, index, *vault_, begun.actor());
        if (absl::IsNotFound(record.status())) {
          outcome->refused = record.status();
          transaction.AppendEntry(RefusedEntry(begun, method, *vault_, target, "not-party"));
          return absl::OkStatus();
        }
        CONCORDAT_RETURN_IF_ERROR(record.status());
        if (record->requested_by() == agency) return errors::OwnErasureRequest();
        if (record->has_erasure_index()) {
          outcome->erasure = LeafIndex{record->erasure_index()};
          return absl::OkStatus();
        }
        CONCORDAT_ASSIGN_OR_RETURN(ErasurePlan plan, PlanErasure(transaction, record->request()));
        v1::LogEntry entry = begun;
        *entry.mutable_erased() = ErasedBy(plan, index);
        // The approver is given this entry: it names the case that the request named, and none that
        // the person is in besides (R1).
        entry.add_case_ids(record->request().case_id());
        outcome->erasure = transaction.AppendEntry(std::move(entry));
        outcome->sought = std::move(plan.sought);
        return absl::OkStatus();
      },
      [this, outcome,
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        if (!outcome->refused.ok()) return done(outcome->refused);
        // Before anybody is told; on the writer's thread.
        const absl::Status registered = Register({outcome->erasure});
        if (!registered.ok()) return done(registered);
        eraser_.Certify(
            outcome->erasure, std::move(outcome->sought),
            [this, erasure = outcome->erasure, done](const absl::StatusOr<LeafIndex>& certificate) {
              if (!certificate.ok()) return done(certificate.status());
              done(CertificateOf(erasure, *certificate));
            });
      });
}

absl::StatusOr<v1::DestructionCertificate> Ledger::CertificateOf(LeafIndex erasure,
                                                                 LeafIndex certificate) const {
  v1::DestructionCertificate result;
  CONCORDAT_ASSIGN_OR_RETURN(*result.mutable_erasure_entry(), log_->ReadEntry(erasure));
  CONCORDAT_ASSIGN_OR_RETURN(*result.mutable_erasure_receipt(), ReceiptFor(erasure));
  CONCORDAT_ASSIGN_OR_RETURN(*result.mutable_certificate_entry(), log_->ReadEntry(certificate));
  CONCORDAT_ASSIGN_OR_RETURN(*result.mutable_certificate_receipt(), ReceiptFor(certificate));
  return result;
}

absl::Status Ledger::OpenRegister(const v1::LedgerConfig& config, rocksdb::Env* env) {
  const std::string& path = config.erasure_register_file();
  if (path.empty()) return absl::OkStatus();
  if (path.rfind(StrCat(config.data_dir(), "/"), 0) == 0) {
    return FieldError("ledger.erasure_register_file", "a file in ledger.data_dir",
                      "one apart from it and from its backups");
  }
  CONCORDAT_ASSIGN_OR_RETURN(register_, storage::ErasureRegister::Open(path, env));
  return absl::OkStatus();
}

absl::Status Ledger::Register(const std::vector<LeafIndex>& erasures) {
  if (register_ == nullptr) return absl::OkStatus();
  std::set<std::string> known;
  for (const storage::RegisteredErasure& line : register_->erasures()) {
    known.insert(line.subject_id);
  }
  std::vector<storage::RegisteredErasure> missing;
  for (const LeafIndex index : erasures) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes, log_->ReadEntry(index));
    v1::LogEntry entry;
    if (!entry.ParseFromString(bytes) || !entry.has_erased() ||
        entry.erased().wrapped_key_sha256_size() != entry.erased().subject_ids_size()) {
      return absl::DataLossError(StrCat("entry ", index.value, ": got no erasure, want one"));
    }
    for (storage::RegisteredErasure& line : LinesOf(entry)) {
      if (known.insert(line.subject_id).second) missing.push_back(std::move(line));
    }
  }
  return missing.empty() ? absl::OkStatus() : register_->Add(missing);
}

absl::Status Ledger::EraseAgain(LeafIndex request, LeafIndex first,
                                const std::set<std::string>& subjects) {
  auto outcome = std::make_shared<Erasing>();
  absl::Notification ended;
  log_->Submit(
      [&](Transaction& transaction) {
        absl::StatusOr<ErasurePlan> plan = PlanErasureAgain(transaction, subjects);
        // All of their keys are gone, as they should be.
        if (absl::IsFailedPrecondition(plan.status())) return absl::OkStatus();
        CONCORDAT_RETURN_IF_ERROR(plan.status());
        v1::LogEntry entry = rules_.get().Own();
        entry.set_operation(v1::ERASURE);
        *entry.mutable_erased() = ErasedBy(*plan, request);
        entry.mutable_erased()->set_first_erased_at(first.value);
        // Where the log holds the request, its approver may be given this entry, too.
        const absl::StatusOr<v1::ErasureRecord> asked = storage::GetErasure(transaction, request);
        if (asked.ok() && asked->has_request()) {
          entry.add_case_ids(asked->request().case_id());
        } else {
          entry.mutable_case_ids()->Assign(plan->case_ids.begin(), plan->case_ids.end());
        }
        outcome->erasure = transaction.AppendEntry(std::move(entry));
        outcome->sought = std::move(plan->sought);
        return absl::OkStatus();
      },
      [&](absl::StatusOr<storage::AuditLog::Committed> committed) {
        outcome->refused = committed.status();
        ended.Notify();
      });
  ended.WaitForNotification();
  CONCORDAT_RETURN_IF_ERROR(outcome->refused);
  if (outcome->sought.empty()) return absl::OkStatus();
  return AtStart(eraser_.CertifyNow(outcome->erasure, std::move(outcome->sought)).status());
}

absl::Status Ledger::FinishErasures() {
  std::map<std::pair<LeafIndex, LeafIndex>, std::set<std::string>> registered;
  if (register_ != nullptr) {
    for (const storage::RegisteredErasure& erased : register_->erasures()) {
      const absl::Status key =
          log_->ViewOfHead()
              .reader->Get(storage::Family::kKeys, storage::SubjectKey(erased.subject_id))
              .status();
      if (absl::IsNotFound(key)) continue;
      CONCORDAT_RETURN_IF_ERROR(key);
      registered[{erased.request, erased.erasure}].insert(erased.subject_id);
    }
  }
  for (const auto& [entries, subjects] : registered) {
    CONCORDAT_RETURN_IF_ERROR(EraseAgain(entries.first, entries.second, subjects));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LeafIndex> uncertified,
                             storage::UncertifiedErasures(*log_->ViewOfHead().reader));
  for (const LeafIndex erasure : uncertified) {
    CONCORDAT_RETURN_IF_ERROR(AtStart(eraser_.CertifyNow(erasure, {}).status()));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LeafIndex> all,
                             storage::AllErasures(*log_->ViewOfHead().reader));
  return Register(all);
}

}  // namespace concordat::services
