#ifndef CONCORDAT_AUTH_DIRECTORY_H_
#define CONCORDAT_AUTH_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/spiffe_id.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/sha256.h"

namespace concordat::auth {

// Which agencies exist, what each is, and which of their workloads may connect. Immutable and
// thread-safe once made. Pointers handed out live as long as the Directory, also across a move.
class Directory {
 public:
  // INVALID_ARGUMENT, naming the field, for: version 0; a malformed trust domain; no agency; an
  // agency id that is malformed or used twice; no name; no role; a police force area that is not
  // E23 or W15 and six digits; a local authority that is not E06 to E10 or W06 and six digits; no
  // workload, a malformed one or one named twice; a confirmation key that is no Ed25519 signed-note
  // verifier key, or has another name than ConfirmationKeyName gives; a certificate authority that
  // is not 64 lower-case hexadecimal digits or is named twice for an agency, and an agency that
  // names none where another does; a practitioner issuer over kShortTextBytesMax, or of a role
  // service; an officer's workload that is none of the agency's or is named twice; an overseer that
  // is no other agency, or one that is suspended, a role service or without an officer's workload.
  // A local authority may have more than one victim service.
  static absl::StatusOr<Directory> Create(v1::AgencyDirectory file);

  // The same from a textproto file. NOT_FOUND and others of base/files.h; INVALID_ARGUMENT with
  // line and column when it is no AgencyDirectory.
  static absl::StatusOr<Directory> Load(const std::string& path);

  // Any listed agency, suspended ones too; null when there is none of that id.
  const v1::Agency* Find(std::string_view id) const;

  // Who calls. PERMISSION_DENIED, with one text for all reasons, when the agency is unknown or
  // suspended, or the trust domain or the workload is not one of its own.
  absl::StatusOr<const v1::Agency*> Resolve(const SpiffeId& id) const;

  // Ordered by id; empty when there are none. Suspended agencies and role services are left out: an
  // alert or an invitation goes to an agency that can act on it.
  std::vector<const v1::Agency*> VictimServicesFor(std::string_view local_authority) const;
  std::vector<const v1::Agency*> WithRole(v1::Role role, std::string_view police_force_area) const;

  const std::vector<v1::Agency>& agencies() const { return agencies_; }  // Ordered by id.
  const std::string& trust_domain() const { return trust_domain_; }
  uint64_t version() const { return version_; }
  // Whether agencies are bound to certificate authorities: all of them are, or none.
  bool names_authorities() const { return !agencies_[0].certificate_authorities().empty(); }
  // SHA-256 of the deterministic serialisation: the same for the same content, however written.
  const crypto::Digest& digest() const { return digest_; }

  Directory(Directory&&) = default;
  Directory& operator=(Directory&&) = default;

 private:
  explicit Directory(const v1::AgencyDirectory& file);

  uint64_t version_;
  std::string trust_domain_;
  crypto::Digest digest_;
  std::vector<v1::Agency> agencies_;  // Ordered by id.
};

// What the key is named with which an agency signs for what it received: "<domain>/agency/<id>".
std::string ConfirmationKeyName(std::string_view trust_domain, std::string_view agency);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_DIRECTORY_H_
