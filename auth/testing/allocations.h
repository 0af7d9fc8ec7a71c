// Counts what a program takes from the heap. Linking this replaces operator new and delete.
#ifndef CONCORDAT_AUTH_TESTING_ALLOCATIONS_H_
#define CONCORDAT_AUTH_TESTING_ALLOCATIONS_H_

#include <cstdint>

namespace concordat::auth::testing {

// Calls of operator new by this thread so far, in every library of the program.
uint64_t Allocations();

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_ALLOCATIONS_H_
