#include "services/ledger/case_fold.h"

#include "gtest/gtest.h"

namespace concordat::services {
namespace {

TEST(CaseFoldTest, NobodyIsPartyToANewCase) {
  EXPECT_FALSE(IsParty(v1::CaseRecord(), ""));
  EXPECT_FALSE(IsParty(v1::CaseRecord(), "police"));
}

TEST(CaseFoldTest, PartiesJoinOnceAndStay) {
  v1::CaseChange change;
  change.set_case_id("case-1");
  change.add_parties_joined()->set_agency("police");
  v1::CaseRecord record;
  ApplyChange(change, &record);
  ApplyChange(change, &record);
  EXPECT_EQ(record.parties_size(), 1);
  EXPECT_TRUE(IsParty(record, "police"));
  EXPECT_FALSE(IsParty(record, "polic"));
}

TEST(CaseFoldTest, PersonIsReplacedBySubject) {
  v1::CaseChange change;
  v1::CasePerson& person = *change.add_persons_joined();
  person.set_subject_id("subject-1");
  person.add_tokens("a");
  v1::CaseRecord record;
  ApplyChange(change, &record);
  person.add_tokens("b");
  ApplyChange(change, &record);
  ASSERT_EQ(record.persons_size(), 1);
  EXPECT_EQ(record.persons(0).tokens_size(), 2);
}

TEST(CaseFoldTest, ClearsBeforeItSets) {
  v1::CaseChange change;
  change.mutable_flags_set()->set_high_risk(true);
  change.mutable_flags_cleared()->set_high_risk(true);
  v1::CaseRecord record;
  ApplyChange(change, &record);
  EXPECT_TRUE(record.flags().high_risk());
}

}  // namespace
}  // namespace concordat::services
