#include "tlog/policy.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "crypto/signed_note_key.h"

namespace concordat::tlog {
namespace {

class PolicyTest : public testing::Test {
 protected:
  PolicyTest() {
    for (const char* name : {"X1", "X2", "X3", "Y1", "Y2", "Y3"}) {
      signers_.emplace(name, CosignatureSigner::Generate(StrCat("witness.test/", name)));
    }
  }

  // <LOG>, <X1> and so on stand for keys.
  absl::StatusOr<Policy> Parse(std::string text) const {
    std::vector<std::pair<std::string, std::string>> keys = {
        {"<LOG>", log_.verifier().Encode()}, {"<OTHER>", other_log_.verifier().Encode()}};
    for (const auto& [name, signer] : signers_) {
      keys.emplace_back(StrCat("<", name, ">"), signer.verifier().Encode());
    }
    return Policy::Parse(absl::StrReplaceAll(text, keys));
  }

  std::string ErrorOf(const std::string& text) const {
    const absl::Status status = Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    return std::string(status.message());
  }

  std::string Note(const std::vector<std::string>& witnesses) const {
    std::string note = *log_.Sign(CheckpointText("log.test", TreeSize{5}, {}));
    for (const std::string& name : witnesses) {
      note += *signers_.at(name).Sign(note, absl::FromUnixSeconds(1679315147));
    }
    return note;
  }

  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner other_log_ = crypto::NoteSigner::Generate("other.test");
  std::map<std::string, CosignatureSigner> signers_;
};

// The specification's example, with keys.
constexpr char kExample[] =
    "log <LOG>\n"
    "\n"
    "witness X1 <X1>\n"
    "witness X2 <X2>\n"
    "witness X3 <X3>\n"
    "group X-witnesses 2 X1 X2 X3\n"
    "\n"
    "witness Y1 <Y1>\n"
    "witness Y2 <Y2>\n"
    "witness Y3 <Y3>\n"
    "group Y-witnesses any Y1 Y2 Y3\n"
    "\n"
    "group X-and-Y all X-witnesses Y-witnesses\n"
    "quorum X-and-Y\n";

TEST_F(PolicyTest, RefusesAPolicyWithoutExactlyOneQuorum) {
  EXPECT_EQ(ErrorOf(""), "policy: got no quorum line, want one");
  EXPECT_EQ(ErrorOf("log <LOG>\n# quorum none\n"), "policy: got no quorum line, want one");
  EXPECT_EQ(ErrorOf("quorum none\nquorum none\n"),
            "policy line 2: got a second quorum line, want one in the policy");
}

TEST_F(PolicyTest, RefusesLinesOfAnotherForm) {
  for (const char* line : {"logs <LOG>",
                           "log",
                           "log <LOG> u v",
                           "log nothing",
                           "log <X1>",
                           "Log <LOG>",
                           "witness",
                           "witness X1",
                           "witness X1 <X1> u v",
                           "witness <X1> X1",
                           "witness X1 <LOG>",
                           "group",
                           "group g",
                           "group g any",
                           "group g all",
                           "quorum",
                           "quorum a b",
                           "quorum none # why",
                           "quorumnone",
                           "none"}) {
    EXPECT_EQ(ErrorOf(StrCat(line, "\nquorum none\n")).substr(0, 14), "policy line 1:") << line;
  }
}

TEST_F(PolicyTest, RefusesALineWithoutANewline) {
  EXPECT_EQ(ErrorOf("quorum none"), "policy line 1: got a last line without a newline, want one");
  EXPECT_FALSE(Parse("quorum none\n ").ok());
}

TEST_F(PolicyTest, RefusesControlCharactersEvenInComments) {
  for (int c = 0; c < 256; ++c) {
    const bool allowed = c == '\t' || c == '\n' || (c >= 0x20 && c <= 0x7e) || c >= 0x80;
    EXPECT_EQ(Parse(StrCat("# a", std::string(1, static_cast<char>(c)), "#\nquorum none\n")).ok(),
              allowed)
        << c;
  }
}

TEST_F(PolicyTest, RefusesAPublicKeyTwiceWhateverItsName) {
  const std::string again =
      crypto::NotePublicKey::Create("another.test", crypto::NoteAlgorithm::kEd25519,
                                    log_.verifier().key())
          ->Encode();
  EXPECT_EQ(ErrorOf(StrCat("log <LOG>\nlog ", again, "\nquorum none\n")),
            "policy line 2: got a log's public key for the second time, want each once");
  const std::string witness_again =
      crypto::NotePublicKey::Create("another.test", crypto::NoteAlgorithm::kCosignatureV1,
                                    signers_.at("X1").verifier().public_key().key())
          ->Encode();
  EXPECT_EQ(ErrorOf(StrCat("witness a <X1>\nwitness b ", witness_again, "\nquorum none\n")),
            "policy line 2: got a witness's public key for the second time, want each once");
}

TEST_F(PolicyTest, RefusesNamesThatAreTaken) {
  for (const char* line :
       {"witness a <X2>", "group a any b", "witness none <X2>", "group none any b"}) {
    EXPECT_EQ(ErrorOf(StrCat("witness a <X1>\nwitness b <X3>\n", line, "\nquorum none\n")),
              "policy line 3: got a name that is taken, want another: none, witnesses and groups "
              "share their names")
        << line;
  }
}

TEST_F(PolicyTest, RefusesMembersThatAreNotDefinedAbove) {
  for (const char* line :
       {"group g any b", "group g any none", "group g any g", "group g 1 a later"}) {
    EXPECT_EQ(ErrorOf(StrCat("witness a <X1>\n", line, "\nwitness later <X2>\nquorum none\n")),
              "policy line 2: got a member that no line above defines, want witnesses and groups "
              "of lines above")
        << line;
  }
  for (const char* name : {"later", "A", "nobody"}) {
    EXPECT_EQ(ErrorOf(StrCat("witness a <X1>\nquorum ", name, "\nwitness later <X2>\n")),
              "policy line 2: got a name that no line above defines, want none, or a witness or "
              "group of a line above")
        << name;
  }
}

TEST_F(PolicyTest, RefusesAMemberOfTwoGroupsOrTwiceOfOne) {
  const std::string start = "witness a <X1>\nwitness b <X2>\ngroup g any a\n";
  for (const char* line : {"group h any a", "group h any b b", "group h any b a"}) {
    EXPECT_EQ(ErrorOf(StrCat(start, line, "\nquorum none\n")),
              "policy line 4: got a name that is a member already, want each name in one group, "
              "once")
        << line;
  }
}

TEST_F(PolicyTest, RefusesThresholdsOutOfRange) {
  for (const char* k : {"0", "3", "-1", "02", "+1", "1.0", "ALL", "", "18446744073709551617"}) {
    const std::string line = StrCat("group g ", k, " a b");
    const absl::Status status =
        Parse(StrCat("witness a <X1>\nwitness b <X2>\n", line, "\nquorum g\n")).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << k;
  }
  EXPECT_TRUE(Parse("witness a <X1>\nwitness b <X2>\ngroup g 2 a b\nquorum g\n").ok());
}

TEST_F(PolicyTest, RefusesMoreItemsThanTheBoundAndTakes32OfEach) {
  const auto logs = [](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      StrAppend(&text, "log ", crypto::NoteSigner::Generate("l.test").verifier().Encode(), "\n");
    }
    return text + "quorum none\n";
  };
  EXPECT_EQ(Policy::Parse(logs(kPolicyItemsMax))->logs().size(), kPolicyItemsMax);
  EXPECT_FALSE(Policy::Parse(logs(kPolicyItemsMax + 1)).ok());
  const auto groups = [](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      StrAppend(&text, "witness w", i, " ", CosignatureSigner::Generate("w").verifier().Encode(),
                "\ngroup g", i, " any w", i, "\n");
    }
    return text + "quorum none\n";
  };
  EXPECT_TRUE(Policy::Parse(groups(32)).ok());
  EXPECT_FALSE(Policy::Parse(groups(kPolicyItemsMax + 1)).ok());
}

