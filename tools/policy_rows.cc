#include "tools/policy_rows.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

bool Sees(const auth::PolicyEngine& engine, const auth::ViewRoles& view, v1::EventType type,
          v1::SourceClass source) {
  return engine.DecideRow(view, type, source).action == v1::RELEASE;
}

}  // namespace

std::vector<v1::EventType> VisibleTypes(const auth::PolicyEngine& engine,
                                        const auth::ViewRoles& view,
                                        const std::vector<v1::EventType>& types) {
  std::vector<v1::EventType> visible;
  const std::vector<v1::SourceClass> sources = AllOf<v1::SourceClass>();
  for (const v1::EventType type : types) {
    const bool is_seen = std::any_of(sources.begin(), sources.end(), [&](v1::SourceClass source) {
      return Sees(engine, view, type, source);
    });
    if (is_seen) visible.push_back(type);
  }
  return visible;
}

std::vector<v1::SourceClass> VisibleSources(const auth::PolicyEngine& engine,
                                            const auth::ViewRoles& view,
                                            const std::vector<v1::EventType>& types) {
  std::vector<v1::SourceClass> visible;
  for (const v1::SourceClass source : AllOf<v1::SourceClass>()) {
    const bool is_seen = std::any_of(types.begin(), types.end(), [&](v1::EventType type) {
      return Sees(engine, view, type, source);
    });
    if (is_seen) visible.push_back(source);
  }
  return visible;
}

std::string NamesOf(const std::vector<v1::EventType>& types) {
  if (types.empty()) return "none";
  return absl::StrJoin(types, ", ", [](std::string* out, v1::EventType type) {
    out->append(v1::EventType_Name(type));
  });
}

std::string NamesOf(const std::vector<v1::SourceClass>& sources) {
  if (sources.empty()) return "none";
  if (sources == AllOf<v1::SourceClass>()) return "anyone";
  return absl::StrJoin(sources, ", ", [](std::string* out, v1::SourceClass source) {
    out->append(v1::SourceClass_Name(source));
  });
}

}  // namespace concordat::tools
