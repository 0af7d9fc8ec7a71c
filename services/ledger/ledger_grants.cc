// The Ledger's grants: one case, one practitioner, one hour, beyond what the policy releases.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/ledger/errors.h"
#include "services/ledger/grants.h"
#include "services/ledger/ledger.h"
#include "services/ledger/release_notices.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/grant_store.h"

namespace concordat::services {
namespace {

using storage::Transaction;

bool IsFresh(const Caller& caller) {
  return caller.practitioner.has_value() && caller.practitioner->strong &&
         caller.practitioner->fresh;
}

v1::AccessGrant GrantFrom(const v1::LogEntry::AccessGranted& granted) {
  v1::AccessGrant grant;
  *grant.mutable_expires_at() = granted.expires_at();
  if (granted.has_review_due()) *grant.mutable_review_due() = granted.review_due();
  return grant;
}

// Whether that officer reviews broken glass of this case and agency.
absl::StatusOr<bool> MayReview(const Caller& caller, const auth::Directory& directory,
                               const storage::Reader& reader, const v1::GrantRecord& grant) {
  const auto& workloads = caller.agency.officer_workloads();
  const std::string& agency = caller.agency.id();
  if (agency == grant.grant().agency() ||
      std::find(workloads.begin(), workloads.end(), caller.id.workload()) == workloads.end()) {
    return false;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                             storage::GetCase(reader, grant.case_id()));
  const v1::Agency* breaker = directory.Find(grant.grant().agency());
  const bool oversees = breaker != nullptr && breaker->overseen_by() == agency &&
                        !storage::IsSealedAgainst(record, agency);
  return oversees || storage::IsThereFor(record, agency);
}

}  // namespace

void Ledger::Grant(absl::StatusOr<LeafIndex> index, v1::AccessGrant grant,
                   const Done<v1::AccessGrant>& done) const {
  if (!index.ok()) return done(index.status());
  absl::StatusOr<v1::Receipt> receipt = ReceiptFor(*index);
  if (!receipt.ok()) return done(receipt.status());
  grant.set_grant_index(index->value);
  *grant.mutable_receipt() = *std::move(receipt);
  done(std::move(grant));
}

void Ledger::BreakGlass(const Caller& caller, const v1::BreakGlassRequest& request,
                        Done<v1::AccessGrant> done) {
  const Rules& rules = rules_.get();
  const v1::Role role = caller.agency.role();
  if (!IsFresh(caller)) return done(errors::NoFreshPractitioner());
  if (!rules.policy().MayBreakGlass(role) || rules.policy().FacesPerpetrator(caller.view)) {
    return Refuse(rules, caller, request.purpose(), request.case_id(), "break-glass",
                  errors::MayNotBreakGlass(v1::Role_Name(role)), std::move(done));
  }
  const Reach reach =
      rules.policy().MayBreakGlassWithoutParty(role) ? Reach::kAnyCase : Reach::kParty;
  auto granted = std::make_shared<v1::AccessGrant>();
  RecordOfCase(
      caller, request.purpose(), request.case_id(), v1::BREAK_GLASS,
      [this, &rules, request, granted](Transaction& transaction, const v1::CaseRecord& record,
                                       v1::LogEntry* entry) {
        if (record.erased()) return errors::CaseErased();
        v1::LogEntry::AccessGranted& grant = *entry->mutable_access_granted();
        entry->add_case_ids(record.case_id());
        grant.set_kind(v1::BROKEN_GLASS);
        grant.set_agency(entry->actor().agency());
        grant.set_practitioner_issuer(entry->actor().practitioner_issuer());
        grant.set_practitioner(entry->actor().practitioner());
        grant.set_category(request.category());
        grant.set_without_party(!storage::IsParty(record, entry->actor().agency()));
        const absl::Time now = transaction.now();
        *grant.mutable_expires_at() = ToTimestamp(now + kGrantHolds);
        *grant.mutable_review_due() = ToTimestamp(now + kReviewWithin);
        CONCORDAT_ASSIGN_OR_RETURN(*grant.mutable_reason(),
                                   vault_->Seal(transaction, record.case_id(),
                                                transaction.NextIndex(), 0, request.reason()));
        *granted = GrantFrom(grant);
        return AddBrokenGlassNotices({&transaction, &trust_->directory(), &rules.policy(), now},
                                     record, now + kReviewWithin, entry);
      },
      [this, granted, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
        Grant(index, std::move(*granted), done);
      },
      reach);
}

void Ledger::RequestApproval(const Caller& caller, const v1::RequestApprovalRequest& request,
                             Done<v1::RequestApprovalResponse> done) {
  if (!IsFresh(caller)) return done(errors::NoFreshPractitioner());
  RecordOfCase(
      caller, request.purpose(), request.case_id(), v1::APPROVAL_REQUESTED,
      [this, request](Transaction& transaction, const v1::CaseRecord& record, v1::LogEntry* entry) {
        if (record.erased()) return errors::CaseErased();
        entry->add_case_ids(record.case_id());
        CONCORDAT_ASSIGN_OR_RETURN(*entry->mutable_approval_requested()->mutable_reason(),
                                   vault_->Seal(transaction, record.case_id(),
                                                transaction.NextIndex(), 0, request.reason()));
        return absl::OkStatus();
      },
      [this, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
        if (!index.ok()) return done(index.status());
        absl::StatusOr<v1::Receipt> receipt = ReceiptFor(*index);
        if (!receipt.ok()) return done(receipt.status());
        v1::RequestApprovalResponse response;
        response.set_request_index(index->value);
        *response.mutable_receipt() = *std::move(receipt);
        done(std::move(response));
      });
}

void Ledger::GiveApproval(const Caller& caller, const v1::GiveApprovalRequest& request,
                          Done<v1::AccessGrant> done) {
  const Rules& rules = rules_.get();
  const LeafIndex asked{request.request_index()};
  const std::string target = StrCat("approval ", asked.value);
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), target, "purpose", allowed, std::move(done));
  }
  if (!IsFresh(caller)) return done(errors::NoFreshPractitioner());
  auto granted = std::make_shared<v1::AccessGrant>();
  auto refused = std::make_shared<absl::Status>();
  log_->Submit(
      [this, asked, target, granted, refused, method = caller.method,
       begun =
           rules.Begin(caller, request.purpose(), v1::ACCESS_APPROVED)](Transaction& transaction) {
        absl::StatusOr<v1::GrantRecord> record = storage::GetGrant(transaction, asked);
        if (!record.ok() && !absl::IsNotFound(record.status())) return record.status();
        bool there = record.ok() && record->is_request();
        if (there) {
          const absl::Status own =
              OwnCase(transaction, *vault_, record->case_id(), begun.actor()).status();
          if (!own.ok() && !absl::IsNotFound(own)) return own;
          CONCORDAT_ASSIGN_OR_RETURN(const absl::Time asked_at, RecordedAt(asked));
          there = own.ok() && transaction.now() < asked_at + kApproveWithin;
        }
        if (!there) {
          *refused = errors::ApprovalRequestNotFound();
          transaction.AppendEntry(RefusedEntry(begun, method, *vault_, target, "approval"));
          return absl::OkStatus();
        }
        v1::LogEntry entry = begun;
        v1::LogEntry::AccessGranted& grant = *entry.mutable_access_granted();
        grant = record->grant();
        if (grant.practitioner_issuer() == begun.actor().practitioner_issuer() &&
            grant.practitioner() == begun.actor().practitioner()) {
          return errors::OwnApprovalRequest();
        }
        if (record->approval_index() != 0) return errors::ApprovedAlready(record->approval_index());
        entry.add_case_ids(record->case_id());
        grant.set_request_index(asked.value);
        *grant.mutable_expires_at() = ToTimestamp(transaction.now() + kGrantHolds);
        *granted = GrantFrom(grant);
        transaction.AppendEntry(std::move(entry));
        return absl::OkStatus();
      },
      [this, granted, refused,
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        if (!refused->ok()) return done(*refused);
        Grant(committed->first, std::move(*granted), done);
      });
}

