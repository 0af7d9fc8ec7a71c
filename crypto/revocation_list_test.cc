#include "crypto/revocation_list.h"

#include <gtest/gtest.h>
#include <openssl/asn1.h>
#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/limits.h"
#include "crypto/certificate_authority.h"

namespace concordat::crypto {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

CertificateAuthority Authority(std::string_view name) {
  return *CertificateAuthority::Generate(name, kNow - absl::Hours(48), kNow + absl::Hours(48));
}

class RevocationListsTest : public ::testing::Test {
 protected:
  static std::string IssueBy(const CertificateAuthority& authority) {
    CertificateAuthority::Leaf leaf;
    leaf.uris = {"spiffe://example.org/agency/police/rms"};
    leaf.not_before = kNow - absl::Hours(1);
    leaf.not_after = kNow + absl::Hours(1);
    return authority.Issue(leaf)->certificate_pem;
  }
  std::string ListOf(const std::vector<std::string>& certificates) const {
    return *ours_.Revoke(certificates, kNow - absl::Hours(1), kNow + absl::Hours(1));
  }
  absl::StatusOr<RevocationLists> Parse(const std::string& lists, absl::Time now = kNow) const {
    return RevocationLists::Parse(lists, ours_.certificate_pem() + other_.certificate_pem(), now);
  }
  std::string Refusal(const std::string& lists, absl::Time now = kNow) const {
    const auto parsed = Parse(lists, now);
    if (parsed.ok()) return "ok";
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(parsed.status().message());
  }

  const CertificateAuthority ours_ = Authority("Ours");
  const CertificateAuthority other_ = Authority("Other");
};

TEST_F(RevocationListsTest, RefusesWhatNoTrustedAuthoritySigned) {
  const CertificateAuthority stranger = Authority("Stranger");
  const CertificateAuthority impostor = Authority("Ours");
  for (const CertificateAuthority* signer : {&stranger, &impostor}) {
    const auto list = signer->Revoke({}, kNow - absl::Hours(1), kNow + absl::Hours(1));
    EXPECT_EQ(Refusal(*list),
              "revocation list 1: got one that no trusted root signed, want one that a trusted "
              "root signed");
    EXPECT_TRUE(absl::StartsWith(Refusal(ListOf({}) + *list), "revocation list 2: "));
  }
}

TEST_F(RevocationListsTest, RefusesOneThatIsNotInDate) {
  const std::string list = ListOf({});
  EXPECT_TRUE(absl::StrContains(Refusal(list, kNow - absl::Hours(2)), "want one in date"));
  EXPECT_TRUE(absl::StrContains(Refusal(list, kNow + absl::Hours(2)), "want one in date"));
}

TEST_F(RevocationListsTest, RefusesTextWithoutAList) {
  for (const std::string& text : {std::string(), std::string("text"), ours_.certificate_pem()}) {
    EXPECT_EQ(Refusal(text), "revocation list 1: got none, want an X.509 list in PEM");
  }
  EXPECT_TRUE(absl::StrContains(Refusal(std::string(kRevocationListBytesMax + 1, 'x')), "at most"));
}

TEST_F(RevocationListsTest, RefusesDamageAnywhereAndTakesNothingOfTheRest) {
  const std::string list = ListOf({IssueBy(ours_)});
  EXPECT_EQ(Refusal(list + "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"),
            "revocation list 2: got one that can't be read, want an X.509 list in PEM");
  EXPECT_EQ(Refusal(list.substr(0, list.size() - 40)),
            "revocation list 1: got one that can't be read, want an X.509 list in PEM");
  const size_t middle = list.size() / 2;
  std::string flipped = list;
  flipped[middle] = flipped[middle] == 'A' ? 'B' : 'A';
  EXPECT_NE(Refusal(flipped), "ok");
}

// An indirect or partial list, or a delta: its absences mean something else.
TEST_F(RevocationListsTest, RefusesOneWithACriticalExtension) {
  const std::string pem = ListOf({});
  const bssl::UniquePtr<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const bssl::UniquePtr<X509_CRL> list(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
  const bssl::UniquePtr<ASN1_OCTET_STRING> value(ASN1_OCTET_STRING_new());
  ASSERT_EQ(ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const uint8_t*>("\x05\x00"), 2), 1);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509_EXTENSION_create_by_NID(nullptr, NID_netscape_comment, /*crit=*/1, value.get()));
  ASSERT_EQ(X509_CRL_add_ext(list.get(), extension.get(), -1), 1);
  const std::string key_pem = ours_.private_key_pem();
  const bssl::UniquePtr<BIO> key_in(
      BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
  ASSERT_GT(X509_CRL_sign(list.get(), key.get(), EVP_sha256()), 0);
  const bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_X509_CRL(out.get(), list.get()), 1);
  const uint8_t* data = nullptr;
  size_t size = 0;
  ASSERT_EQ(BIO_mem_contents(out.get(), &data, &size), 1);
  EXPECT_EQ(Refusal(std::string(reinterpret_cast<const char*>(data), size)),
            "revocation list 1: got a critical extension, want a complete list, without one");
}

TEST_F(RevocationListsTest, NamesThoseListedOfThatIssuerAlone) {
  const std::string revoked = IssueBy(ours_);
  const std::string theirs = IssueBy(other_);
  // Ours may not revoke what another authority issued: an entry is of its own issuer.
  const auto lists = Parse(ListOf({revoked, theirs}) +
                           *other_.Revoke({}, kNow - absl::Hours(1), kNow + absl::Minutes(5)));
  ASSERT_TRUE(lists.ok()) << lists.status();
  EXPECT_TRUE(lists->IsRevoked(revoked));
  EXPECT_FALSE(lists->IsRevoked(theirs));
  EXPECT_FALSE(lists->IsRevoked(IssueBy(ours_)));
  EXPECT_TRUE(lists->IsRevoked("no certificate"));
  EXPECT_EQ(lists->next_update(), kNow + absl::Minutes(5));
}

TEST_F(RevocationListsTest, WithoutAListNothingIsRevoked) {
  EXPECT_FALSE(RevocationLists().IsRevoked(IssueBy(ours_)));
  EXPECT_EQ(RevocationLists().next_update(), absl::InfiniteFuture());
}

}  // namespace
}  // namespace concordat::crypto
