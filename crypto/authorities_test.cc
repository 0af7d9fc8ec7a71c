#include "crypto/authorities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/clock.h"
#include "crypto/testing/odd_certificate.h"

namespace concordat::crypto {
namespace {

using testing::AuthorityNamed;
using ::testing::ElementsAre;
using testing::KeyKind;
using testing::LeafFor;
using testing::MadeCertificate;
using testing::Make;
using testing::OddCertificate;

constexpr char kUri[] = "spiffe://a.test/agency/police/desk";

std::string IdOf(const MadeCertificate& made) { return *AuthorityIdOf(made.certificate_pem); }

// Whether `authority`, trusted and named, counts as the issuer of `leaf`.
bool Certifies(const MadeCertificate& authority, const MadeCertificate& leaf,
               absl::Time now = Clock::Real().Now()) {
  const auto authorities = Authorities::Parse(authority.certificate_pem);
  EXPECT_TRUE(authorities.ok()) << authorities.status();
  const std::vector<std::string> ids = authorities->ids();
  return authorities->Certify(leaf.certificate_pem, {ids.begin(), ids.end()}, now);
}

TEST(AuthoritiesTest, RefusesTheLeafOfAnotherKeyUnderTheSameName) {
  const MadeCertificate named = Make(AuthorityNamed("authority"));
  const MadeCertificate other = Make(AuthorityNamed("authority"));
  const MadeCertificate leaf = Make(LeafFor(kUri), &other);
  EXPECT_FALSE(Certifies(named, leaf));
  EXPECT_TRUE(Certifies(other, leaf));
  // Both are trusted, and one is named.
  const auto both = Authorities::Parse(named.certificate_pem + other.certificate_pem);
  EXPECT_FALSE(both->Certify(leaf.certificate_pem, {IdOf(named)}, Clock::Real().Now()));
  EXPECT_TRUE(both->Certify(leaf.certificate_pem, {IdOf(other)}, Clock::Real().Now()));
  EXPECT_TRUE(both->Certify(leaf.certificate_pem, {IdOf(named), IdOf(other)}, Clock::Real().Now()));
}

TEST(AuthoritiesTest, ANamedAuthorityThatIsNotTrustedMatchesNothing) {
  const MadeCertificate authority = Make(AuthorityNamed("authority"));
  const MadeCertificate leaf = Make(LeafFor(kUri), &authority);
  EXPECT_FALSE(Authorities().Certify(leaf.certificate_pem, {IdOf(authority)}, Clock::Real().Now()));
}

TEST(AuthoritiesTest, RefusesADamagedSignatureAndWhatIsNoCertificate) {
  const MadeCertificate authority = Make(AuthorityNamed("authority"));
  MadeCertificate leaf = Make(LeafFor(kUri), &authority);
  ASSERT_TRUE(Certifies(authority, leaf));
  // The last full line of base64 is signature.
  const size_t end = leaf.certificate_pem.rfind("\n-----END");
  char& byte = leaf.certificate_pem[leaf.certificate_pem.rfind('\n', end - 1) + 1];
  byte = byte == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Certifies(authority, leaf));
  EXPECT_FALSE(Certifies(authority, {"", ""}));
  EXPECT_FALSE(Certifies(authority, {"no certificate", ""}));
}

TEST(AuthoritiesTest, RefusesAnAuthoritysOwnCertificateAsALeafAndALeafsLeaf) {
  const MadeCertificate authority =
      Make(AuthorityNamed("authority", {{"subjectAltName", std::string("URI:") + kUri}}));
  EXPECT_FALSE(Certifies(authority, authority));
  const MadeCertificate below =
      Make(AuthorityNamed("below", {{"subjectAltName", std::string("URI:") + kUri}}), &authority);
  EXPECT_FALSE(Certifies(authority, below));
  const MadeCertificate leaf = Make(LeafFor(kUri), &authority);
  EXPECT_FALSE(Certifies(authority, Make(LeafFor(kUri), &leaf)));
}

TEST(AuthoritiesTest, RefusesTheLeafOfAnAuthorityThatIsOutOfDate) {
  const MadeCertificate authority = Make(AuthorityNamed("authority"));
  const MadeCertificate leaf = Make(LeafFor(kUri), &authority);
  const absl::Time now = Clock::Real().Now();
  EXPECT_FALSE(Certifies(authority, leaf, now + absl::Hours(3)));
  EXPECT_FALSE(Certifies(authority, leaf, now - absl::Hours(25)));
  const auto authorities = Authorities::Parse(authority.certificate_pem);
  EXPECT_FALSE(authorities->Certify(leaf.certificate_pem, {}, now + absl::Hours(3)));
}

TEST(AuthoritiesTest, HoldsAnAuthorityToItsNameConstraints) {
  const struct {
    const char* constraint;
    bool allowed;
  } cases[] = {
      {"critical,permitted;URI:b.test", false},  {"permitted;URI:b.test", false},
      {"critical,permitted;URI:.a.test", false}, {"critical,excluded;URI:a.test", false},
      {"critical,permitted;URI:a.tes", false},   {"critical,permitted;URI:a.test", true},
      {"critical,permitted;DNS:b.test", true},   {"critical,excluded;URI:b.test", true},
  };
  for (const auto& c : cases) {
    const MadeCertificate authority =
        Make(AuthorityNamed("authority", {{"nameConstraints", c.constraint}}));
    const MadeCertificate leaf = Make(LeafFor(kUri), &authority);
    EXPECT_EQ(Certifies(authority, leaf), c.allowed) << c.constraint;
    const auto authorities = Authorities::Parse(authority.certificate_pem);
    EXPECT_EQ(authorities->Certify(leaf.certificate_pem, {}, Clock::Real().Now()), c.allowed)
        << c.constraint;
  }
}

TEST(AuthoritiesTest, WithNothingNamedTheIssuerMayBeAnIntermediate) {
  const MadeCertificate authority = Make(AuthorityNamed("authority"));
  const MadeCertificate below = Make(AuthorityNamed("below"), &authority);
  const MadeCertificate leaf = Make(LeafFor(kUri), &below);
  const auto authorities = Authorities::Parse(authority.certificate_pem);
  EXPECT_TRUE(authorities->Certify(leaf.certificate_pem, {}, Clock::Real().Now()));
  EXPECT_FALSE(authorities->Certify(leaf.certificate_pem, {IdOf(authority)}, Clock::Real().Now()));
}

TEST(AuthoritiesTest, TakesTheKindsOfKeyThatItSaysAndNoOther) {
  for (const KeyKind kind :
       {KeyKind::kP256, KeyKind::kP384, KeyKind::kEd25519, KeyKind::kRsa2048}) {
    OddCertificate odd = AuthorityNamed("authority");
    odd.key = kind;
    const MadeCertificate authority = Make(odd);
    EXPECT_TRUE(Certifies(authority, Make(LeafFor(kUri), &authority))) << static_cast<int>(kind);
  }
  for (const KeyKind kind : {KeyKind::kP224, KeyKind::kRsa1024}) {
    OddCertificate odd = AuthorityNamed("authority");
    odd.key = kind;
    const auto parsed = Authorities::Parse(Make(odd).certificate_pem);
    EXPECT_EQ(parsed.status().message(),
              "trusted roots: got an authority with another kind of key, want P-256, P-384, "
              "Ed25519, or RSA of 2048 bits or more");
  }
}

TEST(AuthoritiesTest, RefusesSha1) {
  OddCertificate odd = AuthorityNamed("authority");
  odd.key = KeyKind::kRsa2048;
  const MadeCertificate authority = Make(odd);
  OddCertificate leaf = LeafFor(kUri);
  leaf.sha1 = true;
  EXPECT_FALSE(Certifies(authority, Make(leaf, &authority)));
}

TEST(AuthoritiesTest, WhatMayNotSignCertificatesIsNoAuthority) {
  OddCertificate only_lists = AuthorityNamed("authority");
  only_lists.extensions[1].second = "critical,cRLSign";
  OddCertificate no_constraints = AuthorityNamed("authority");
  no_constraints.extensions.clear();
  for (const OddCertificate& odd : {only_lists, no_constraints, LeafFor(kUri)}) {
    const auto authorities = Authorities::Parse(Make(odd).certificate_pem);
    ASSERT_TRUE(authorities.ok()) << authorities.status();
    EXPECT_THAT(authorities->ids(), ElementsAre());
  }
}

TEST(AuthoritiesTest, AnIdIsOfTheKeyAndNamesOneAuthority) {
  const MadeCertificate one = Make(AuthorityNamed("one")), two = Make(AuthorityNamed("two"));
  EXPECT_TRUE(IsAuthorityId(IdOf(one)));
  EXPECT_NE(IdOf(one), IdOf(two));
  EXPECT_FALSE(AuthorityIdOf("").ok());
  EXPECT_FALSE(AuthorityIdOf(one.certificate_pem + two.certificate_pem).ok());
  EXPECT_FALSE(AuthorityIdOf(Make(LeafFor(kUri), &one).certificate_pem).ok());
  const auto twice =
      Authorities::Parse(one.certificate_pem + two.certificate_pem + one.certificate_pem);
  EXPECT_THAT(twice->ids(), ElementsAre(IdOf(one), IdOf(two)));
  const std::string broken = one.certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n";
  EXPECT_TRUE(absl::StartsWith(Authorities::Parse(broken).status().message(), "trusted roots: "));
}

}  // namespace
}  // namespace concordat::crypto
