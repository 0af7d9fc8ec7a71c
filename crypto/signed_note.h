// Signed notes with Ed25519 (c2sp.org/signed-note): text, an empty line, then a line for each
// signature, "— <key name> <base64 of key id and signature>". Checkpoints of the log are such
// notes.
//
// Key strings, as other implementations write and read them:
//   verifier  <name>+<key id, 8 lower-case hex digits>+<base64 of 0x01 and the public key>
//   signer    PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and the seed>
// The key id is the first 4 bytes of SHA-256(name, "\n", 0x01, public key).
#ifndef CONCORDAT_CRYPTO_SIGNED_NOTE_H_
#define CONCORDAT_CRYPTO_SIGNED_NOTE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/ed25519.h"

namespace concordat::crypto {

// Copyable; thread-safe for const calls.
class NoteVerifier {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a verifier key: another algorithm, a key id
  // that is not the key's, a name that is empty or holds a space, a control character or a plus
  // sign.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view encoded);

  std::string Encode() const;
  const std::string& name() const { return name_; }
  const VerifyingKey& key() const { return key_; }

  // The text of `note`, with its final newline, when this key signed it. Lines by other keys are
  // passed over, whatever stands in them. Otherwise
  //   INVALID_ARGUMENT  not a note, or beyond kNoteBytesMax or kNoteSignaturesMax
  //   NOT_FOUND         a note without a signature by this key (name and key id)
  //   DATA_LOSS         a signature by this key that does not verify: text or signature was changed
  absl::StatusOr<std::string> Verify(std::string_view note) const;

 private:
  friend class NoteSigner;

  NoteVerifier(std::string name, VerifyingKey key);

  std::string name_;
  VerifyingKey key_;
  std::string key_id_;  // 4 bytes.
};

// Movable; thread-safe for const calls. A moved-from signer may only be assigned or destroyed.
class NoteSigner {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a signer key, as above; the error holds
  // nothing of the key.
  static absl::StatusOr<NoteSigner> Parse(std::string_view encoded);

  // A new key. CHECKs the name: not empty, and no space, control character or plus sign.
  static NoteSigner Generate(std::string_view name);

  const std::string& name() const { return verifier_.name(); }
  const NoteVerifier& verifier() const { return verifier_; }

  // The signer key string: the private key in the clear, for a file that only its owner reads.
  std::string EncodePrivate() const;

  // The whole note: `text`, an empty line and one signature. INVALID_ARGUMENT unless the text is
  // UTF-8, without control characters but newlines, ends in a newline and leaves the note within
  // kNoteBytesMax.
  absl::StatusOr<std::string> Sign(std::string_view text) const;

 private:
  NoteSigner(SigningKey key, NoteVerifier verifier);

  SigningKey key_;
  NoteVerifier verifier_;
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_SIGNED_NOTE_H_
