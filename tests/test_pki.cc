#include "tests/test_pki.h"

#include <unistd.h>

#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::tests {

using crypto::CertificateAuthority;

absl::StatusOr<std::unique_ptr<TestPki>> TestPki::Create(std::string dir,
                                                         std::string trust_domain) {
  const absl::Time now = Clock::Real().Now();
  const absl::Time from = now - absl::Hours(24 * 365);
  const absl::Time to = now + absl::Hours(24 * 365 * 9);
  CONCORDAT_ASSIGN_OR_RETURN(CertificateAuthority authority,
                             CertificateAuthority::Generate("Concordat test", from, to));
  CONCORDAT_ASSIGN_OR_RETURN(CertificateAuthority stranger,
                             CertificateAuthority::Generate("Concordat test", from, to));
  CONCORDAT_RETURN_IF_ERROR(
      WriteFileAtomically(StrCat(dir, "/roots.pem"), authority.certificate_pem(), 0644));
  return std::unique_ptr<TestPki>(new TestPki(std::move(dir), std::move(trust_domain), now,
                                              std::move(authority), std::move(stranger)));
}

std::string TestPki::SpiffeId(std::string_view agency, std::string_view workload) const {
  return StrCat("spiffe://", trust_domain_, "/agency/", agency, "/", workload);
}

absl::StatusOr<v1::TlsFiles> TestPki::FilesFor(std::string_view agency, std::string_view workload) {
  Odd ordinary;
  ordinary.name = StrCat(agency, ".", workload);
  ordinary.uris = {SpiffeId(agency, workload)};
  // For clients that look at host names, such as Python's.
  if (agency.substr(0, 4) == "svc-") ordinary.dns_names = {"localhost"};
  ordinary.not_before = now_ - absl::Hours(1);
  ordinary.not_after = now_ + absl::Hours(23);
  return Issue(ordinary);
}

absl::StatusOr<v1::TlsFiles> TestPki::Issue(const Odd& odd) {
  v1::TlsFiles files;
  files.set_certificate_chain(StrCat(dir_, "/", odd.name, ".pem"));
  files.set_private_key(StrCat(dir_, "/", odd.name, ".key"));
  files.set_trusted_roots(StrCat(dir_, "/roots.pem"));
  if (access(files.certificate_chain().c_str(), F_OK) == 0) return files;
  CertificateAuthority::Leaf leaf;
  leaf.uris = odd.uris;
  leaf.dns_names = odd.dns_names;
  leaf.not_before = odd.not_before;
  leaf.not_after = odd.not_after;
  const CertificateAuthority& authority = odd.by_another_authority ? stranger_ : authority_;
  CONCORDAT_ASSIGN_OR_RETURN(const CertificateAuthority::Issued issued, authority.Issue(leaf));
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(files.private_key(), issued.private_key_pem, 0600));
  CONCORDAT_RETURN_IF_ERROR(
      WriteFileAtomically(files.certificate_chain(), issued.certificate_pem, 0644));
  return files;
}

}  // namespace concordat::tests
