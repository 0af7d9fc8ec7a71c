#include "crypto/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/str_cat.h"

namespace concordat::crypto {
namespace {

std::string Hex(const Digest& digest) { return absl::BytesToHexString(ToAbsl(AsBytes(digest))); }

TEST(Sha256Test, RefusesADigestOfTheWrongSize) {
  for (const size_t size : {0, 1, 31, 33, 64}) {
    const auto digest = DigestFromBytes(std::string(size, 'a'));
    EXPECT_EQ(digest.status().code(), absl::StatusCode::kInvalidArgument) << size;
  }
  EXPECT_EQ(DigestFromBytes("abc").status().message(), "digest: got 3 bytes, want 32 bytes");
}

// The samples that accompany FIPS 180.
TEST(Sha256Test, GivesThePublishedDigests) {
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Hex(Sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, GivesTheSameDigestHoweverTheDataIsCut) {
  std::string data;
  for (int i = 0; i < 200; ++i) data.push_back(static_cast<char>(i));
  const std::string_view view = data;
  for (size_t cut = 0; cut <= data.size(); ++cut) {
    Sha256Hasher hasher;
    hasher.Update(view.substr(0, cut)).Update(view.substr(cut));
    EXPECT_EQ(hasher.Finish(), Sha256(data)) << cut;
  }
}

TEST(Sha256Test, CanBeAskedForTheDigestAndGoOn) {
  Sha256Hasher hasher;
  EXPECT_EQ(hasher.Finish(), Sha256(""));
  hasher.Update("ab");
  EXPECT_EQ(hasher.Finish(), Sha256("ab"));
  Sha256Hasher copy = hasher;
  EXPECT_EQ(hasher.Update("c").Finish(), Sha256("abc"));
  EXPECT_EQ(copy.Update("d").Finish(), Sha256("abd"));
}

TEST(Sha256Test, ReadsBackTheBytesOfADigest) {
  const Digest digest = Sha256("abc");
  EXPECT_EQ(AsBytes(digest).size(), kDigestBytes);
  EXPECT_EQ(*DigestFromBytes(AsBytes(digest)), digest);
}

}  // namespace
}  // namespace concordat::crypto
