#include "tools/policy_matrix.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/str_cat.h"
#include "tools/policy_rows.h"
#include "tools/policy_sharing.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::PolicyEngine;

constexpr char kHead[] =
    "# The release matrix\n\n"
    "Who is given what. Written by `concordat policy matrix` from the release policy; don't edit "
    "it.\n\n";

constexpr char kReading[] =
    "- **released**: whole. **generalised**: in a reduced form (a postcode's district, an age "
    "band, initials, a grade),\n  or not at all where a field has none. **withheld**: left out; a "
    "mark says so, its class and the reason.\n"
    "- **released if X**: withheld until the case or the event meets the condition X. **withheld "
    "until\n  TWO_PERSON_APPROVAL**: nothing grants that yet.\n"
    "- **withheld by R7**: locked in the program, above the policy, and without a mark. No file "
    "can open it.\n"
    "- The capacity is that of the person the fact is about. The contact of a victim or a child is "
    "decided as\n  VICTIM_LOCATION.\n"
    "- It holds for readers who are party to the case and name a purpose of their role; a reader "
    "behind a role service is\n  given the stricter of the two decisions.\n\n";

constexpr v1::SourceClass kOrdinary = v1::SOURCE_AGENCY_OBSERVED;

std::string Cell(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"|", "\\|"}, {"\n", " "}});
}

std::string TableRow(const std::vector<std::string>& cells) {
  return StrCat("| ", absl::StrJoin(cells, " | "), " |\n");
}

std::string TableHead(const std::vector<std::string>& cells) {
  return TableRow(cells) + TableRow(std::vector<std::string>(cells.size(), "---"));
}

// What several capacities share: their names, and the cells beside them.
struct Group {
  std::string whose;
  std::vector<std::string> cells;
};

// One row for each different list of cells that `cells_of` gives, in the order of capacities.
template <typename CellsOf>
std::vector<Group> ByCapacity(CellsOf cells_of) {
  std::vector<Group> groups;
  for (const v1::Capacity capacity : AllOf<v1::Capacity>()) {
    std::vector<std::string> cells = cells_of(capacity);
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const Group& group) { return group.cells == cells; });
    if (same == groups.end()) {
      groups.push_back({v1::Capacity_Name(capacity), std::move(cells)});
    } else {
      StrAppend(&same->whose, ", ", v1::Capacity_Name(capacity));
    }
  }
  if (groups.size() == 1) groups[0].whose = "anyone";
  return groups;
}

std::string Matrix(const PolicyEngine& engine) {
  std::vector<std::string> head = {"class", "of"};
  std::vector<std::string> events = {"any event", ""};
  for (const v1::Role role : AllOf<v1::Role>()) {
    head.push_back(v1::Role_Name(role));
    events.push_back(VisibleTypes(engine, {{role}}, AllOf<v1::EventType>()).empty() ? "none"
                                                                                    : "some");
  }
  std::string text =
      StrCat("## Every class, for every role\n\n", TableHead(head), TableRow(events));
  for (const v1::DataClass field_class : AllOf<v1::DataClass>()) {
    const std::vector<Group> groups = ByCapacity([&](v1::Capacity capacity) {
      std::vector<std::string> cells;
      for (const v1::Role role : AllOf<v1::Role>()) {
        cells.push_back(OffersText(OffersOf(engine, {{role}}, field_class, capacity, kOrdinary)));
      }
      return cells;
    });
    for (const Group& group : groups) {
      std::vector<std::string> row = {v1::DataClass_Name(field_class), group.whose};
      row.insert(row.end(), group.cells.begin(), group.cells.end());
      StrAppend(&text, TableRow(row));
    }
  }
  return text +
         "\n\"none\" in the first line: the role is shown no event of a case, whatever the "
         "lines below it say.\n\n";
}

