#include "tools/policy_diff.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/str_cat.h"
#include "tools/policy_rows.h"
#include "tools/policy_sharing.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::PolicyEngine;

constexpr v1::SourceClass kOrdinary = v1::SOURCE_AGENCY_OBSERVED;

using Actions = std::pair<v1::ReleaseAction, v1::ReleaseAction>;  // Before, after.

bool Includes(const std::vector<v1::Condition>& whole, const std::vector<v1::Condition>& part) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

// "in any case", or the smallest of the sets: "with VICTIM_CONSENT or with no condition".
std::string WhenText(const std::vector<std::vector<v1::Condition>>& sets) {
  if (sets.size() == ConditionSets().size()) return "in any case";
  std::vector<std::string> texts;
  std::vector<std::vector<v1::Condition>> smallest;
  for (const auto& set : sets) {  // Smaller ones come first.
    const bool has_smaller = std::any_of(smallest.begin(), smallest.end(),
                                         [&](const auto& part) { return Includes(set, part); });
    if (has_smaller) continue;
    smallest.push_back(set);
    texts.push_back("with " + ConditionsText(set));
  }
  return absl::StrJoin(texts, " or ");
}

// The texts of one role and class, each with the capacities that it holds for.
class CapacityTexts {
 public:
  void Add(std::vector<std::string>* list, v1::Capacity capacity, std::string text) {
    for (Entry& entry : entries_) {
      if (entry.list != list || entry.text != text) continue;
      StrAppend(&entry.whose, ", ", v1::Capacity_Name(capacity));
      return;
    }
    entries_.push_back({list, v1::Capacity_Name(capacity), std::move(text)});
  }

  void Write(const std::string& head) const {
    for (const Entry& entry : entries_) {
      entry.list->push_back(StrCat(head, " of ", entry.whose, ": ", entry.text));
    }
  }

 private:
  struct Entry {
    std::vector<std::string>* list;
    std::string whose;
    std::string text;
  };
  std::vector<Entry> entries_;
};

class Differ {
 public:
  Differ(const PolicyBook& before, const PolicyBook& after) : before_(before), after_(after) {}

  PolicyDiff Run() {
    for (const v1::Role role : AllOf<v1::Role>()) {
      DiffLock(role);
      for (const v1::DataClass field_class : AllOf<v1::DataClass>()) DiffClass(role, field_class);
      for (const v1::EventType type : AllOf<v1::EventType>()) DiffRows(role, type);
      for (const v1::Purpose purpose : AllOf<v1::Purpose>()) DiffPurpose(role, purpose);
      DiffBrokenGlass(role);
    }
    SharingDiff sharing = DiffSharing(before_, after_);
    Append(std::move(sharing.more), &diff_.more);
    Append(std::move(sharing.less), &diff_.less);
    Append(std::move(sharing.other), &diff_.other);
    return std::move(diff_);
  }

 private:
  static void Append(std::vector<std::string> texts, std::vector<std::string>* list) {
    list->insert(list->end(), texts.begin(), texts.end());
  }

  void DiffLock(v1::Role role) {
    const bool was = before_.engine().FacesPerpetrator({{role}});
    const bool is = after_.engine().FacesPerpetrator({{role}});
    if (was == is) return;
    (was ? diff_.more : diff_.less)
        .push_back(StrCat(v1::Role_Name(role), was ? ": no longer faces the perpetrator: R7 is off"
                                                   : ": faces the perpetrator: R7 is on"));
  }

  void DiffClass(v1::Role role, v1::DataClass field_class) {
    CapacityTexts texts;
    for (const v1::Capacity capacity : AllOf<v1::Capacity>()) {
      // CONTACT of a victim is VICTIM_LOCATION's line.
      if (auth::DecidingClass(field_class, capacity) != field_class) continue;
      DiffCell(role, field_class, capacity, &texts);
    }
    const bool sees_none = VisibleTypes(after_.engine(), {{role}}, AllOf<v1::EventType>()).empty();
    texts.Write(StrCat(v1::Role_Name(role), sees_none ? " (which is shown no event)" : "", ": ",
                       v1::DataClass_Name(field_class)));
  }

