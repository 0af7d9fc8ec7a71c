// Signed notes (c2sp.org/signed-note): text, an empty line, then a line for each signature,
// "— <key name> <base64 of key id and signature>". Checkpoints of the log are such notes.
//
// Notes here carry any signatures; what is made and verified here are those of type 0x01, Ed25519
// over the text. Cosignatures stand in tlog/cosignature.h.
#ifndef CONCORDAT_CRYPTO_SIGNED_NOTE_H_
#define CONCORDAT_CRYPTO_SIGNED_NOTE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "crypto/signed_note_key.h"

namespace concordat::crypto {

// One signature line. Name and id say which key made it; nothing is verified yet.
struct NoteSignature {
  std::string key_name;
  std::string key_id;     // 4 bytes.
  std::string signature;  // Not empty; for cosignatures the timestamp too.

  bool IsBy(const NotePublicKey& key) const {
    return key_name == key.name() && key_id == key.key_id();
  }
};

struct SignedNote {
  std::string text;  // Ends in a newline.
  std::vector<NoteSignature> signatures;
};

// INVALID_ARGUMENT unless `note` is exactly a note: UTF-8 without control characters but newlines,
// an empty line before the signatures, one to kNoteSignaturesMax signature lines of the form above,
// kNoteBytesMax in all.
absl::StatusOr<SignedNote> ParseSignedNote(std::string_view note);

// "— <key name> <base64>\n"; and one to kNoteSignaturesMax of them, as a witness answers.
std::string FormatSignatureLine(const NoteSignature& signature);
absl::StatusOr<std::vector<NoteSignature>> ParseSignatureLines(std::string_view lines);

// The note with more signature lines at its end; one that it has already is not repeated.
// INVALID_ARGUMENT when `note` is none, or would have too many lines or bytes.
absl::StatusOr<std::string> AddSignatures(std::string_view note,
                                          absl::Span<const NoteSignature> signatures);

// Copyable; thread-safe for const calls.
class NoteVerifier {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a public key string of type 0x01.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view encoded);

  std::string Encode() const { return key_.Encode(); }
  const std::string& name() const { return key_.name(); }
  const VerifyingKey& key() const { return key_.key(); }
  const NotePublicKey& public_key() const { return key_; }

  // The text of `note`, with its final newline, when this key signed it. Lines by other keys are
  // passed over, whatever stands in them. Otherwise
  //   INVALID_ARGUMENT  not a note, as ParseSignedNote has it
  //   NOT_FOUND         a note without a signature by this key (name and key id)
  //   DATA_LOSS         a signature by this key that does not verify: text or signature was changed
  absl::StatusOr<std::string> Verify(std::string_view note) const;

 private:
  friend class NoteSigner;

  explicit NoteVerifier(NotePublicKey key);

  NotePublicKey key_;
};

// A note that one or more known keys signed.
struct VerifiedNote {
  std::string text;
  std::vector<size_t> signers;  // Positions among the verifiers, ascending, each once.
};

// As NoteVerifier::Verify with several known keys, of which any one is enough: NOT_FOUND when none
// of them signed, DATA_LOSS when a signature by any of them does not verify.
absl::StatusOr<VerifiedNote> VerifyNote(std::string_view note,
                                        absl::Span<const NoteVerifier> verifiers);
absl::StatusOr<VerifiedNote> VerifyNote(const SignedNote& note,
                                        absl::Span<const NoteVerifier> verifiers);

// Movable; thread-safe for const calls. A moved-from signer may only be assigned or destroyed.
class NoteSigner {
 public:
  // INVALID_ARGUMENT for anything that is not exactly a private key string of type 0x01; the error
  // holds nothing of the key.
  static absl::StatusOr<NoteSigner> Parse(std::string_view encoded);

  // A new key. CHECKs the name, as NotePrivateKey::Generate.
  static NoteSigner Generate(std::string_view name);

  const std::string& name() const { return verifier_.name(); }
  const NoteVerifier& verifier() const { return verifier_; }

  // The private key string: the key in the clear, for a file that only its owner reads.
  std::string EncodePrivate() const { return key_.Encode(); }

  // The whole note: `text`, an empty line and one signature. INVALID_ARGUMENT unless the text is
  // UTF-8, without control characters but newlines, ends in a newline and leaves the note within
  // kNoteBytesMax.
  absl::StatusOr<std::string> Sign(std::string_view text) const;

 private:
  friend absl::StatusOr<std::string> SignNote(std::string_view text,
                                              absl::Span<const NoteSigner* const> signers);

  explicit NoteSigner(NotePrivateKey key);

  NotePrivateKey key_;
  NoteVerifier verifier_;
};

// As NoteSigner::Sign, with a line by each of the signers in their order, as when a log's key
// changes. INVALID_ARGUMENT also for no signer, or more than kNoteSignaturesMax.
absl::StatusOr<std::string> SignNote(std::string_view text,
                                     absl::Span<const NoteSigner* const> signers);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_SIGNED_NOTE_H_
