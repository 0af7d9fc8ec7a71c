// The `concordat` command line, run as an agency runs it.
#ifndef CONCORDAT_TESTS_CONCORDAT_COMMAND_H_
#define CONCORDAT_TESTS_CONCORDAT_COMMAND_H_

#include <string>
#include <vector>

#include "tests/cluster.h"

namespace concordat::tests {

struct Ended {
  int exit_code = -1;
  std::string output;  // Standard output and error.
};

// Waits a minute at most. The tests' data hold //tools:concordat.
Ended RunConcordat(std::vector<std::string> arguments);

// --server and the rest, to call the cluster's service ("ledger", "marac") as the agency's first
// workload.
std::vector<std::string> ConnectionTo(Cluster& cluster, const std::string& service,
                                      const std::string& agency);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CONCORDAT_COMMAND_H_
