// Signed notes and the texts that they sign: checkpoints, confirmations.
#include <string>

#include "base/check.h"
#include "crypto/signed_note.h"
#include "tests/fuzz/target.h"
#include "tlog/checkpoint.h"
#include "tlog/release_confirmation.h"

using concordat::tests::TextOf;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  const std::string_view text = TextOf(data, size);
  const auto note = crypto::ParseSignedNote(text);
  if (note.ok()) {
    // Exactly what it is made of, and nothing beside it.
    std::string again = note->text + "\n";
    for (const crypto::NoteSignature& line : note->signatures) {
      again += crypto::FormatSignatureLine(line);
    }
    CONCORDAT_CHECK(again == text);
  }
  const std::string_view signed_text = note.ok() ? std::string_view(note->text) : text;
  const auto checkpoint = tlog::ParseCheckpointText(signed_text);
  if (checkpoint.ok()) {
    const std::string first =
        tlog::CheckpointText(checkpoint->origin, checkpoint->size, checkpoint->root);
    CONCORDAT_CHECK(signed_text.substr(0, first.size()) == first);
  }
  const auto confirmation = tlog::ParseReleaseConfirmationText(signed_text);
  if (confirmation.ok()) {
    CONCORDAT_CHECK(tlog::ReleaseConfirmationText(*confirmation) == signed_text);
  }
  (void)crypto::ParseSignatureLines(text);
  return 0;
}
