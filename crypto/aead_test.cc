#include "crypto/aead.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

struct Vector {
  std::string_view key;
  std::string_view nonce;
  std::string_view plaintext;
  std::string_view associated_data;
  std::string_view ciphertext;
};

// RFC 8452 appendix C.2 (AEAD_AES_256_GCM_SIV) and C.3 (counter wrap).
constexpr Vector kVectors[] = {
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "", "", "07f5f4169bbf55a8400cd47ea6fd400f"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0100000000000000", "", "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "010000000000000000000000", "", "9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "01000000000000000000000000000000", "",
     "85a01b63025ba19b7fd3ddfc033b3e76c9eac6fa700942702e90862383c6c366"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0100000000000000000000000000000002000000000000000000000000000000", "",
     "4a6a9db4c8c6549201b9edb53006cba821ec9cf850948a7c86c68ac7539d027f"
     "e819e63abcd020b006a976397632eb5d"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0100000000000000000000000000000002000000000000000000000000000000"
     "03000000000000000000000000000000",
     "",
     "c00d121893a9fa603f48ccc1ca3c57ce7499245ea0046db16c53c7c66fe717e3"
     "9cf6c748837b61f6ee3adcee17534ed5790bc96880a99ba804bd12c0e6a22cc4"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0100000000000000000000000000000002000000000000000000000000000000"
     "0300000000000000000000000000000004000000000000000000000000000000",
     "",
     "c2d5160a1f8683834910acdafc41fbb1632d4a353e8b905ec9a5499ac34f96c7"
     "e1049eb080883891a4db8caaa1f99dd004d80487540735234e3744512c6f90ce"
     "112864c269fc0d9d88c61fa47e39aa08"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0200000000000000", "01", "1de22967237a813291213f267e3b452f02d01ae33e4ec854"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "020000000000000000000000", "01", "163d6f9cc1b346cd453a2e4cc1a4a19ae800941ccdc57cc8413c277f"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "02000000000000000000000000000000", "01",
     "c91545823cc24f17dbb0e9e807d5ec17b292d28ff61189e8e49f3875ef91aff7"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0200000000000000000000000000000003000000000000000000000000000000", "01",
     "07dad364bfc2b9da89116d7bef6daaaf6f255510aa654f920ac81b94e8bad365"
     "aea1bad12702e1965604374aab96dbbc"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0200000000000000000000000000000003000000000000000000000000000000"
     "04000000000000000000000000000000",
     "01",
     "c67a1f0f567a5198aa1fcc8e3f21314336f7f51ca8b1af61feac35a86416fa47"
     "fbca3b5f749cdf564527f2314f42fe2503332742b228c647173616cfd44c54eb"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0200000000000000000000000000000003000000000000000000000000000000"
     "0400000000000000000000000000000005000000000000000000000000000000",
     "01",
     "67fd45e126bfb9a79930c43aad2d36967d3f0e4d217c1e551f59727870beefc9"
     "8cb933a8fce9de887b1e40799988db1fc3f91880ed405b2dd298318858467c89"
     "5bde0285037c5de81e5b570a049b62a0"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "02000000", "010000000000000000000000", "22b3f4cd1835e517741dfddccfa07fa4661b74cf"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "0300000000000000000000000000000004000000", "010000000000000000000000000000000200",
     "43dd0163cdb48f9fe3212bf61b201976067f342bb879ad976d8242acc188ab59"
     "cabfe307"},
    {"0100000000000000000000000000000000000000000000000000000000000000", "030000000000000000000000",
     "030000000000000000000000000000000400", "0100000000000000000000000000000002000000",
     "462401724b5ce6588d5a54aae5375513a075cfcdf5042112aa29685c912fc205"
     "6543"},
    {"e66021d5eb8e4f4066d4adb9c33560e4f46e44bb3da0015c94f7088736864200", "e0eaf5284d884a0e77d31646",
     "", "", "169fbb2fbf389a995f6390af22228a62"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108", "",
     "f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3ea"
     "ffffffff000000000000000000000000"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "eb3640277c7ffd1303c7a542d02d3e4c0000000000000000", "",
     "18ce4f0b8cb4d0cac65fea8f79257b20888e53e72299e56dffffffff00000000"
     "0000000000000000"},
};

std::string Bytes(std::string_view hex) { return absl::HexStringToBytes(ToAbsl(hex)); }

AesGcmSiv Aead(std::string_view key_hex = kVectors[0].key) {
  return *AesGcmSiv::Create(SecretBytes::CopyOf(Bytes(key_hex)));
}

const std::string kNonce(AesGcmSiv::kNonceBytes, '\x07');

void ExpectNotAuthentic(const absl::Status& status) {
  EXPECT_EQ(status, absl::DataLossError("sealed data is not authentic"));
}

TEST(AesGcmSivTest, RefusesAKeyOfTheWrongSize) {
  for (const size_t size : {0, 1, 16, 31, 33, 64}) {
    const auto aead = AesGcmSiv::Create(SecretBytes::Zeros(size));
    EXPECT_EQ(aead.status().code(), absl::StatusCode::kInvalidArgument) << size;
  }
}

