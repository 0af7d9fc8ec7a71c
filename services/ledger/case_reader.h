// Pages of a case history as one caller may see it, ready to be recorded and then released.
#ifndef CONCORDAT_SERVICES_LEDGER_CASE_READER_H_
#define CONCORDAT_SERVICES_LEDGER_CASE_READER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/common/caller.h"
#include "services/ledger/grants.h"
#include "services/ledger/release_view.h"
#include "storage/case_store.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

// A page that has not been recorded: it must not leave the process before `disclosed` is durable in
// the log.
struct UnrecordedPage {
  v1::CasePage page;
  v1::LogEntry::Disclosed disclosed;
};

class CaseReader {
 public:
  // All must outlive it. Thread-safe.
  CaseReader(const storage::Vault* vault, const auth::PolicyEngine* policy, const ReleaseView* view)
      : vault_(vault), policy_(policy), view_(view) {}

  // The page after request.page_token: events in order of (occurred_at, leaf index), at most
  // page_size of those that the caller may see; concealed ones neither count nor show in the token.
  // NOT_FOUND (errors::CaseNotFound) for a case that isn't there and for one that the caller's
  // agency is not party to. INVALID_ARGUMENT (errors::BadPageToken), also for a token of a reading
  // by another grant. All of it is decided as of `decided_at`.
  absl::StatusOr<UnrecordedPage> Read(const storage::Reader& reader, const Caller& caller,
                                      const v1::ReadCaseRequest& request, uint64_t log_size,
                                      absl::Time decided_at, const GrantedReading& by) const;

 private:
  // Names the last event shown by its index, which the reader has; not by when it happened, which
  // may have been withheld.
  std::string TokenFor(const Caller& caller, const std::string& case_id, LeafIndex index,
                       uint64_t grant_index) const;
  // The event that the token names. INVALID_ARGUMENT as Read says.
  absl::StatusOr<storage::CaseEventRef> PlaceOf(const Caller& caller,
                                                const v1::ReadCaseRequest& request,
                                                uint64_t grant_index) const;

  const storage::Vault* vault_;
  const auth::PolicyEngine* policy_;
  const ReleaseView* view_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_CASE_READER_H_
