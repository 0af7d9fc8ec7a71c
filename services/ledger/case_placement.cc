#include "services/ledger/case_placement.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "services/ledger/errors.h"
#include "services/ledger/event_facts.h"
#include "services/ledger/identity_tokens.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::services {
namespace {

class Placer {
 public:
  Placer(const storage::Vault& vault, storage::Writer& writer, const PlacementRequest& request)
      : vault_(vault),
        writer_(writer),
        request_(request),
        token_parts_(request.tokens.size(), kNoPart) {}

  absl::StatusOr<Placement> Place() {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<v1::CaseRecord> records, Candidates());
    const bool party = std::any_of(records.begin(), records.end(), [&](const auto& record) {
      return request_.may_join || storage::IsParty(record, request_.sender);
    });
    if (records.empty() || (!party && !request_.own_only)) {
      CONCORDAT_ASSIGN_OR_RETURN(records.emplace_back(), NewCase());
    }
    CONCORDAT_RETURN_IF_ERROR(AssignSubjects(records, &placement_.person_subjects));
    for (size_t i = 0; i < request_.tokens.size(); ++i) {
      placement_.tokens.push_back(
          BoundTo(vault_, placement_.person_subjects[i], request_.tokens[i]));
    }
    for (v1::CaseRecord& record : records) CONCORDAT_RETURN_IF_ERROR(Join(std::move(record)));
    const bool any_there = std::any_of(placement_.cases.begin(), placement_.cases.end(),
                                       [](const auto& placed) { return placed.there_for_sender; });
    if (!any_there) {
      CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord own, NewCase());
      own.set_own_of(request_.sender);
      CONCORDAT_RETURN_IF_ERROR(Join(std::move(own)));
    }
    placement_.token_persons = token_persons_;
    placement_.combined_subjects.assign(combined_.begin(), combined_.end());
    std::stable_partition(placement_.cases.begin(), placement_.cases.end(),
                          [](const PlacedCase& placed) { return placed.there_for_sender; });
    return std::move(placement_);
  }

 private:
  absl::StatusOr<v1::CaseRecord> NewCase() const {
    v1::CaseRecord opened;
    opened.set_case_id(StrCat("case-", crypto::RandomId()));
    CONCORDAT_RETURN_IF_ERROR(vault_.CreateSubject(writer_, opened.case_id()));
    return opened;
  }

  absl::StatusOr<std::vector<v1::CaseRecord>> Candidates() {
    const std::string& named = request_.event->case_id();
    if (!named.empty()) {
      absl::StatusOr<v1::CaseRecord> record = storage::GetCase(writer_, named);
      if (absl::IsNotFound(record.status())) return errors::CaseNotFound();
      CONCORDAT_RETURN_IF_ERROR(record.status());
      if (!IsThereForSender(*record)) return errors::CaseNotFound();
      if (record->erased()) return errors::CaseErased();
      if (record->own_of().empty()) return std::vector<v1::CaseRecord>{*std::move(record)};
      return WithShared(*std::move(record));
    }
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<v1::CaseRecord> records, Matching());
    if (!records.empty()) return records;
    for (const std::string& id : request_.earlier_cases) {
      CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, storage::GetCase(writer_, id));
      if (!record.erased() && IsOpenToSender(record)) records.push_back(std::move(record));
    }
    return records;
  }

  // What the sender puts into its own case is for the others too.
  absl::StatusOr<std::vector<v1::CaseRecord>> WithShared(v1::CaseRecord own) const {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<v1::CaseRecord> records, Matching());
    const bool found = std::any_of(records.begin(), records.end(), [&](const auto& record) {
      return record.case_id() == own.case_id();
    });
    if (!found) records.push_back(std::move(own));
    return records;
  }

  bool IsThereForSender(const v1::CaseRecord& record) const {
    if (!storage::IsThereFor(record, request_.sender)) return false;
    // A receipt names a case in any event.
    return record.own_of() == request_.sender || !request_.conflicts.With(vault_, record);
  }

  bool IsOpenToSender(const v1::CaseRecord& record) const {
    return record.own_of().empty() || record.own_of() == request_.sender;
  }

  bool Names(v1::Capacity capacity) const {
    const auto& persons = request_.event->persons();
    return std::any_of(persons.begin(), persons.end(),
                       [&](const v1::Person& p) { return p.capacity() == capacity; });
  }

  // The subject of the event's person `i` in `record`; empty when it isn't there.
  std::string SubjectIn(const v1::CaseRecord& record, int i) const {
    for (const v1::CasePerson& known : record.persons()) {
      if (SamePerson(known, request_.event->persons(i).capacity(), request_.tokens[i])) {
        return known.subject_id();
      }
    }
    return "";
  }

  bool AnyIn(const v1::CaseRecord& record, v1::Capacity capacity) const {
    for (int i = 0; i < request_.event->persons_size(); ++i) {
      if (request_.event->persons(i).capacity() == capacity && !SubjectIn(record, i).empty()) {
        return true;
      }
    }
    return false;
  }

  bool Belongs(const v1::CaseRecord& record) const {
    const bool perpetrator = Names(v1::PERPETRATOR);
    const bool victim = Names(v1::VICTIM);
    if (perpetrator && !AnyIn(record, v1::PERPETRATOR)) return false;
    if (victim && !AnyIn(record, v1::VICTIM)) return false;
    if (perpetrator || victim) return true;
    return AnyIn(record, v1::CHILD);
  }

  absl::StatusOr<std::vector<v1::CaseRecord>> Matching() const {
    std::set<std::string> ids;
    for (const v1::PersonTokens& tokens : request_.tokens) {
      for (const std::string& token : tokens.tokens()) {
        CONCORDAT_ASSIGN_OR_RETURN(std::vector<std::string> cases,
                                   storage::CasesOfToken(writer_, token));
        ids.insert(cases.begin(), cases.end());
      }
    }
    std::vector<v1::CaseRecord> records;
    for (const std::string& id : ids) {
      CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, storage::GetCase(writer_, id));
      if (record.erased() || !IsOpenToSender(record) || !Belongs(record)) continue;
      records.push_back(std::move(record));
    }
    if (records.size() > kCasesPerEventMax) return errors::TooManyCases(records.size());
    return records;
  }

  // One subject a person, the same in every case: erasing the person erases them everywhere.
  absl::Status AssignSubjects(const std::vector<v1::CaseRecord>& records,
                              std::vector<std::string>* subjects) {
    for (int i = 0; i < request_.event->persons_size(); ++i) {
      std::string subject;
      for (const v1::CaseRecord& record : records) {
        subject = SubjectIn(record, i);
        if (!subject.empty()) break;
      }
      if (subject.empty()) {
        subject = StrCat("subject-", crypto::RandomId());
        CONCORDAT_RETURN_IF_ERROR(vault_.CreateSubject(writer_, subject));
      }
      subjects->push_back(std::move(subject));
    }
    return absl::OkStatus();
  }

  absl::Status Join(v1::CaseRecord record) {
    PlacedCase placed;
    v1::CaseChange& change = placed.change;
    change.set_case_id(record.case_id());
    change.set_opened(record.parties().empty());
    change.set_own_of(change.opened() ? record.own_of() : "");
    const bool shared = record.own_of().empty();
    if (change.opened() || (shared && request_.may_join)) {
      AddParty(record, request_.sender, &change);
    }
    if (shared && (change.opened() || request_.may_join)) {
      for (const std::string& agency : request_.joining_parties) AddParty(record, agency, &change);
    }
    const std::vector<std::string>& subjects = placement_.person_subjects;
    for (size_t i = 0; i < subjects.size(); ++i) {
      AddPerson(record, static_cast<int>(i), subjects[i], &change);
    }
    *change.mutable_flags_set() = FlagsSetBy(*request_.event);
    *change.mutable_flags_cleared() = FlagsClearedBy(*request_.event);
    storage::ApplyChange(change, sealed_tokens_, &record);
    if (shared && change.persons_joined_size() > 0) {
      CONCORDAT_ASSIGN_OR_RETURN(std::vector<SealSpread> spreads,
                                 SpreadByEvent(writer_, request_.is_victim_service, &record));
      for (SealSpread& spread : spreads) AddSpread(std::move(spread));
    }
    placed.there_for_sender = IsThereForSender(record);
    placed.record = std::move(record);
    placement_.cases.push_back(std::move(placed));
    return absl::OkStatus();
  }

  // Two cases of one event may each find the same one.
  void AddSpread(SealSpread spread) {
    auto& spreads = placement_.seals_spread;
    const bool twice = std::any_of(spreads.begin(), spreads.end(), [&](const SealSpread& known) {
      return known.case_id() == spread.case_id() &&
             known.seal().agency() == spread.seal().agency() &&
             known.seal().origin() == spread.seal().origin();
    });
    if (!twice) spreads.push_back(std::move(spread));
  }

  static void AddParty(const v1::CaseRecord& record, const std::string& agency,
                       v1::CaseChange* change) {
    const auto& joined = change->parties_joined();
    const bool twice = std::any_of(joined.begin(), joined.end(),
                                   [&](const auto& party) { return party.agency() == agency; });
    if (!twice && !storage::IsParty(record, agency))
      change->add_parties_joined()->set_agency(agency);
  }

  // The person joins, or is known by more than before.
  void AddPerson(const v1::CaseRecord& record, int i, const std::string& subject,
                 v1::CaseChange* change) {
    const auto& persons = record.persons();
    const auto known =
        std::find_if(persons.begin(), persons.end(),
                     [&](const v1::CasePerson& person) { return person.subject_id() == subject; });
    v1::CasePerson person = known == persons.end() ? v1::CasePerson() : *known;
    const int identifiers = person.identifiers().tokens_size();
    const bool learned = storage::AddTokens(placement_.tokens[i], &person);
    if (known != persons.end() && !learned) return;
    v1::CasePersonChange& joined = *change->add_persons_joined();
    joined.set_subject_id(subject);
    joined.set_capacity(request_.event->persons(i).capacity());
    if (learned) joined.set_token_part(static_cast<uint32_t>(TokenPart(i)));
    if (identifiers > 0 && person.identifiers().tokens_size() > identifiers) {
      combined_.insert(subject);
    }
  }

  // Sealed once, for whichever cases need it.
  int TokenPart(int i) {
    if (token_parts_[i] == kNoPart) {
      token_parts_[i] = static_cast<int>(token_persons_.size());
      token_persons_.push_back(i);
      sealed_tokens_.push_back(placement_.tokens[i]);
    }
    return token_parts_[i];
  }

  static constexpr int kNoPart = -1;

  const storage::Vault& vault_;
  storage::Writer& writer_;
  const PlacementRequest& request_;
  std::vector<int> token_parts_;    // By person: the position in token_persons_, or kNoPart.
  std::vector<int> token_persons_;  // By position: the person.
  std::vector<v1::PersonTokens> sealed_tokens_;  // By position.
  std::set<std::string> combined_;
  Placement placement_;
};

}  // namespace

absl::StatusOr<Placement> PlaceEvent(const storage::Vault& vault, storage::Writer& writer,
                                     const PlacementRequest& request) {
  return Placer(vault, writer, request).Place();
}

}  // namespace concordat::services
