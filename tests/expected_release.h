// Who may see what, worked out the slow way: from the policy file by plain loops, and from the
// design (R1, R7). Shares nothing with auth/, so that the two can disagree.
#ifndef CONCORDAT_TESTS_EXPECTED_RELEASE_H_
#define CONCORDAT_TESTS_EXPECTED_RELEASE_H_

#include <vector>

#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::tests {

// What decides about one stored event.
struct EventFacts {
  v1::SourceClass source = v1::SOURCE_CLASS_UNSPECIFIED;
  // Of the event, and for a correction also of what it corrects and what it puts in its place.
  std::vector<v1::EventType> types;
  std::vector<v1::Condition> conditions;  // Those that hold.
  bool superseded = false;
};

struct FieldFacts {
  v1::DataClass field_class;
  v1::Capacity capacity;
  v1::Generaliser generaliser;
};

// Whether the event is there at all for a reader behind these roles: its own, and its service's.
bool SeesEvent(const v1::ReleasePolicy& policy, const std::vector<v1::Role>& roles,
               const EventFacts& event);

// Whether the field's value reaches such a reader as it was sent.
bool SeesValue(const v1::ReleasePolicy& policy, const std::vector<v1::Role>& roles,
               const EventFacts& event, const FieldFacts& field);

// The same of a reading by broken glass: what each role's rule lifts holds for it, but never of
// where anybody is or how to reach them.
bool SeesValueByGlass(const v1::ReleasePolicy& policy, const std::vector<v1::Role>& roles,
                      const EventFacts& event, const FieldFacts& field);

bool MayActFor(const v1::ReleasePolicy& policy, v1::Role role, v1::Purpose purpose);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_EXPECTED_RELEASE_H_
