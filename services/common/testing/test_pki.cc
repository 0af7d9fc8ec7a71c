#include "services/common/testing/test_pki.h"

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"

namespace concordat::services::testing {
namespace {

std::string WriteNew(std::string_view name, const std::string& contents) {
  std::string path = NewTestPath(name);
  CONCORDAT_CHECK(WriteFileAtomically(path, contents, 0600).ok());
  return path;
}

crypto::CertificateAuthority NewAuthority() {
  const absl::Time now = Clock::Real().Now();
  auto authority = crypto::CertificateAuthority::Generate(
      "Concordat test authority", now - absl::Hours(24), now + absl::Hours(24));
  CONCORDAT_CHECK(authority.ok());
  return *std::move(authority);
}

}  // namespace

std::string TestUri(std::string_view agency, std::string_view workload) {
  return StrCat("spiffe://services.concordat.test/agency/", agency, "/", workload);
}

std::string NewTestPath(std::string_view name) {
  static std::atomic<int> next{0};
  const char* folder = std::getenv("TEST_TMPDIR");
  CONCORDAT_CHECK(folder != nullptr);
  return StrCat(folder, "/", next.fetch_add(1), "-", name);
}

TestPki::TestPki()
    : authority_(NewAuthority()),
      roots_file_(WriteNew("roots.pem", authority_.certificate_pem())) {}

v1::TlsFiles TestPki::IssueUntil(const std::vector<std::string>& uris, absl::Time not_after) const {
  crypto::CertificateAuthority::Leaf leaf;
  leaf.uris = uris;
  leaf.dns_names = {"localhost"};
  leaf.not_before = not_after - absl::Hours(2);
  leaf.not_after = not_after;
  const auto issued = authority_.Issue(leaf);
  CONCORDAT_CHECK(issued.ok());
  v1::TlsFiles files;
  files.set_certificate_chain(WriteNew("certificate.pem", issued->certificate_pem));
  files.set_private_key(WriteNew("key.pem", issued->private_key_pem));
  files.set_trusted_roots(roots_file_);
  return files;
}

std::string TestPki::Revoke(const std::vector<v1::TlsFiles>& revoked) const {
  std::vector<std::string> certificates;
  for (const v1::TlsFiles& files : revoked) {
    const auto pem = ReadFile(files.certificate_chain());
    CONCORDAT_CHECK(pem.ok());
    certificates.push_back(*pem);
  }
  const absl::Time now = Clock::Real().Now();
  const auto list = authority_.Revoke(certificates, now - absl::Hours(1), now + absl::Hours(1));
  CONCORDAT_CHECK(list.ok());
  return *list;
}

v1::TlsFiles TestPki::Issue(const std::vector<std::string>& uris) const {
  return IssueUntil(uris, Clock::Real().Now() + absl::Hours(1));
}

v1::TlsFiles TestPki::IssueExpired(const std::vector<std::string>& uris) const {
  return IssueUntil(uris, Clock::Real().Now() - absl::Minutes(1));
}

}  // namespace concordat::services::testing
