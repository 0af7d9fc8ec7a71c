// What a peer presents before it is believed, and what its authority says of it.
#include "base/check.h"
#include "crypto/certificate.h"
#include "crypto/revocation_list.h"
#include "tests/fuzz/target.h"

using concordat::tests::TextOf;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  const std::string_view text = TextOf(data, size);
  const auto certificate = crypto::ParseCertificatePem(text);
  if (certificate.ok()) {
    for (const std::string& uri : certificate->uri_sans) {
      CONCORDAT_CHECK(!uri.empty() && uri.find('\0') == uri.npos);
    }
  }
  // The same text as list, as roots and as certificate.
  const auto lists =
      crypto::RevocationLists::Parse(text, text, absl::FromUnixSeconds(1'800'000'000));
  if (lists.ok()) (void)lists->IsRevoked(text);
  return 0;
}
