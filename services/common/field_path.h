// Where in a request a validator stands. Lives on the stack beside the walk; text is made only for
// an error.
#ifndef CONCORDAT_SERVICES_COMMON_FIELD_PATH_H_
#define CONCORDAT_SERVICES_COMMON_FIELD_PATH_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace concordat::services {

// One step of a path; keeps a pointer to the step before it, which outlives it, and to its name,
// which outlives both.
class FieldPath {
 public:
  explicit FieldPath(std::string_view root) : parent_(nullptr), name_(root), index_(-1) {}

  // The field `name` of this message, and the element `index` (from 0) of the repeated field
  // `name`.
  FieldPath Child(std::string_view name) const { return FieldPath(this, name, -1); }
  FieldPath Child(std::string_view name, int index) const { return FieldPath(this, name, index); }

  // "event.persons[2].full_name".
  std::string ToString() const;

  // FieldError at this path: INVALID_ARGUMENT. `got` never holds a personal value.
  absl::Status Error(std::string_view got, std::string_view want) const;

 private:
  FieldPath(const FieldPath* parent, std::string_view name, int index)
      : parent_(parent), name_(name), index_(index) {}

  const FieldPath* parent_;
  std::string_view name_;
  int index_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_FIELD_PATH_H_
