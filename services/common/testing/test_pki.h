// Certificates for tests: a development authority whose files live in the test's own folder.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_TEST_PKI_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_TEST_PKI_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "concordat/v1/config.pb.h"
#include "crypto/certificate_authority.h"

namespace concordat::services::testing {

// "spiffe://services.concordat.test/agency/<agency>/<workload>".
std::string TestUri(std::string_view agency, std::string_view workload = "desk");

// An authority in date now. CHECKs that everything works.
class TestPki {
 public:
  TestPki();

  // Files of a new certificate, in date now, with these URI SANs, which trusts this authority.
  v1::TlsFiles Issue(const std::vector<std::string>& uris) const;
  // The same, of a certificate that ran out a minute ago.
  v1::TlsFiles IssueExpired(const std::vector<std::string>& uris) const;

  // An agency's files: Issue({TestUri(agency)}).
  v1::TlsFiles IssueFor(std::string_view agency) const { return Issue({TestUri(agency)}); }

  // The authority's list, in PEM, of those certificates and no others, in date now.
  std::string Revoke(const std::vector<v1::TlsFiles>& revoked) const;

  const std::string& roots_file() const { return roots_file_; }

 private:
  v1::TlsFiles IssueUntil(const std::vector<std::string>& uris, absl::Time not_after) const;

  crypto::CertificateAuthority authority_;
  std::string roots_file_;
};

// A path in the test's own folder that was not given before.
std::string NewTestPath(std::string_view name);

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_TEST_PKI_H_
