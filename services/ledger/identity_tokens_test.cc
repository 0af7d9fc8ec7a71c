#include "services/ledger/identity_tokens.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace concordat::services {
namespace {

class IdentityTokensTest : public ::testing::Test {
 protected:
  v1::PersonTokens Of(const v1::Person& person, const std::string& agency = "police") const {
    return TokensOf(*vault_, agency, "rms", person);
  }
  static v1::Person Named(const std::string& name, const std::string& born) {
    v1::Person person;
    person.set_full_name(name);
    person.set_date_of_birth(born);
    return person;
  }
  static void Add(v1::IdentifierType type, const std::string& value, v1::Person* person) {
    v1::ExternalId& id = *person->add_external_ids();
    id.set_type(type);
    id.set_value(value);
  }
  static std::vector<std::string> List(const v1::PersonTokens& tokens) {
    return {tokens.tokens().begin(), tokens.tokens().end()};
  }
  static v1::CasePerson Known(v1::Capacity capacity, const v1::PersonTokens& tokens) {
    v1::CasePerson known;
    known.set_capacity(capacity);
    *known.mutable_identifiers() = tokens;
    return known;
  }

  std::unique_ptr<storage::Vault> vault_ =
      *storage::Vault::Create(crypto::SecretBytes::CopyOf(std::string(32, 'k')));
};

TEST_F(IdentityTokensTest, NameOrDateAloneGivesNone) {
  EXPECT_EQ(Of(Named("Asha Example", "")).tokens_size(), 0);
  EXPECT_EQ(Of(Named("", "1990-04-05")).tokens_size(), 0);
}

TEST_F(IdentityTokensTest, NeverMatchesAcrossCapacities) {
  const v1::PersonTokens tokens = Of(Named("Asha Example", "1990-04-05"));
  EXPECT_TRUE(SamePerson(Known(v1::VICTIM, tokens), v1::VICTIM, tokens));
  EXPECT_FALSE(SamePerson(Known(v1::VICTIM, tokens), v1::PERPETRATOR, tokens));
}

TEST_F(IdentityTokensTest, TwoPncIdsAreTwoPersonsWhateverElseAgrees) {
  v1::Person first = Named("Bram Specimen", "1985-06-07");
  Add(v1::PNC_ID, "1979/0123456T", &first);
  v1::Person second = Named("Bram Specimen", "1985-06-07");
  Add(v1::PNC_ID, "2003/0062845E", &second);
  EXPECT_FALSE(SamePerson(Known(v1::PERPETRATOR, Of(first)), v1::PERPETRATOR, Of(second)));
}

TEST_F(IdentityTokensTest, FoldsCaseAndSpacingAndNothingElse) {
  const v1::PersonTokens tokens = Of(Named("Asha  EXAMPLE-Sample ", "1990-04-05"));
  EXPECT_EQ(List(tokens), List(Of(Named("asha example sample", "1990-04-05"))));
  EXPECT_NE(List(tokens), List(Of(Named("asha examplesample", "1990-04-05"))));
  EXPECT_NE(List(tokens), List(Of(Named("asha example sample", "1990-05-04"))));
}

TEST_F(IdentityTokensTest, PncIdIsTheSameInBothItsForms) {
  v1::Person padded, plain;
  Add(v1::PNC_ID, "1979/0123456T", &padded);
  Add(v1::PNC_ID, "1979/123456T", &plain);
  EXPECT_FALSE(Of(plain).pnc_token().empty());
  EXPECT_EQ(Of(padded).pnc_token(), Of(plain).pnc_token());
}

TEST_F(IdentityTokensTest, LocalPersonNumberMeansNothingElsewhere) {
  v1::Person person;
  Add(v1::LOCAL_PERSON_ID, "42", &person);
  EXPECT_NE(List(Of(person, "police")), List(Of(person, "other-police")));
}

TEST_F(IdentityTokensTest, TokensDoNotShowWhatTheyBlind) {
  for (const std::string& token : List(Of(Named("Asha Example", "1990-04-05")))) {
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find("asha"), std::string::npos);
  }
}

}  // namespace
}  // namespace concordat::services
