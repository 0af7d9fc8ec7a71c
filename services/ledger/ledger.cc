#include "services/ledger/ledger.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "base/status_macros.h"
#include "base/timestamps.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger_keys.h"
#include "services/ledger/own_case.h"
#include "services/ledger/release_notices.h"
#include "storage/case_store.h"
#include "storage/projection.h"
#include "storage/release_store.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"

namespace concordat::services {
namespace {

constexpr absl::Duration kUrgentAcknowledgeDefault = absl::Minutes(30);

AppendOptions OptionsOf(const v1::LedgerConfig& config) {
  AppendOptions options;
  options.police_force_area = config.police_force_area();
  options.urgent_acknowledge = config.alert_acknowledge_minutes() == 0
                                   ? kUrgentAcknowledgeDefault
                                   : absl::Minutes(config.alert_acknowledge_minutes());
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(const v1::LedgerConfig& config,
                                                     const auth::Trust* trust, const Clock* clock,
                                                     rocksdb::Env* env) {
  CONCORDAT_ASSIGN_OR_RETURN(ApprovedPolicy approved,
                             LoadApprovedPolicy(config, trust->directory()));
  CONCORDAT_ASSIGN_OR_RETURN(LedgerKeys keys, LoadLedgerKeys(config));
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<storage::Vault> vault,
                             storage::Vault::Create(std::move(keys.key_encryption_key)));
  crypto::NoteVerifier verifier = keys.signer.verifier();
  storage::AuditLog::Options options{config.data_dir(), std::move(keys.signer), clock, env,
                                     storage::ProjectionFold(vault.get())};
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<storage::AuditLog> log,
                             storage::AuditLog::Open(std::move(options)));
  auto ledger = std::unique_ptr<Ledger>(new Ledger(trust, clock, OptionsOf(config),
                                                   std::move(approved.policy), std::move(vault),
                                                   std::move(verifier), std::move(log)));
  CONCORDAT_RETURN_IF_ERROR(ledger->OpenRegister(config, env));
  const Rules& rules = ledger->rules_.get();
  CONCORDAT_RETURN_IF_ERROR(ledger->RecordRules(v1::POLICY_CHANGE, rules.policy(),
                                                approved.approvals, trust->directory()));
  CONCORDAT_RETURN_IF_ERROR(ledger->FinishErasures());
  CONCORDAT_RETURN_IF_ERROR(ledger->staff_.Load(*ledger->log_->Snapshot(), *ledger->vault_));
  return ledger;
}

absl::Status Ledger::CheckConfig(const v1::LedgerConfig& config, const auth::Directory& directory) {
  CONCORDAT_RETURN_IF_ERROR(LoadApprovedPolicy(config, directory).status());
  return LoadLedgerKeys(config).status();
}

Ledger::Ledger(const auth::Trust* trust, const Clock* clock, AppendOptions options,
               auth::PolicyEngine policy, std::unique_ptr<storage::Vault> vault,
               crypto::NoteVerifier verifier, std::unique_ptr<storage::AuditLog> log)
    : trust_(trust),
      clock_(clock),
      options_(std::move(options)),
      verifier_(std::move(verifier)),
      vault_(std::move(vault)),
      rules_(RulesBy(std::move(policy))),
      eraser_(log.get(), vault_.get()),
      log_(std::move(log)) {}

std::unique_ptr<const Rules> Ledger::RulesBy(auth::PolicyEngine policy) const {
  return std::make_unique<Rules>(std::move(policy), vault_.get(), trust_, options_, &staff_,
                                 [this](LeafIndex index) { return log_->ReadEntry(index); });
}

void Ledger::Shutdown() {
  hub_.Shutdown();
  if (cosigner_ != nullptr) cosigner_->Shutdown();
}

Ledger::~Ledger() {
  Shutdown();
  eraser_.Stop();
}

absl::Status Ledger::UsePolicy(ApprovedPolicy policy) {
  if (policy.policy.digest() == rules_.get().policy().digest()) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(
      RecordRules(v1::POLICY_CHANGE, policy.policy, policy.approvals, trust_->directory()));
  rules_.Replace(RulesBy(std::move(policy.policy)));
  return absl::OkStatus();
}

absl::Status Ledger::RecordDirectory(const auth::Directory& directory) {
  return RecordRules(v1::DIRECTORY_CHANGE, rules_.get().policy(), "", directory);
}

absl::Status Ledger::RecordRules(v1::Operation operation, const auth::PolicyEngine& policy,
                                 const std::string& approvals, const auth::Directory& directory) {
  const std::string digest(crypto::AsBytes(policy.digest()));
  v1::LogEntry entry;
  entry.set_operation(operation);
  entry.set_policy_digest(digest);
  v1::LogEntry::PolicyChanged& changed = *entry.mutable_policy_changed();
  changed.set_policy_version(policy.version());
  changed.set_policy_approvals(approvals);
  changed.set_directory_version(directory.version());
  changed.set_directory_digest(std::string(crypto::AsBytes(directory.digest())));
  const absl::Status known = storage::GetPolicy(*log_->ViewOfHead().reader, digest).status();
  if (absl::IsNotFound(known)) {
    changed.set_policy(policy.bytes());
  } else if (!known.ok()) {
    return known;
  }
  absl::Status result;
  absl::Notification recorded;
  Record(std::move(entry), [&](absl::StatusOr<LeafIndex> index) {
    result = index.status();
    recorded.Notify();
  });
  recorded.WaitForNotification();
  return result;
}

void Ledger::Record(v1::LogEntry entry, Done<LeafIndex> done) {
  log_->Submit(
      [entry = std::move(entry)](storage::Transaction& transaction) {
        transaction.AppendEntry(entry);
        return absl::OkStatus();
      },
      [done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        done(committed->first);
      });
}

void Ledger::RecordRelease(const Rules& rules, v1::LogEntry entry,
                           std::vector<std::string> record_cases, Done<LeafIndex> done) {
  log_->Submit(
      [this, &rules, entry = std::move(entry),
       record_cases = std::move(record_cases)](storage::Transaction& transaction) {
        v1::LogEntry planned = entry;
        CONCORDAT_RETURN_IF_ERROR(AddReleaseNotices(
            {&transaction, &trust_->directory(), &rules.policy(), transaction.now()}, record_cases,
            &planned));
        transaction.AppendEntry(std::move(planned));
        return absl::OkStatus();
      },
      [done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        done(committed->first);
      });
}

void Ledger::Refuse(const Rules& rules, const Caller& caller, v1::Purpose purpose,
                    std::string_view target, std::string_view rule, absl::Status status,
                    std::function<void(absl::Status)> done) {
  Record(
      RefusedEntry(rules.Begin(caller, purpose, v1::DENIED), caller.method, *vault_, target, rule),
      [status = std::move(status), done = std::move(done)](absl::StatusOr<LeafIndex> index) {
        // An attempt that couldn't be recorded is answered with that failure: still a refusal.
        done(index.ok() ? status : index.status());
      });
}

absl::Status Ledger::AppendCaseRefused(storage::Transaction& transaction, const Rules& rules,
                                       const v1::LogEntry& begun, std::string_view method,
                                       const std::string& case_id) {
  const std::string_view why = WhyNotOwn(transaction, case_id, begun.actor());
  v1::LogEntry entry = RefusedEntry(begun, method, *vault_, case_id, why);
  if (why == kInConflict) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record, storage::GetCase(transaction, case_id));
    CONCORDAT_RETURN_IF_ERROR(AddConflictNotices(
        {&transaction, &trust_->directory(), &rules.policy(), transaction.now()}, record, &entry));
  }
  transaction.AppendEntry(std::move(entry));
  return absl::OkStatus();
}

