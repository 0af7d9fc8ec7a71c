// concordat policy: what a release policy says, offline. Every decision shown is made by the engine
// that the servers release by.
#ifndef CONCORDAT_TOOLS_POLICY_H_
#define CONCORDAT_TOOLS_POLICY_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

// policy matrix --policy FILE: the whole matrix as a Markdown document.
int RunPolicyMatrix(const std::vector<std::string>& args, const Console& console);

// policy explain --policy FILE --role ROLE ...: what is decided, by which rule and why, of one
// class or of every field of one event. Never shows a field's value.
int RunPolicyExplain(const std::vector<std::string>& args, const Console& console);

// policy who-can-see --policy FILE (--class CLASS | --field PATH) ...: every role, and when.
int RunPolicyWhoCanSee(const std::vector<std::string>& args, const Console& console);

// policy test FILE... --policy FILE: expectations that a data protection officer wrote down.
int RunPolicyTest(const std::vector<std::string>& args, const Console& console);

// policy diff OLD NEW: what the new policy would release, and what no longer.
int RunPolicyDiff(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_H_
