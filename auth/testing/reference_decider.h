// A second opinion on every release decision, for tests: slow, obvious, and written from the
// documents (R7, the comments of policy.proto and data_class.proto, the contracts of auth/policy.h)
// and not from the engine's code. It looks through the policy message rule by rule, builds no table
// and includes nothing of the engine.
#ifndef CONCORDAT_AUTH_TESTING_REFERENCE_DECIDER_H_
#define CONCORDAT_AUTH_TESTING_REFERENCE_DECIDER_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth::testing {

using Roles = std::vector<v1::Role>;
// What holds for an event and its case. TWO_PERSON_APPROVAL may be among them and grants nothing: a
// grant does.
using Conditions = std::set<v1::Condition>;

struct ReferenceDecision {
  v1::ReleaseAction action;
  v1::ReasonCode reason;
  std::string rule_id;
};

// As auth/sharing_terms.h's Sharing.
struct ReferenceSharing {
  std::string source_agency;
  v1::Role source_role = v1::ROLE_UNSPECIFIED;
  std::string reader_agency;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  absl::Time decided_at = absl::InfinitePast();
  std::optional<absl::Time> embargo_until;
};

// VICTIM for an unspecified or unknown capacity: the most protected.
v1::Capacity CapacityOrVictim(v1::Capacity capacity);

// VICTIM_LOCATION for CONTACT of a victim or child; else the class itself.
v1::DataClass ClassThatDecides(v1::DataClass field_class, v1::Capacity capacity);

// Immutable. Answers only for a policy that PolicyEngine::Compile takes.
class ReferenceDecider {
 public:
  explicit ReferenceDecider(v1::ReleasePolicy policy) : policy_(std::move(policy)) {}

  // As the functions of PolicyEngine of the same names.
  bool FacesPerpetrator(const Roles& view) const;
  ReferenceDecision DecideRow(const Roles& view, v1::EventType type, v1::SourceClass source) const;
  ReferenceDecision Decide(const Roles& view, v1::DataClass field_class, v1::Capacity capacity,
                           v1::SourceClass source, const Conditions& conditions,
                           v1::GrantKind grant) const;
  bool MayBreakGlass(v1::Role role) const { return FindBreakGlass(role) != nullptr; }
  bool MayBreakGlassWithoutParty(v1::Role role) const;
  bool GlassLifts(v1::Role role, v1::Condition condition) const;
  ReferenceDecision DecideSharing(const Roles& view, const ReferenceSharing& sharing) const;
  const v1::PurposeRule* FindPurpose(v1::Role role, v1::Purpose purpose) const;
  std::vector<v1::DataClass> NeverReleased(const Roles& view) const;

 private:
  const v1::RoleRule* FindRole(v1::Role role) const;
  // The most specific rule; null for none.
  const v1::FieldRule* FindRule(v1::Role role, v1::DataClass field_class,
                                v1::Capacity capacity) const;
  ReferenceDecision DecideFor(v1::Role role, v1::DataClass field_class, v1::Capacity capacity,
                              const Conditions& conditions, v1::GrantKind grant) const;
  const v1::BreakGlassRule* FindBreakGlass(v1::Role role) const;
  bool MayGive(const Roles& view, v1::DataClass field_class, v1::Capacity capacity) const;

  const v1::ReleasePolicy policy_;
};

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_REFERENCE_DECIDER_H_
