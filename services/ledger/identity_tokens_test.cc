#include "services/ledger/identity_tokens.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace concordat::services {
namespace {

class IdentityTokensTest : public ::testing::Test {
 protected:
  PersonTokens Of(const v1::Person& person, const std::string& agency = "police") const {
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
  static v1::CasePerson Known(v1::Capacity capacity, const PersonTokens& tokens) {
    v1::CasePerson known;
    known.set_capacity(capacity);
    AddTokens(tokens, &known);
    return known;
  }

  std::unique_ptr<storage::Vault> vault_ =
      *storage::Vault::Create(crypto::SecretBytes::CopyOf(std::string(32, 'k')));
};

TEST_F(IdentityTokensTest, NameOrDateAloneGivesNone) {
  EXPECT_TRUE(Of(Named("Asha Example", "")).tokens.empty());
  EXPECT_TRUE(Of(Named("", "1990-04-05")).tokens.empty());
}

TEST_F(IdentityTokensTest, NeverMatchesAcrossCapacities) {
  const PersonTokens tokens = Of(Named("Asha Example", "1990-04-05"));
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
  const PersonTokens tokens = Of(Named("Asha  EXAMPLE-Sample ", "1990-04-05"));
  EXPECT_EQ(tokens.tokens, Of(Named("asha example sample", "1990-04-05")).tokens);
  EXPECT_NE(tokens.tokens, Of(Named("asha examplesample", "1990-04-05")).tokens);
  EXPECT_NE(tokens.tokens, Of(Named("asha example sample", "1990-05-04")).tokens);
}

TEST_F(IdentityTokensTest, PncIdIsTheSameInBothItsForms) {
  v1::Person padded, plain;
  Add(v1::PNC_ID, "1979/0123456T", &padded);
  Add(v1::PNC_ID, "1979/123456T", &plain);
  EXPECT_EQ(Of(padded).pnc_token, Of(plain).pnc_token);
}

TEST_F(IdentityTokensTest, LocalPersonNumberMeansNothingElsewhere) {
  v1::Person person;
  Add(v1::LOCAL_PERSON_ID, "42", &person);
  EXPECT_NE(Of(person, "police").tokens, Of(person, "other-police").tokens);
}

TEST_F(IdentityTokensTest, TokensDoNotShowWhatTheyBlind) {
  for (const std::string& token : Of(Named("Asha Example", "1990-04-05")).tokens) {
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find("asha"), std::string::npos);
  }
}

TEST_F(IdentityTokensTest, LearnsNewTokensOnce) {
  v1::CasePerson known = Known(v1::PERPETRATOR, Of(Named("Bram Specimen", "1985-06-07")));
  v1::Person more = Named("Bram Specimen", "1985-06-07");
  Add(v1::PNC_ID, "1979/0123456T", &more);
  EXPECT_TRUE(AddTokens(Of(more), &known));
  EXPECT_EQ(known.tokens_size(), 2);
  EXPECT_FALSE(AddTokens(Of(more), &known));
  EXPECT_EQ(known.pnc_token(), Of(more).pnc_token);
}

}  // namespace
}  // namespace concordat::services
