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
    for (const auto& alert : entry.collected().alerts()) CollectCaseOf(alert);
    for (const auto& spread : SpreadsOf(entry)) {
      for (const auto& alert : spread.alerts()) CollectCaseOf(alert);
    }
    return absl::OkStatus();
  }

  void CollectCaseOf(const v1::LogEntry::AlertRaised& alert) {
    if (alert.agency() == agency_) cases_.insert(alert.case_id());
  }

  using SealSpreads = google::protobuf::RepeatedPtrField<v1::LogEntry::SealSpread>;

  static const SealSpreads& SpreadsOf(const v1::LogEntry& entry) {
    return entry.has_case_sealed() ? entry.case_sealed().spread()
                                   : entry.collected().seals_spread();
  }

  // Only what reaches our cases, and the alerts that were read.
  void Narrow(SealSpreads* spreads) const {
    for (int i = spreads->size() - 1; i >= 0; --i) {
      v1::LogEntry::SealSpread& spread = *spreads->Mutable(i);
      if (cases_.count(spread.case_id()) == 0) {
        spreads->DeleteSubrange(i, 1);
        continue;
      }
      if (spread.seal().agency() != agency_) spread.clear_withdrawn();
      DropOthersAlerts(spread.mutable_alerts());
    }
  }

  void DropOthersAlerts(
      google::protobuf::RepeatedPtrField<v1::LogEntry::AlertRaised>* alerts) const {
    for (int i = alerts->size() - 1; i >= 0; --i) {
      if (agency_.empty() || alerts->Get(i).agency() != agency_) alerts->DeleteSubrange(i, 1);
    }
  }

  absl::Status Fold(v1::LogEntry entry) {
    entry.clear_notices();  // No release depends on them, and their numbers would have gaps.
    if (entry.has_collected()) return FoldEvent(std::move(entry));
    if (entry.has_case_sealed()) {
      Narrow(entry.mutable_case_sealed()->mutable_spread());
      return storage::Project(vault_, *store_, entry);
    }
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
    DropOthersAlerts(collected.mutable_alerts());
    Narrow(collected.mutable_seals_spread());
    if (!changes.empty() || !collected.alerts().empty() || !collected.seals_spread().empty()) {
      return storage::Project(vault_, *store_, entry);
    }
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
