#include "auth/trust.h"

#include <memory>
#include <string_view>
#include <utility>

namespace concordat::auth {

Trust::Trust(Directory directory, crypto::RevocationLists revoked, crypto::Authorities authorities)
    : directory_(std::make_unique<Directory>(std::move(directory))),
      revoked_(std::make_unique<crypto::RevocationLists>(std::move(revoked))),
      authorities_(std::make_unique<crypto::Authorities>(std::move(authorities))) {}

void Trust::Replace(Directory directory) {
  directory_.Replace(std::make_unique<Directory>(std::move(directory)));
}

void Trust::Replace(crypto::RevocationLists revoked) {
  revoked_.Replace(std::make_unique<crypto::RevocationLists>(std::move(revoked)));
}

void Trust::Replace(crypto::Authorities authorities) {
  authorities_.Replace(std::make_unique<crypto::Authorities>(std::move(authorities)));
}

bool Trust::MayCertify(std::string_view pem, const v1::Agency& agency, absl::Time now) const {
  return authorities().Certify(
      pem, {agency.certificate_authorities().begin(), agency.certificate_authorities().end()}, now);
}

}  // namespace concordat::auth
