#include "auth/perpetrator_lock.h"

#include <set>

#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

TEST(PerpetratorLockTest, LocksWhatAVictimIsProtectedByWhoeverItIsAscribedTo) {
  for (int capacity = -1; capacity <= v1::Capacity_MAX + 1; ++capacity) {
    const auto whose = static_cast<v1::Capacity>(capacity);
    EXPECT_TRUE(IsLockedClass(v1::VICTIM_LOCATION, whose)) << capacity;
    EXPECT_TRUE(IsLockedClass(v1::SAFETY_PLAN, whose)) << capacity;
    EXPECT_TRUE(IsLockedClass(v1::VICTIM_DISCLOSURE, whose)) << capacity;
  }
}

TEST(PerpetratorLockTest, LocksContactHealthAndSubstanceUnlessOfAPerpetratorOrThirdParty) {
  for (v1::DataClass field_class : {v1::CONTACT, v1::HEALTH, v1::SUBSTANCE}) {
    for (int capacity = -1; capacity <= v1::Capacity_MAX + 1; ++capacity) {
      const bool open = capacity == v1::PERPETRATOR || capacity == v1::THIRD_PARTY;
      EXPECT_EQ(IsLockedClass(field_class, static_cast<v1::Capacity>(capacity)), !open)
          << field_class << " " << capacity;
    }
  }
}

TEST(PerpetratorLockTest, LocksAClassItDoesNotKnow) {
  for (int field_class : {-1, 0, v1::DataClass_MAX + 1}) {
    EXPECT_TRUE(IsLockedClass(static_cast<v1::DataClass>(field_class), v1::PERPETRATOR));
  }
}

TEST(PerpetratorLockTest, LocksVictimChildUnspecifiedAndUnknownSources) {
  const std::set<int> open = {v1::SOURCE_THIRD_PARTY, v1::SOURCE_AGENCY_OBSERVED,
                              v1::SOURCE_PUBLIC_RECORD, v1::SOURCE_PERPETRATOR_SELF};
  for (int source = -1; source <= v1::SourceClass_MAX + 1; ++source) {
    EXPECT_EQ(IsLockedSource(static_cast<v1::SourceClass>(source)), open.count(source) == 0)
        << source;
  }
}

TEST(PerpetratorLockTest, LocksLiaisonContactsAndUnknownEvents) {
  for (int type : {-1, 0, static_cast<int>(v1::LIAISON_CONTACT_EVENT), v1::EventType_MAX + 1}) {
    EXPECT_TRUE(IsLockedEvent(static_cast<v1::EventType>(type))) << type;
  }
  EXPECT_FALSE(IsLockedEvent(v1::CUSTODY_CHANGE_EVENT));
}

TEST(PerpetratorLockTest, DriveAndProbationAndWhoeverIsUnknownFacePerpetrators) {
  for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
    EXPECT_EQ(AlwaysFacesPerpetrator(static_cast<v1::Role>(role)),
              role == v1::DRIVE_CASE_MANAGER || role == v1::PROBATION)
        << role;
  }
  EXPECT_TRUE(AlwaysFacesPerpetrator(v1::ROLE_UNSPECIFIED));
  EXPECT_TRUE(AlwaysFacesPerpetrator(static_cast<v1::Role>(99)));
}

}  // namespace
}  // namespace concordat::auth
