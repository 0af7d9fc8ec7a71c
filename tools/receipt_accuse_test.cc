#include "tools/receipt_accuse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"
#include "tools/testing/lying_ledger.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

class ReceiptAccuseTest : public testing::Test {
 protected:
  ReceiptAccuseTest() : dir_(testing::TempDir() + "/accuse") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    encoded_ = crypto::NoteSigner::Generate("log.test").EncodePrivate();
    Write("log.pub", Signer().verifier().Encode() + "\n");
  }

  crypto::NoteSigner Signer() { return *crypto::NoteSigner::Parse(encoded_); }
  std::string Path(const std::string& name) { return dir_ + "/" + name; }
  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(Path(name), text, 0644).ok());
  }
  void Copy(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(Path(to));
    std::filesystem::copy(Path(from), Path(to), std::filesystem::copy_options::recursive);
  }

  // Appends to the log in `name` and adds a receipt for each entry to `name`.receipts.
  void Append(const std::string& name, int count, const std::string& case_id) {
    auto log = storage::AuditLog::Open({Path(name), Signer(), &Clock::Real()});
    ASSERT_TRUE(log.ok()) << log.status();
    std::string receipts;
    for (int i = 0; i < count; ++i) {
      absl::Notification done;
      storage::AuditLog::Committed made;
      (*log)->Submit(
          [&](storage::Transaction& transaction) {
            v1::LogEntry entry;
            entry.set_operation(v1::COLLECTION);
            entry.add_case_ids(case_id);
            transaction.AppendEntry(entry);
            return absl::OkStatus();
          },
          [&](absl::StatusOr<storage::AuditLog::Committed> committed) {
            EXPECT_TRUE(committed.ok()) << committed.status();
            if (committed.ok()) made = *committed;
            done.Notify();
          });
      done.WaitForNotification();
      StrAppend(&receipts, JsonOf(ReceiptFor(**log, made)), "\n");
    }
    Write(name + ".receipts", receipts);
  }

  static v1::Receipt ReceiptFor(const storage::AuditLog& log,
                                const storage::AuditLog::Committed& made) {
    tlog::TlogProof proof;
    proof.index = made.first;
    proof.inclusion = *log.InclusionProof(made.first, made.tree_size);
    proof.checkpoint_note = made.checkpoint;
    const crypto::Digest leaf = tlog::LeafHash(*log.ReadEntry(made.first));
    v1::Receipt receipt;
    receipt.set_leaf_index(made.first.value);
    receipt.set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt.set_tlog_proof(*tlog::FormatProof(proof));
    return receipt;
  }

  int Run(RunCommand command, std::vector<std::string> args) {
    args.insert(args.end(), {"--log-key", Path("log.pub")});
    out_.str("");
    err_.str("");
    return command(args, Console{out_, err_, Clock::Real()});
  }
  int Accuse(const std::string& receipts, const std::string& log) {
    return Run(RunReceiptAccuse, {Path(receipts), "--data-dir", Path(log), "--out", Path("file")});
  }
  int JudgeFile() { return Run(RunReceiptJudge, {Path("file")}); }

  std::string dir_;
  std::string encoded_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ReceiptAccuseTest, AnOldCopyThatGrewDifferentlyIsAccusedByAReceiptFromBefore) {
  Append("log", 3, "a");
  Copy("log", "backup");
  Append("log", 2, "a");
  const std::string receipts = *ReadFile(Path("log.receipts"));
  // Restored, it is shorter than what the receipts saw.
  Copy("backup", "log");
  Write("kept", receipts);
  EXPECT_EQ(Accuse("kept", "log"), kExitUndecided) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("UNDECIDED: "));
  EXPECT_THAT(out_.str(), HasSubstr("no proof of a fork by itself"));
  EXPECT_EQ(JudgeFile(), kExitUndecided);
  EXPECT_THAT(out_.str(), HasSubstr("nothing is shown: "));
  // As long as before, with another history.
  Append("log", 2, "b");
  EXPECT_EQ(Accuse("kept", "log"), kExitNotVerified) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("ACCUSED: log.test signed size 4, root "));
  EXPECT_EQ(JudgeFile(), kExitOk) << out_.str() << err_.str();
  // And longer.
  Append("log", 300, "b");
  EXPECT_EQ(Accuse("kept", "log"), kExitNotVerified) << err_.str();
  EXPECT_EQ(JudgeFile(), kExitOk) << out_.str() << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("THE ACCUSATION HOLDS: "));
}

