// One line each: keys, SPIFFE ids, tile paths, tlog policies.
#include <string>

#include "auth/spiffe_id.h"
#include "base/base64.h"
#include "base/check.h"
#include "crypto/signed_note.h"
#include "tests/fuzz/target.h"
#include "tlog/cosignature.h"
#include "tlog/policy.h"
#include "tlog/tiles.h"

using concordat::tests::TextOf;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  const std::string_view text = TextOf(data, size);
  const auto verifier = crypto::NoteVerifier::Parse(text);
  if (verifier.ok()) CONCORDAT_CHECK(verifier->Encode() == text);
  const auto signer = crypto::NoteSigner::Parse(text);
  if (signer.ok()) CONCORDAT_CHECK(signer->EncodePrivate() == text);
  const auto cosigner = tlog::CosignatureVerifier::Parse(text);
  if (cosigner.ok()) CONCORDAT_CHECK(cosigner->Encode() == text);
  const auto id = auth::SpiffeId::Parse(text);
  if (id.ok()) CONCORDAT_CHECK(id->ToString() == text);
  const auto path = tlog::ParseTilePath(text);
  if (path.has_value()) {
    CONCORDAT_CHECK((path->entries ? tlog::EntriesPath(path->tile.index, path->width)
                                   : tlog::TilePath(path->tile, path->width)) == text);
  }
  const auto bytes = DecodeBase64(text);
  if (bytes.has_value()) CONCORDAT_CHECK(EncodeBase64(*bytes) == text);
  (void)tlog::Policy::Parse(text);
  return 0;
}
