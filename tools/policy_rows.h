// Which events a view may see at all, by type and by who told.
#ifndef CONCORDAT_TOOLS_POLICY_ROWS_H_
#define CONCORDAT_TOOLS_POLICY_ROWS_H_

#include <string>
#include <vector>

#include "auth/policy.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::tools {

// Of those `types` that the view may see when some source told them, in their order.
std::vector<v1::EventType> VisibleTypes(const auth::PolicyEngine& engine,
                                        const auth::ViewRoles& view,
                                        const std::vector<v1::EventType>& types);

// The sources whose events the view may see, ascending; empty when it sees none of `types`.
std::vector<v1::SourceClass> VisibleSources(const auth::PolicyEngine& engine,
                                            const auth::ViewRoles& view,
                                            const std::vector<v1::EventType>& types);

// "INCIDENT_EVENT, CUSTODY_CHANGE_EVENT"; "none" for none.
std::string NamesOf(const std::vector<v1::EventType>& types);
// "SOURCE_VICTIM, SOURCE_CHILD"; "anyone" for all of them, "none" for none.
std::string NamesOf(const std::vector<v1::SourceClass>& sources);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_ROWS_H_
