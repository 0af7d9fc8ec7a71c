#include "services/ledger/erasure_plan.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "crypto/sha256.h"
#include "services/ledger/errors.h"
#include "services/ledger/identity_tokens.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/erasure_scope.h"
#include "storage/key_schema.h"

namespace concordat::services {
namespace {

using storage::Family;

// Keeps those subjects that still have a key, with what the entry says of it.
absl::Status TakeKeys(const storage::Reader& reader, const std::set<std::string>& subjects,
                      ErasurePlan* plan) {
  for (const std::string& subject : subjects) {
    const absl::StatusOr<std::string> wrapped =
        reader.Get(Family::kKeys, storage::SubjectKey(subject));
    if (absl::IsNotFound(wrapped.status())) continue;
    CONCORDAT_RETURN_IF_ERROR(wrapped.status());
    plan->subject_ids.push_back(subject);
    const crypto::Digest sha256 = crypto::Sha256(*wrapped);
    plan->wrapped_key_sha256.emplace_back(crypto::AsBytes(sha256));
    plan->sought.push_back({"wrapped key", *wrapped});
  }
  return plan->subject_ids.empty() ? errors::AlreadyErased() : absl::OkStatus();
}

absl::Status TakeTokens(const storage::Reader& reader, const std::set<std::string>& subjects,
                        ErasurePlan* plan) {
  std::set<std::string> tokens;
  for (const std::string& case_id : plan->case_ids) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record, storage::GetCase(reader, case_id));
    for (const v1::CasePerson& person : record.persons()) {
      if (subjects.count(person.subject_id()) == 0) continue;
      tokens.insert(person.identifiers().tokens().begin(), person.identifiers().tokens().end());
      for (const std::string& link : person.identifiers().link_tokens()) {
        plan->sought.push_back({"link token", link});
      }
    }
  }
  for (const std::string& token : tokens) plan->sought.push_back({"token", token, true});
  return absl::OkStatus();
}

absl::StatusOr<ErasurePlan> Complete(const storage::Reader& reader, ErasurePlan plan,
                                     const std::set<std::string>& subjects) {
  CONCORDAT_RETURN_IF_ERROR(TakeKeys(reader, subjects, &plan));
  const std::set<std::string> destroyed(plan.subject_ids.begin(), plan.subject_ids.end());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<storage::SealedPlace> places,
                             storage::SealedUnder(reader, plan.case_ids, destroyed));
  for (const storage::SealedPlace& place : places) {
    absl::StatusOr<std::string> ciphertext =
        reader.Get(Family::kSealed, storage::SealedKey(place.index, place.part));
    // One that is missing is damage, and no reason to keep the rest.
    if (absl::IsNotFound(ciphertext.status())) continue;
    CONCORDAT_RETURN_IF_ERROR(ciphertext.status());
    plan.sought.push_back({"ciphertext", *std::move(ciphertext)});
  }
  CONCORDAT_RETURN_IF_ERROR(TakeTokens(reader, destroyed, &plan));
  return plan;
}

absl::StatusOr<std::set<std::string>> SubjectsOfCase(const storage::Reader& reader,
                                                     const v1::CaseRecord& record) {
  std::set<std::string> subjects = {record.case_id()};
  for (const v1::CasePerson& person : record.persons()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::set<std::string> cases,
        storage::CasesOfPerson(reader, record.case_id(), person.subject_id()));
    if (cases.size() == 1) subjects.insert(person.subject_id());
  }
  return subjects;
}

// An event that joined two cases, each of which knew the person already, left them with a subject
// from either: all of them are the person.
absl::Status FollowPerson(const storage::Reader& reader, const v1::CaseRecord& record,
                          const std::string& subject_id, std::set<std::string>* subjects,
                          std::set<std::string>* case_ids) {
  std::vector<std::pair<std::string, std::string>> unread = {{record.case_id(), subject_id}};
  subjects->insert(subject_id);
  while (!unread.empty()) {
    const auto [from, subject] = unread.back();
    unread.pop_back();
    CONCORDAT_ASSIGN_OR_RETURN(const std::set<std::string> cases,
                               storage::CasesOfPerson(reader, from, subject));
    case_ids->insert(cases.begin(), cases.end());
    for (const std::string& case_id : cases) {
      CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord known, storage::GetCase(reader, case_id));
      const v1::CasePerson* person = storage::FindPerson(&known, subject);
      if (person == nullptr) continue;
      for (const v1::CasePerson& other : known.persons()) {
        if (SamePerson(other, person->capacity(), person->identifiers()) &&
            subjects->insert(other.subject_id()).second) {
          unread.emplace_back(case_id, other.subject_id());
        }
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> FindSubject(const v1::CaseRecord& record, v1::Capacity capacity,
                                        const v1::PersonTokens& tokens) {
  for (const v1::CasePerson& known : record.persons()) {
    if (SamePerson(known, capacity, tokens)) return known.subject_id();
  }
  return errors::ErasurePersonNotFound();
}

absl::StatusOr<ErasurePlan> PlanErasure(const storage::Reader& reader,
                                        const v1::LogEntry::ErasureRequested& request) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                             storage::GetCase(reader, request.case_id()));
  ErasurePlan plan;
  std::set<std::string> subjects;
  std::set<std::string> losing;
  plan.case_ids.insert(record.case_id());
  if (request.subject_id().empty()) {
    if (record.erased()) return errors::AlreadyErased();
    CONCORDAT_ASSIGN_OR_RETURN(subjects, SubjectsOfCase(reader, record));
    CONCORDAT_ASSIGN_OR_RETURN(losing, storage::CasesOfBodies(reader, record.case_id()));
  } else {
    CONCORDAT_RETURN_IF_ERROR(
        FollowPerson(reader, record, request.subject_id(), &subjects, &plan.case_ids));
    losing = plan.case_ids;
  }
  for (const std::string& case_id : losing) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord loser, storage::GetCase(reader, case_id));
    if (!loser.evidence_held_by().empty()) return errors::HeldAsEvidence();
  }
  return Complete(reader, std::move(plan), subjects);
}

absl::StatusOr<ErasurePlan> PlanErasureAgain(const storage::Reader& reader,
                                             const std::set<std::string>& subject_ids) {
  ErasurePlan plan;
  CONCORDAT_ASSIGN_OR_RETURN(plan.case_ids, storage::CasesKnowing(reader, subject_ids));
  return Complete(reader, std::move(plan), subject_ids);
}

v1::LogEntry::Erased ErasedBy(const ErasurePlan& plan, LeafIndex request) {
  v1::LogEntry::Erased erased;
  erased.set_request_index(request.value);
  erased.mutable_subject_ids()->Assign(plan.subject_ids.begin(), plan.subject_ids.end());
  erased.mutable_wrapped_key_sha256()->Assign(plan.wrapped_key_sha256.begin(),
                                              plan.wrapped_key_sha256.end());
  return erased;
}

}  // namespace concordat::services
