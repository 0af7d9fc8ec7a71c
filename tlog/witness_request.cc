#include "tlog/witness_request.h"

#include <optional>
#include <utility>

#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/text_fields.h"

namespace concordat::tlog {
namespace {

constexpr std::string_view kOldPrefix = "old ";

absl::Status TooManyHashes() {
  return FieldError("add-checkpoint proof", StrCat("more than ", kWitnessProofHashesMax, " hashes"),
                    "at most that");
}

absl::Status CheckNote(std::string_view checkpoint_note) {
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote note,
                             crypto::ParseSignedNote(checkpoint_note));
  return ParseCheckpointText(note.text).status();
}

}  // namespace

absl::StatusOr<std::string> FormatWitnessRequest(const WitnessRequest& request) {
  if (request.proof.size() > kWitnessProofHashesMax) return TooManyHashes();
  CONCORDAT_RETURN_IF_ERROR(CheckNote(request.checkpoint_note));
  std::string body = StrCat(kOldPrefix, request.old_size.value, "\n");
  for (const crypto::Digest& hash : request.proof) StrAppend(&body, FormatHash(hash), "\n");
  StrAppend(&body, "\n", request.checkpoint_note);
  return body;
}

absl::StatusOr<WitnessRequest> ParseWitnessRequest(std::string_view body) {
  if (body.size() > kWitnessRequestBytesMax) {
    return FieldError("add-checkpoint", StrCat(body.size(), " bytes"),
                      StrCat("at most ", kWitnessRequestBytesMax));
  }
  WitnessRequest request;
  std::optional<std::string_view> line = TakeLine(&body);
  std::optional<uint64_t> old_size;
  if (line.has_value() && TakePrefix(&*line, kOldPrefix)) old_size = ParseDecimal(*line);
  if (!old_size.has_value()) {
    return FieldError("add-checkpoint line 1", "something else",
                      "\"old \" and a tree size in canonical decimal");
  }
  request.old_size = TreeSize{*old_size};
  for (line = TakeLine(&body); line.has_value() && !line->empty(); line = TakeLine(&body)) {
    const std::optional<crypto::Digest> hash = ParseHash(*line);
    if (!hash.has_value()) {
      return FieldError(StrCat("add-checkpoint line ", request.proof.size() + 2), "something else",
                        "32 bytes in canonical base64, or an empty line");
    }
    if (request.proof.size() == kWitnessProofHashesMax) return TooManyHashes();
    request.proof.push_back(*hash);
  }
  if (!line.has_value()) {
    return FieldError("add-checkpoint", "no empty line", "one before the checkpoint");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckNote(body));
  request.checkpoint_note = std::string(body);
  return request;
}

}  // namespace concordat::tlog
