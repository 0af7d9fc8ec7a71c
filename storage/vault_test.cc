#include "storage/vault.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

constexpr std::string_view kText = "Asha Example, 1 Synthetic Street";
constexpr LeafIndex kIndex{0};

crypto::SecretBytes Kek(char fill) { return crypto::SecretBytes::CopyOf(std::string(32, fill)); }

std::unique_ptr<Vault> NewVault(char fill) { return *Vault::Create(Kek(fill)); }

// A log whose entry 0 has the sealed parts 0 and 1 of subject "s1".
class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    Write([&](Transaction& transaction) {
      EXPECT_TRUE(vault_->CreateSubject(transaction, "s1").ok());
      EXPECT_TRUE(vault_->CreateSubject(transaction, "s2").ok());
      sealed_ = *vault_->Seal(transaction, "s1", kIndex, 0, kText);
      other_part_ = *vault_->Seal(transaction, "s1", kIndex, 1, kText);
      transaction.AppendEntry(TestEntry("police"));
      return absl::OkStatus();
    });
  }

  void Write(Apply apply) {
    const auto answer = test_.Commit(std::move(apply));
    ASSERT_TRUE(answer.ok()) << answer.status();
  }

  absl::StatusOr<std::string> Open(const v1::SealedPart& sealed, LeafIndex index, uint32_t part) {
    return vault_->Open(*test_.log().Snapshot(), sealed, index, part);
  }

  std::string StoredAt(LeafIndex index, uint32_t part) {
    return *test_.log().Snapshot()->Get(Family::kSealed, SealedKey(index, part));
  }

  // Puts a ciphertext at a place, and the digest of it into the part: what only the seal itself can
  // then refuse.
  v1::SealedPart Place(LeafIndex index, uint32_t part, const std::string& ciphertext,
                       const std::string& subject) {
    Write([&](Transaction& transaction) {
      transaction.Put(Family::kSealed, SealedKey(index, part), ciphertext);
      return absl::OkStatus();
    });
    v1::SealedPart sealed = sealed_;
    sealed.set_subject_id(subject);
    const crypto::Digest digest = crypto::Sha256(ciphertext);
    sealed.set_ciphertext_sha256(std::string(crypto::AsBytes(digest)));
    return sealed;
  }

  TestLog test_;
  std::unique_ptr<Vault> vault_ = NewVault('k');
  v1::SealedPart sealed_;
  v1::SealedPart other_part_;
};

TEST_F(VaultTest, OpensWhatItSealed) {
  const auto opened = Open(sealed_, kIndex, 0);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*opened, kText);
  EXPECT_EQ(sealed_.size_bytes(), StoredAt(kIndex, 0).size());
}

TEST_F(VaultTest, StoresNothingInTheClear) {
  EXPECT_FALSE(absl::StrContains(StoredAt(kIndex, 0), "Asha"));
  EXPECT_NE(StoredAt(kIndex, 0), StoredAt(kIndex, 1));
}

TEST_F(VaultTest, RefusesAnotherPartThanTheEntryCommitsTo) {
  EXPECT_EQ(Open(sealed_, kIndex, 1).status().message(),
            "sealed part 1 of entry 0: got another ciphertext, want the one that the entry commits "
            "to");
}

