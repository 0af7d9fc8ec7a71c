#ifndef CONCORDAT_AUTH_TRUST_H_
#define CONCORDAT_AUTH_TRUST_H_

#include <string_view>

#include "absl/time/time.h"
#include "auth/directory.h"
#include "base/current.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/authorities.h"
#include "crypto/revocation_list.h"

namespace concordat::auth {

// Whom this process lets connect, as it stands now: the agencies of the directory, certified by the
// authorities that it names for them, but for certificates that were revoked. Each is replaced
// while calls are under way; what was given out lives as long as the Trust. Thread-safe.
class Trust {
 public:
  explicit Trust(Directory directory, crypto::RevocationLists revoked = {},
                 crypto::Authorities authorities = {});

  const Directory& directory() const { return directory_.get(); }
  const crypto::RevocationLists& revoked() const { return revoked_.get(); }
  const crypto::Authorities& authorities() const { return authorities_.get(); }

  void Replace(Directory directory);
  void Replace(crypto::RevocationLists revoked);
  void Replace(crypto::Authorities authorities);

  // Whether the first certificate in `pem` comes from an authority that may certify `agency` now:
  // one that the directory names for it, if it names any (crypto/authorities.h).
  bool MayCertify(std::string_view pem, const v1::Agency& agency, absl::Time now) const;

 private:
  Current<Directory> directory_;
  Current<crypto::RevocationLists> revoked_;
  Current<crypto::Authorities> authorities_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_TRUST_H_
