// Key material in memory.
#ifndef CONCORDAT_CRYPTO_SECRET_BYTES_H_
#define CONCORDAT_CRYPTO_SECRET_BYTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace concordat::crypto {

class AesGcmSiv;
class NotePrivateKey;
class SecretBytes;
class SigningKey;
class VerifyingKey;
using Digest = std::array<uint8_t, 32>;

// Permission to read the bytes of a secret. Only the friends below can make one, so this list is
// the whole answer to "what touches key bytes?".
class RevealKey {
 private:
  friend class AesGcmSiv;
  friend class NotePrivateKey;
  friend class SigningKey;
  friend Digest HmacSha256(const SecretBytes& key, std::string_view message);
  friend SecretBytes HkdfSha256(const SecretBytes& ikm, std::string_view salt,
                                std::string_view info, size_t bytes);

  // Not "= default", which would leave an aggregate that anyone can make with {}.
  RevealKey() {}
};

// Bytes that are wiped before their memory is given back, can't be printed, and are compared in
// constant time. Move-only; a moved-from secret is empty. Thread-safe for const calls.
class SecretBytes {
 public:
  // Copies `bytes`; wiping the source is its owner's task.
  static SecretBytes CopyOf(std::string_view bytes);

  // `bytes` zeros, for a primitive to fill; see mutable_data.
  static SecretBytes Zeros(size_t bytes);

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  // A second copy, made on purpose.
  SecretBytes Clone() const;

  size_t size() const { return size_; }

  // The bytes; valid until this secret is moved from, assigned or destroyed.
  std::string_view Reveal(RevealKey) const;

  // The same bytes for writing; size() of them. Writing needs no permission: it shows nothing.
  uint8_t* mutable_data() { return bytes_.get(); }

  // Takes time that depends on the sizes alone. Secrets of different sizes differ.
  bool EqualsInConstantTime(const SecretBytes& other) const;

 private:
  SecretBytes(std::unique_ptr<uint8_t[]> bytes, size_t size);

  void Wipe();

  std::unique_ptr<uint8_t[]> bytes_;
  size_t size_;
};

// Overwrites the characters of `text` with zeros and leaves it empty: for a string that held a key
// on its way from a file. Copies made earlier are not reached.
void WipeString(std::string* text);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_SECRET_BYTES_H_
