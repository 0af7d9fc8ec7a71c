// The answers that the log itself gives to an auditor: pure, knows no file and no wire.
//
// Fed with every entry of a log in order, it keeps those that answer one question. Entries hold no
// personal data, so neither does a report: persons are subject ids, which `concordat audit find`
// gives for an identifier.
#ifndef CONCORDAT_TOOLS_AUDIT_REPORT_H_
#define CONCORDAT_TOOLS_AUDIT_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/log.pb.h"

namespace concordat::tools {

enum class AuditAbout {
  kSubject,       // Who saw, searched for or destroyed the record of this subject id.
  kCase,          // The same of this case id, and evidence holds.
  kActor,         // All that this SPIFFE id, or whoever is below it ("spiffe://td/agency/x"), did.
  kRecipient,     // Every disclosure to this agency.
  kRefusals,      // Everything refused.
  kErasures,      // Requests, destructions and their certificates, evidence holds.
  kGrants,        // Broken glass and two persons' approvals: each, what was read by it, its review.
  kPractitioner,  // All that this person did: claim "sub", of whatever issuer.
};

struct AuditQuestion {
  AuditAbout about;
  std::string who;  // The id; empty for kRefusals, kErasures and kGrants.
  // recorded_at in [from, to).
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();
};

// One entry that answers. What an entry does not say is empty.
struct AuditRow {
  uint64_t index = 0;
  absl::Time recorded_at;
  v1::Operation operation = v1::OPERATION_UNSPECIFIED;
  v1::Actor actor;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  v1::LegalGateway gateway = v1::GATEWAY_UNSPECIFIED;
  v1::Regime regime = v1::REGIME_UNSPECIFIED;
  std::string controller;
  std::string policy_digest;
  std::vector<std::string> case_ids;
  // Of a disclosure: those of its records that were asked about; all of them unless the question is
  // about a subject or a case.
  std::vector<v1::LogEntry::Disclosed::Recipient> recipients;
  std::vector<uint64_t> records;     // Leaf indices.
  std::vector<std::string> sources;  // Agencies whose records those are; sorted, each once.
  uint32_t released_classes = 0;     // Bit n: DataClass n.
  uint32_t withheld_classes = 0;
  std::vector<std::string> rule_ids;     // Sorted, each once.
  std::optional<uint64_t> confirmed_by;  // The entry with the recipient's signature.
  // The rest of what the entry says, as (name, value): the method refused, the subjects erased.
  std::vector<std::pair<std::string, std::string>> details;
};

// The row of any entry, with all its records. DATA_LOSS, naming it, when it points to rules or
// controllers that it does not have.
absl::StatusOr<AuditRow> AuditRowOf(const v1::LogEntry& entry);

// Not thread-safe.
class AuditReport {
 public:
  explicit AuditReport(AuditQuestion question) : question_(std::move(question)) {}

  // The next entry of the log. The errors of AuditRowOf.
  absl::Status Add(const v1::LogEntry& entry);

  // In log order. A confirmation, or the review of broken glass, counts whenever it came; of glass
  // that nobody reviewed the row says so.
  std::vector<AuditRow> Rows() const;

 private:
  void RememberRecord(const v1::LogEntry& entry);
  bool Answers(const v1::LogEntry& entry) const;
  bool HasAskedRecord(const v1::LogEntry::Disclosed& disclosed) const;

  const AuditQuestion question_;
  std::set<uint64_t> records_;      // Events of the subject or case asked about.
  std::set<uint64_t> disclosures_;  // Disclosures of those, at any time: replays point to them.
  std::map<uint64_t, uint64_t> confirmations_;  // Disclosure to confirmation.
  std::map<uint64_t, uint64_t> reviews_;        // Broken glass to its review.
  std::vector<AuditRow> rows_;
};

// Whether `id` is `prefix`, or below it at a '/'.
bool IsAtOrBelow(const std::string& id, const std::string& prefix);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_AUDIT_REPORT_H_