// Asked of the engine as everything else: what it answers with the lock's rule id.
std::string Locks(const PolicyEngine& engine) {
  std::vector<std::string> roles, sources, events;
  v1::Role facing = v1::ROLE_UNSPECIFIED;
  for (const v1::Role role : AllOf<v1::Role>()) {
    if (!engine.FacesPerpetrator({{role}})) continue;
    facing = role;
    roles.push_back(v1::Role_Name(role));
  }
  std::string text = StrCat(
      "## R7, above the policy\n\nThese roles face the perpetrator: ", absl::StrJoin(roles, ", "),
      ". For them, and for whoever reads through them:\n\n");
  for (const v1::SourceClass source : AllOf<v1::SourceClass>()) {
    if (PolicyBook::IsLock(engine.DecideRow({{facing}}, v1::INCIDENT_EVENT, source))) {
      sources.push_back(v1::SourceClass_Name(source));
    }
  }
  for (const v1::EventType type : AllOf<v1::EventType>()) {
    if (PolicyBook::IsLock(engine.DecideRow({{facing}}, type, kOrdinary))) {
      events.push_back(v1::EventType_Name(type));
    }
  }
  StrAppend(&text,
            "- events that these told, or of which it isn't said who told them, are concealed "
            "whole: ",
            absl::StrJoin(sources, ", "), ";\n");
  StrAppend(&text, "- these events are concealed whole: ", absl::StrJoin(events, ", "), ";\n");
  for (const v1::DataClass field_class : AllOf<v1::DataClass>()) {
    std::vector<std::string> whose;
    for (const v1::Capacity capacity : AllOf<v1::Capacity>()) {
      if (PolicyBook::IsLock(engine.Decide({{facing}}, field_class, capacity, kOrdinary, {}))) {
        whose.push_back(v1::Capacity_Name(capacity));
      }
    }
    if (whose.empty()) continue;
    StrAppend(&text, "- ", v1::DataClass_Name(field_class), " of ", absl::StrJoin(whose, ", "),
              " is withheld;\n");
  }
  return text + "- a correction of what is concealed is concealed, too.\n\n";
}

std::string Purposes(const PolicyEngine& engine, v1::Role role) {
  std::string rows;
  for (const v1::Purpose purpose : AllOf<v1::Purpose>()) {
    const v1::PurposeRule* rule = engine.FindPurpose(role, purpose);
    if (rule == nullptr) continue;
    StrAppend(&rows, TableRow({v1::Purpose_Name(purpose), v1::LegalGateway_Name(rule->gateway()),
                               v1::Regime_Name(rule->regime())}));
  }
  if (rows.empty()) return "Purposes: none, so there is nothing that it may call.\n\n";
  return StrCat(TableHead({"purpose", "gateway", "regime"}), rows, "\n");
}

std::string BrokenGlass(const PolicyEngine& engine) {
  std::string text =
      "## Broken glass\n\nFor one case, one practitioner and one hour, at an immediate risk to "
      "life. "
      "Everything else holds behind it, too: R7, gateways, agreements, embargoes, seals and "
      "conflicts "
      "of interest; and nothing of CONTACT or VICTIM_LOCATION opens.\n\n";
  StrAppend(&text, TableHead({"role", "conditions taken as met", "of a case not one's own"}));
  for (const v1::Role role : AllOf<v1::Role>()) {
    if (!engine.MayBreakGlass(role)) continue;
    std::vector<std::string> lifted;
    for (const v1::Condition condition : AllOf<v1::Condition>()) {
      if (engine.GlassLifts(role, condition)) lifted.push_back(v1::Condition_Name(condition));
    }
    StrAppend(&text,
              TableRow({v1::Role_Name(role), lifted.empty() ? "none" : absl::StrJoin(lifted, ", "),
                        engine.MayBreakGlassWithoutParty(role) ? "yes" : "no"}));
  }
  return text + "\n";
}

std::string RoleSection(const PolicyBook& book, v1::Role role) {
  const PolicyEngine& engine = book.engine();
  const auth::ViewRoles view = {{role}};
  const std::vector<v1::EventType> types = AllOf<v1::EventType>();
  std::string text = StrCat("## ", v1::Role_Name(role), "\n\n", Purposes(engine, role));
  StrAppend(&text, "Events it may see: ", NamesOf(VisibleTypes(engine, view, types)), ".\n");
  StrAppend(&text, "Told by: ", NamesOf(VisibleSources(engine, view, types)), ".\n\n",
            TableHead({"class", "of", "is", "rule", "why"}));
  for (const v1::DataClass field_class : AllOf<v1::DataClass>()) {
    const std::vector<Group> groups = ByCapacity([&](v1::Capacity capacity) {
      const std::vector<Offer> offers = OffersOf(engine, view, field_class, capacity, kOrdinary);
      const std::string_view rule = offers.back().decision.rule_id;
      return std::vector<std::string>{OffersText(offers), Cell(rule), Cell(book.WhyOf(rule))};
    });
    for (const Group& group : groups) {
      StrAppend(&text, TableRow({v1::DataClass_Name(field_class), group.whose, group.cells[0],
                                 group.cells[1], group.cells[2]}));
    }
  }
  return text + "\n";
}

}  // namespace

std::string MatrixMarkdown(const PolicyBook& book) {
  const PolicyEngine& engine = book.engine();
  std::string text = kHead;
  StrAppend(&text, "Policy version `", engine.version(), "`, digest (SHA-256) `",
            DigestText(engine), "`.\n\n", kReading, Matrix(engine), Locks(engine),
            SharingMarkdown(book), BrokenGlass(engine));
  for (const v1::Role role : AllOf<v1::Role>()) StrAppend(&text, RoleSection(book, role));
  text.pop_back();  // The empty line after the last table.
  return text;
}

}  // namespace concordat::tools
