#include "tools/receipt_check.h"

#include <google/protobuf/struct.pb.h>

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/log_types.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"
#include "tools/exit_codes.h"
#include "tools/json_lines.h"
#include "tools/json_text.h"
#include "tools/log_verifier.h"
#include "tools/note_key.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat receipt check FILE --log-key log.pub",
      "Checks the receipts in FILE, as push writes them, without any connection: the checkpoint's\n"
      "signature, and the proof that leads from the event's leaf to the signed root.\n"
      "Exit code 0: all hold; 4: one does not, and its line is named.",
      "concordat receipt check export.jsonl.receipts --log-key log.pub", 1, 1};
}

// The receipt within a line of push's, or the line itself as a receipt.
absl::StatusOr<v1::Receipt> ParseReceiptLine(const std::string& text) {
  google::protobuf::Struct line;
  CONCORDAT_RETURN_IF_ERROR(FromJson(text, &line));
  const auto inner = line.fields().find("receipt");
  v1::Receipt receipt;
  CONCORDAT_RETURN_IF_ERROR(FromJson(
      inner == line.fields().end() ? text : JsonOf(inner->second.struct_value()), &receipt));
  return receipt;
}

struct Proof {
  std::string index;
  std::vector<crypto::Digest> hashes;
  std::string checkpoint;  // A signed note.
};

// c2sp.org/tlog-proof, without extra data.
absl::StatusOr<Proof> ParseProof(const std::string& text) {
  const size_t end = text.find("\n\n");
  if (end == std::string::npos) return absl::DataLossError("tlog_proof: want an empty line");
  const std::vector<std::string> lines = absl::StrSplit(text.substr(0, end), '\n');
  if (lines.size() < 2 || lines[0] != "c2sp.org/tlog-proof@v1" ||
      !absl::StartsWith(lines[1], "index ")) {
    return absl::DataLossError("tlog_proof: want c2sp.org/tlog-proof@v1 and an index");
  }
  Proof proof = {lines[1].substr(6), {}, text.substr(end + 2)};
  for (size_t i = 2; i < lines.size(); ++i) {
    std::string bytes;
    const bool decoded = absl::Base64Unescape(lines[i], &bytes);
    const auto digest = crypto::DigestFromBytes(bytes);
    if (!decoded || !digest.ok()) return absl::DataLossError("tlog_proof: want hashes in base64");
    proof.hashes.push_back(*digest);
  }
  return proof;
}

}  // namespace

absl::StatusOr<tlog::Checkpoint> CheckReceipt(const v1::Receipt& receipt,
                                              const crypto::NoteVerifier& verifier) {
  CONCORDAT_ASSIGN_OR_RETURN(const Proof proof, ParseProof(receipt.tlog_proof()));
  if (proof.index != StrCat(receipt.leaf_index())) {
    return absl::DataLossError(
        StrCat("leaf_index: got ", receipt.leaf_index(), ", want the proof's ", proof.index));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint,
                             OpenCheckpoint(verifier, proof.checkpoint, "checkpoint"));
  const auto leaf_hash = crypto::DigestFromBytes(receipt.leaf_hash());
  if (!leaf_hash.ok()) return absl::DataLossError("leaf_hash: want 32 bytes");
  const absl::Status included = tlog::VerifyInclusion(
      LeafIndex{receipt.leaf_index()}, checkpoint.size, *leaf_hash, proof.hashes, checkpoint.root);
  if (included.ok()) return checkpoint;
  return absl::DataLossError(StrCat("tlog_proof: ", ToStd(included.message())));
}

int RunReceiptCheck(const std::vector<std::string>& args, const Console& console) {
  std::string log_key;
  FlagTable table(Help());
  table.RequiredText("log-key", &log_key, "FILE", "the log's public key");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto key = ReadVerifierKey(log_key);
  if (!key.ok()) return Fail(console, key.status(), kExitFailed);
  std::ifstream file(arguments[0], std::ios::binary);
  if (!file) {
    return Fail(console, absl::NotFoundError(arguments[0] + ": can't be read"), kExitFailed);
  }
  LineReader lines(&file);
  uint64_t held = 0;
  uint64_t failed = 0;
  while (const auto line = lines.Next()) {
    const auto receipt = ParseReceiptLine(line->text);
    const absl::Status status =
        receipt.ok() ? CheckReceipt(*receipt, *key).status() : receipt.status();
    if (status.ok()) {
      ++held;
      continue;
    }
    ++failed;
    console.out << "line " << line->number << ": " << status.message() << "\n";
  }
  console.out << held << " receipts hold, " << failed << " do not\n";
  return failed == 0 && held > 0 ? kExitOk : kExitNotVerified;
}

}  // namespace concordat::tools
