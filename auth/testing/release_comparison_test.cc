// The release policy's engine and the redactor against a reference that shares no code with them,
// over random policies, views and events; and engines that are wrong in one thing, to show that
// the comparison would find it.
#include "auth/testing/release_comparison.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "auth/generalise.h"
#include "auth/policy.h"
#include "auth/testing/random.h"
#include "auth/testing/random_event.h"
#include "auth/testing/random_policy.h"
#include "auth/testing/random_sharing.h"
#include "auth/testing/reference_decider.h"
#include "auth/testing/reference_generaliser.h"
#include "auth/testing/reference_redactor.h"
#include "auth/testing/shipped_policy.h"
#include "base/str_cat.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth::testing {
namespace {

constexpr uint64_t kSeed = 20261127;

// The shipped policy after those of some changes that the compiler takes.
v1::ReleasePolicy ChangedPolicy(Random* random) {
  v1::ReleasePolicy policy = Shipped();
  for (int tries = random->Between(1, 60); tries > 0; --tries) {
    v1::ReleasePolicy next = policy;
    ChangeOneThing(random, &next);
    if (PolicyEngine::Compile(next).ok()) policy = next;
  }
  return policy;
}

// Runs `check` with so many policies, each and what follows from a seed of its own.
void WithPolicies(int count, const std::function<void(const ReleaseComparison&, Random*)>& check) {
  for (int i = 0; i < count && !::testing::Test::HasFailure(); ++i) {
    const uint64_t seed = kSeed + static_cast<uint64_t>(i);
    SCOPED_TRACE(StrCat("seed ", seed));
    Random random(seed);
    v1::ReleasePolicy policy = random.Chance(50) ? RandomPolicy(&random) : ChangedPolicy(&random);
    AddSharing(&random, &policy);
    const auto engine = PolicyEngine::Compile(policy);
    ASSERT_TRUE(engine.ok()) << engine.status();
    check(ReleaseComparison(&*engine, policy), &random);
  }
}

#define EXPECT_ALIKE(comparison)             \
  do {                                       \
    const auto difference = (comparison);    \
    EXPECT_FALSE(difference) << *difference; \
  } while (false)

TEST(ReleaseComparisonTest, TheShippedPolicyIsDecidedAlikeForEveryQuestionOfOneRole) {
  const auto engine = PolicyEngine::Compile(Shipped());
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_ALIKE(ReleaseComparison(&*engine, Shipped()).Everything());
}

TEST(ReleaseComparisonTest, RandomPoliciesAreDecidedAlikeForRandomViews) {
  WithPolicies(100, [](const ReleaseComparison& comparison, Random* random) {
    EXPECT_ALIKE(comparison.Everything());
    for (int i = 0; i < 1500 && !::testing::Test::HasFailure(); ++i) {
      EXPECT_ALIKE(comparison.Something(random));
    }
  });
}

TEST(ReleaseComparisonTest, RandomEventsAreRedactedAlike) {
  WithPolicies(100, [](const ReleaseComparison& comparison, Random* random) {
    for (int i = 0; i < 200 && !::testing::Test::HasFailure(); ++i) {
      EXPECT_ALIKE(comparison.Event(RandomRelease(random)));
    }
  });
}

// In every alphabet that a form may take, and of any length about right.
TEST(ReleaseComparisonTest, RandomTextsAreGeneralisedAlike) {
  const struct {
    v1::Generaliser form;
    std::string letters;
    int size_min;
    int size_max;
  } forms[] = {{v1::INITIALS, "aB9-  ", 0, 12},
               {v1::OUTWARD_CODE, "aZ9 ", 3, 9},
               {v1::AGE_BAND, "01234-", 9, 11},
               {v1::WHOLE, "ab", 0, 3},
               {v1::NOTHING, "ab", 0, 3}};
  SCOPED_TRACE(StrCat("seed ", kSeed));
  Random random(kSeed);
  std::map<v1::Generaliser, int> left;
  for (int i = 0; i < 200000; ++i) {
    for (const auto& each : forms) {
      std::string text;
      for (int size = random.Between(each.size_min, each.size_max); size > 0; --size) {
        text +=
            each.letters[static_cast<size_t>(random.Below(static_cast<int>(each.letters.size())))];
      }
      // Among random characters a date would be too rare.
      if (each.form == v1::AGE_BAND && text.size() == 10) {
        text[0] = random.Chance(50) ? '1' : '2';
        text[1] = text[0] == '1' ? '9' : '0';
        text[4] = text[7] = '-';
        text[5] = random.Chance(80) ? '0' : '1';
      }
      const absl::Time at = absl::FromUnixSeconds(1600000000) + absl::Hours(random.Below(100000));
      if (each.form == v1::AGE_BAND && random.Chance(50)) {
        // A birthday, or the day before or after one.
        const absl::CivilDay today = absl::ToCivilDay(at, absl::UTCTimeZone());
        const absl::CivilDay born =
            absl::CivilDay(today.year() - random.Between(0, 135), today.month(), today.day()) +
            random.Between(-1, 1);
        text = absl::FormatCivilTime(born);
      }
      const auto got = GeneraliseText(each.form, text, at);
      ASSERT_EQ(got, ReferenceGeneralise(each.form, text, at)) << each.form << " " << text;
      left[each.form] += got ? 1 : 0;
    }
  }
  for (v1::Generaliser form : {v1::INITIALS, v1::OUTWARD_CODE, v1::AGE_BAND}) {
    EXPECT_GT(left[form], 500) << form;
  }
}

// What the comparison has been shown: an agreement about little would say little.
TEST(ReleaseComparisonTest, TheRandomEventsReachEveryBodyClassActionAndReason) {
  SCOPED_TRACE(StrCat("seed ", kSeed));
  Random random(kSeed);
  std::map<int, int> shown, concealed, replaced, whole, marked, actions, reasons;
  int texts = 0, texts_left = 0, of_perpetrators_side = 0;
  const ReferenceDecider decider(Shipped());
  for (int i = 0; i < 6000; ++i) {
    const RandomCase event = RandomRelease(&random);
    const auto release = ReferenceRedact(decider, event.release);
    ++(release ? shown : concealed)[event.release.type];
    if (!release) continue;
    ++replaced[event.release.event.correction().replacement_case()];
    texts += static_cast<int>(event.texts.size());
    texts_left += static_cast<int>(release->whole_texts.size());
    if (decider.FacesPerpetrator(event.release.view)) ++of_perpetrators_side;
    for (v1::DataClass field_class : release->released_classes) ++whole[field_class];
    for (const v1::Marker& marker : release->markers) {
      ++marked[marker.field_class()];
      ++actions[marker.action()];
      ++reasons[marker.reason()];
    }
  }
  for (int type = v1::INCIDENT_EVENT; type <= v1::EventType_MAX; ++type) {
    EXPECT_GT(shown[type], 50) << type;
    EXPECT_GT(concealed[type], 50) << type;
  }
  for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
    EXPECT_GT(whole[c] + marked[c], 50) << c;
  }
  for (int body : {10, 11, 12, 13, 14, 0}) EXPECT_GT(replaced[body], 10) << body;
  EXPECT_GT(of_perpetrators_side, 200);
  EXPECT_GT(texts_left, 5000);
  EXPECT_GT(texts - texts_left, 5000);
  EXPECT_EQ(actions.size(), 2u);  // GENERALISE and WITHHOLD.
  for (v1::ReasonCode reason :
       {v1::NOT_NEEDED_FOR_ROLE, v1::REDUCED_FOR_ROLE, v1::TWO_PERSON_APPROVAL_NEEDED,
        v1::CONSENT_NEEDED, v1::HANDLING_CONDITIONS, v1::ENQUIRY_NOT_OPEN, v1::RISK_NOT_HIGH,
        v1::EMBARGOED}) {
    EXPECT_GT(reasons[reason], 10) << reason;
  }
  EXPECT_EQ(reasons.count(v1::PERPETRATOR_FACING), 0u);
}

