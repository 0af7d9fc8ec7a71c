#include "crypto/sha256.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/field_error.h"
#include "base/str_cat.h"

namespace concordat::crypto {

Digest Sha256(std::string_view data) { return Sha256Hasher().Update(data).Finish(); }

Sha256Hasher::Sha256Hasher() : state_{} {
  static_assert(sizeof(SHA256_CTX) == kStateBytes && alignof(SHA256_CTX) <= 8);
  SHA256_CTX context;
  SHA256_Init(&context);
  std::memcpy(state_.data(), &context, sizeof(context));
}

Sha256Hasher& Sha256Hasher::Update(std::string_view data) {
  SHA256_CTX context;
  std::memcpy(&context, state_.data(), sizeof(context));
  SHA256_Update(&context, data.data(), data.size());
  std::memcpy(state_.data(), &context, sizeof(context));
  return *this;
}

Digest Sha256Hasher::Finish() const {
  SHA256_CTX context;
  std::memcpy(&context, state_.data(), sizeof(context));
  Digest digest;
  SHA256_Final(digest.data(), &context);
  return digest;
}

std::string_view AsBytes(const Digest& digest) {
  return std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
}

absl::StatusOr<Digest> DigestFromBytes(std::string_view bytes) {
  if (bytes.size() != kDigestBytes) {
    return FieldError("digest", StrCat(bytes.size(), " bytes"), "32 bytes");
  }
  Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

}  // namespace concordat::crypto
