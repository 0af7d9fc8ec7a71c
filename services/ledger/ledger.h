// The ledger: the one place where events enter and where release is decided. Knows nothing of gRPC.
//
// Every method calls `done` exactly once, on the log's writer thread or on the caller's; nothing
// released is handed over before the entry that records it is durable (R2). Requests have been
// validated. Thread-safe.
#ifndef CONCORDAT_SERVICES_LEDGER_LEDGER_H_
#define CONCORDAT_SERVICES_LEDGER_LEDGER_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/policy.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "base/current.h"
#include "base/limits.h"
#include "concordat/v1/config.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/governance.pb.h"
#include "concordat/v1/services.pb.h"
#include "crypto/signed_note.h"
#include "services/common/caller.h"
#include "services/ledger/alert_hub.h"
#include "services/ledger/alert_reader.h"
#include "services/ledger/approved_policy.h"
#include "services/ledger/conflicts.h"
#include "services/ledger/cosigner.h"
#include "services/ledger/eraser.h"
#include "services/ledger/grants.h"
#include "services/ledger/log_entries.h"
#include "services/ledger/rules.h"
#include "services/ledger/worker.h"
#include "storage/audit_log.h"
#include "storage/erasure_register.h"
#include "storage/vault.h"
#include "tlog/policy.h"

namespace rocksdb {
class Env;
}

namespace concordat::services {

class Ledger {
 public:
  template <typename T>
  using Done = std::function<void(absl::StatusOr<T>)>;

  // Everything is checked before anything is served: keys, policy, directory, the log's head; what
  // was erased stays so (FinishErasures below). `env` is for tests.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(const v1::LedgerConfig& config,
                                                      const auth::Trust* trust, const Clock* clock,
                                                      rocksdb::Env* env = nullptr);
  // Loads keys and policy as Open does, without the database: for --check-config.
  static absl::Status CheckConfig(const v1::LedgerConfig& config, const auth::Directory& directory);
  ~Ledger();

  // The receipt of the event; the same one for a retry. ALREADY_EXISTS, NOT_FOUND,
  // INVALID_ARGUMENT, PERMISSION_DENIED: see errors.h.
  void Append(const Caller& caller, v1::PushRequest push, Done<v1::Receipt> done);

  // One page, recorded.
  void ReadCase(const Caller& caller, const v1::ReadCaseRequest& request, Done<v1::CasePage> done);

  // Unacknowledged alerts of the caller's agency after `after`, recorded as disclosed. At most
  // kAlertPageMax. Where there are none, nothing is recorded, unless an event woke the reader (the
  // hub): then it is, so that as many entries follow an event about strangers as one about persons
  // whom somebody protects.
  void ReadAlerts(const Caller& caller, v1::Purpose purpose, uint64_t after, bool woken,
                  Done<AlertBatch> done);
  void AcknowledgeAlerts(const Caller& caller, const v1::AcknowledgeAlertsRequest& request,
                         Done<v1::AcknowledgeAlertsResponse> done);
  AlertHub& alert_hub() { return hub_; }

