// C2SP tlog-cosignature, version 1 with Ed25519 (c2sp.org/tlog-cosignature): a witness states that
// at some second this was the largest tree it had seen of the log, and that it grew from all it saw
// before. Such a statement is one more signature line of the checkpoint's note, by a key of type
// 0x04; its signature is a 64-bit big-endian POSIX time and the Ed25519 signature of
//
//   cosignature/v1
//   time 1679315147
//   <the whole note text, with its final newline>
#ifndef CONCORDAT_TLOG_COSIGNATURE_H_
#define CONCORDAT_TLOG_COSIGNATURE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/signed_note.h"
#include "crypto/signed_note_key.h"

namespace concordat::tlog {

// Copyable; thread-safe.
class CosignatureVerifier {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a public key string of type 0x04.
  static absl::StatusOr<CosignatureVerifier> Parse(std::string_view encoded);

  std::string Encode() const { return key_.Encode(); }
  const std::string& name() const { return key_.name(); }
  const crypto::NotePublicKey& public_key() const { return key_; }

  // When this key cosigned the note, to the second; the latest time when it did so more than once.
  // A time in the future is the caller's to judge.
  //   NOT_FOUND  no line by this key (name and key id)
  //   DATA_LOSS  a line by this key that does not verify, has another length or a time beyond
  //              2^63 - 1
  absl::StatusOr<absl::Time> Verify(const crypto::SignedNote& note) const;

 private:
  friend class CosignatureSigner;

  explicit CosignatureVerifier(crypto::NotePublicKey key);

  crypto::NotePublicKey key_;
};

// Movable; thread-safe for const calls. Whoever cosigns must have verified the log's signature, the
// consistency with what it cosigned last, and stored the new checkpoint: tlog-witness.
class CosignatureSigner {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a private key string of type 0x04; the error
  // holds nothing of the key.
  static absl::StatusOr<CosignatureSigner> Parse(std::string_view encoded);

  // A new key. CHECKs the name, as NotePrivateKey::Generate.
  static CosignatureSigner Generate(std::string_view name);

  const std::string& name() const { return verifier_.name(); }
  const CosignatureVerifier& verifier() const { return verifier_; }
  std::string EncodePrivate() const { return key_.Encode(); }

  // One signature line with its newline. INVALID_ARGUMENT unless `checkpoint_note` is a signed note
  // of a checkpoint and `time` is not before 1970.
  absl::StatusOr<std::string> Sign(std::string_view checkpoint_note, absl::Time time) const;

 private:
  explicit CosignatureSigner(crypto::NotePrivateKey key);

  crypto::NotePrivateKey key_;
  CosignatureVerifier verifier_;
};

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_COSIGNATURE_H_
