// Where a test's files are.
#ifndef CONCORDAT_TESTS_TEST_PATHS_H_
#define CONCORDAT_TESTS_TEST_PATHS_H_

#include <string>

namespace concordat::tests {

// The path in the runfiles of what a test is given as data, such as "deploy/policy/...".
std::string Runfile(const std::string& path);
// A new empty directory under Bazel's temporary directory.
std::string NewDirectory(const std::string& name);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_TEST_PATHS_H_
