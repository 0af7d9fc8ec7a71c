#include "tools/log_rotate_key.h"

#include <sstream>

#include "base/fake_clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "crypto/signed_note.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "tools/exit_codes.h"
#include "tools/verify.h"

namespace concordat::tools {
namespace {

constexpr char kOrigin[] = "area.example/log";
constexpr char kBy[] = "spiffe://area.example/agency/log-operator/console";

class LogRotateKeyTest : public ::testing::Test {
 protected:
  LogRotateKeyTest() {
    Write("old.key", old_.EncodePrivate());
    Write("new.key", new_.EncodePrivate());
    Write("other.key", crypto::NoteSigner::Generate("other.example/log").EncodePrivate());
    EXPECT_TRUE(Open(old_).ok());
  }

  void Write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(WriteFileAtomically(StrCat(base_, name), StrCat(text, "\n"), 0600).ok());
  }
  absl::Status Open(const crypto::NoteSigner& signer) {
    storage::AuditLog::Options options{StrCat(base_, "log"),
                                       *crypto::NoteSigner::Parse(signer.EncodePrivate()), &clock_};
    return storage::AuditLog::Open(std::move(options)).status();
  }
  int Rotate(const std::string& key, const std::string& new_key, const std::string& by = kBy) {
    out_.str("");
    err_.str("");
    return RunLogRotateKey({"--data-dir", StrCat(base_, "log"), "--key", StrCat(base_, key),
                            "--new-key", StrCat(base_, new_key), "--by", by},
                           console_);
  }

  FakeClock clock_{absl::FromUnixSeconds(1700000000)};
  const std::string base_ = StrCat(::testing::TempDir(), "/rotate-", crypto::RandomId(), "-");
  const crypto::NoteSigner old_ = crypto::NoteSigner::Generate(kOrigin);
  const crypto::NoteSigner new_ = crypto::NoteSigner::Generate(kOrigin);
  std::ostringstream out_, err_;
  const Console console_{out_, err_, clock_};
};

TEST_F(LogRotateKeyTest, RefusesWhatIsNoKeyOrNotTheLogsAndChangesNothing) {
  Write("no.key", "no key");
  EXPECT_EQ(Rotate("no.key", "new.key"), kExitFailed);
  EXPECT_NE(err_.str().find("--key: got a file without"), std::string::npos) << err_.str();
  EXPECT_EQ(Rotate("old.key", "missing.key"), kExitFailed);
  EXPECT_EQ(Rotate("old.key", "other.key"), kExitFailed);
  EXPECT_EQ(Rotate("old.key", "old.key"), kExitFailed);
  EXPECT_EQ(Rotate("new.key", "old.key"), kExitFailed);
  EXPECT_EQ(Rotate("old.key", "new.key", "somebody"), kExitFailed);
  EXPECT_EQ(out_.str(), "");
  EXPECT_TRUE(Open(old_).ok());
}

TEST_F(LogRotateKeyTest, TheLogOpensWithTheNewKeyAloneAndVerifiesWithBoth) {
  ASSERT_EQ(Rotate("old.key", "new.key"), kExitOk) << err_.str();
  EXPECT_NE(out_.str().find(new_.verifier().Encode()), std::string::npos);
  EXPECT_EQ(out_.str().find(new_.EncodePrivate()), std::string::npos);
  EXPECT_FALSE(Open(old_).ok());
  EXPECT_TRUE(Open(new_).ok());
  Write("log.pub", StrCat(new_.verifier().Encode(), "\n", old_.verifier().Encode()));
  EXPECT_EQ(RunVerify({"--data-dir", StrCat(base_, "log"), "--log-key", StrCat(base_, "log.pub")},
                      console_),
            kExitOk)
      << out_.str() << err_.str();
}

}  // namespace
}  // namespace concordat::tools
