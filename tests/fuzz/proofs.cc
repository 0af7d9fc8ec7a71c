// What receipts, witnesses and tile servers are given: proofs, add-checkpoint bodies, bundles.
#include <string>
#include <vector>

#include "base/check.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tests/fuzz/target.h"
#include "tlog/entry_bundle.h"
#include "tlog/proof.h"
#include "tlog/witness_request.h"

using concordat::tests::TextOf;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  const std::string_view text = TextOf(data, size);
  const auto proof = tlog::ParseProof(text);
  if (proof.ok()) {
    const auto again = tlog::FormatProof(*proof);
    CONCORDAT_CHECK(again.ok() && *again == text);
    (void)tlog::VerifyProof(*proof, crypto::Sha256("a leaf"), std::vector<crypto::NoteVerifier>());
  }
  const auto request = tlog::ParseWitnessRequest(text);
  if (request.ok()) {
    const auto again = tlog::FormatWitnessRequest(*request);
    CONCORDAT_CHECK(again.ok() && *again == text);
  }
  if (size > 0) {
    const uint32_t width = data[0] + 1u;
    const std::string_view bundle = text.substr(1);
    const auto entries = tlog::ParseEntryBundle(bundle, width);
    if (entries.ok()) {
      std::string again;
      for (const std::string_view entry : *entries) {
        CONCORDAT_CHECK(tlog::AppendToBundle(entry, &again).ok());
      }
      CONCORDAT_CHECK(entries->size() == width && again == bundle);
    }
  }
  return 0;
}
