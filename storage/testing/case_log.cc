#include "storage/testing/case_log.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "base/check.h"
#include "base/log_types.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "storage/key_schema.h"
#include "storage/projection.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

constexpr char kKekDigit = '7';
constexpr char kVictimService[] = "victim-service";

std::unique_ptr<Vault> NewVault() {
  absl::StatusOr<std::unique_ptr<Vault>> vault =
      Vault::Create(crypto::SecretBytes::CopyOf(std::string(32, '\x77')));
  CONCORDAT_CHECK(vault.ok());
  return *std::move(vault);
}

std::string DigestOf(std::string_view text) {
  const crypto::Digest digest = crypto::Sha256(text);
  return std::string(crypto::AsBytes(digest));
}

// A second key for a subject is not made.
void EnsureSubject(const Vault& vault, Transaction& transaction, const std::string& subject) {
  const absl::Status created = vault.CreateSubject(transaction, subject);
  CONCORDAT_CHECK(created.ok() || absl::IsAlreadyExists(created));
}

void Set(v1::SealedPart* part, absl::StatusOr<v1::SealedPart> sealed) {
  CONCORDAT_CHECK(sealed.ok());
  *part = *std::move(sealed);
}

}  // namespace

CaseLog::CaseLog(std::string data_dir, rocksdb::Env* env)
    : clock_(absl::FromUnixSeconds(1'764'000'000)),
      data_dir_(std::move(data_dir)),
      env_(env),
      vault_(NewVault()) {
  CONCORDAT_CHECK(Open().ok());
}

CaseLog::~CaseLog() = default;

std::string CaseLog::KekHex() { return std::string(64, kKekDigit); }

absl::Status CaseLog::Open() {
  absl::StatusOr<crypto::NoteSigner> signer = crypto::NoteSigner::Parse(signer_.EncodePrivate());
  CONCORDAT_CHECK(signer.ok());
  absl::StatusOr<std::unique_ptr<AuditLog>> log =
      AuditLog::Open({data_dir_, *std::move(signer), &clock_, env_, ProjectionFold(vault_.get())});
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  return absl::OkStatus();
}

absl::StatusOr<Committed> CaseLog::Commit(Apply apply) {
  clock_.Advance(absl::Seconds(1));
  return storage::Commit(*log_, std::move(apply));
}

Committed CaseLog::Append(v1::Operation operation, const std::function<void(v1::LogEntry&)>& fill) {
  absl::StatusOr<Committed> committed = Commit([&](Transaction& transaction) {
    v1::LogEntry entry;
    entry.set_operation(operation);
    entry.mutable_actor()->set_agency(kVictimService);
    fill(entry);
    transaction.AppendEntry(std::move(entry));
    return absl::OkStatus();
  });
  CONCORDAT_CHECK(committed.ok());
  return *std::move(committed);
}

void CaseLog::WriteLogins(int count) {
  CONCORDAT_CHECK(Commit([&](Transaction& transaction) {
                    for (int i = 0; i < count; ++i) transaction.AppendEntry(TestEntry("police"));
                    return absl::OkStatus();
                  }).ok());
}

void CaseLog::Collect(const std::string& case_id, uint32_t revision, const std::string& series,
                      const std::vector<Party>& parties, bool alert,
                      const std::function<void(v1::LogEntry::Collected&)>& fill) {
  const absl::StatusOr<Committed> committed = Commit([&](Transaction& transaction) {
    const LeafIndex index = transaction.NextIndex();
    v1::LogEntry entry;
    entry.set_operation(revision == 1 ? v1::COLLECTION : v1::ALTERATION);
    entry.mutable_actor()->set_agency("police");
    entry.add_case_ids(case_id);
    v1::LogEntry::Collected& collected = *entry.mutable_collected();
    collected.set_type(v1::INCIDENT_EVENT);
    collected.set_idempotency_key(DigestOf(StrCat(series, "/", revision)));
    collected.set_content_digest(DigestOf(StrCat("content of ", series, "/", revision)));
    collected.set_series_key(DigestOf(series));
    collected.set_revision(revision);
    collected.mutable_occurred_at()->set_seconds(1'763'000'000 + revision);
    collected.add_receipt_case_ids(case_id);
    v1::CaseChange& change = *collected.add_case_changes();
    change.set_case_id(case_id);
    change.set_opened(!transaction.Get(Family::kCases, CaseKey(case_id)).ok());
    change.add_parties_joined()->set_agency("police");
    change.mutable_flags_set()->set_high_risk(alert);
    EnsureSubject(*vault_, transaction, case_id);
    uint32_t part = 0;
    Set(collected.add_parts(), vault_->Seal(transaction, case_id, index, part++, "an incident"));
    for (const Party& party : parties) {
      EnsureSubject(*vault_, transaction, party.subject);
      Set(collected.add_parts(),
          vault_->Seal(transaction, party.subject, index, part++, "Asha Example"));
    }
    for (const Party& party : parties) {
      v1::CasePersonChange& joined = *change.add_persons_joined();
      joined.set_subject_id(party.subject);
      joined.set_capacity(party.capacity);
      if (party.identifiers.empty()) continue;
      v1::PersonTokens tokens;
      for (const std::string& identifier : party.identifiers)
        tokens.add_tokens(DigestOf(identifier));
      std::sort(tokens.mutable_tokens()->begin(), tokens.mutable_tokens()->end());
      tokens.set_pnc_token(DigestOf(party.identifiers.front()));
      joined.set_token_part(static_cast<uint32_t>(collected.token_parts_size()));
      Set(collected.add_token_parts(),
          vault_->Seal(transaction, party.subject, index, part++, tokens.SerializeAsString()));
    }
    if (alert) {
      v1::LogEntry::AlertRaised& raised = *collected.add_alerts();
      raised.set_case_id(case_id);
      raised.set_agency(kVictimService);
      raised.set_sequence(++alerts_);
      raised.set_severity(v1::URGENT);
    }
    if (fill) fill(collected);
    transaction.AppendEntry(std::move(entry));
    return absl::OkStatus();
  });
  CONCORDAT_CHECK(committed.ok());
}

void CaseLog::WriteStory() {
  const Party victim{"subject-asha", v1::VICTIM, {"nhs 1", "home phone"}};
  const Party perpetrator{"subject-bo", v1::PERPETRATOR, {"pnc 2"}};
  const Party child{"subject-cy", v1::CHILD, {"nhs 3", "home phone"}};
  const Party nameless{"subject-di", v1::CHILD, {}};
  Append(v1::POLICY_CHANGE, [](v1::LogEntry& entry) {
    entry.mutable_policy_changed()->set_policy("a release policy");
    entry.set_policy_digest(DigestOf("a release policy"));
  });
  Collect("case-a", 1, "series-1", {victim, perpetrator, child}, true);  // 1
  Collect("case-a", 3, "series-1", {victim}, true,                       // 2
          [](v1::LogEntry::Collected& collected) { collected.add_supersedes(1); });
  Collect("case-a", 2, "series-1", {victim}, false,  // 3
          [](v1::LogEntry::Collected& collected) { collected.set_superseded_by(2); });
  Collect("case-b", 1, "series-2", {perpetrator, nameless}, false);  // 4
  Append(v1::ALERT_ACKNOWLEDGED, [](v1::LogEntry& entry) {           // 5
    entry.mutable_alerts_acknowledged()->add_sequences(1);
  });
  const Committed disclosure = Append(v1::DISCLOSURE, [](v1::LogEntry& entry) {  // 6
    entry.add_case_ids("case-a");
    v1::LogEntry::Disclosed& disclosed = *entry.mutable_disclosed();
    disclosed.set_up_to_index(6);
    disclosed.mutable_page_read();
    disclosed.add_controllers("police");
    disclosed.add_records()->set_leaf_index(2);
    disclosed.mutable_records(0)->set_released_classes(1);
    v1::Notice& notice = *entry.add_notices();
    notice.set_agency("police");
    notice.set_desk(v1::CASEWORK);
    notice.set_sequence(1);
    notice.set_kind(v1::RECORD_READ);
    notice.set_case_id("case-a");
    notice.add_about(2);
  });
  Append(v1::RELEASE_CONFIRMED, [&](v1::LogEntry& entry) {  // 7
    entry.mutable_release_confirmed()->set_disclosure_index(disclosure.first.value);
  });
  for (const bool held : {true, false}) {  // 8, 9
    Append(v1::EVIDENCE_HOLD, [held](v1::LogEntry& entry) {
      entry.add_case_ids("case-a");
      entry.mutable_evidence_held()->set_held(held);
    });
  }
  Erase();                                                 // 10 to 12
  Append(v1::ERASURE_REQUESTED, [](v1::LogEntry& entry) {  // 13
    entry.mutable_erasure_requested()->set_case_id("case-b");
  });
  Connect();  // 14
  Grant();    // 15 to 18
  Cosign();
}

// A practitioner, to somebody.
void CaseLog::Connect() {
  CONCORDAT_CHECK(Commit([&](Transaction& transaction) {
                    v1::LogEntry entry;
                    entry.set_operation(v1::CONNECTION_REGISTERED);
                    entry.mutable_actor()->set_agency(kVictimService);
                    auto& connection = *entry.mutable_connection_registered();
                    connection.set_connection_id("connection-1");
                    connection.set_agency(kVictimService);
                    connection.set_practitioner_issuer("https://issuer.test");
                    connection.set_practitioner("worker-1");
                    connection.set_registered(true);
                    EnsureSubject(*vault_, transaction, "connection-1");
                    v1::PersonTokens tokens;
                    tokens.add_link_tokens(DigestOf("phone"));
                    Set(connection.mutable_tokens(),
                        vault_->Seal(transaction, "connection-1", transaction.NextIndex(), 0,
                                     tokens.SerializeAsString()));
                    transaction.AppendEntry(std::move(entry));
                    return absl::OkStatus();
                  }).ok());
}

// Two persons' approval, and broken glass with its review, of case-a.
void CaseLog::Grant() {
  const auto with_reason = [&](v1::Operation operation,
                               const std::function<v1::SealedPart*(v1::LogEntry&)>& fill) {
    const absl::StatusOr<Committed> committed = Commit([&](Transaction& transaction) {
      v1::LogEntry entry;
      entry.set_operation(operation);
      entry.mutable_actor()->set_agency("police");
      entry.mutable_actor()->set_practitioner_issuer("https://issuer.test");
      entry.mutable_actor()->set_practitioner("officer-1");
      entry.add_case_ids("case-a");
      v1::SealedPart* const reason = fill(entry);
      if (reason != nullptr) {
        Set(reason,
            vault_->Seal(transaction, "case-a", transaction.NextIndex(), 0, "she is missing"));
      }
      transaction.AppendEntry(std::move(entry));
      return absl::OkStatus();
    });
    CONCORDAT_CHECK(committed.ok());
    return committed->first;
  };
  const LeafIndex request = with_reason(v1::APPROVAL_REQUESTED, [](v1::LogEntry& entry) {
    return entry.mutable_approval_requested()->mutable_reason();
  });
  with_reason(v1::ACCESS_APPROVED, [&](v1::LogEntry& entry) -> v1::SealedPart* {
    entry.mutable_access_granted()->set_kind(v1::TWO_PERSONS);
    entry.mutable_access_granted()->set_request_index(request.value);
    return nullptr;
  });
  const LeafIndex broken = with_reason(v1::BREAK_GLASS, [](v1::LogEntry& entry) {
    entry.mutable_access_granted()->set_kind(v1::BROKEN_GLASS);
    return entry.mutable_access_granted()->mutable_reason();
  });
  with_reason(v1::BREAK_GLASS_REVIEWED, [&](v1::LogEntry& entry) -> v1::SealedPart* {
    entry.mutable_break_glass_reviewed()->set_grant_index(broken.value);
    return nullptr;
  });
}

// The identifier that the child shares with its mother stays findable.
void CaseLog::Erase() {
  const Committed request = Append(v1::ERASURE_REQUESTED, [](v1::LogEntry& entry) {
    entry.mutable_erasure_requested()->set_case_id("case-a");
    entry.mutable_erasure_requested()->set_subject_id("subject-cy");
  });
  Committed erasure = Append(v1::ERASURE, [&](v1::LogEntry& entry) {
    entry.add_case_ids("case-a");
    entry.mutable_erased()->set_request_index(request.first.value);
    entry.mutable_erased()->add_subject_ids("subject-cy");
    entry.mutable_erased()->add_wrapped_key_sha256(DigestOf("the wrapped key"));
  });
  Append(v1::ERASURE_CERTIFIED, [&](v1::LogEntry& entry) {
    entry.mutable_erasure_certified()->set_erasure_index(erasure.first.value);
  });
}

void CaseLog::Cosign() {
  const Committed head = log_->Head();
  const absl::StatusOr<std::string> line = witness_.Sign(head.checkpoint, clock_.Now());
  CONCORDAT_CHECK(line.ok());
  CONCORDAT_CHECK(Commit([&](Transaction& transaction) {
                    transaction.Put(Family::kCosigned, CheckpointKey(head.tree_size),
                                    head.checkpoint + *line);
                    return absl::OkStatus();
                  }).ok());
}

}  // namespace concordat::storage
