#include "services/ledger/disclosure.h"

#include <algorithm>
#include <string>

#include "base/timestamps.h"

namespace concordat::services {
namespace {

// The position of `text`, which is added where it is new. The lists are short.
uint32_t PositionOf(const std::string& text,
                    google::protobuf::RepeatedPtrField<std::string>* list) {
  const auto found = std::find(list->begin(), list->end(), text);
  const auto position = static_cast<uint32_t>(found - list->begin());
  if (found == list->end()) *list->Add() = text;
  return position;
}

}  // namespace

void AddRecord(const ReleasedView& view, v1::LogEntry::Disclosed* disclosed) {
  v1::LogEntry::Disclosed::Record& record = *disclosed->add_records();
  record.set_leaf_index(view.event.leaf_index());
  record.set_released_classes(view.released_classes);
  record.set_withheld_classes(view.withheld_classes);
  for (const std::string& rule : view.rule_ids) {
    record.add_rules(PositionOf(rule, disclosed->mutable_rule_ids()));
  }
  record.set_controller(PositionOf(view.event.source_agency(), disclosed->mutable_controllers()));
}

std::string ReleasedBytes(const v1::CasePage& page) {
  v1::CasePage events_only;
  *events_only.mutable_events() = page.events();
  return events_only.SerializeAsString();
}

crypto::Digest ReleasedDigest(const v1::CasePage& page) {
  return crypto::Sha256(ReleasedBytes(page));
}

void Complete(const Caller& recipient, uint64_t up_to_index, absl::Time decided_at,
              const v1::CasePage& page, v1::LogEntry::Disclosed* disclosed) {
  const std::string bytes = ReleasedBytes(page);
  const crypto::Digest digest = crypto::Sha256(bytes);
  disclosed->set_released_digest(std::string(crypto::AsBytes(digest)));
  disclosed->set_size_bytes(bytes.size());
  disclosed->set_up_to_index(up_to_index);
  *disclosed->mutable_decided_at() = ToTimestamp(decided_at);
  v1::LogEntry::Disclosed::Recipient& to = *disclosed->add_recipients();
  to.set_agency(recipient.agency.id());
  to.set_spiffe_id(recipient.id.ToString());
  to.set_certificate_sha256(recipient.certificate_sha256);
  for (const v1::Role role : recipient.view.roles) disclosed->add_view_roles(role);
}

}  // namespace concordat::services
