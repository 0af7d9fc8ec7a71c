#include "services/ledger/past_state.h"

#include <set>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/case_store.h"
#include "storage/projection.h"

namespace concordat::services {
namespace {

class PastFold {
 public:
  PastFold(const storage::Vault& vault, const storage::Reader& stored, const ScanEntries& scan,
           const v1::LogEntry& disclosure)
      : vault_(vault),
        scan_(scan),
        end_{disclosure.disclosed().up_to_index()},
        cases_(disclosure.case_ids().begin(), disclosure.case_ids().end()),
        store_(std::make_unique<storage::MemoryStore>(&stored)) {
    if (disclosure.disclosed().has_alerts_read()) {
      agency_ = disclosure.disclosed().recipients(0).agency();
    }
  }

  absl::StatusOr<std::unique_ptr<storage::MemoryStore>> Run() {
    // An alert's case may be one of which nothing was released: it is looked at all the same.
    if (!agency_.empty()) CONCORDAT_RETURN_IF_ERROR(ForEach(&PastFold::CollectCase));
    CONCORDAT_RETURN_IF_ERROR(ForEach(&PastFold::Fold));
    return std::move(store_);
  }

 private:
  using Step = absl::Status (PastFold::*)(v1::LogEntry entry);

  absl::Status ForEach(Step step) {
    absl::Status failed;
    CONCORDAT_RETURN_IF_ERROR(
        scan_(LeafIndex{0}, LeafIndex{end_}, [&](LeafIndex index, std::string_view bytes) {
          v1::LogEntry entry;
          if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
              entry.index() != index.value) {
            failed = absl::DataLossError(
                StrCat("entry ", index.value, ": got other bytes than an entry of this index"));
          } else {
            failed = (this->*step)(std::move(entry));
          }
          return failed.ok();
        }));
    return failed;
  }

  absl::Status CollectCase(v1::LogEntry entry) {
    if (IsOurAlertEntry(entry)) cases_.insert(entry.case_ids().begin(), entry.case_ids().end());
    for (const auto& alert : entry.collected().alerts()) {
      if (alert.agency() == agency_) cases_.insert(alert.case_id());
    }
    return absl::OkStatus();
  }

  absl::Status Fold(v1::LogEntry entry) {
    if (entry.has_collected()) return FoldEvent(std::move(entry));
    const bool acknowledged =
        !agency_.empty() && entry.has_alerts_acknowledged() && entry.actor().agency() == agency_;
    if (!acknowledged && !IsOurAlertEntry(entry)) return absl::OkStatus();
    return storage::Project(vault_, *store_, entry);
  }

  absl::Status FoldEvent(v1::LogEntry entry) {
    v1::LogEntry::Collected& collected = *entry.mutable_collected();
    collected.clear_token_parts();
    auto& changes = *collected.mutable_case_changes();
    for (int i = changes.size() - 1; i >= 0; --i) {
      if (cases_.count(changes.Get(i).case_id()) == 0) changes.DeleteSubrange(i, 1);
    }
    auto& alerts = *collected.mutable_alerts();
    for (int i = alerts.size() - 1; i >= 0; --i) {
      if (agency_.empty() || alerts.Get(i).agency() != agency_) alerts.DeleteSubrange(i, 1);
    }
    if (!changes.empty() || !alerts.empty()) return storage::Project(vault_, *store_, entry);
    // It may still take the place of an event of ours.
    for (const uint64_t superseded : collected.supersedes()) {
      storage::MarkSuperseded(*store_, LeafIndex{superseded}, LeafIndex{entry.index()});
    }
    return absl::OkStatus();
  }

  // As logs of earlier builds have it.
  bool IsOurAlertEntry(const v1::LogEntry& entry) const {
    return !agency_.empty() && entry.has_alert_raised() && entry.alert_raised().agency() == agency_;
  }

  const storage::Vault& vault_;
  const ScanEntries& scan_;
  const uint64_t end_;
  std::string agency_;  // Whose alerts were read; empty: a page was.
  std::set<std::string> cases_;
  std::unique_ptr<storage::MemoryStore> store_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<storage::MemoryStore>> PastState(const storage::Vault& vault,
                                                                const storage::Reader& stored,
                                                                const ScanEntries& scan,
                                                                const v1::LogEntry& disclosure) {
  return PastFold(vault, stored, scan, disclosure).Run();
}

}  // namespace concordat::services
