#include "services/common/testing/test_directory.h"

#include <string>
#include <utility>

#include "base/check.h"

namespace concordat::services::testing {
namespace {

v1::Agency* Add(v1::AgencyDirectory* file, const std::string& id, v1::Role role) {
  v1::Agency* agency = file->add_agencies();
  agency->set_id(id);
  agency->set_name("Example " + id);
  agency->set_role(role);
  agency->add_police_force_areas("E23000003");
  agency->add_workloads("desk");
  return agency;
}

}  // namespace

v1::AgencyDirectory TestDirectoryFile() {
  v1::AgencyDirectory file;
  file.set_version(1);
  file.set_trust_domain("services.concordat.test");
  Add(&file, "test-police", v1::POLICE);
  Add(&file, "test-suspended", v1::POLICE)->set_suspended(true);
  Add(&file, "test-children", v1::CHILDRENS_SOCIAL_CARE);
  Add(&file, "test-adults", v1::ADULT_SOCIAL_CARE);
  Add(&file, "test-marac", v1::MARAC_COORDINATOR);
  Add(&file, "test-victims", v1::VICTIM_SERVICE)->add_local_authorities("E06000009");
  Add(&file, "test-drive", v1::DRIVE_CASE_MANAGER);
  Add(&file, "test-probation", v1::PROBATION);
  Add(&file, "test-health", v1::HEALTH_SERVICE);
  Add(&file, "test-housing", v1::HOUSING);
  Add(&file, "test-evaluator", v1::EVALUATOR);
  Add(&file, "test-auditor", v1::AUDITOR);
  Add(&file, "svc-police", v1::POLICE)->set_role_service(true);
  Add(&file, "svc-social", v1::CHILDRENS_SOCIAL_CARE)->set_role_service(true);
  Add(&file, "svc-marac", v1::MARAC_COORDINATOR)->set_role_service(true);
  Add(&file, "svc-victim", v1::VICTIM_SERVICE)->set_role_service(true);
  Add(&file, "svc-ledger", v1::AUDITOR)->set_role_service(true);
  return file;
}

auth::Directory TestDirectory() {
  auto directory = auth::Directory::Create(TestDirectoryFile());
  CONCORDAT_CHECK(directory.ok());
  return *std::move(directory);
}

}  // namespace concordat::services::testing
