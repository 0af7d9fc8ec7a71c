// Everything that can be asked, and something at random.
#include <optional>
#include <string>
#include <vector>

#include "auth/testing/random_event.h"
#include "auth/testing/random_sharing.h"
#include "auth/testing/release_comparison.h"
#include "base/str_cat.h"

namespace concordat::auth::testing {

std::optional<std::string> ReleaseComparison::Everything() const {
  std::vector<Roles> views = {{}};
  for (int r = v1::Role_MIN - 1; r <= v1::Role_MAX + 1; ++r) {
    const auto role = static_cast<v1::Role>(r);
    views.push_back({role});
    if (engine_->MayBreakGlass(role) != decider_.MayBreakGlass(role) ||
        engine_->MayBreakGlassWithoutParty(role) != decider_.MayBreakGlassWithoutParty(role)) {
      return StrCat("role ", r, ": who may break the glass");
    }
    for (int c = v1::Condition_MIN - 1; c <= v1::Condition_MAX + 1; ++c) {
      const auto condition = static_cast<v1::Condition>(c);
      if (engine_->GlassLifts(role, condition) != decider_.GlassLifts(role, condition)) {
        return StrCat("role ", r, ", condition ", c, ": what broken glass lifts");
      }
    }
    for (int p = v1::Purpose_MIN - 1; p <= v1::Purpose_MAX + 1; ++p) {
      if (auto differs = Purpose(role, static_cast<v1::Purpose>(p))) return differs;
    }
  }
  if (auto differs = EverySharing(views)) return differs;
  Conditions all;
  for (int c = v1::Condition_MIN; c <= v1::Condition_MAX; ++c) {
    all.insert(static_cast<v1::Condition>(c));
  }
  for (const Roles& view : views) {
    if (auto differs = View(view)) return differs;
    for (v1::SourceClass source : {v1::SOURCE_VICTIM, v1::SOURCE_AGENCY_OBSERVED}) {
      for (int type = v1::EventType_MIN - 1; type <= v1::EventType_MAX + 1; ++type) {
        if (auto differs = Row(view, static_cast<v1::EventType>(type), source)) return differs;
      }
      for (int c = v1::DataClass_MIN - 1; c <= v1::DataClass_MAX + 1; ++c) {
        for (int w = v1::Capacity_MIN - 1; w <= v1::Capacity_MAX + 1; ++w) {
          for (int g = v1::GrantKind_MIN; g <= v1::GrantKind_MAX; ++g) {
            for (const Conditions& conditions : {Conditions(), all}) {
              const auto differs =
                  Field(view, static_cast<v1::DataClass>(c), static_cast<v1::Capacity>(w), source,
                        conditions, static_cast<v1::GrantKind>(g));
              if (differs) return differs;
            }
          }
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> ReleaseComparison::Something(Random* random) const {
  const Roles view = RandomView(random);
  const auto field_class = static_cast<v1::DataClass>(random->Between(-1, v1::DataClass_MAX + 1));
  const auto capacity = static_cast<v1::Capacity>(random->Between(-1, v1::Capacity_MAX + 1));
  const auto type = static_cast<v1::EventType>(random->Between(-1, v1::EventType_MAX + 1));
  const auto purpose = static_cast<v1::Purpose>(random->Between(-1, v1::Purpose_MAX + 1));
  const v1::SourceClass source = RandomSource(random);
  const auto grant = static_cast<v1::GrantKind>(random->Between(0, v1::GrantKind_MAX));
  if (auto differs = Field(view, field_class, capacity, source, RandomConditions(random), grant)) {
    return differs;
  }
  if (auto differs = Row(view, type, source)) return differs;
  if (auto differs = View(view)) return differs;
  ReferenceSharing sharing = RandomSharing(random);
  if (random->Chance(30)) sharing.embargo_until = RandomEdge(random);
  if (auto differs = Sharing(view, sharing)) return differs;
  return view.empty() ? std::nullopt : Purpose(view[0], purpose);
}

}  // namespace concordat::auth::testing
