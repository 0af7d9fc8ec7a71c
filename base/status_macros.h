// Early return for absl::Status and absl::StatusOr.
#ifndef CONCORDAT_BASE_STATUS_MACROS_H_
#define CONCORDAT_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define CONCORDAT_STATUS_MACROS_JOIN_(a, b) a##b
#define CONCORDAT_STATUS_MACROS_JOIN(a, b) CONCORDAT_STATUS_MACROS_JOIN_(a, b)
#define CONCORDAT_STATUS_MACROS_NAME(prefix) CONCORDAT_STATUS_MACROS_JOIN(prefix, __LINE__)

// CONCORDAT_RETURN_IF_ERROR(expr); returns the status of `expr` from the enclosing function unless
// it is OK. The enclosing function returns absl::Status or an absl::StatusOr.
#define CONCORDAT_RETURN_IF_ERROR(expr)                                    \
  do {                                                                     \
    absl::Status CONCORDAT_STATUS_MACROS_NAME(concordat_status_) = (expr); \
    if (!CONCORDAT_STATUS_MACROS_NAME(concordat_status_).ok()) {           \
      return CONCORDAT_STATUS_MACROS_NAME(concordat_status_);              \
    }                                                                      \
  } while (false)

// CONCORDAT_ASSIGN_OR_RETURN(auto x, expr); binds the value of the StatusOr `expr`, or returns its
// status. Declares a variable, so it can't be the only statement of an if or a loop. An `lhs` with
// a comma goes in a type alias.
#define CONCORDAT_ASSIGN_OR_RETURN(lhs, expr) \
  CONCORDAT_ASSIGN_OR_RETURN_(CONCORDAT_STATUS_MACROS_NAME(concordat_status_or_), lhs, expr)

#define CONCORDAT_ASSIGN_OR_RETURN_(name, lhs, expr) \
  auto name = (expr);                                \
  if (!name.ok()) {                                  \
    return std::move(name).status();                 \
  }                                                  \
  lhs = *std::move(name)

#endif  // CONCORDAT_BASE_STATUS_MACROS_H_