void Ledger::RefuseCase(const Rules& rules, const Caller& caller, v1::Purpose purpose,
                        const std::string& case_id, absl::Status status,
                        std::function<void(absl::Status)> done) {
  log_->Submit(
      [this, &rules, case_id, method = caller.method,
       begun = rules.Begin(caller, purpose, v1::DENIED)](storage::Transaction& transaction) {
        return AppendCaseRefused(transaction, rules, begun, method, case_id);
      },
      [status = std::move(status),
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        done(committed.ok() ? status : committed.status());
      });
}

void Ledger::RecordOfCase(const Caller& caller, v1::Purpose purpose, const std::string& case_id,
                          v1::Operation operation, PlanOfCase plan, Done<LeafIndex> done,
                          Reach reach) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, purpose);
  if (!allowed.ok()) {
    return Refuse(rules, caller, purpose, case_id, "purpose", allowed, std::move(done));
  }
  auto refused = std::make_shared<absl::Status>();
  log_->Submit(
      [this, &rules, refused, case_id, reach, method = caller.method,
       begun = rules.Begin(caller, purpose, operation),
       plan = std::move(plan)](storage::Transaction& transaction) {
        absl::StatusOr<v1::CaseRecord> record =
            OwnCase(transaction, *vault_, case_id, begun.actor(), reach);
        if (absl::IsNotFound(record.status())) {
          *refused = record.status();
          return AppendCaseRefused(transaction, rules, begun, method, case_id);
        }
        CONCORDAT_RETURN_IF_ERROR(record.status());
        v1::LogEntry entry = begun;
        CONCORDAT_RETURN_IF_ERROR(plan(transaction, *std::move(record), &entry));
        transaction.AppendEntry(std::move(entry));
        return absl::OkStatus();
      },
      [refused, done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        if (!refused->ok()) return done(*refused);
        done(committed->first);
      });
}

