#ifndef CONCORDAT_AUTH_FIELD_DECISION_H_
#define CONCORDAT_AUTH_FIELD_DECISION_H_

#include <string>

#include "auth/policy.h"
#include "concordat/v1/data_class.pb.h"

namespace concordat::auth {

enum class FieldOutcome { kWhole, kReduced, kRemoved };

// What became of one field of one event, and by which decision. Never holds a value.
struct FieldDecision {
  // From the event, such as "persons[0].addresses[1].lines"; elements are counted from 0.
  std::string path;
  v1::DataClass field_class;  // As the proto says; PolicyEngine::Decide takes it so.
  v1::Capacity capacity;      // Whose fact it is; unspecified is decided as VICTIM's.
  PolicyEngine::Decision decision;
  FieldOutcome outcome;
  // The decision let it stay, but nothing else of the element around it was left.
  bool gone_with_element;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_FIELD_DECISION_H_
