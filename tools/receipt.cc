#include "tools/receipt.h"

#include <google/protobuf/struct.pb.h>

#include <fstream>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "tlog/proof.h"
#include "tools/json_lines.h"
#include "tools/json_text.h"

namespace concordat::tools {
namespace {

// The receipt within a line of push's, or the line itself as a receipt.
absl::StatusOr<v1::Receipt> ParseReceiptLine(const JsonLine& json) {
  if (json.too_long) return absl::InvalidArgumentError("line: got too long a one, want a receipt");
  google::protobuf::Struct line;
  CONCORDAT_RETURN_IF_ERROR(FromJson(json.text, &line));
  const auto inner = line.fields().find("receipt");
  v1::Receipt receipt;
  CONCORDAT_RETURN_IF_ERROR(FromJson(
      inner == line.fields().end() ? json.text : JsonOf(inner->second.struct_value()), &receipt));
  return receipt;
}

absl::Status Differs(const absl::Status& status) {
  return absl::DataLossError(StrCat("tlog_proof: ", ToStd(status.message())));
}

}  // namespace

absl::StatusOr<tlog::Checkpoint> CheckReceipt(const v1::Receipt& receipt, const LogTrust& trust) {
  const absl::StatusOr<tlog::TlogProof> proof = tlog::ParseProof(receipt.tlog_proof());
  if (!proof.ok()) return Differs(proof.status());
  if (proof->index.value != receipt.leaf_index()) {
    return absl::DataLossError(StrCat("leaf_index: got ", receipt.leaf_index(),
                                      ", want the proof's ", proof->index.value));
  }
  const auto leaf_hash = crypto::DigestFromBytes(receipt.leaf_hash());
  if (!leaf_hash.ok()) {
    return absl::DataLossError(
        StrCat("leaf_hash: got ", receipt.leaf_hash().size(), " bytes, want 32"));
  }
  absl::StatusOr<tlog::Checkpoint> checkpoint = trust.Verify(*proof, *leaf_hash);
  if (!checkpoint.ok()) return Differs(checkpoint.status());
  return checkpoint;
}

absl::StatusOr<std::string> CheckpointNoteOf(const v1::Receipt& receipt) {
  const absl::StatusOr<tlog::TlogProof> proof = tlog::ParseProof(receipt.tlog_proof());
  if (!proof.ok()) return Differs(proof.status());
  return proof->checkpoint_note;
}

absl::Status ForEachReceipt(
    const std::string& path,
    absl::FunctionRef<void(uint64_t line, const absl::StatusOr<v1::Receipt>& receipt)> visit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(path + ": can't be read");
  LineReader lines(&file);
  while (const auto line = lines.Next()) visit(line->number, ParseReceiptLine(*line));
  return absl::OkStatus();
}

}  // namespace concordat::tools
