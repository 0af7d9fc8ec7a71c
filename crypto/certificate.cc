#include "crypto/certificate.h"

#include <openssl/asn1.h>
#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/asn1_time.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

absl::Status Refused(std::string_view got, std::string_view want) {
  return absl::InvalidArgumentError(StrCat("certificate: got ", got, ", want ", want));
}

absl::StatusOr<std::string> FirstCertificateDer(std::string_view pem) {
  bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  uint8_t* data = nullptr;
  long size = 0;  // NOLINT(runtime/int): BoringSSL's type.
  if (PEM_bytes_read_bio(&data, &size, nullptr, PEM_STRING_X509, bio.get(), nullptr, nullptr) !=
      1) {
    return Refused("no PEM certificate", "one");
  }
  const bssl::UniquePtr<uint8_t> owner(data);
  return std::string(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
}

absl::StatusOr<bssl::UniquePtr<X509>> ParseDer(std::string_view der) {
  const uint8_t* next = reinterpret_cast<const uint8_t*>(der.data());
  const uint8_t* const end = next + der.size();
  bssl::UniquePtr<X509> certificate(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  if (certificate == nullptr) return Refused("bytes that are not X.509", "a certificate");
  if (next != end) return Refused("bytes after the certificate", "the certificate alone");
  return certificate;
}

absl::StatusOr<absl::Time> ToTime(const ASN1_TIME* time) {
  const std::optional<absl::Time> utc = TimeOf(time);
  if (!utc.has_value()) return Refused("a time that is none", "validity in UTC");
  return *utc;
}

absl::StatusOr<std::string> ToName(const ASN1_IA5STRING* value) {
  std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                   static_cast<size_t>(ASN1_STRING_length(value)));
  if (name.empty() || !std::all_of(name.begin(), name.end(), absl::ascii_isgraph)) {
    return Refused("a subject alternative name that is empty or not printable ASCII",
                   "printable ASCII");
  }
  return name;
}

absl::Status ReadNames(const X509* certificate, CertificateInfo* info) {
  int critical = 0;
  const bssl::UniquePtr<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  if (names == nullptr) {
    // -1: the certificate has no such extension.
    if (critical == -1) return absl::OkStatus();
    return Refused("subject alternative names that are repeated or can't be read",
                   "one readable extension");
  }
  if (sk_GENERAL_NAME_num(names.get()) > kCertificateNamesMax) {
    return Refused(StrCat(sk_GENERAL_NAME_num(names.get()), " subject alternative names"),
                   StrCat("at most ", kCertificateNamesMax));
  }
  for (const GENERAL_NAME* const name : names.get()) {
    if (name->type == GEN_URI) {
      CONCORDAT_ASSIGN_OR_RETURN(std::string uri, ToName(name->d.uniformResourceIdentifier));
      info->uri_sans.push_back(std::move(uri));
    } else if (name->type == GEN_DNS) {
      CONCORDAT_ASSIGN_OR_RETURN(std::string dns, ToName(name->d.dNSName));
      info->dns_sans.push_back(std::move(dns));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CertificateInfo> ParseCertificatePem(std::string_view pem) {
  if (pem.size() > kCertificatePemBytesMax) {
    return Refused(StrCat(pem.size(), " bytes"), StrCat("at most ", kCertificatePemBytesMax));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string der, FirstCertificateDer(pem));
  CONCORDAT_ASSIGN_OR_RETURN(const bssl::UniquePtr<X509> certificate, ParseDer(der));
  CertificateInfo info;
  CONCORDAT_RETURN_IF_ERROR(ReadNames(certificate.get(), &info));
  CONCORDAT_ASSIGN_OR_RETURN(info.not_before, ToTime(X509_get0_notBefore(certificate.get())));
  CONCORDAT_ASSIGN_OR_RETURN(info.not_after, ToTime(X509_get0_notAfter(certificate.get())));
  info.sha256 = Sha256(der);
  return info;
}

}  // namespace concordat::crypto
