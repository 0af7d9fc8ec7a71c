#include "tools/log_rotate_key.h"

#include "absl/strings/ascii.h"
#include "auth/spiffe_id.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "storage/rotate_key.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {"concordat log rotate-key --data-dir DIR --key FILE --new-key FILE --by SPIFFE-ID",
          "Appends an entry by which the log itself says that its key changes, under a checkpoint\n"
          "that both keys sign. The ledger must be stopped; afterwards it starts with the new key\n"
          "alone. Whoever verifies puts the printed line first into log.pub and keeps the old one\n"
          "below it, for receipts from before.\n"
          "Exit code 0: changed; 1: not, and nothing was written.",
          "concordat log rotate-key --data-dir /var/lib/concordat/log --key log.key --new-key "
          "next/log.key --by spiffe://lancashire.concordat.test/agency/log-operator/console",
          0, 0};
}

absl::StatusOr<crypto::NoteSigner> ReadSigner(const std::string& flag, const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  absl::StatusOr<crypto::NoteSigner> signer =
      crypto::NoteSigner::Parse(ToStd(absl::StripAsciiWhitespace(text)));
  if (signer.ok()) return signer;
  return FieldError(flag, "a file without a C2SP signed-note private key",
                    "PRIVATE+KEY+<origin>+<hash>+<key>, as pki log-key writes it");
}

struct RotateFlags {
  std::string data_dir;
  std::string key;
  std::string new_key;
  std::string by;
};

absl::StatusOr<std::string> Rotate(const RotateFlags& flags, const Clock& clock) {
  CONCORDAT_ASSIGN_OR_RETURN(const auth::SpiffeId by, auth::SpiffeId::Parse(flags.by));
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::NoteSigner old_signer, ReadSigner("--key", flags.key));
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::NoteSigner new_signer,
                             ReadSigner("--new-key", flags.new_key));
  storage::KeyRotation rotation;
  rotation.data_dir = flags.data_dir;
  rotation.old_signer = &old_signer;
  rotation.new_signer = &new_signer;
  rotation.actor.set_spiffe_id(by.ToString());
  rotation.actor.set_agency(by.agency());
  rotation.clock = &clock;
  CONCORDAT_ASSIGN_OR_RETURN(const storage::Committed committed, storage::RotateKey(rotation));
  return StrCat("entry ", committed.first.value, " changed the key; the new verifier key is\n",
                new_signer.verifier().Encode(), "\n");
}

}  // namespace

int RunLogRotateKey(const std::vector<std::string>& args, const Console& console) {
  RotateFlags flags;
  FlagTable table(Help());
  table.RequiredText("data-dir", &flags.data_dir, "DIR", "the log, not open anywhere")
      .RequiredText("key", &flags.key, "FILE", "its signing key")
      .RequiredText("new-key", &flags.new_key, "FILE", "the next one, of the same origin")
      .RequiredText("by", &flags.by, "SPIFFE-ID", "who does it, for the entry");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<std::string> done = Rotate(flags, console.clock);
  if (!done.ok()) return Fail(console, done.status(), kExitFailed);
  console.out << *done;
  return kExitOk;
}

}  // namespace concordat::tools
