#include "services/ledger/replay.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "auth/policy.h"
#include "auth/spiffe_id.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/common/caller.h"
#include "services/ledger/alert_reader.h"
#include "services/ledger/case_reader.h"
#include "services/ledger/disclosure.h"
#include "storage/erasure_store.h"
#include "storage/release_store.h"

namespace concordat::services {
namespace {

absl::StatusOr<v1::LogEntry> Parsed(const ReplayParts& parts, uint64_t index) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes, parts.read_entry(LeafIndex{index}));
  v1::LogEntry entry;
  if (entry.ParseFromString(bytes)) return entry;
  return absl::DataLossError(StrCat("entry ", index, ": got bytes that are no entry"));
}

// The recipient as far as a view depends on it.
absl::StatusOr<Caller> RecipientOf(const v1::LogEntry::Disclosed& disclosed) {
  if (disclosed.recipients_size() != 1) {
    return absl::DataLossError(
        StrCat("recipients: got ", disclosed.recipients_size(), ", want one"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(auth::SpiffeId id,
                             auth::SpiffeId::Parse(disclosed.recipients(0).spiffe_id()));
  Caller caller{std::move(id), {}, "", std::nullopt, {}, "", v1::ROLE_UNSPECIFIED};
  caller.agency.set_id(disclosed.recipients(0).agency());
  for (const int role : disclosed.view_roles()) {
    caller.view.roles.push_back(static_cast<v1::Role>(role));
  }
  return caller;
}

absl::StatusOr<auth::PolicyEngine> PolicyOf(const ReplayParts& parts, const v1::LogEntry& entry) {
  absl::StatusOr<std::string> bytes = storage::GetPolicy(*parts.stored, entry.policy_digest());
  if (absl::IsNotFound(bytes.status())) {
    return absl::DataLossError("policy: got none of the entry's digest in the log");
  }
  CONCORDAT_RETURN_IF_ERROR(bytes.status());
  return auth::PolicyEngine::CompileBytes(*bytes);
}

absl::StatusOr<v1::CasePage> MakeAgain(const ReplayParts& parts, const v1::LogEntry& entry) {
  const v1::LogEntry::Disclosed& disclosed = entry.disclosed();
  CONCORDAT_ASSIGN_OR_RETURN(const Caller recipient, RecipientOf(disclosed));
  CONCORDAT_ASSIGN_OR_RETURN(const auth::PolicyEngine policy, PolicyOf(parts, entry));
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<storage::MemoryStore> past,
                             PastState(*parts.vault, *parts.stored, parts.scan, entry));
  const ReleaseView view(parts.vault, &policy, parts.read_entry);
  // Entries of earlier builds have no time. Of what depends on one they knew nothing: no policy of
  // theirs has agreements, no event an embargo.
  const absl::Time decided_at =
      disclosed.has_decided_at() ? ToTime(disclosed.decided_at()) : absl::InfinitePast();
  if (disclosed.has_alerts_read()) {
    v1::LogEntry::Disclosed unused;
    CONCORDAT_ASSIGN_OR_RETURN(
        const AlertBatch batch,
        GatherAlerts(
            *past, view, {recipient.view, recipient.agency.id(), entry.purpose(), decided_at},
            disclosed.alerts_read().after(),
            {disclosed.alerts_read().left_out().begin(), disclosed.alerts_read().left_out().end()},
            &unused));
    return EventsOf(batch);
  }
  if (!disclosed.has_page_read() || entry.case_ids_size() != 1) {
    return absl::DataLossError("entry: got neither a page of one case nor alerts");
  }
  v1::ReadCaseRequest request;
  request.set_case_id(entry.case_ids(0));
  request.set_purpose(entry.purpose());
  request.set_page_size(disclosed.page_read().page_size());
  request.set_page_token(disclosed.page_read().page_token());
  GrantedReading by;
  if (disclosed.grant_index() > 0) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry grant, Parsed(parts, disclosed.grant_index()));
    if (!grant.has_access_granted()) {
      return absl::DataLossError(
          StrCat("entry ", disclosed.grant_index(), ": got no grant, want the reading's"));
    }
    by = ReadingBy(disclosed.grant_index(), grant.access_granted());
  }
  const CaseReader reader(parts.vault, &policy, &view);
  CONCORDAT_ASSIGN_OR_RETURN(
      UnrecordedPage page,
      reader.Read(*past, recipient, request, disclosed.up_to_index(), decided_at, by));
  return std::move(page.page);
}

// By subject, the entries that destroyed its key after the release was computed.
using ErasedSince = std::map<std::string, std::set<uint64_t>>;

absl::StatusOr<ErasedSince> FindErased(const ReplayParts& parts, uint64_t since) {
  ErasedSince erased;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LeafIndex> erasures,
                             storage::AllErasures(*parts.stored));
  for (const LeafIndex index : erasures) {
    if (index.value < since) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry entry, Parsed(parts, index.value));
    for (const std::string& subject : entry.erased().subject_ids()) {
      erased[subject].insert(index.value);
    }
  }
  return erased;
}

// Of the records released, and only by erasures that reached one of them.
absl::Status AddErased(const ReplayParts& parts, const v1::LogEntry::Disclosed& disclosed,
                       v1::ReplayReleaseResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ErasedSince erased, FindErased(parts, disclosed.up_to_index()));
  if (erased.empty()) return absl::OkStatus();
  std::set<uint64_t> erasures;
  for (const auto& record : disclosed.records()) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry event, Parsed(parts, record.leaf_index()));
    bool reached = false;
    for (const v1::SealedPart& part : event.collected().parts()) {
      const auto found = erased.find(part.subject_id());
      if (found == erased.end()) continue;
      erasures.insert(found->second.begin(), found->second.end());
      reached = true;
    }
    if (reached) response->add_erased_records(record.leaf_index());
  }
  response->mutable_erasure_indices()->Assign(erasures.begin(), erasures.end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ReplayReleaseResponse> ReplayRelease(const ReplayParts& parts,
                                                        const v1::LogEntry& disclosure) {
  v1::ReplayReleaseResponse response;
  response.set_recorded_digest(disclosure.disclosed().released_digest());
  const absl::StatusOr<v1::CasePage> page = MakeAgain(parts, disclosure);
  if (absl::IsUnavailable(page.status())) return page.status();
  if (page.ok()) {
    std::string bytes = ReleasedBytes(*page);
    const crypto::Digest digest = crypto::Sha256(bytes);
    response.set_replayed_digest(std::string(crypto::AsBytes(digest)));
    if (response.replayed_digest() == response.recorded_digest()) {
      response.set_verdict(v1::SAME_BYTES);
      response.set_released(std::move(bytes));
      return response;
    }
  }
  CONCORDAT_RETURN_IF_ERROR(AddErased(parts, disclosure.disclosed(), &response));
  if (response.erased_records_size() > 0) {
    response.set_verdict(v1::ERASED_SINCE);
    response.set_why("of the records released, something was destroyed since");
    return response;
  }
  response.set_verdict(v1::DIFFERENT_BYTES);
  response.set_why(page.ok() ? "the log and the policy of that day give bytes of another digest"
                             : std::string(page.status().message()));
  return response;
}

}  // namespace concordat::services
