// What changes from one release policy to the next.
#ifndef CONCORDAT_TOOLS_POLICY_DIFF_H_
#define CONCORDAT_TOOLS_POLICY_DIFF_H_

#include <string>
#include <vector>

#include "tools/policy_book.h"

namespace concordat::tools {

// In all of them one text stands for one (role, class, condition), event type or purpose; or for
// something of what is asked between agencies (policy_sharing.h).
struct PolicyDiff {
  // Somebody is given what they were not: a field whole or reduced, an event, a purpose.
  std::vector<std::string> more;
  std::vector<std::string> less;
  // The same is given by another rule, for another reason, or by another gateway.
  std::vector<std::string> other;

  bool empty() const { return more.empty() && less.empty() && other.empty(); }
};

// Asks both engines the same questions, so a change that decides nothing differently (of the
// layout, the version or a why) is none.
PolicyDiff DiffPolicies(const PolicyBook& before, const PolicyBook& after);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_DIFF_H_
