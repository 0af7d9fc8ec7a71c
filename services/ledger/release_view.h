// One stored event as one caller may see it: opened, decided, redacted. Reads only; the caller
// records before it releases (R2).
#ifndef CONCORDAT_SERVICES_LEDGER_RELEASE_VIEW_H_
#define CONCORDAT_SERVICES_LEDGER_RELEASE_VIEW_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "base/log_types.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

// Who reads, for what, and as of when: one and the same for all of a release.
struct Reading {
  auth::ViewRoles view;
  std::string agency;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  absl::Time decided_at = absl::InfinitePast();
  v1::GrantKind grant = v1::GRANT_KIND_UNSPECIFIED;  // By which it reads beyond the policy.
};

struct ReleasedView {
  v1::ReleasedEvent event;
  // What the disclosure entry says of it (services/ledger/disclosure.h).
  uint32_t released_classes = 0;  // Bit n: DataClass n.
  uint32_t withheld_classes = 0;
  std::vector<std::string> rule_ids;
};

class ReleaseView {
 public:
  // The stored bytes of an entry.
  using ReadEntry = std::function<absl::StatusOr<std::string>(LeafIndex)>;

  // All must outlive it. Thread-safe.
  ReleaseView(const storage::Vault* vault, const auth::PolicyEngine* policy, ReadEntry read_entry)
      : vault_(vault), policy_(policy), read_entry_(std::move(read_entry)) {}

  // nullopt: concealed, as if it weren't there. A superseded event keeps its place and says only
  // that it was superseded; an erased one says only that, and one that may not go to this reader
  // (PolicyEngine::DecideSharing) only why. To a view that faces perpetrators a superseded event
  // isn't there either while it, or what took its place in the end, may not go to it. DATA_LOSS
  // when what is stored doesn't hold together: then nothing is released.
  absl::StatusOr<std::optional<ReleasedView>> Of(const storage::Reader& reader,
                                                 const v1::CaseRecord& record,
                                                 const Reading& reading, LeafIndex index) const;

  // Where an event stands in its case's order, for whoever: to be released to nobody. DATA_LOSS
  // when the entry is no event.
  absl::StatusOr<absl::Time> OccurredAt(LeafIndex index) const;

 private:
  absl::StatusOr<v1::LogEntry> ReadEvent(LeafIndex index) const;
  // The row that the event is about, through corrections of corrections; nullopt when the event, or
  // anything that it corrects, may not be seen: that something was put right would tell that it was
  // there.
  absl::StatusOr<std::optional<auth::CorrectedRow>> VisibleRow(
      const auth::ViewRoles& view, const v1::LogEntry::Collected& collected) const;

  absl::StatusOr<bool> MayGo(const storage::Reader& reader, const Reading& reading,
                             const v1::LogEntry& entry) const;
  // The same of it and of the newest in its place.
  absl::StatusOr<bool> MaySaySuperseded(const storage::Reader& reader, const Reading& reading,
                                        const v1::LogEntry& entry, LeafIndex successor) const;

  const storage::Vault* vault_;
  const auth::PolicyEngine* policy_;
  const ReadEntry read_entry_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_RELEASE_VIEW_H_
