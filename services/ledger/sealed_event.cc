#include "services/ledger/sealed_event.h"

#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {

absl::StatusOr<std::vector<v1::SealedPart>> SealEvent(
    const storage::Vault& vault, storage::Writer& writer, LeafIndex index,
    const v1::CaseEvent& event, const std::string& body_subject,
    const std::vector<std::string>& person_subjects) {
  v1::CaseEvent body = event;
  body.clear_persons();
  std::vector<v1::SealedPart> parts;
  parts.reserve(1 + person_subjects.size());
  CONCORDAT_ASSIGN_OR_RETURN(parts.emplace_back(),
                             vault.Seal(writer, body_subject, index, 0, body.SerializeAsString()));
  for (int i = 0; i < event.persons_size(); ++i) {
    CONCORDAT_ASSIGN_OR_RETURN(
        parts.emplace_back(),
        vault.Seal(writer, person_subjects[i], index, static_cast<uint32_t>(i) + 1,
                   event.persons(i).SerializeAsString()));
  }
  return parts;
}

absl::StatusOr<OpenedEvent> OpenEvent(const storage::Vault& vault, const storage::Reader& reader,
                                      LeafIndex index, const v1::LogEntry::Collected& collected) {
  OpenedEvent opened;
  for (int part = 0; part < collected.parts_size(); ++part) {
    absl::StatusOr<std::string> plain =
        vault.Open(reader, collected.parts(part), index, static_cast<uint32_t>(part));
    if (absl::IsNotFound(plain.status())) {
      if (part == 0) {
        opened.body_erased = true;
      } else {
        ++opened.erased_persons;
      }
      continue;
    }
    CONCORDAT_RETURN_IF_ERROR(plain.status());
    const bool parsed = part == 0 ? opened.event.ParseFromString(*plain)
                                  : opened.event.add_persons()->ParseFromString(*plain);
    if (!parsed) {
      return absl::DataLossError(
          StrCat("entry ", index.value, " part ", part, ": sealed bytes are no message"));
    }
  }
  return opened;
}

}  // namespace concordat::services
