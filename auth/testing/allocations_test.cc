// A decision takes nothing from the heap, whatever is asked.
#include "auth/testing/allocations.h"

#include <cstdint>
#include <new>
#include <vector>

#include "auth/conditions.h"
#include "auth/policy.h"
#include "gtest/gtest.h"

namespace concordat::auth::testing {
namespace {

// Called as functions, for a new expression without effect may be left out by the compiler.
TEST(AllocationsTest, CountsEveryForm) {
  constexpr auto kWide = std::align_val_t{64};
  const uint64_t before = Allocations();
  void* const one = ::operator new(8);
  void* const many = ::operator new[](8);
  void* const none = ::operator new(0);
  void* const quiet = ::operator new(8, std::nothrow);
  void* const wide = ::operator new(8, kWide);
  EXPECT_EQ(Allocations() - before, 5u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(wide) % 64, 0u);
  ::operator delete(one);
  ::operator delete[](many);
  ::operator delete(none);
  ::operator delete(quiet);
  ::operator delete(wide, kWide);
  EXPECT_EQ(Allocations() - before, 5u);
}

TEST(AllocationsTest, ADecisionMakesNone) {
  const auto engine = PolicyEngine::Load("deploy/policy/release-policy.textproto");
  ASSERT_TRUE(engine.ok()) << engine.status();
  std::vector<ViewRoles> views = {{}};
  for (int a = v1::Role_MIN - 1; a <= v1::Role_MAX + 1; ++a) {
    views.push_back({{static_cast<v1::Role>(a)}});
    views.push_back({{static_cast<v1::Role>(a), v1::PROBATION}});
    views.push_back({{v1::POLICE, static_cast<v1::Role>(a)}});
  }
  ConditionSet conditions;
  conditions.Add(v1::VICTIM_CONSENT);
  uint64_t decisions = 0, released = 0;
  const uint64_t before = Allocations();
  for (const ViewRoles& view : views) {
    for (int source = v1::SourceClass_MIN - 1; source <= v1::SourceClass_MAX + 1; ++source) {
      const auto of = static_cast<v1::SourceClass>(source);
      for (int type = v1::EventType_MIN - 1; type <= v1::EventType_MAX + 1; ++type) {
        const auto row = engine->DecideRow(view, static_cast<v1::EventType>(type), of);
        released += row.action == v1::RELEASE ? 1 : 0;
        ++decisions;
      }
      for (int c = v1::DataClass_MIN - 1; c <= v1::DataClass_MAX + 1; ++c) {
        for (int w = v1::Capacity_MIN - 1; w <= v1::Capacity_MAX + 1; ++w) {
          const auto field = engine->Decide(view, static_cast<v1::DataClass>(c),
                                            static_cast<v1::Capacity>(w), of, conditions);
          released += field.action == v1::RELEASE ? 1 : 0;
          ++decisions;
        }
      }
    }
    if (view.roles.empty()) continue;
    for (int p = v1::Purpose_MIN - 1; p <= v1::Purpose_MAX + 1; ++p) {
      engine->FindPurpose(view.roles[0], static_cast<v1::Purpose>(p));
      ++decisions;
    }
  }
  EXPECT_EQ(Allocations() - before, 0u);
  EXPECT_GT(decisions, 40000u);
  EXPECT_GT(released, 1000u);
}

}  // namespace
}  // namespace concordat::auth::testing
