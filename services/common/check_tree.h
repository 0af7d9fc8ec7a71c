// What holds for every message from outside, whatever it means: known fields, known enum numbers,
// bounded text and lists.
#ifndef CONCORDAT_SERVICES_COMMON_CHECK_TREE_H_
#define CONCORDAT_SERVICES_COMMON_CHECK_TREE_H_

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "services/common/field_path.h"

namespace concordat::services {

// Walks `message`, which stands at `path`, by reflection. INVALID_ARGUMENT at the first
//  - unknown field ("event.persons[2]: got unknown field number 99, want only known fields"): what
//  has no data class could
//    only be stored and never released, and its sender would believe it was passed on;
//  - enum number without a name;
//  - text over kFreeTextBytesMax, not UTF-8, or with control characters (CheckText);
//  - list of more than kRepeatedStringsMax elements, or of more than kAcknowledgeMax numbers.
absl::Status CheckTree(const google::protobuf::Message& message, const FieldPath& path);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_CHECK_TREE_H_
