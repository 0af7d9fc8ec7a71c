#include "crypto/revocation_list.h"

#include <openssl/asn1.h>
#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/asn1_time.h"

namespace concordat::crypto {
namespace {

absl::Status Refused(size_t number, std::string_view got, std::string_view want) {
  return absl::InvalidArgumentError(
      StrCat("revocation list ", number, ": got ", got, ", want ", want));
}

bssl::UniquePtr<BIO> BioOf(std::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::vector<bssl::UniquePtr<X509>> CertificatesIn(std::string_view pem) {
  const bssl::UniquePtr<BIO> bio = BioOf(pem);
  std::vector<bssl::UniquePtr<X509>> certificates;
  while (X509* const next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(next);
  }
  ERR_clear_error();
  return certificates;
}

absl::StatusOr<absl::Time> ToTime(size_t number, const ASN1_TIME* time) {
  const std::optional<absl::Time> utc = TimeOf(time);
  if (!utc.has_value()) {
    return Refused(number, "no time of its making or of the next", "both, in UTC");
  }
  return *utc;
}

bool IsSignedByOneOf(X509_CRL* list, const std::vector<bssl::UniquePtr<X509>>& roots) {
  return std::any_of(roots.begin(), roots.end(), [&](const bssl::UniquePtr<X509>& root) {
    if (X509_NAME_cmp(X509_get_subject_name(root.get()), X509_CRL_get_issuer(list)) != 0) {
      return false;
    }
    const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(root.get()));
    return key != nullptr && X509_CRL_verify(list, key.get()) == 1;
  });
}

bool HasCriticalExtension(const X509_CRL* list) {
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
    if (X509_EXTENSION_get_critical(X509_CRL_get_ext(list, i)) != 0) return true;
  }
  return false;
}

// When it wants to be replaced.
absl::StatusOr<absl::Time> Check(size_t number, X509_CRL* list,
                                 const std::vector<bssl::UniquePtr<X509>>& roots, absl::Time now) {
  if (!IsSignedByOneOf(list, roots)) {
    return Refused(number, "one that no trusted root signed", "one that a trusted root signed");
  }
  if (HasCriticalExtension(list)) {
    return Refused(number, "a critical extension", "a complete list, without one");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Time made, ToTime(number, X509_CRL_get0_lastUpdate(list)));
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Time next, ToTime(number, X509_CRL_get0_nextUpdate(list)));
  if (now < made || now > next) {
    return Refused(number,
                   StrCat("one for ", absl::FormatTime(made, absl::UTCTimeZone()), " to ",
                          absl::FormatTime(next, absl::UTCTimeZone())),
                   "one in date");
  }
  return next;
}

}  // namespace

void RevocationLists::FreeList::operator()(X509_crl_st* list) const { X509_CRL_free(list); }

absl::StatusOr<RevocationLists> RevocationLists::Parse(std::string_view lists_pem,
                                                       std::string_view roots_pem, absl::Time now) {
  if (lists_pem.size() > kRevocationListBytesMax) {
    return Refused(1, StrCat(lists_pem.size(), " bytes"),
                   StrCat("at most ", kRevocationListBytesMax, " of all"));
  }
  const std::vector<bssl::UniquePtr<X509>> roots = CertificatesIn(roots_pem);
  const bssl::UniquePtr<BIO> bio = BioOf(lists_pem);
  RevocationLists parsed;
  for (;;) {
    const size_t number = parsed.lists_.size() + 1;
    bssl::UniquePtr<X509_CRL> list(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    if (list == nullptr) {
      const uint32_t error = ERR_peek_last_error();
      ERR_clear_error();
      // The text's end is said so; anything else is a list that stands there and can't be read.
      const bool ended =
          ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
      if (ended && number > 1) return parsed;
      return Refused(number, ended ? "none" : "one that can't be read", "an X.509 list in PEM");
    }
    CONCORDAT_ASSIGN_OR_RETURN(const absl::Time next, Check(number, list.get(), roots, now));
    parsed.next_update_ = std::min(parsed.next_update_, next);
    parsed.lists_.emplace_back(list.release());
  }
}

bool RevocationLists::IsRevoked(std::string_view certificate_pem) const {
  if (lists_.empty()) return false;
  const bssl::UniquePtr<BIO> bio = BioOf(certificate_pem);
  const bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    ERR_clear_error();
    return true;
  }
  return std::any_of(lists_.begin(), lists_.end(), [&](const auto& list) {
    X509_REVOKED* found = nullptr;
    return X509_CRL_get0_by_cert(list.get(), &found, certificate.get()) != 0;
  });
}

}  // namespace concordat::crypto
