// The engine beside the reference: one question to both, and what differs in their answers.
#ifndef CONCORDAT_AUTH_TESTING_RELEASE_COMPARISON_H_
#define CONCORDAT_AUTH_TESTING_RELEASE_COMPARISON_H_

#include <optional>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "auth/redactor.h"
#include "auth/testing/random.h"
#include "auth/testing/random_event.h"
#include "auth/testing/reference_decider.h"
#include "auth/testing/reference_redactor.h"

namespace concordat::auth::testing {

// Each function answers nullopt where the two agree, else the question and both answers in one
// short text.
class ReleaseComparison {
 public:
  // The engine must outlive it.
  ReleaseComparison(const PolicyEngine* engine, const v1::ReleasePolicy& reference)
      : engine_(engine), decider_(reference), reference_(reference) {}

  std::optional<std::string> Row(const Roles& view, v1::EventType type,
                                 v1::SourceClass source) const;
  std::optional<std::string> Field(const Roles& view, v1::DataClass field_class,
                                   v1::Capacity capacity, v1::SourceClass source,
                                   const Conditions& conditions, v1::GrantKind grant) const;
  std::optional<std::string> Sharing(const Roles& view, const ReferenceSharing& sharing) const;
  std::optional<std::string> Purpose(v1::Role role, v1::Purpose purpose) const;
  // FacesPerpetrator and NeverReleased.
  std::optional<std::string> View(const Roles& view) const;
  // The whole event; on a difference, of the smallest event found that still shows one.
  std::optional<std::string> Event(const RandomCase& event) const;

  // Every row, field and purpose for every view of one role, known or not, and of none; every way
  // from role to role, and every pair of agencies of the reference's agreements at their edges.
  std::optional<std::string> Everything() const;
  // One random question of each kind but the last.
  std::optional<std::string> Something(Random* random) const;

  const ReferenceDecider& reference() const { return decider_; }

 private:
  std::optional<std::string> EverySharing(const std::vector<Roles>& views) const;
  std::optional<std::string> EventAsItIs(const RandomCase& event) const;
  std::optional<std::string> Redactions(const RandomCase& event, const Redacted& redacted,
                                        const ReferenceRelease& expected) const;

  const PolicyEngine* const engine_;
  const ReferenceDecider decider_;
  const v1::ReleasePolicy reference_;
};

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_RELEASE_COMPARISON_H_
