#include "crypto/key_pair.h"

#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string_view>

#include "absl/status/status.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/str_cat.h"

namespace concordat::crypto {
namespace {

bssl::UniquePtr<BIO> BioOf(std::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

absl::Status CheckSize(std::string_view field, std::string_view pem) {
  if (pem.size() <= kCertificatePemBytesMax) return absl::OkStatus();
  return FieldError(field, StrCat(pem.size(), " bytes"),
                    StrCat("at most ", kCertificatePemBytesMax));
}

}  // namespace

absl::Status CheckKeyPair(std::string_view certificate_pem, std::string_view private_key_pem) {
  absl::Status size = CheckSize("certificate", certificate_pem);
  if (size.ok()) size = CheckSize("private key", private_key_pem);
  if (!size.ok()) return size;
  const bssl::UniquePtr<X509> certificate(
      PEM_read_bio_X509(BioOf(certificate_pem).get(), nullptr, nullptr, nullptr));
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(BioOf(private_key_pem).get(), nullptr, nullptr, nullptr));
  const bool match = certificate != nullptr && key != nullptr &&
                     X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (certificate == nullptr) return FieldError("certificate", "no readable one", "one in PEM");
  if (key == nullptr)
    return FieldError("private key", "no readable one", "one in PEM, in the clear");
  if (!match) return FieldError("private key", "that of another certificate", "the certificate's");
  return absl::OkStatus();
}

}  // namespace concordat::crypto