TEST_F(PolicyTest, NamesWhatTheQuorumLacks) {
  const Policy policy = *Parse(kExample);
  const absl::Status none = policy.Check(Note({})).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(none.message(),
            "quorum: got too few cosignatures, want X-and-Y (has 0 of 2, lacks X-witnesses (has 0 "
            "of 2, lacks X1, X2, X3), Y-witnesses (has 0 of 1, lacks Y1, Y2, Y3))");
  EXPECT_EQ(policy.Check(Note({"X2", "Y3"})).status().message(),
            "quorum: got too few cosignatures, want X-and-Y (has 1 of 2, lacks X-witnesses (has 1 "
            "of 2, lacks X1, X3))");
  EXPECT_EQ(Parse("log <LOG>\nwitness a <X1>\nquorum a\n")->Check(Note({"X2"})).status().message(),
            "quorum: got too few cosignatures, want a");
}

TEST_F(PolicyTest, HoldsForEverySetOfWitnesses) {
  const Policy policy = *Parse(kExample);
  const std::vector<std::string> names = {"X1", "X2", "X3", "Y1", "Y2", "Y3"};
  for (unsigned set = 0; set < 64; ++set) {
    std::vector<std::string> witnesses;
    int x = 0;
    int y = 0;
    for (unsigned i = 0; i < 6; ++i) {
      if ((set >> i & 1) == 0) continue;
      witnesses.push_back(names[i]);
      ++(i < 3 ? x : y);
    }
    EXPECT_EQ(policy.Check(Note(witnesses)).ok(), x >= 2 && y >= 1) << set;
  }
}