TEST(ReleaseComparisonTest, TheRandomSharingsReachEveryReasonAndBothSidesOfEveryEdge) {
  std::map<int, int> reasons;
  std::map<std::string, int> agreed;
  int concealed = 0;
  WithPolicies(100, [&](const ReleaseComparison& comparison, Random* random) {
    for (int i = 0; i < 500; ++i) {
      ReferenceSharing sharing = RandomSharing(random);
      if (random->Chance(30)) sharing.embargo_until = RandomEdge(random);
      const auto decision = comparison.reference().DecideSharing(RandomView(random), sharing);
      ++reasons[decision.reason];
      if (decision.action == v1::CONCEAL && decision.reason != v1::NO_RULE) ++concealed;
      if (decision.action == v1::RELEASE) ++agreed[decision.rule_id];
    }
  });
  for (v1::ReasonCode reason :
       {v1::NO_GATEWAY, v1::NO_AGREEMENT, v1::EMBARGOED, v1::REASON_UNSPECIFIED}) {
    EXPECT_GT(reasons[reason], 1000) << reason;
  }
  EXPECT_GT(concealed, 1000);
  EXPECT_GT(agreed["agreement-random-1"], 100);
  EXPECT_GT(agreed["agreement-random-4"], 20);
}

}  // namespace
}  // namespace concordat::auth::testing
