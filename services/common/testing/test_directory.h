// The agencies that the tests of the services know.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_TEST_DIRECTORY_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_TEST_DIRECTORY_H_

#include "auth/directory.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::services::testing {

// Each of workload "desk" in the trust domain of TestUri: test-police, test-suspended (POLICE,
// suspended), test-children, test-adults, test-marac, test-victims (for E06000009), test-drive,
// test-probation, test-health, test-housing, test-evaluator, test-auditor; and the role services
// svc-police, svc-social, svc-marac, svc-victim and svc-ledger.
v1::AgencyDirectory TestDirectoryFile();
auth::Directory TestDirectory();

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_TEST_DIRECTORY_H_