absl::StatusOr<v1::Receipt> Ledger::ReceiptFor(LeafIndex index,
                                               const std::vector<std::string>& case_ids) const {
  // Of the entry's own batch, also for a retry: so both get the same bytes.
  CONCORDAT_ASSIGN_OR_RETURN(const TreeSize size, log_->BatchEnd(index));
  tlog::TlogProof proof;
  proof.index = index;
  CONCORDAT_ASSIGN_OR_RETURN(proof.checkpoint_note, log_->CheckpointAt(size));
  CONCORDAT_ASSIGN_OR_RETURN(proof.inclusion, log_->InclusionProof(index, size));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string entry, log_->ReadEntry(index));
  v1::Receipt receipt;
  receipt.set_leaf_index(index.value);
  const crypto::Digest leaf_hash = tlog::LeafHash(entry);
  receipt.set_leaf_hash(std::string(crypto::AsBytes(leaf_hash)));
  CONCORDAT_ASSIGN_OR_RETURN(*receipt.mutable_tlog_proof(), tlog::FormatProof(proof));
  receipt.mutable_case_ids()->Assign(case_ids.begin(), case_ids.end());
  return receipt;
}

void Ledger::Append(const Caller& caller, v1::PushRequest push, Done<v1::Receipt> done) {
  const Rules& rules = rules_.get();
  const absl::Status purpose = rules.CheckPurpose(caller, push.purpose());
  if (!purpose.ok()) {
    return Refuse(rules, caller, push.purpose(), "", "purpose", purpose, std::move(done));
  }
  absl::StatusOr<EventAppender::Prepared> prepared =
      rules.appender().Prepare(caller, std::move(push));
  if (!prepared.ok()) return done(prepared.status());
  auto outcome = std::make_shared<AppendOutcome>();
  log_->Submit(
      [&rules, outcome, prepared = std::make_shared<EventAppender::Prepared>(*std::move(prepared))](
          storage::Transaction& transaction) {
        return rules.appender().Apply(*prepared, transaction, outcome.get());
      },
      [this, outcome,
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        if (!outcome->refused.ok()) return done(outcome->refused);
        if (outcome->may_alert) hub_.Notify();
        done(ReceiptFor(outcome->index, outcome->case_ids));
      });
}

absl::Time Ledger::DecisionTime() const { return ToTime(ToTimestamp(clock_->Now())); }

void Ledger::ReadCase(const Caller& caller, const v1::ReadCaseRequest& request,
                      Done<v1::CasePage> done) {
  const Rules& rules = rules_.get();
  const auto refuse = [&](std::string_view rule, absl::Status status) {
    Refuse(rules, caller, request.purpose(), request.case_id(), rule, std::move(status),
           std::move(done));
  };
  const absl::Status purpose = rules.CheckPurpose(caller, request.purpose());
  if (!purpose.ok()) return refuse("purpose", purpose);
  const storage::AuditLog::View view = log_->ViewOfHead();
  const absl::Time now = DecisionTime();
  absl::StatusOr<GrantedReading> by = GrantedReading();
  if (request.grant_index() > 0) {
    by = FindGrant(*view.reader, request.grant_index(), request.case_id(), ActorOf(caller), now);
    if (absl::IsNotFound(by.status())) return refuse("grant", by.status());
    if (!by.ok()) return done(by.status());
  }
  absl::StatusOr<UnrecordedPage> page =
      rules.reader().Read(*view.reader, caller, request, view.size.value, now, *by);
  if (absl::IsNotFound(page.status())) {
    return RefuseCase(rules, caller, request.purpose(), request.case_id(), page.status(),
                      std::move(done));
  }
  if (!page.ok()) return done(page.status());

  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::DISCLOSURE);
  entry.add_case_ids(request.case_id());
  *entry.mutable_disclosed() = std::move(page->disclosed);
  std::vector<std::string> record_cases(entry.disclosed().records_size(), request.case_id());
  auto released = std::make_shared<v1::CasePage>(std::move(page->page));
  RecordRelease(rules, std::move(entry), std::move(record_cases),
                [released, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
                  if (!index.ok()) return done(index.status());
                  released->set_disclosure_index(index->value);
                  done(std::move(*released));
                });
}

}  // namespace concordat::services
