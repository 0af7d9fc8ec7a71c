#include "auth/trust.h"

#include <memory>
#include <utility>

namespace concordat::auth {

Trust::Trust(Directory directory, crypto::RevocationLists revoked)
    : directory_(std::make_unique<Directory>(std::move(directory))),
      revoked_(std::make_unique<crypto::RevocationLists>(std::move(revoked))) {}

void Trust::Replace(Directory directory) {
  directory_.Replace(std::make_unique<Directory>(std::move(directory)));
}

void Trust::Replace(crypto::RevocationLists revoked) {
  revoked_.Replace(std::make_unique<crypto::RevocationLists>(std::move(revoked)));
}

}  // namespace concordat::auth
