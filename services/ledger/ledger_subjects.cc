// The Ledger's half about persons and cases as such: who bears an identifier, and what must be
// kept.
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "services/ledger/errors.h"
#include "services/ledger/identity_tokens.h"
#include "services/ledger/ledger.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::services {
namespace {

// By subject id, with the cases in order.
absl::StatusOr<v1::FindSubjectsResponse> Find(const storage::Reader& reader,
                                              const v1::PersonTokens& tokens,
                                              v1::Capacity capacity) {
  std::set<std::string> case_ids;
  for (const std::string& token : tokens.tokens()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> cases,
                               storage::CasesOfToken(reader, token));
    case_ids.insert(cases.begin(), cases.end());
  }
  std::map<std::string, v1::FindSubjectsResponse::Found> found;
  for (const std::string& id : case_ids) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record, storage::GetCase(reader, id));
    for (const v1::CasePerson& person : record.persons()) {
      const v1::Capacity wanted =
          capacity == v1::CAPACITY_UNSPECIFIED ? person.capacity() : capacity;
      if (!SamePerson(person, wanted, tokens)) continue;
      v1::FindSubjectsResponse::Found& subject = found[person.subject_id()];
      subject.set_subject_id(person.subject_id());
      subject.set_capacity(person.capacity());
      subject.add_case_ids(id);
    }
  }
  if (found.size() > kSubjectsFoundMax) return errors::TooManySubjects(found.size());
  v1::FindSubjectsResponse response;
  for (auto& [id, subject] : found) *response.add_found() = std::move(subject);
  return response;
}

}  // namespace

void Ledger::FindSubjects(const Caller& caller, const v1::FindSubjectsRequest& request,
                          Done<v1::FindSubjectsResponse> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), "", "purpose", allowed, std::move(done));
  }
  const v1::PersonTokens tokens =
      TokensOf(*vault_, request.source_agency(), request.source_system(), request.person());
  absl::StatusOr<v1::FindSubjectsResponse> found =
      Find(*log_->ViewOfHead().reader, tokens, request.person().capacity());
  if (!found.ok()) return done(found.status());
  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::SEARCH);
  v1::LogEntry::SubjectSearch& search = *entry.mutable_subject_search();
  *search.mutable_tokens() = tokens.tokens();
  std::set<std::string> case_ids;
  for (const auto& subject : found->found()) {
    search.add_subject_ids(subject.subject_id());
    case_ids.insert(subject.case_ids().begin(), subject.case_ids().end());
  }
  entry.mutable_case_ids()->Assign(case_ids.begin(), case_ids.end());
  auto response = std::make_shared<v1::FindSubjectsResponse>(*std::move(found));
  Record(std::move(entry), [response, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
    if (!index.ok()) return done(index.status());
    response->set_leaf_index(index->value);
    done(std::move(*response));
  });
}

void Ledger::SetEvidenceHold(const Caller& caller, const v1::SetEvidenceHoldRequest& request,
                             Done<v1::Receipt> done) {
  RecordOfCase(
      caller, request.purpose(), request.case_id(), v1::EVIDENCE_HOLD,
      [request](const storage::Transaction&, const v1::CaseRecord& record, v1::LogEntry* entry) {
        if (record.erased()) return errors::CaseErased();
        entry->add_case_ids(request.case_id());
        entry->mutable_evidence_held()->set_held(request.held());
        entry->mutable_evidence_held()->set_authority_reference(request.authority_reference());
        return absl::OkStatus();
      },
      [this, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
        if (!index.ok()) return done(index.status());
        done(ReceiptFor(*index));
      });
}

}  // namespace concordat::services
