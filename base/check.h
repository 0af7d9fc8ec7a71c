// CONCORDAT_CHECK: for our own bugs only. What the world sends is answered with a Status and never
// reaches a check.
#ifndef CONCORDAT_BASE_CHECK_H_
#define CONCORDAT_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

// Ends the process, naming file, line and condition, when `condition` is false; in every build. The
// condition's text is printed and its values are not, so no data can reach standard error.
#define CONCORDAT_CHECK(condition)                                                       \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

#endif  // CONCORDAT_BASE_CHECK_H_
