// The reverse question to a release policy: who may see this, and when.
#ifndef CONCORDAT_TOOLS_POLICY_WHO_H_
#define CONCORDAT_TOOLS_POLICY_WHO_H_

#include <optional>
#include <string>

#include "concordat/v1/data_class.pb.h"
#include "tools/policy_book.h"
#include "tools/policy_field.h"

namespace concordat::tools {

// What is asked about: a class, or one field of it.
struct PolicySubject {
  v1::DataClass field_class;
  v1::Capacity capacity;
  std::optional<PolicyField> field;
};

// Every role once, under "Always", "On a condition", "By a second person's approval" or
// "Never", with the decision, its rule and why, and which events it is held to.
std::string WhoCanSeeText(const PolicyBook& book, const PolicySubject& subject);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_WHO_H_
