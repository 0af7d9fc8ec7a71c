#include "tools/log_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/cosignature.h"

namespace concordat::tools {
namespace {

using ::testing::StartsWith;

class LogTrustTest : public testing::Test {
 protected:
  std::string NoteOf(const crypto::NoteSigner& signer, const std::string& origin = "log.test") {
    return *signer.Sign(tlog::CheckpointText(origin, TreeSize{3}, {}));
  }
  LogTrust PolicyOf(const std::string& quorum) {
    return LogTrust(
        *tlog::Policy::Parse(StrCat("log ", signer_.verifier().Encode(), "\nwitness w ",
                                    witness_.verifier().Encode(), "\nquorum ", quorum, "\n")));
  }

  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate("log.test");
  const tlog::CosignatureSigner witness_ = tlog::CosignatureSigner::Generate("w.test");
  const LogTrust keys_ = LogTrust({signer_.verifier()});
};

TEST_F(LogTrustTest, RefusesNotesOfAnotherKeyAnotherLogAndDamagedOnes) {
  const std::string note = NoteOf(signer_);
  EXPECT_TRUE(keys_.Open(note, "x").ok());
  EXPECT_EQ(keys_.Open(NoteOf(crypto::NoteSigner::Generate("log.test")), "x").status().message(),
            "x: signed note: got no signature by log.test, want one");
  EXPECT_EQ(keys_.Open(NoteOf(signer_, "other.test"), "x").status().message(),
            "x: checkpoint: got origin other.test, want one with a known log key (log.test)");
  EXPECT_THAT(std::string(keys_.Open(*signer_.Sign("no checkpoint\n"), "x").status().message()),
              StartsWith("x: checkpoint: "));
  for (size_t i = 0; i < note.size(); ++i) {
    std::string damaged = note;
    damaged[i] ^= 1;
    EXPECT_EQ(keys_.Open(damaged, "x").status().code(), absl::StatusCode::kDataLoss) << i;
  }
}

TEST_F(LogTrustTest, WantsCosignaturesOnlyWhereThePolicyDoes) {
  const std::string note = NoteOf(signer_);
  const std::string cosigned = note + *witness_.Sign(note, absl::FromUnixSeconds(1));
  EXPECT_FALSE(keys_.wants_cosignatures());
  EXPECT_TRUE(keys_.OpenCosigned(note, "x").ok());
  EXPECT_FALSE(PolicyOf("none").wants_cosignatures());
  EXPECT_TRUE(PolicyOf("none").OpenCosigned(note, "x").ok());
  EXPECT_TRUE(PolicyOf("w").wants_cosignatures());
  EXPECT_EQ(PolicyOf("w").OpenCosigned(note, "x").status().message(),
            "x: quorum: got too few cosignatures, want w");
  EXPECT_TRUE(PolicyOf("w").Open(note, "x").ok());
  EXPECT_TRUE(PolicyOf("w").OpenCosigned(cosigned, "x").ok());
  EXPECT_TRUE(keys_.OpenCosigned(cosigned, "x").ok());
}

}  // namespace
}  // namespace concordat::tools