void Ledger::ReviewBreakGlass(const Caller& caller, const v1::ReviewBreakGlassRequest& request,
                              Done<v1::Receipt> done) {
  const Rules& rules = rules_.get();
  const LeafIndex reviewed{request.grant_index()};
  const std::string target = StrCat("grant ", reviewed.value);
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), target, "purpose", allowed, std::move(done));
  }
  auto refused = std::make_shared<absl::Status>();
  log_->Submit(
      [this, caller, request, reviewed, target, refused,
       begun = rules.Begin(caller, request.purpose(), v1::BREAK_GLASS_REVIEWED)](
          Transaction& transaction) {
        absl::StatusOr<v1::GrantRecord> record = storage::GetGrant(transaction, reviewed);
        if (!record.ok() && !absl::IsNotFound(record.status())) return record.status();
        bool theirs = record.ok() && record->grant().kind() == v1::BROKEN_GLASS;
        if (theirs) {
          CONCORDAT_ASSIGN_OR_RETURN(theirs,
                                     MayReview(caller, trust_->directory(), transaction, *record));
        }
        if (!theirs) {
          *refused = errors::NotForThemToReview();
          transaction.AppendEntry(
              RefusedEntry(begun, caller.method, *vault_, target, "break-glass"));
          return absl::OkStatus();
        }
        if (record->review_index() != 0) return errors::ReviewedAlready(record->review_index());
        v1::LogEntry entry = begun;
        entry.add_case_ids(record->case_id());
        v1::LogEntry::BreakGlassReviewed& review = *entry.mutable_break_glass_reviewed();
        review.set_grant_index(reviewed.value);
        review.set_finding(request.finding());
        review.set_authority_reference(request.authority_reference());
        transaction.AppendEntry(std::move(entry));
        return absl::OkStatus();
      },
      [this, refused,
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        if (!refused->ok()) return done(*refused);
        done(ReceiptFor(committed->first));
      });
}

absl::StatusOr<absl::Time> Ledger::RecordedAt(LeafIndex index) const {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry entry, ParsedEntry(index));
  return ToTime(entry.recorded_at());
}

}  // namespace concordat::services