  // For auditors. Reading entries is itself an entry, durable before `done`.
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(const Caller& caller,
                                                          v1::Purpose purpose) const;
  void RecordLogRead(const Caller& caller, const v1::GetEntriesRequest& request,
                     Done<v1::GetEntriesRequest> done);
  absl::Status CheckPurpose(const Caller& caller, v1::Purpose purpose) const {
    return rules_.get().CheckPurpose(caller, purpose);
  }
  // As AuditLog's. Hashes say nothing of anybody, and are not recorded.
  absl::StatusOr<std::string> ReadTile(tlog::TileId tile, uint32_t width) const {
    return log_->ReadTile(tile, width);
  }
  // The entries from `first`, as many as fit one message; at least one when first < end.
  absl::StatusOr<v1::GetEntriesResponse> ReadEntries(uint64_t first, uint64_t end) const;
  absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
      const Caller& caller, const v1::GetConsistencyProofRequest& request) const;

  // Which subjects bear an identifier: itself an entry, durable before `done`. RESOURCE_EXHAUSTED
  // over kSubjectsFoundMax.
  void FindSubjects(const Caller& caller, const v1::FindSubjectsRequest& request,
                    Done<v1::FindSubjectsResponse> done);
  // Decides a release again under the policy of its day (replay.h), on a thread of its own: reads
  // the log up to it. UNAVAILABLE while kReplaysWaitingMax wait.
  void ReplayRelease(const Caller& caller, const v1::ReplayReleaseRequest& request,
                     Done<v1::ReplayReleaseResponse> done);

  // Of a release to the caller's own agency, alone: NOT_FOUND (errors::ReleaseNotFound) for any
  // other index, recorded.
  void GetRelease(const Caller& caller, const v1::GetReleaseRequest& request,
                  Done<v1::Release> done);
  // The receipt of the RELEASE_CONFIRMED entry; of the first one, where it was confirmed before.
  // FAILED_PRECONDITION when the directory has no key for the agency; INVALID_ARGUMENT for what its
  // key did not sign.
  void ConfirmRelease(const Caller& caller, const v1::ConfirmReleaseRequest& request,
                      Done<v1::Receipt> done);
  // Sets or lifts the agency's own hold on a case that it is party to; others' holds stay.
  void SetEvidenceHold(const Caller& caller, const v1::SetEvidenceHoldRequest& request,
                       Done<v1::Receipt> done);

  // For `request.agency` the case, and every other in which one of its persons is, is not there
  // from here on: whatever it asks, and by whatever it pushes. Its alerts of them that nobody has
  // acknowledged go to those who can see them. CaseNotFound (recorded as DENIED), CaseErased,
  // SealedAgencyUnknown, SealAgainstOneself, SealedByAnother, NotSealed, NobodyLeftToAlert: see
  // errors.h. With `recall` only this case, and the agency is told which releases of it to destroy;
  // SealedAlready, NoRecipient, too.
  void SealCase(const Caller& caller, const v1::SealCaseRequest& request, Done<v1::Receipt> done);

  // Decides by `policy` from here on; calls under way end by the one they began with. The change is
  // an entry before anything is decided by it: when that fails, nothing changes. Both block.
  absl::Status UsePolicy(ApprovedPolicy policy);
  // An entry that says which directory is in force from here on. Before it is.
  absl::Status RecordDirectory(const auth::Directory& directory);

  // From here on asks the policy's witnesses for cosignatures (cosigner.h), as a client with these
  // files. Once.
  void StartCosigning(tlog::Policy policy, const v1::TlsFiles& tls, absl::Duration every);

  // The first approval: one entry. CaseNotFound (recorded as DENIED), ErasurePersonNotFound,
  // AlreadyErased, HeldAsEvidence: see errors.h.
  void RequestErasure(const Caller& caller, const v1::RequestErasureRequest& request,
                      Done<v1::RequestErasureResponse> done);
  // The second, by another agency of the case. The keys are destroyed in the write of the ERASURE
  // entry, for good; `done` gets the certificate after the disk was purged and searched, on the
  // eraser's thread. The same certificate for who asks again. ErasureRequestNotFound (recorded as
  // DENIED), OwnErasureRequest, AlreadyErased, HeldAsEvidence; and eraser.h's errors, after which
  // asking again goes on where it stopped.
  void ApproveErasure(const Caller& caller, const v1::ApproveErasureRequest& request,
                      Done<v1::DestructionCertificate> done);

  // One case, one practitioner, one hour (grants.h), beyond the policy as its BreakGlassRule says.
  // The practitioner must be fresh: NoFreshPractitioner. MayNotBreakGlass and CaseNotFound, each
  // recorded as DENIED; CaseErased. The parties and the officers are told in the entry
  // (release_notices.h).
  void BreakGlass(const Caller& caller, const v1::BreakGlassRequest& request,
                  Done<v1::AccessGrant> done);
  // By the officer of another agency: one over it, or another party's. NotForThemToReview (recorded
  // as DENIED), ReviewedAlready.
  void ReviewBreakGlass(const Caller& caller, const v1::ReviewBreakGlassRequest& request,
                        Done<v1::Receipt> done);
  // The first of two persons, and the second, who makes it the first one's grant.
  // NoFreshPractitioner; CaseNotFound and ApprovalRequestNotFound, each recorded as DENIED;
  // OwnApprovalRequest, ApprovedAlready.
  void RequestApproval(const Caller& caller, const v1::RequestApprovalRequest& request,
                       Done<v1::RequestApprovalResponse> done);
  void GiveApproval(const Caller& caller, const v1::GiveApprovalRequest& request,
                    Done<v1::AccessGrant> done);
  // Whom a practitioner is connected to (conflicts.h), or no longer is. NotForThemToRegister
  // (recorded as DENIED), NoPractitioners, ConnectionNotFound.
  void RegisterConnection(const Caller& caller, const v1::RegisterConnectionRequest& request,
                          Done<v1::RegisterConnectionResponse> done);
  // What a desk of the caller's agency was told and nobody there has acknowledged; itself an entry,
  // durable before `done`. The DATA_PROTECTION desk is for the agency's officer_workloads:
  // NotTheOfficers, recorded as DENIED. Of a case that is not there any more only that there was a
  // notice; what was recalled excepted.
  void ReadNotices(const Caller& caller, const v1::ReadNoticesRequest& request,
                   Done<v1::ReadNoticesResponse> done);
  // NoticeNotFound, and as above. OK for what was acknowledged before.
  void AcknowledgeNotices(const Caller& caller, const v1::AcknowledgeNoticesRequest& request,
                          Done<v1::Receipt> done);
  // The last readings of a record of the caller's agency, in cases that are there for it; with
  // `agency`, what that one was given of the case, for the police and MARAC coordinators.
  // ReadRecordNotFound, CaseNotFound, ReadingsOfAnother, each recorded as DENIED. Recorded itself.
  void ListReadings(const Caller& caller, const v1::ListReadingsRequest& request,
                    Done<v1::ListReadingsResponse> done);

  absl::Status health() const { return log_->health(); }
  void SetHealthListener(std::function<void(absl::Status)> listener) {
    log_->SetHealthListener(std::move(listener));
  }
  // Ends waiting alert streams and asks no further witness; appends, reads and replays still under
  // way finish.
  void Shutdown();

 private:
  Ledger(const auth::Trust* trust, const Clock* clock, AppendOptions options,
         auth::PolicyEngine policy, std::unique_ptr<storage::Vault> vault,
         crypto::NoteVerifier verifier, std::unique_ptr<storage::AuditLog> log);

  std::unique_ptr<const Rules> RulesBy(auth::PolicyEngine policy) const;
  absl::Status RecordRules(v1::Operation operation, const auth::PolicyEngine& policy,
                           const std::string& approvals, const auth::Directory& directory);
  // Now, as the log can keep it: a release is decided as of what its entry says. Once a release.
  absl::Time DecisionTime() const;
  // Records the refusal, then gives `status` to `done`.
  void Refuse(const Rules& rules, const Caller& caller, v1::Purpose purpose,
              std::string_view target, std::string_view rule, absl::Status status,
              std::function<void(absl::Status)> done);
  // The same for a case that is not the caller's own; who asked for one of somebody they are
  // connected to is told of to the officers, in the entry.
  void RefuseCase(const Rules& rules, const Caller& caller, v1::Purpose purpose,
                  const std::string& case_id, absl::Status status,
                  std::function<void(absl::Status)> done);
  // Appends that refusal. On the writer's thread.
  absl::Status AppendCaseRefused(storage::Transaction& transaction, const Rules& rules,
                                 const v1::LogEntry& begun, std::string_view method,
                                 const std::string& case_id);
  // Fills in an entry about a case, on the writer's thread.
  using PlanOfCase = std::function<absl::Status(storage::Transaction& transaction,
                                                v1::CaseRecord record, v1::LogEntry* entry)>;
  // Appends the entry that `plan` fills in about a case of the caller's; its index once it is
  // durable. PurposeNotAllowed and CaseNotFound (own_case.h), each recorded as DENIED.
  void RecordOfCase(const Caller& caller, v1::Purpose purpose, const std::string& case_id,
                    v1::Operation operation, PlanOfCase plan, Done<LeafIndex> done,
                    Reach reach = Reach::kParty);
  // The stored bytes of a DISCLOSURE to the caller's agency; NOT_FOUND otherwise, and to who may
  // not know of one of its cases (conflicts.h).
  absl::StatusOr<std::string> ReadReleaseTo(const Caller& caller, LeafIndex index) const;
  // DATA_LOSS for bytes that are none; OUT_OF_RANGE as AuditLog::ReadEntry.
  absl::StatusOr<v1::LogEntry> ParsedEntry(LeafIndex index) const;
  absl::StatusOr<v1::ReadNoticesResponse> GatherNotices(
      const Rules& rules, const Caller& caller, const v1::ReadNoticesRequest& request) const;
  // The two answers of ListReadings. NOT_FOUND: to be refused.
  absl::StatusOr<v1::ListReadingsResponse> ReadersOf(const Rules& rules, const Caller& caller,
                                                     const v1::ListReadingsRequest& request) const;
  absl::StatusOr<v1::ListReadingsResponse> GivenTo(const Caller& caller,
                                                   const v1::ListReadingsRequest& request) const;
  // Who has not acknowledged the correction of the caller's record.
  absl::Status AddUnacknowledged(const storage::Reader& reader, const Caller& caller,
                                 LeafIndex record, v1::ListReadingsResponse* response) const;
  // Answers with the grant once its entry is durable.
  void Grant(absl::StatusOr<LeafIndex> index, v1::AccessGrant grant,
             const Done<v1::AccessGrant>& done) const;
  // Of an entry that was durable before the present batch.
  absl::StatusOr<absl::Time> RecordedAt(LeafIndex index) const;
  absl::StatusOr<v1::Release> ReleaseAt(LeafIndex index, std::string bytes) const;
  absl::Status CheckConfirmation(const Caller& caller, const std::string& bytes,
                                 const v1::ConfirmReleaseRequest& request) const;
  void Replay(const Caller& caller, const v1::ReplayReleaseRequest& request,
              const v1::LogEntry& shown, const Done<v1::ReplayReleaseResponse>& done);
  // Appends one entry; its index once it is durable.
  void Record(v1::LogEntry entry, Done<LeafIndex> done);
  // Appends a DISCLOSURE with the notices that it is the occasion of (release_notices.h).
  void RecordRelease(const Rules& rules, v1::LogEntry entry, std::vector<std::string> record_cases,
                     Done<LeafIndex> done);
  absl::StatusOr<v1::Receipt> ReceiptFor(LeafIndex index,
                                         const std::vector<std::string>& case_ids = {}) const;

  // Filled on the writer's thread.
  struct Erasing {
    absl::Status refused;
    LeafIndex erasure;
    std::vector<storage::Sought> sought;
  };
  // INVALID_ARGUMENT for a register inside the data directory; otherwise erasure_register.h's.
  // Those of these erasures that the register lacks, durably. The writer's thread only.
  absl::Status Register(const std::vector<LeafIndex>& erasures);
  absl::Status OpenRegister(const v1::LedgerConfig& config, rocksdb::Env* env);
  // Before anything is served: destroys again whatever the register names and still has a key (the
  // data directory is an old backup, or a crash came before the commit), and certifies every
  // erasure that has no certificate. Holds are not asked again: both approvals were given.
  absl::Status FinishErasures();
  absl::Status EraseAgain(LeafIndex request, LeafIndex first,
                          const std::set<std::string>& subjects);
  absl::StatusOr<v1::DestructionCertificate> CertificateOf(LeafIndex erasure,
                                                           LeafIndex certificate) const;

  const auth::Trust* const trust_;
  const Clock* const clock_;
  const AppendOptions options_;
  const crypto::NoteVerifier verifier_;
  const std::unique_ptr<storage::Vault> vault_;
  StaffRegister staff_;  // The writer's thread only, once it is loaded.
  AlertHub hub_;
  Current<Rules> rules_;
  std::unique_ptr<storage::ErasureRegister> register_;  // Null: none. The writer's thread only.
  Eraser eraser_;                                       // Stopped while the log is open.
  const std::unique_ptr<storage::AuditLog>
      log_;  // After what its writer may still call into while it drains.
  std::unique_ptr<Cosigner> cosigner_;           // It reads and writes the log.
  Worker worker_{"replay", kReplaysWaitingMax};  // Last: it reads the log.
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_LEDGER_H_
