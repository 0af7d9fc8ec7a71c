#include "tools/receipt_accusation.h"

#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/text_fields.h"
#include "tlog/witness_request.h"

namespace concordat::tools {
namespace {

using tlog::TakeLine;
using tlog::TakePrefix;

constexpr std::string_view kFirstLine = "concordat.accusation@v1";
constexpr std::string_view kKept = "kept ";
constexpr std::string_view kPresent = "present ";
constexpr std::string_view kRoot = "root ";

absl::StatusOr<std::string> TakeNote(std::string_view* text, std::string_view prefix) {
  std::optional<std::string_view> line = TakeLine(text);
  std::optional<uint64_t> bytes;
  if (line.has_value() && TakePrefix(&*line, prefix)) bytes = tlog::ParseDecimal(*line);
  if (!bytes.has_value() || *bytes > kNoteBytesMax || *bytes > text->size()) {
    return FieldError("accusation note", "something else",
                      StrCat("\"", prefix, "\", its bytes, and the note"));
  }
  std::string note(text->substr(0, *bytes));
  text->remove_prefix(*bytes);
  return note;
}

absl::StatusOr<Accusation::Past> ParsePast(std::string_view text) {
  Accusation::Past past;
  std::optional<std::string_view> line = TakeLine(&text);
  std::optional<crypto::Digest> hash;
  if (line.has_value() && TakePrefix(&*line, kRoot)) hash = tlog::ParseHash(*line);
  if (!hash.has_value()) {
    return FieldError("accusation root", "something else", "\"root \" and a hash in base64");
  }
  past.root = *hash;
  while (!text.empty()) {
    line = TakeLine(&text);
    hash = line.has_value() ? tlog::ParseHash(*line) : std::nullopt;
    if (!hash.has_value() || past.proof.size() == tlog::kWitnessProofHashesMax) {
      return FieldError("accusation proof", "something else",
                        StrCat("at most ", tlog::kWitnessProofHashesMax, " hashes in base64"));
    }
    past.proof.push_back(*hash);
  }
  return past;
}

std::string Describe(const tlog::Checkpoint& checkpoint) {
  return StrCat("size ", checkpoint.size.value, ", root ", tlog::FormatHash(checkpoint.root));
}

absl::StatusOr<tlog::Checkpoint> Open(const std::string& note, std::string_view name,
                                      absl::Span<const crypto::NoteVerifier> log_keys) {
  absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::OpenCheckpoint(note, log_keys);
  if (checkpoint.ok()) return checkpoint;
  return absl::DataLossError(
      StrCat("the ", name, " checkpoint: ", ToStd(checkpoint.status().message())));
}

}  // namespace

std::string FormatAccusation(const Accusation& accusation) {
  std::string text =
      StrCat(kFirstLine, "\n", kKept, accusation.kept_note.size(), "\n", accusation.kept_note,
             kPresent, accusation.present_note.size(), "\n", accusation.present_note);
  if (!accusation.past.has_value()) return text;
  StrAppend(&text, kRoot, tlog::FormatHash(accusation.past->root), "\n");
  for (const crypto::Digest& hash : accusation.past->proof) {
    StrAppend(&text, tlog::FormatHash(hash), "\n");
  }
  return text;
}

absl::StatusOr<Accusation> ParseAccusation(std::string_view text) {
  if (TakeLine(&text) != kFirstLine) {
    return FieldError("accusation line 1", "something else", kFirstLine);
  }
  Accusation accusation;
  CONCORDAT_ASSIGN_OR_RETURN(accusation.kept_note, TakeNote(&text, kKept));
  CONCORDAT_ASSIGN_OR_RETURN(accusation.present_note, TakeNote(&text, kPresent));
  if (text.empty()) return accusation;
  CONCORDAT_ASSIGN_OR_RETURN(accusation.past, ParsePast(text));
  return accusation;
}

absl::StatusOr<Judgement> Judge(const Accusation& accusation,
                                absl::Span<const crypto::NoteVerifier> log_keys) {
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint kept,
                             Open(accusation.kept_note, "kept", log_keys));
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint present,
                             Open(accusation.present_note, "present", log_keys));
  if (kept.origin != present.origin) {
    return absl::DataLossError(StrCat("the present checkpoint: got origin ", present.origin,
                                      ", want the kept one's, ", kept.origin));
  }
  const std::string both = StrCat(kept.origin, " signed ", Describe(kept), " in a receipt, and ",
                                  Describe(present), " now");
  if (present.size < kept.size) {
    return Judgement{Verdict::kUndecided,
                     StrCat(both,
                            ": the log is shorter than the receipt's. That is no proof of a "
                            "fork by itself: an old copy of the log looks the same. Keep both "
                            "checkpoints and ask again when the log has grown past ",
                            kept.size.value)};
  }
  if (!accusation.past.has_value()) {
    return absl::DataLossError("root and proof: got none, want those of the kept size");
  }
  const absl::Status proven = tlog::VerifyConsistency(
      kept.size, present.size, accusation.past->proof, accusation.past->root, present.root);
  if (!proven.ok()) {
    return absl::DataLossError(
        StrCat("the present log's root at size ", kept.size.value, ": ", ToStd(proven.message())));
  }
  if (accusation.past->root == kept.root) {
    return Judgement{Verdict::kConsistent, both + ": the log only grew"};
  }
  return Judgement{Verdict::kForked,
                   StrCat(both, ": at size ", kept.size.value, " the present tree has root ",
                          tlog::FormatHash(accusation.past->root),
                          ". Both can't be true: the log was forked or rewritten")};
}

}  // namespace concordat::tools
