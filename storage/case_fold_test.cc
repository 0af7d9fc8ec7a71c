#include "storage/case_fold.h"

#include <string>

#include "gtest/gtest.h"

namespace concordat::storage {
namespace {

v1::PersonTokens Tokens(std::initializer_list<const char*> tokens, const std::string& pnc = "") {
  v1::PersonTokens result;
  for (const char* token : tokens) result.add_tokens(token);
  result.set_pnc_token(pnc);
  return result;
}

TEST(CaseFoldTest, NobodyIsPartyToANewCase) {
  EXPECT_FALSE(IsParty(v1::CaseRecord(), ""));
  EXPECT_FALSE(IsParty(v1::CaseRecord(), "police"));
}

TEST(CaseFoldTest, PartiesJoinOnceAndStay) {
  v1::CaseChange change;
  change.set_case_id("case-1");
  change.add_parties_joined()->set_agency("police");
  v1::CaseRecord record;
  ApplyChange(change, {}, &record);
  ApplyChange(change, {}, &record);
  EXPECT_EQ(record.parties_size(), 1);
  EXPECT_TRUE(IsParty(record, "police"));
  EXPECT_FALSE(IsParty(record, "polic"));
}

TEST(CaseFoldTest, PersonLearnsIdentifiersBySubject) {
  v1::CaseChange change;
  v1::CasePersonChange& joined = *change.add_persons_joined();
  joined.set_subject_id("subject-1");
  joined.set_capacity(v1::VICTIM);
  joined.set_token_part(1);
  v1::CaseRecord record;
  ApplyChange(change, {Tokens({"z"}), Tokens({"b"})}, &record);
  ApplyChange(change, {Tokens({"z"}), Tokens({"a", "b"})}, &record);
  ASSERT_EQ(record.persons_size(), 1);
  EXPECT_EQ(record.persons(0).capacity(), v1::VICTIM);
  ASSERT_EQ(record.persons(0).identifiers().tokens_size(), 2);
  EXPECT_EQ(record.persons(0).identifiers().tokens(0), "a");
}

TEST(CaseFoldTest, PersonWithoutIdentifiersOrWithErasedOnesJoinsAll) {
  v1::CaseChange change;
  change.add_persons_joined()->set_subject_id("subject-1");
  v1::CasePersonChange& beyond = *change.add_persons_joined();
  beyond.set_subject_id("subject-2");
  beyond.set_token_part(7);
  v1::CasePersonChange& erased = *change.add_persons_joined();
  erased.set_subject_id("subject-3");
  erased.set_token_part(0);
  v1::CaseRecord record;
  ApplyChange(change, {v1::PersonTokens()}, &record);
  ASSERT_EQ(record.persons_size(), 3);
  for (const v1::CasePerson& person : record.persons()) {
    EXPECT_EQ(person.identifiers().tokens_size(), 0);
  }
}

TEST(CaseFoldTest, LearnsNewTokensOnceAndKeepsTheFirstPncId) {
  v1::CasePerson known;
  EXPECT_TRUE(AddTokens(Tokens({"b"}), &known));
  EXPECT_TRUE(AddTokens(Tokens({"a", "b"}, "a"), &known));
  EXPECT_FALSE(AddTokens(Tokens({"a"}, "other"), &known));
  EXPECT_EQ(known.identifiers().pnc_token(), "a");
  EXPECT_EQ(known.identifiers().tokens_size(), 2);
}

TEST(CaseFoldTest, ClearsBeforeItSets) {
  v1::CaseChange change;
  change.mutable_flags_set()->set_high_risk(true);
  change.mutable_flags_cleared()->set_high_risk(true);
  v1::CaseRecord record;
  ApplyChange(change, {}, &record);
  EXPECT_TRUE(record.flags().high_risk());
}

TEST(CaseFoldTest, FlagsThatSayNothingNewChangeNothing) {
  v1::CaseFlags set, flags;
  set.set_marac_referred(true);
  EXPECT_TRUE(ApplyFlags(set, {}, &flags));
  EXPECT_FALSE(ApplyFlags(set, {}, &flags));
  EXPECT_TRUE(ApplyFlags({}, set, &flags));
  EXPECT_FALSE(flags.marac_referred());
}

}  // namespace
}  // namespace concordat::storage
