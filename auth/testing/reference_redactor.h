// The reference for auth/redactor.h: walks an event by reflection, reads the options of its fields
// itself, writes down what happens to each, and takes away from a copy what may not stay. For
// tests; shares no code with the redactor. Names in ASCII only.
#ifndef CONCORDAT_AUTH_TESTING_REFERENCE_REDACTOR_H_
#define CONCORDAT_AUTH_TESTING_REFERENCE_REDACTOR_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "auth/testing/reference_decider.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::auth::testing {

// One event for one reader. As ReleaseContext, with the event.
struct ReleaseCase {
  Roles view;
  v1::EventType type = v1::EVENT_TYPE_UNSPECIFIED;
  v1::SourceClass source = v1::SOURCE_CLASS_UNSPECIFIED;
  Conditions conditions;
  v1::GrantKind grant = v1::GRANT_KIND_UNSPECIFIED;
  absl::Time event_time;
  ReferenceSharing sharing;  // The embargo is the event's.
  std::optional<std::pair<v1::EventType, v1::SourceClass>> corrects;
  v1::CaseEvent event;
};

// As Redacted.
struct ReferenceRelease {
  v1::CaseEvent event;
  std::vector<v1::Marker> markers;
  std::set<v1::DataClass> released_classes;
  std::set<v1::DataClass> withheld_classes;
  std::set<std::string> rule_ids;
  bool withheld_whole = false;
  std::set<std::string> whole_texts;  // Every text that is sent as it came.
};

// nullopt: the row is concealed.
std::optional<ReferenceRelease> ReferenceRedact(const ReferenceDecider& decider,
                                                const ReleaseCase& release);

// EVENT_TYPE_UNSPECIFIED for an event without a body.
v1::EventType BodyTypeOf(const v1::CaseEvent& event);

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_REFERENCE_REDACTOR_H_