  void DiffCell(v1::Role role, v1::DataClass field_class, v1::Capacity capacity,
                CapacityTexts* texts) {
    const auth::ViewRoles view = {{role}};
    std::map<Actions, std::vector<std::vector<v1::Condition>>> changed;
    for (const auto& set : ConditionSets()) {
      const auth::ConditionSet conditions = ConditionSetOf(set);
      const auto was = before_.engine().Decide(view, field_class, capacity, kOrdinary, conditions);
      const auto is = after_.engine().Decide(view, field_class, capacity, kOrdinary, conditions);
      if (was.action != is.action) changed[{was.action, is.action}].push_back(set);
    }
    const auto was = OffersOf(before_.engine(), view, field_class, capacity, kOrdinary);
    const auto is = OffersOf(after_.engine(), view, field_class, capacity, kOrdinary);
    const std::string_view rule = is.back().decision.rule_id;
    for (const auto& [actions, sets] : changed) {
      // ReleaseAction is numbered from the mildest to the strictest.
      const bool is_more = actions.second < actions.first;
      texts->Add(is_more ? &diff_.more : &diff_.less, capacity,
                 StrCat(ActionWord(actions.first), " becomes ", ActionWord(actions.second), " ",
                        WhenText(sets), " (was: ", OffersText(was), "; is: ", OffersText(is),
                        "), by ", rule, ": ", after_.WhyOf(rule)));
    }
    if (changed.empty()) DiffGrounds(was[0].decision, is[0].decision, capacity, texts);
  }

  void DiffGrounds(const PolicyEngine::Decision& was, const PolicyEngine::Decision& is,
                   v1::Capacity capacity, CapacityTexts* texts) {
    if (was.reason == is.reason && was.rule_id == is.rule_id) return;
    texts->Add(
        &diff_.other, capacity,
        StrCat(ActionWord(is.action), " as before; ", v1::ReasonCode_Name(was.reason), " by ",
               was.rule_id, " becomes ", v1::ReasonCode_Name(is.reason), " by ", is.rule_id));
  }

  void DiffRows(v1::Role role, v1::EventType type) {
    const auto was = VisibleSources(before_.engine(), {{role}}, {type});
    const auto is = VisibleSources(after_.engine(), {{role}}, {type});
    const auto add = [&](const auto& from, const auto& to, const char* verb,
                         std::vector<std::string>* list) {
      std::vector<v1::SourceClass> only;
      std::set_difference(to.begin(), to.end(), from.begin(), from.end(), std::back_inserter(only));
      if (only.empty()) return;
      list->push_back(
          StrCat(v1::Role_Name(role), verb, v1::EventType_Name(type), " told by ", NamesOf(only)));
    };
    add(was, is, ": sees ", &diff_.more);
    add(is, was, ": no longer sees ", &diff_.less);
  }

  void DiffBrokenGlass(v1::Role role) {
    const auto add = [&](bool was, bool is, const std::string& what) {
      if (was == is) return;
      (is ? diff_.more : diff_.less)
          .push_back(
              StrCat(v1::Role_Name(role), ": behind broken glass ", what, is ? "" : " no longer"));
    };
    const PolicyEngine& before = before_.engine();
    const PolicyEngine& after = after_.engine();
    for (const v1::Condition condition : AllOf<v1::Condition>()) {
      add(before.GlassLifts(role, condition), after.GlassLifts(role, condition),
          StrCat(v1::Condition_Name(condition), " is taken as met"));
    }
    add(before.MayBreakGlassWithoutParty(role), after.MayBreakGlassWithoutParty(role),
        "cases that are not its own are there");
  }

  void DiffPurpose(v1::Role role, v1::Purpose purpose) {
    const v1::PurposeRule* was = before_.engine().FindPurpose(role, purpose);
    const v1::PurposeRule* is = after_.engine().FindPurpose(role, purpose);
    const std::string head = StrCat(v1::Role_Name(role), ": ", v1::Purpose_Name(purpose));
    const auto grounds = [](const v1::PurposeRule& rule) {
      return StrCat(v1::LegalGateway_Name(rule.gateway()), " under ",
                    v1::Regime_Name(rule.regime()));
    };
    if (was == nullptr && is != nullptr) {
      diff_.more.push_back(StrCat(head, " becomes a purpose, by ", grounds(*is)));
    } else if (was != nullptr && is == nullptr) {
      diff_.less.push_back(StrCat(head, " is no longer a purpose"));
    } else if (was != nullptr && grounds(*was) != grounds(*is)) {
      diff_.other.push_back(StrCat(head, ": ", grounds(*was), " becomes ", grounds(*is)));
    }
  }

  const PolicyBook& before_;
  const PolicyBook& after_;
  PolicyDiff diff_;
};

}  // namespace

PolicyDiff DiffPolicies(const PolicyBook& before, const PolicyBook& after) {
  return Differ(before, after).Run();
}

}  // namespace concordat::tools
