#include "crypto/secret_bytes.h"

#include <openssl/base.h>
#include <openssl/mem.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#ifndef OPENSSL_IS_BORINGSSL
#error "crypto/ is written for BoringSSL: another library's headers came first"
#endif

namespace concordat::crypto {

SecretBytes SecretBytes::CopyOf(std::string_view bytes) {
  SecretBytes copy = Zeros(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.bytes_.get());
  return copy;
}

SecretBytes SecretBytes::Zeros(size_t bytes) {
  return SecretBytes(std::make_unique<uint8_t[]>(bytes), bytes);
}

SecretBytes::SecretBytes(std::unique_ptr<uint8_t[]> bytes, size_t size)
    : bytes_(std::move(bytes)), size_(size) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes::~SecretBytes() { Wipe(); }

SecretBytes SecretBytes::Clone() const {
  SecretBytes copy = Zeros(size_);
  std::copy_n(bytes_.get(), size_, copy.bytes_.get());
  return copy;
}

std::string_view SecretBytes::Reveal(RevealKey) const {
  return std::string_view(reinterpret_cast<const char*>(bytes_.get()), size_);
}

bool SecretBytes::EqualsInConstantTime(const SecretBytes& other) const {
  return size_ == other.size_ && CRYPTO_memcmp(bytes_.get(), other.bytes_.get(), size_) == 0;
}

void SecretBytes::Wipe() {
  // OPENSSL_cleanse, because the compiler may drop a memset of memory that is about to be freed.
  if (size_ > 0) OPENSSL_cleanse(bytes_.get(), size_);
}

void WipeString(std::string* text) {
  OPENSSL_cleanse(text->data(), text->size());
  text->clear();
}

}  // namespace concordat::crypto
