// What an entry seals, of whatever kind it is. Pure.
#ifndef CONCORDAT_STORAGE_SEALED_PARTS_H_
#define CONCORDAT_STORAGE_SEALED_PARTS_H_

#include <vector>

#include "concordat/v1/log.pb.h"

namespace concordat::storage {

// In the order of their part numbers: of an event its own parts, then its persons' identifiers; of
// a connection its tokens; of a grant or a request for one its reason. Those of an entry that has
// none of them: none. They live as long as the entry.
std::vector<const v1::SealedPart*> SealedPartsOf(const v1::LogEntry& entry);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_SEALED_PARTS_H_
