#include "tlog/proof.h"

#include <utility>

#include "base/base64.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"
#include "tlog/text_fields.h"

namespace concordat::tlog {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtraPrefix = "extra ";
constexpr std::string_view kIndexPrefix = "index ";

// Takes line after line off a proof and says which one is wrong.
class ProofReader {
 public:
  explicit ProofReader(std::string_view text) : rest_(text) {}

  absl::StatusOr<TlogProof> Read() {
    TlogProof proof;
    CONCORDAT_RETURN_IF_ERROR(NextLine());
    if (line_ != kFirstLine) return Error(kFirstLine);
    CONCORDAT_RETURN_IF_ERROR(NextLine());
    if (TakePrefix(&line_, kExtraPrefix)) {
      proof.extra = DecodeBase64(line_);
      if (!proof.extra.has_value() || proof.extra->empty()) {
        return Error("one byte or more in canonical base64 after \"extra \"");
      }
      CONCORDAT_RETURN_IF_ERROR(NextLine());
    }
    std::optional<uint64_t> index;
    if (TakePrefix(&line_, kIndexPrefix)) index = ParseDecimal(line_);
    if (!index.has_value()) return Error("\"index \" and a leaf index in canonical decimal");
    proof.index = LeafIndex{*index};
    CONCORDAT_RETURN_IF_ERROR(ReadHashes(&proof.inclusion));
    CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote note, crypto::ParseSignedNote(rest_));
    CONCORDAT_RETURN_IF_ERROR(ParseCheckpointText(note.text).status());
    proof.checkpoint_note = std::string(rest_);
    return proof;
  }

 private:
  absl::Status NextLine() {
    ++number_;
    const std::optional<std::string_view> line = TakeLine(&rest_);
    if (!line.has_value()) {
      return FieldError(StrCat("tlog-proof line ", number_), "the end", "a line and its newline");
    }
    line_ = *line;
    return absl::OkStatus();
  }

  absl::Status Error(std::string_view want) const {
    return FieldError(StrCat("tlog-proof line ", number_), "something else", want);
  }

  absl::Status ReadHashes(std::vector<crypto::Digest>* hashes) {
    CONCORDAT_RETURN_IF_ERROR(NextLine());
    while (!line_.empty()) {
      const std::optional<crypto::Digest> hash = ParseHash(line_);
      if (!hash.has_value()) return Error("32 bytes in canonical base64, or an empty line");
      if (hashes->size() == kTlogProofHashesMax) {
        return Error(StrCat("at most ", kTlogProofHashesMax, " hashes"));
      }
      hashes->push_back(*hash);
      CONCORDAT_RETURN_IF_ERROR(NextLine());
    }
    return absl::OkStatus();
  }

  std::string_view rest_;
  std::string_view line_;
  size_t number_ = 0;
};

absl::Status VerifyEntry(const TlogProof& proof, const crypto::Digest& leaf_hash,
                         const Checkpoint& checkpoint) {
  return VerifyInclusion(proof.index, checkpoint.size, leaf_hash, proof.inclusion, checkpoint.root);
}

}  // namespace

absl::StatusOr<std::string> FormatProof(const TlogProof& proof) {
  std::string text = StrCat(kFirstLine, "\n");
  if (proof.extra.has_value()) {
    StrAppend(&text, kExtraPrefix, EncodeBase64(*proof.extra), "\n");
  }
  StrAppend(&text, kIndexPrefix, proof.index.value, "\n");
  for (const crypto::Digest& hash : proof.inclusion) StrAppend(&text, FormatHash(hash), "\n");
  StrAppend(&text, "\n", proof.checkpoint_note);
  CONCORDAT_RETURN_IF_ERROR(ParseProof(text).status());
  return text;
}

absl::StatusOr<TlogProof> ParseProof(std::string_view text) {
  if (text.size() > kTlogProofBytesMax) {
    return FieldError("tlog-proof", StrCat(text.size(), " bytes"),
                      StrCat("at most ", kTlogProofBytesMax));
  }
  return ProofReader(text).Read();
}

absl::StatusOr<Checkpoint> VerifyProof(const TlogProof& proof, const crypto::Digest& leaf_hash,
                                       absl::Span<const crypto::NoteVerifier> log_keys) {
  CONCORDAT_ASSIGN_OR_RETURN(Checkpoint checkpoint,
                             OpenCheckpoint(proof.checkpoint_note, log_keys));
  CONCORDAT_RETURN_IF_ERROR(VerifyEntry(proof, leaf_hash, checkpoint));
  return checkpoint;
}

absl::StatusOr<Checkpoint> VerifyProof(const TlogProof& proof, const crypto::Digest& leaf_hash,
                                       const Policy& policy) {
  CONCORDAT_ASSIGN_OR_RETURN(Checkpoint checkpoint, policy.Check(proof.checkpoint_note));
  CONCORDAT_RETURN_IF_ERROR(VerifyEntry(proof, leaf_hash, checkpoint));
  return checkpoint;
}

}  // namespace concordat::tlog
