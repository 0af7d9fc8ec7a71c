#include "storage/sealed_parts.h"

namespace concordat::storage {

std::vector<const v1::SealedPart*> SealedPartsOf(const v1::LogEntry& entry) {
  std::vector<const v1::SealedPart*> parts;
  for (const v1::SealedPart& part : entry.collected().parts()) parts.push_back(&part);
  for (const v1::SealedPart& part : entry.collected().token_parts()) parts.push_back(&part);
  if (entry.connection_registered().has_tokens()) {
    parts.push_back(&entry.connection_registered().tokens());
  }
  if (entry.access_granted().has_reason()) parts.push_back(&entry.access_granted().reason());
  if (entry.approval_requested().has_reason()) {
    parts.push_back(&entry.approval_requested().reason());
  }
  return parts;
}

}  // namespace concordat::storage
