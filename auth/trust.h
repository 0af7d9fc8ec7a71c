#ifndef CONCORDAT_AUTH_TRUST_H_
#define CONCORDAT_AUTH_TRUST_H_

#include "auth/directory.h"
#include "base/current.h"
#include "crypto/revocation_list.h"

namespace concordat::auth {

// Whom this process lets connect, as it stands now: the agencies of the directory, but for
// certificates that their authorities have revoked. Both are replaced while calls are under way;
// what was given out lives as long as the Trust. Thread-safe.
class Trust {
 public:
  explicit Trust(Directory directory, crypto::RevocationLists revoked = {});

  const Directory& directory() const { return directory_.get(); }
  const crypto::RevocationLists& revoked() const { return revoked_.get(); }

  void Replace(Directory directory);
  void Replace(crypto::RevocationLists revoked);

 private:
  Current<Directory> directory_;
  Current<crypto::RevocationLists> revoked_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_TRUST_H_
