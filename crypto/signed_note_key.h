// The keys of signed notes, as key strings that other implementations write and read too
// (c2sp.org/signed-note):
//   public   <name>+<key id, 8 lower-case hex digits>+<base64 of algorithm byte and public key>
//   private  PRIVATE+KEY+<name>+<key id>+<base64 of algorithm byte and seed>
// The key id is the first 4 bytes of SHA-256(name, "\n", algorithm byte, public key). The
// specification leaves private key strings open: this is the form of golang.org/x/mod/sumdb/note,
// with each key's own algorithm byte.
#ifndef CONCORDAT_CRYPTO_SIGNED_NOTE_KEY_H_
#define CONCORDAT_CRYPTO_SIGNED_NOTE_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/ed25519.h"

namespace concordat::crypto {

// The signature types of c2sp.org/signed-note that we have; both with Ed25519 keys.
enum class NoteAlgorithm : char {
  kEd25519 = 0x01,        // Over the note's text.
  kCosignatureV1 = 0x04,  // With a timestamp, c2sp.org/tlog-cosignature: tlog/cosignature.h.
};

// Whether a key may be called so: UTF-8, not empty, without Unicode's white space, control
// characters and plus signs.
bool IsNoteKeyName(std::string_view name);

// Copyable; thread-safe for const calls.
class NotePublicKey {
 public:
  // INVALID_ARGUMENT for a name that is none.
  static absl::StatusOr<NotePublicKey> Create(std::string_view name, NoteAlgorithm algorithm,
                                              const VerifyingKey& key);

  // INVALID_ARGUMENT for anything that is not exactly a public key string: another algorithm, a key
  // id that is not the key's, another spelling, a name as above.
  static absl::StatusOr<NotePublicKey> Parse(std::string_view encoded);

  std::string Encode() const;
  const std::string& name() const { return name_; }
  NoteAlgorithm algorithm() const { return algorithm_; }
  const VerifyingKey& key() const { return key_; }
  const std::string& key_id() const { return key_id_; }  // 4 bytes.

 private:
  friend class NotePrivateKey;

  NotePublicKey(std::string_view name, NoteAlgorithm algorithm, const VerifyingKey& key);

  std::string name_;
  NoteAlgorithm algorithm_;
  VerifyingKey key_;
  std::string key_id_;
};

// Movable; thread-safe for const calls. A moved-from key may only be assigned or destroyed.
class NotePrivateKey {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a private key string; the error holds nothing
  // of the key.
  static absl::StatusOr<NotePrivateKey> Parse(std::string_view encoded);

  // A new key. CHECKs the name.
  static NotePrivateKey Generate(std::string_view name, NoteAlgorithm algorithm);

  // The private key in the clear, for a file that only its owner reads.
  std::string Encode() const;

  const NotePublicKey& public_key() const { return public_key_; }

  // The 64 bytes of Ed25519 over exactly `message`; what the message is, the algorithm says.
  std::string Sign(std::string_view message) const { return key_.Sign(message); }

 private:
  NotePrivateKey(SigningKey key, NotePublicKey public_key);

  SigningKey key_;
  NotePublicKey public_key_;
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_SIGNED_NOTE_KEY_H_
