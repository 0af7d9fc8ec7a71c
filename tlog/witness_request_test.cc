#include "tlog/witness_request.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/str_cat.h"

namespace concordat::tlog {
namespace {

// The example of the specification.
constexpr std::string_view kProof =
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n";
constexpr std::string_view kNote =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n"
    "\u2014 example.com/behind-the-sofa "
    "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/"
    "V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

std::string Body(std::string_view old_line, std::string_view proof, std::string_view note) {
  return StrCat(old_line, proof, "\n", note);
}

std::string ErrorOf(std::string_view body) {
  const absl::Status status = ParseWitnessRequest(body).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << body;
  return std::string(status.message());
}

std::string Hashes(size_t count) {
  std::string lines;
  for (size_t i = 0; i < count; ++i) lines.append(kProof.substr(0, 45));
  return lines;
}

TEST(WitnessRequestTest, RefusesOldSizeLinesOfAnotherForm) {
  for (const std::string_view line :
       {"", "old\n", "old \n", "old 020852014\n", "old -1\n", "old +1\n", "old  1\n", "old 1 \n",
        "Old 1\n", " old 1\n", "old\t1\n", "old 1\r\n", "old 18446744073709551616\n", "size 1\n"}) {
    EXPECT_EQ(
        ErrorOf(Body(line, kProof, kNote)),
        "add-checkpoint line 1: got something else, want \"old \" and a tree size in canonical "
        "decimal")
        << line;
  }
}

TEST(WitnessRequestTest, RefusesProofLinesOfAnotherForm) {
  for (const std::string_view line : {"AAAA\n", "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw\n",
                                      "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw= \n",
                                      "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\r\n",
                                      "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkax=\n"}) {
    EXPECT_EQ(ErrorOf(Body("old 1\n", StrCat(kProof.substr(0, 45), line), kNote)),
              "add-checkpoint line 3: got something else, want 32 bytes in canonical base64, or an "
              "empty line")
        << line;
  }
}

TEST(WitnessRequestTest, RefusesMoreThan63Hashes) {
  const auto most = ParseWitnessRequest(Body("old 1\n", Hashes(63), kNote));
  ASSERT_TRUE(most.ok()) << most.status();
  EXPECT_EQ(most->proof.size(), 63u);
  EXPECT_EQ(ErrorOf(Body("old 1\n", Hashes(64), kNote)),
            "add-checkpoint proof: got more than 63 hashes, want at most that");
  WitnessRequest request = *most;
  request.proof.push_back(request.proof[0]);
  EXPECT_FALSE(FormatWitnessRequest(request).ok());
}

TEST(WitnessRequestTest, RefusesABodyCutShortAnywhere) {
  const std::string body = Body("old 20852014\n", kProof, kNote);
  const size_t last_line = body.rfind("\u2014");
  for (size_t size = 0; size < body.size(); ++size) {
    // Without its last signature line it is still a note.
    if (size != last_line) ErrorOf(body.substr(0, size));
  }
}

TEST(WitnessRequestTest, RefusesAMissingEmptyLineAndANoteThatIsNoCheckpoint) {
  ErrorOf(StrCat("old 1\n", kProof, kNote));
  ErrorOf(Body("old 1\n", kProof, StrCat("\n", kNote)));
  ErrorOf(Body("old 1\n", kProof, StrCat(kNote, "\n")));
  ErrorOf(Body("old 1\n", kProof, "text\n\n\u2014 a MTIzNHM=\n"));
  EXPECT_FALSE(FormatWitnessRequest({TreeSize{1}, {}, "text\n\n\u2014 a MTIzNHM=\n"}).ok());
  EXPECT_FALSE(FormatWitnessRequest({TreeSize{1}, {}, "text"}).ok());
}

TEST(WitnessRequestTest, RefusesABodyBeyondTheBoundBeforeReadingIt) {
  EXPECT_EQ(ErrorOf(std::string(kWitnessRequestBytesMax + 1, 'x')),
            StrCat("add-checkpoint: got ", kWitnessRequestBytesMax + 1, " bytes, want at most ",
                   kWitnessRequestBytesMax));
}

TEST(WitnessRequestTest, TakesTheLargestNoteWithTheLongestProof) {
  std::string note(kNote);
  note.insert(note.find("\n\n") + 1, std::string(kNoteBytesMax - note.size() - 1, 'x') + "\n");
  ASSERT_EQ(note.size(), kNoteBytesMax);
  const std::string body = Body("old 18446744073709551615\n", Hashes(63), note);
  EXPECT_TRUE(ParseWitnessRequest(body).ok());
  EXPECT_LE(body.size(), kWitnessRequestBytesMax);
}

TEST(WitnessRequestTest, ReadsAndWritesTheExampleOfTheSpecification) {
  const std::string body = Body("old 20852014\n", kProof, kNote);
  const auto request = ParseWitnessRequest(body);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->old_size, TreeSize{20852014});
  EXPECT_EQ(request->proof.size(), 4u);
  EXPECT_EQ(request->checkpoint_note, kNote);
  EXPECT_EQ(FormatWitnessRequest(*request).value(), body);
}

TEST(WitnessRequestTest, TheFirstRequestHasOldSizeZeroAndNoProof) {
  const std::string body = Body("old 0\n", "", kNote);
  const auto request = ParseWitnessRequest(body);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->old_size, TreeSize{0});
  EXPECT_TRUE(request->proof.empty());
  EXPECT_EQ(FormatWitnessRequest(*request).value(), body);
}

}  // namespace
}  // namespace concordat::tlog
