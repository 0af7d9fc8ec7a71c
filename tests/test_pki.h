// Certificates of the agencies, made when they are first asked for.
#ifndef CONCORDAT_TESTS_TEST_PKI_H_
#define CONCORDAT_TESTS_TEST_PKI_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/config.pb.h"
#include "crypto/certificate_authority.h"

namespace concordat::tests {

// Not thread-safe.
class TestPki {
 public:
  // Files go to `dir`, which exists. The authority is valid from a year ago for ten years.
  static absl::StatusOr<std::unique_ptr<TestPki>> Create(std::string dir, std::string trust_domain);

  std::string SpiffeId(std::string_view agency, std::string_view workload) const;

  // Files of an agency's workload, valid for a day from an hour ago; the same ones each time.
  absl::StatusOr<v1::TlsFiles> FilesFor(std::string_view agency, std::string_view workload);

  struct Odd {
    std::string name;  // Of the files.
    std::vector<std::string> uris;
    std::vector<std::string> dns_names;
    absl::Time not_before;
    absl::Time not_after;
    bool by_another_authority = false;  // One that nobody trusts.
  };
  // A certificate that ought to be refused.
  absl::StatusOr<v1::TlsFiles> Issue(const Odd& odd);

  absl::Time now() const { return now_; }  // When it was created.

 private:
  TestPki(std::string dir, std::string trust_domain, absl::Time now,
          crypto::CertificateAuthority authority, crypto::CertificateAuthority stranger)
      : dir_(std::move(dir)),
        trust_domain_(std::move(trust_domain)),
        now_(now),
        authority_(std::move(authority)),
        stranger_(std::move(stranger)) {}

  const std::string dir_;
  const std::string trust_domain_;
  const absl::Time now_;
  const crypto::CertificateAuthority authority_;
  const crypto::CertificateAuthority stranger_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_TEST_PKI_H_