TEST_F(VaultTest, RefusesACiphertextMovedToAnotherPlace) {
  const std::string ciphertext = StoredAt(kIndex, 0);
  EXPECT_EQ(Open(Place(LeafIndex{1}, 0, ciphertext, "s1"), LeafIndex{1}, 0).status().message(),
            "sealed part 0 of entry 1: got one that does not open");
  EXPECT_EQ(Open(Place(kIndex, 2, ciphertext, "s1"), kIndex, 2).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(Open(Place(kIndex, 0, ciphertext, "s2"), kIndex, 0).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(VaultTest, RefusesDamageToEveryByte) {
  const std::string ciphertext = StoredAt(kIndex, 0);
  for (size_t i = 0; i < ciphertext.size(); ++i) {
    std::string damaged = ciphertext;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    const v1::SealedPart sealed = Place(kIndex, 0, damaged, "s1");
    EXPECT_EQ(Open(sealed, kIndex, 0).status().code(), absl::StatusCode::kDataLoss) << i;
    EXPECT_EQ(Open(sealed_, kIndex, 0).status().code(), absl::StatusCode::kDataLoss) << i;
  }
  EXPECT_FALSE(Open(Place(kIndex, 0, ciphertext.substr(1), "s1"), kIndex, 0).ok());
  EXPECT_FALSE(Open(Place(kIndex, 0, "", "s1"), kIndex, 0).ok());
}

TEST_F(VaultTest, RefusesAMissingCiphertext) {
  Write([](Transaction& transaction) {
    transaction.Delete(Family::kSealed, SealedKey(kIndex, 0));
    return absl::OkStatus();
  });
  EXPECT_EQ(Open(sealed_, kIndex, 0).status().message(),
            "sealed part 0 of entry 0: got none stored, want its ciphertext");
}

TEST_F(VaultTest, AnErasedSubjectIsNotFoundAlsoWhenItsKeyWasCached) {
  ASSERT_TRUE(Open(sealed_, kIndex, 0).ok());
  const std::unique_ptr<Reader> before = test_.log().Snapshot();
  Write([](Transaction& transaction) {
    transaction.Delete(Family::kKeys, SubjectKey("s1"));
    return absl::OkStatus();
  });
  const absl::Status erased = Open(sealed_, kIndex, 0).status();
  EXPECT_EQ(erased.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(erased.message(), "erased")) << erased;
  // Nor does a new key of the same name bring it back.
  Write([&](Transaction& transaction) { return vault_->CreateSubject(transaction, "s1"); });
  EXPECT_EQ(Open(sealed_, kIndex, 0).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(VaultTest, RefusesAnotherKeyEncryptionKey) {
  const auto opened = NewVault('x')->Open(*test_.log().Snapshot(), sealed_, kIndex, 0);
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(absl::StrContains(opened.status().message(), "key-encryption key"));
}

TEST_F(VaultTest, RefusesAKeyMovedToAnotherSubject) {
  const std::string key = *test_.log().Snapshot()->Get(Family::kKeys, SubjectKey("s2"));
  Write([&](Transaction& transaction) {
    transaction.Put(Family::kKeys, SubjectKey("s1"), key);
    return absl::OkStatus();
  });
  EXPECT_EQ(Open(sealed_, kIndex, 0).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(VaultTest, RefusesAWrappedKeyThatIsTooShort) {
  Write([](Transaction& transaction) {
    transaction.Put(Family::kKeys, SubjectKey("s1"), "short");
    return absl::OkStatus();
  });
  EXPECT_EQ(Open(sealed_, kIndex, 0).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(VaultTest, ASubjectIsCreatedOnce) {
  Write([&](Transaction& transaction) {
    EXPECT_EQ(vault_->CreateSubject(transaction, "s1").code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(vault_->CreateSubject(transaction, "").code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(vault_->CreateSubject(transaction, std::string(kSubjectIdBytesMax + 1, 's')).code(),
              absl::StatusCode::kInvalidArgument);
    return absl::OkStatus();
  });
  EXPECT_TRUE(Open(sealed_, kIndex, 0).ok());
}

TEST_F(VaultTest, SealsOnlyForAKnownSubjectAndWithinBounds) {
  Write([&](Transaction& transaction) {
    EXPECT_EQ(vault_->Seal(transaction, "nobody", kIndex, 9, kText).status().code(),
              absl::StatusCode::kNotFound);
    EXPECT_EQ(vault_->Seal(transaction, "s1", kIndex, 9, std::string(kSealedPartBytesMax + 1, 'x'))
                  .status()
                  .code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(vault_->Seal(transaction, "s1", kIndex, 9, "").ok());
    return absl::OkStatus();
  });
}

TEST_F(VaultTest, ARefusedOperationLeavesNoKey) {
  const auto answer = test_.Commit([&](Transaction& transaction) {
    EXPECT_TRUE(vault_->CreateSubject(transaction, "s3").ok());
    EXPECT_TRUE(vault_->Seal(transaction, "s3", transaction.NextIndex(), 0, kText).ok());
    return absl::AbortedError("refused");
  });
  EXPECT_FALSE(answer.ok());
  EXPECT_FALSE(test_.log().Snapshot()->Get(Family::kKeys, SubjectKey("s3")).ok());
}

TEST(VaultBlindTest, GivesOneTokenForOneValueUnderOneKey) {
  const auto vault = NewVault('k');
  EXPECT_EQ(vault->Blind("pnc", "2020/1234567A"), NewVault('k')->Blind("pnc", "2020/1234567A"));
  EXPECT_NE(vault->Blind("pnc", "2020/1234567A"), NewVault('x')->Blind("pnc", "2020/1234567A"));
  EXPECT_NE(vault->Blind("pnc", "value"), vault->Blind("cro", "value"));
  EXPECT_NE(vault->Blind("ab", "c"), vault->Blind("a", "bc"));
  EXPECT_NE(vault->Blind("", ""), vault->Blind("", "a"));
}

TEST(VaultCreateTest, RefusesAKeyOfAnotherSize) {
  EXPECT_EQ(Vault::Create(crypto::SecretBytes::CopyOf("short")).status().message(),
            "key_encryption_key: got 5 bytes, want 32 bytes");
  EXPECT_FALSE(Vault::Create(crypto::SecretBytes::CopyOf(std::string(33, 'k'))).ok());
}

}  // namespace
}  // namespace concordat::storage
