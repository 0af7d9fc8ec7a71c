#include "tlog/release_confirmation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace concordat::tlog {
namespace {

ReleaseConfirmation Confirmation() {
  return {"log.test", LeafIndex{4711}, crypto::Sha256("entry"), crypto::Sha256("released"),
          "fcwa-victim-service"};
}

constexpr char kText[] =
    "concordat release confirmation v1\n"
    "log.test\n"
    "4711\n"
    "kj/lOWbGzZND4Rr3ds1LBb4xXqSyALAuTV37D5Kbc78=\n"
    "0p6uE3LDliR9r2J0XRDDUT60b58jK0Un4PUpjl3KXNA=\n"
    "fcwa-victim-service\n";

std::string Refusal(const std::string& text) {
  const auto parsed = ParseReleaseConfirmationText(text);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(parsed.status().message());
}

std::string Replaced(const std::string& from, const std::string& to) {
  std::string text = ReleaseConfirmationText(Confirmation());
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ReleaseConfirmationTest, RefusesAnyOtherText) {
  const std::string text = ReleaseConfirmationText(Confirmation());
  EXPECT_EQ(Refusal(""), "release confirmation line 1: got nothing, want a line");
  EXPECT_EQ(Refusal(text.substr(0, text.size() - 1)),
            "release confirmation line 6: got nothing, want a line");
  EXPECT_EQ(Refusal(text + "\n"), "release confirmation line 7: got something, want six lines");
  EXPECT_EQ(Refusal(Replaced("v1", "v2")),
            "release confirmation line 1: got another title, want concordat release confirmation "
            "v1");
  EXPECT_EQ(Refusal(Replaced("log.test", "")),
            "release confirmation line 2: got nothing, want a line");
  EXPECT_EQ(Refusal(Replaced("4711", "04711")),
            "release confirmation line 3: got no number, want a leaf index");
  for (size_t line : {3, 4}) {
    std::string damaged = text;
    size_t at = 0;
    for (size_t i = 0; i < line; ++i) at = damaged.find('\n', at) + 1;
    damaged.erase(at, 1);
    EXPECT_EQ(Refusal(damaged), "release confirmation line " + std::to_string(line + 1) +
                                    ": got no hash, want 32 bytes in base64");
  }
}

TEST(ReleaseConfirmationTest, ReadsBackWhatItWrites) {
  const std::string text = ReleaseConfirmationText(Confirmation());
  EXPECT_EQ(text, kText);
  const auto parsed = ParseReleaseConfirmationText(text);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->origin, "log.test");
  EXPECT_EQ(parsed->disclosure.value, 4711u);
  EXPECT_EQ(parsed->leaf_hash, crypto::Sha256("entry"));
  EXPECT_EQ(parsed->released_digest, crypto::Sha256("released"));
  EXPECT_EQ(parsed->agency, "fcwa-victim-service");
}

class VerifyReleaseConfirmationTest : public ::testing::Test {
 protected:
  absl::Status Verify(const std::string& note) {
    return VerifyReleaseConfirmation(note, signer_.verifier(), Confirmation());
  }

  const crypto::NoteSigner signer_ =
      crypto::NoteSigner::Generate("td.test/agency/fcwa-victim-service");
  const std::string note_ = *signer_.Sign(ReleaseConfirmationText(Confirmation()));
};

TEST_F(VerifyReleaseConfirmationTest, NamesTheLineThatIsOfSomethingElse) {
  const struct {
    std::string from, to, says;
  } cases[] = {
      {"log.test", "log.other", "line 2: got log.other, want log.test"},
      {"4711", "4712", "line 3: got 4712, want 4711"},
      {"kj/lOWbGzZND4Rr3ds1LBb4xXqSyALAuTV37D5Kbc78=",
       "0p6uE3LDliR9r2J0XRDDUT60b58jK0Un4PUpjl3KXNA=", "line 4: got "},
      {"0p6uE3LDliR9r2J0XRDDUT60b58jK0Un4PUpjl3KXNA=",
       "kj/lOWbGzZND4Rr3ds1LBb4xXqSyALAuTV37D5Kbc78=", "line 5: got "},
      {"fcwa-victim-service", "another-service",
       "line 6: got another-service, want fcwa-victim-service"},
  };
  for (const auto& c : cases) {
    const absl::Status status = Verify(*signer_.Sign(Replaced(c.from, c.to)));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(status.message()).find(c.says), std::string::npos) << status;
  }
  EXPECT_EQ(Verify(*signer_.Sign("another text\n")).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Verify("no note").code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(VerifyReleaseConfirmationTest, RefusesAnotherKeyAndEveryDamage) {
  const auto stranger = crypto::NoteSigner::Generate(signer_.name());
  EXPECT_EQ(Verify(*stranger.Sign(ReleaseConfirmationText(Confirmation()))).code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(Verify(note_).ok());
  for (size_t i = 0; i < note_.size(); ++i) {
    std::string damaged = note_;
    damaged[i] ^= 1;
    EXPECT_FALSE(Verify(damaged).ok()) << i;
  }
}

TEST_F(VerifyReleaseConfirmationTest, HoldsForWhatWasSigned) { EXPECT_TRUE(Verify(note_).ok()); }

}  // namespace
}  // namespace concordat::tlog