TEST_F(ReceiptAccuseTest, AReceiptOfTheSameSizeAndAnotherRootIsEnough) {
  Append("log", 4, "a");
  Append("other", 4, "b");
  EXPECT_EQ(Accuse("log.receipts", "other"), kExitNotVerified) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("signed size 1, root"));
  EXPECT_EQ(JudgeFile(), kExitOk);
}

TEST_F(ReceiptAccuseTest, ALogThatOnlyGrewIsNotAccused) {
  Append("log", 4, "a");
  Copy("log.receipts", "kept");
  Append("log", 10, "a");
  EXPECT_EQ(Accuse("kept", "log"), kExitOk) << out_.str() << err_.str();
  EXPECT_EQ(
      out_.str(),
      "no accusation: the log begins with each of the 4 checkpoints that the receipts hold\n");
  EXPECT_FALSE(std::filesystem::exists(Path("file")));
}

TEST_F(ReceiptAccuseTest, AReceiptThatDoesNotHoldIsNoEvidence) {
  Append("log", 1, "a");
  std::string receipts = *ReadFile(Path("log.receipts"));
  Write("kept", "{}\n");
  EXPECT_EQ(Accuse("kept", "log"), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("line 1: no evidence: "));
  Write("kept", "{}\n" + receipts);
  EXPECT_EQ(Accuse("kept", "log"), kExitOk) << err_.str();
  Write("log.pub", crypto::NoteSigner::Generate("log.test").verifier().Encode());
  EXPECT_EQ(Accuse("kept", "log"), kExitFailed);
  EXPECT_EQ(Accuse("missing", "log"), kExitFailed);
}

TEST_F(ReceiptAccuseTest, AServerThatProvesAnotherPastIsNotBelievedAndNotAccused) {
  LyingLedger ledger;
  const crypto::NoteSigner signer = Signer();
  ledger.Tell(signer, EntriesOf("a", 9));
  const std::string kept = SignedHead(signer, EntriesOf("b", 5));
  const std::vector<crypto::NoteVerifier> keys = {signer.verifier()};
  // It claims the kept root for its own past, which its proof can't carry.
  ledger.old_root = RootOf(EntriesOf("b", 5), 5);
  const auto lied = Confront(kept, *ledger.Source(), keys);
  ASSERT_TRUE(lied.ok()) << lied.status();
  EXPECT_EQ(Judge(*lied, keys).status().code(), absl::StatusCode::kDataLoss);
  ledger.old_root.reset();
  EXPECT_EQ(Judge(*Confront(kept, *ledger.Source(), keys), keys)->verdict, Verdict::kForked);
  const std::string honest = SignedHead(signer, EntriesOf("a", 5));
  EXPECT_EQ(Judge(*Confront(honest, *ledger.Source(), keys), keys)->verdict, Verdict::kConsistent);
}

TEST_F(ReceiptAccuseTest, JudgesNothingThatIsNoAccusation) {
  Write("file", "concordat.accusation@v1\n");
  EXPECT_EQ(JudgeFile(), kExitNotVerified);
  EXPECT_EQ(Run(RunReceiptJudge, {Path("missing")}), kExitFailed);
  EXPECT_EQ(Run(RunReceiptAccuse, {Path("kept")}), kExitUsage);
  LyingLedger ledger;
  const crypto::NoteSigner signer = Signer();
  ledger.Tell(signer, EntriesOf("a", 9));
  Write("file", FormatAccusation(*Confront(SignedHead(signer, EntriesOf("a", 5)), *ledger.Source(),
                                           {signer.verifier()})));
  EXPECT_EQ(JudgeFile(), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("it does not hold: "));
}

}  // namespace
}  // namespace concordat::tools