TEST_F(PolicyTest, AWitnessThatSignsTwiceCountsOnce) {
  const Policy policy = *Parse(kExample);
  EXPECT_FALSE(policy.Check(Note({"X1", "X1", "Y1"})).ok());
}

TEST_F(PolicyTest, RefusesAFalseCosignatureThoughTheQuorumIsMet) {
  const Policy policy = *Parse(kExample);
  std::string note = Note({"X1", "X2", "Y1"});
  ASSERT_TRUE(policy.Check(note).ok());
  const std::string other = *other_log_.Sign(CheckpointText("other.test", TreeSize{5}, {}));
  note += *signers_.at("X3").Sign(other, absl::FromUnixSeconds(1));
  EXPECT_EQ(policy.Check(note).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(PolicyTest, RefusesACheckpointOfAnUnlistedLog) {
  EXPECT_EQ(Parse("log <OTHER>\nquorum none\n")->Check(Note({})).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Parse("quorum none\n")->Check(Note({})).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(Parse("quorum none\n")->wants_cosignatures());
  EXPECT_TRUE(Parse("witness a <X1>\nquorum a\n")->wants_cosignatures());
  EXPECT_TRUE(Parse("quorum none\n")->CheckQuorum(*crypto::ParseSignedNote(Note({}))).ok());
}

TEST_F(PolicyTest, OpensTheCheckpointOfAnyListedLog) {
  const auto checkpoint = Parse("log <OTHER>\nlog <LOG>\nquorum none\n")->Check(Note({"X1"}));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "log.test");
  EXPECT_EQ(checkpoint->size, TreeSize{5});
}

TEST_F(PolicyTest, KeepsUrlsAndTakesBlanksTabsAndNamesOfAnyBytes) {
  const auto policy = Parse(
      " \t # first\n\n\tlog \t <LOG>  https://log.test/ \n"
      "witness \xe2\x84\xaa <X1> https://w.test/prefix\nwitness K <X2>\ngroup any any "
      "\xe2\x84\xaa\n"
      "quorum any\n# last\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->log_urls(), std::vector<std::string>{"https://log.test/"});
  ASSERT_EQ(policy->witnesses().size(), 2u);
  EXPECT_EQ(policy->witnesses()[0].name, "\xe2\x84\xaa");
  EXPECT_EQ(policy->witnesses()[0].url, "https://w.test/prefix");
  EXPECT_EQ(policy->witnesses()[0].key.name(), "witness.test/X1");
  EXPECT_EQ(policy->witnesses()[1].url, "");
  EXPECT_TRUE(policy->Check(Note({"X1"})).ok());
  EXPECT_FALSE(policy->Check(Note({"X2"})).ok());
}

}  // namespace
}  // namespace concordat::tlog