TEST(AesGcmSivTest, RefusesDamageToAnyBit) {
  const AesGcmSiv aead = Aead();
  const std::string sealed = aead.Seal(kNonce, "what was said", "subject 7");
  for (size_t i = 0; i < sealed.size() * 8; ++i) {
    std::string damaged = sealed;
    damaged[i / 8] ^= static_cast<char>(1 << (i % 8));
    ExpectNotAuthentic(aead.Open(kNonce, damaged, "subject 7").status());
    ExpectNotAuthentic(aead.OpenSecret(kNonce, damaged, "subject 7").status());
  }
}

TEST(AesGcmSivTest, RefusesAnotherNonceAssociatedDataOrKey) {
  const AesGcmSiv aead = Aead();
  const std::string sealed = aead.Seal(kNonce, "what was said", "subject 7");
  for (size_t i = 0; i < kNonce.size(); ++i) {
    std::string nonce = kNonce;
    nonce[i] ^= 1;
    ExpectNotAuthentic(aead.Open(nonce, sealed, "subject 7").status());
  }
  for (const std::string_view other : {"", "subject 8", "subject 70", "subject "}) {
    ExpectNotAuthentic(aead.Open(kNonce, sealed, other).status());
  }
  const AesGcmSiv other = *AesGcmSiv::Create(RandomSecret(AesGcmSiv::kKeyBytes));
  ExpectNotAuthentic(other.Open(kNonce, sealed, "subject 7").status());
}

TEST(AesGcmSivTest, RefusesCiphertextCutShortOrExtended) {
  const AesGcmSiv aead = Aead();
  const std::string sealed = aead.Seal(kNonce, "what was said", "");
  for (size_t size = 0; size < sealed.size(); ++size) {
    ExpectNotAuthentic(aead.Open(kNonce, sealed.substr(0, size), "").status());
    ExpectNotAuthentic(aead.OpenSecret(kNonce, sealed.substr(0, size), "").status());
  }
  ExpectNotAuthentic(aead.Open(kNonce, sealed + '\0', "").status());
}

TEST(AesGcmSivTest, RefusesToOpenWithANonceOfTheWrongSize) {
  const AesGcmSiv aead = Aead();
  const std::string sealed = aead.Seal(kNonce, "what was said", "");
  for (const size_t size : {0, 11, 13, 24}) {
    ExpectNotAuthentic(aead.Open(std::string(size, '\x07'), sealed, "").status());
  }
}

TEST(AesGcmSivDeathTest, SealingWithANonceOfTheWrongSizeIsABug) {
  const AesGcmSiv aead = Aead();
  EXPECT_DEATH(aead.Seal("short", "what was said", ""), "check failed");
}

TEST(AesGcmSivTest, GivesThePublishedCiphertexts) {
  for (const Vector& v : kVectors) {
    const AesGcmSiv aead = Aead(v.key);
    const std::string plaintext = Bytes(v.plaintext);
    const std::string data = Bytes(v.associated_data);
    const std::string sealed = aead.Seal(Bytes(v.nonce), plaintext, data);
    EXPECT_EQ(absl::BytesToHexString(sealed), v.ciphertext);
    EXPECT_EQ(aead.Open(Bytes(v.nonce), sealed, data).value(), plaintext);
  }
}

TEST(AesGcmSivTest, OpensWhatItSealedAtEverySize) {
  const AesGcmSiv aead = *AesGcmSiv::Create(RandomSecret(AesGcmSiv::kKeyBytes));
  for (const size_t size : {0, 1, 15, 16, 17, 255, 4096, 100001}) {
    const std::string plaintext = RandomBytes(size);
    const std::string sealed = aead.Seal(kNonce, plaintext, "a");
    EXPECT_EQ(sealed.size(), size + AesGcmSiv::kTagBytes);
    EXPECT_EQ(aead.Open(kNonce, sealed, "a").value(), plaintext);
  }
}

TEST(AesGcmSivTest, ASecretIsSealedAsItsBytesAndComesBackASecret) {
  const AesGcmSiv aead = Aead();
  const std::string bytes = RandomBytes(32);
  const std::string sealed = aead.SealSecret(kNonce, SecretBytes::CopyOf(bytes), "wrapped");
  EXPECT_EQ(sealed, aead.Seal(kNonce, bytes, "wrapped"));
  const auto opened = aead.OpenSecret(kNonce, sealed, "wrapped");
  EXPECT_TRUE(opened->EqualsInConstantTime(SecretBytes::CopyOf(bytes)));
}

TEST(AesGcmSivTest, WorksAfterItWasMoved) {
  AesGcmSiv first = Aead();
  const std::string sealed = first.Seal(kNonce, "what was said", "");
  const AesGcmSiv second = std::move(first);
  EXPECT_EQ(second.Open(kNonce, sealed, "").value(), "what was said");
}

TEST(AesGcmSivTest, ServesSeveralThreadsAtOnce) {
  const AesGcmSiv aead = Aead();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&aead, t] {
      const std::string plaintext(100 + t, static_cast<char>('a' + t));
      for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(aead.Open(kNonce, aead.Seal(kNonce, plaintext, "x"), "x").value(), plaintext);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace concordat::crypto
