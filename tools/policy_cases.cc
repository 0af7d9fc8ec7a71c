#include "tools/policy_cases.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/policy_book.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using About = PolicyCase::About;

constexpr char kPromise[] = "promise:";
constexpr char kShape[] = "ROLES: WHAT is OUTCOME";

struct Word {
  std::string_view word;
  CaseOutcome outcome;
};
constexpr Word kOutcomes[] = {
    {"released", CaseOutcome::kReleased},   {"generalised", CaseOutcome::kGeneralised},
    {"withheld", CaseOutcome::kWithheld},   {"seen", CaseOutcome::kSeen},
    {"concealed", CaseOutcome::kConcealed}, {"allowed", CaseOutcome::kAllowed},
    {"refused", CaseOutcome::kRefused},
};

std::vector<CaseOutcome> OutcomesOf(About about) {
  switch (about) {
    case About::kEvent:
      return {CaseOutcome::kSeen, CaseOutcome::kConcealed};
    case About::kPurpose:
      return {CaseOutcome::kAllowed, CaseOutcome::kRefused};
    default:
      return {CaseOutcome::kReleased, CaseOutcome::kGeneralised, CaseOutcome::kWithheld};
  }
}

// Takes what stands after the last `mark` off `text`.
std::optional<std::string> TakeAfter(std::string_view mark, std::string* text) {
  const size_t at = text->rfind(mark);
  if (at == std::string::npos) return std::nullopt;
  std::string after = text->substr(at + mark.size());
  text->resize(at);
  return after;
}

// One sentence, its lists not yet multiplied.
struct Sentence {
  std::vector<v1::Role> roles;
  std::vector<v1::Role> throughs = {v1::ROLE_UNSPECIFIED};
  std::vector<PolicyCase> whats;  // Of each: about and what belongs to it.
  std::vector<v1::SourceClass> sources = {v1::SOURCE_AGENCY_OBSERVED};
  std::vector<std::vector<v1::Condition>> conditions = {{}};
  PolicyCase common;  // outcome, reason, gateway.
};

class SentenceParser {
 public:
  // `place` begins each error: "<name>:<line>".
  explicit SentenceParser(std::string place) : place_(std::move(place)) {}

  absl::StatusOr<Sentence> Parse(std::string text) {
    const size_t colon = text.find(':');
    if (colon == std::string::npos) return FieldError(place_, "no ':'", kShape);
    std::string roles = text.substr(0, colon);
    text = text.substr(colon + 1);
    const auto through = TakeAfter(" through ", &roles);
    if (through) {
      has_through_ = true;
      CONCORDAT_ASSIGN_OR_RETURN(sentence_.throughs, ParseNames<v1::Role>(place_, *through));
    }
    CONCORDAT_ASSIGN_OR_RETURN(sentence_.roles, ParseNames<v1::Role>(place_, roles));
    const auto reason = TakeAfter(" because ", &text);
    auto outcome = TakeAfter(" is ", &text);
    if (!outcome) outcome = TakeAfter(" are ", &text);
    if (!outcome) return FieldError(place_, "no \"is\" or \"are\"", kShape);
    CONCORDAT_RETURN_IF_ERROR(TakeConditions(&text));
    CONCORDAT_RETURN_IF_ERROR(TakeSources(&text));
    CONCORDAT_RETURN_IF_ERROR(TakeWhat(std::string(absl::StripAsciiWhitespace(text))));
    CONCORDAT_RETURN_IF_ERROR(CheckMeaning());
    CONCORDAT_RETURN_IF_ERROR(TakeOutcome(*outcome));
    if (reason) CONCORDAT_RETURN_IF_ERROR(TakeReason(*reason));
    return std::move(sentence_);
  }

 private:
  About about() const { return sentence_.whats[0].about; }

  absl::Status TakeConditions(std::string* text) {
    constexpr std::string_view kInAnyCase = " in any case";
    if (text->size() >= kInAnyCase.size() &&
        text->compare(text->size() - kInAnyCase.size(), std::string::npos, kInAnyCase) == 0) {
      text->resize(text->size() - kInAnyCase.size());
      sentence_.conditions = ConditionSets();
      has_conditions_ = true;
      return absl::OkStatus();
    }
    const auto when = TakeAfter(" when ", text);
    if (!when) return absl::OkStatus();
    has_conditions_ = true;
    const std::vector<std::string> names = absl::StrSplit(*when, " and ");
    for (const std::string& name : names) {
      CONCORDAT_ASSIGN_OR_RETURN(const auto condition, ParseName<v1::Condition>(place_, name));
      if (!ConditionSetOf({condition}).Holds(condition)) {
        return FieldError(place_, StrCat("when ", v1::Condition_Name(condition)),
                          "a condition that a case can meet; nothing grants this one");
      }
      sentence_.conditions[0].push_back(condition);
    }
    return absl::OkStatus();
  }

  absl::Status TakeSources(std::string* text) {
    const auto told_by = TakeAfter(" told by ", text);
    if (!told_by) return absl::OkStatus();
    has_sources_ = true;
    CONCORDAT_ASSIGN_OR_RETURN(sentence_.sources, ParseNames<v1::SourceClass>(place_, *told_by));
    return absl::OkStatus();
  }

  absl::Status TakeWhat(std::string text) {
    const std::string first = absl::AsciiStrToLower(text.substr(0, text.find(' ')));
    const std::string rest = first.size() < text.size() ? text.substr(first.size() + 1) : "";
    if (first == "event" || first == "events") return TakeEvents(rest);
    if (first == "purpose" || first == "purposes") return TakePurposes(rest);
    const auto whose = TakeAfter(" of ", &text);
    std::vector<v1::Capacity> capacities;
    if (whose) {
      CONCORDAT_ASSIGN_OR_RETURN(capacities, ParseNames<v1::Capacity>(place_, *whose));
    }
    if (first == "field" || first == "fields") {
      return TakeFields(text.substr(first.size()), capacities);
    }
    if (!whose) return FieldError(place_, "a class without \"of\"", "CLASSES of CAPACITIES");
    CONCORDAT_ASSIGN_OR_RETURN(const auto classes, ParseNames<v1::DataClass>(place_, text));
    for (const v1::DataClass field_class : classes) {
      for (const v1::Capacity capacity : capacities) {
        PolicyCase& what = sentence_.whats.emplace_back();
        what.field_class = field_class;
        what.capacity = capacity;
      }
    }
    return absl::OkStatus();
  }

  absl::Status TakeEvents(const std::string& names) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto types, ParseNames<v1::EventType>(place_, names));
    for (const v1::EventType type : types) {
      PolicyCase& what = sentence_.whats.emplace_back();
      what.about = About::kEvent;
      what.type = type;
    }
    return absl::OkStatus();
  }

  absl::Status TakePurposes(const std::string& names) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto purposes, ParseNames<v1::Purpose>(place_, names));
    for (const v1::Purpose purpose : purposes) {
      PolicyCase& what = sentence_.whats.emplace_back();
      what.about = About::kPurpose;
      what.purpose = purpose;
    }
    return absl::OkStatus();
  }

  absl::Status TakeFields(const std::string& paths, const std::vector<v1::Capacity>& capacities) {
    const std::vector<std::string> split = absl::StrSplit(paths, ',');
    for (const std::string& path : split) {
      CONCORDAT_ASSIGN_OR_RETURN(const PolicyField field,
                                 FindPolicyField(place_, ToStd(absl::StripAsciiWhitespace(path))));
      if (field.of_a_person == capacities.empty()) {
        return FieldError(place_,
                          StrCat(field.path, field.of_a_person ? " without" : " with", " \"of\""),
                          "\"of CAPACITIES\" with a person's field, and with no other");
      }
      for (const v1::Capacity capacity :
           field.of_a_person ? capacities : std::vector<v1::Capacity>{field.capacity}) {
        PolicyCase& what = sentence_.whats.emplace_back();
        what.about = About::kField;
        what.field_class = field.field_class;
        what.field = field;
        what.capacity = capacity;
      }
    }
    return absl::OkStatus();
  }

  // What was said has a meaning for what it was said of.
  absl::Status CheckMeaning() const {
    if (has_conditions_ && (about() == About::kEvent || about() == About::kPurpose)) {
      return FieldError(place_, "conditions of an event or a purpose", "none");
    }
    if ((has_sources_ || has_through_) && about() == About::kPurpose) {
      return FieldError(place_, "\"told by\" or \"through\" with a purpose", "neither");
    }
    return absl::OkStatus();
  }

  absl::Status TakeOutcome(std::string_view text) {
    const std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(ToAbsl(text)));
    std::vector<std::string> wanted;
    for (const CaseOutcome outcome : OutcomesOf(about())) {
      wanted.emplace_back(OutcomeWord(outcome));
      if (wanted.back() != word) continue;
      sentence_.common.outcome = outcome;
      return absl::OkStatus();
    }
    return FieldError(place_, StrCat("\"", word, "\""),
                      StrCat("one of ", absl::StrJoin(wanted, ", ")));
  }

  absl::Status TakeReason(const std::string& text) {
    switch (sentence_.common.outcome) {
      case CaseOutcome::kReleased:
      case CaseOutcome::kSeen:
      case CaseOutcome::kRefused:
        return FieldError(place_, StrCat("a reason with ", OutcomeWord(sentence_.common.outcome)),
                          "none");
      case CaseOutcome::kAllowed: {
        CONCORDAT_ASSIGN_OR_RETURN(sentence_.common.gateway,
                                   ParseName<v1::LegalGateway>(place_, text));
        return absl::OkStatus();
      }
      default: {
        CONCORDAT_ASSIGN_OR_RETURN(sentence_.common.reason,
                                   ParseName<v1::ReasonCode>(place_, text));
        return absl::OkStatus();
      }
    }
  }

  const std::string place_;
  Sentence sentence_;
  bool has_through_ = false;
  bool has_conditions_ = false;
  bool has_sources_ = false;
};

size_t CountOf(const Sentence& sentence) {
  return sentence.roles.size() * sentence.throughs.size() * sentence.whats.size() *
         sentence.sources.size() * sentence.conditions.size();
}

// The cases of one role behind one other, or behind none.
void AddCasesOf(const Sentence& sentence, const PolicyCase& of, std::vector<PolicyCase>* cases) {
  for (const PolicyCase& what : sentence.whats) {
    for (const v1::SourceClass source : sentence.sources) {
      for (const auto& conditions : sentence.conditions) {
        PolicyCase& one = cases->emplace_back(what);
        one.line = of.line;
        one.promise = of.promise;
        one.role = of.role;
        one.through = of.through;
        one.source = source;
        one.conditions = conditions;
        one.outcome = of.outcome;
        one.reason = of.reason;
        one.gateway = of.gateway;
      }
    }
  }
}

void AddCases(const Sentence& sentence, uint64_t line, const std::string& promise,
              std::vector<PolicyCase>* cases) {
  PolicyCase of = sentence.common;
  of.line = line;
  of.promise = promise;
  for (const v1::Role role : sentence.roles) {
    for (const v1::Role through : sentence.throughs) {
      of.role = role;
      of.through = through;
      AddCasesOf(sentence, of, cases);
    }
  }
}

struct Line {
  uint64_t number = 0;
  std::string text;  // With single spaces; that of its continuations included.
};

std::vector<Line> LinesOf(std::string_view text) {
  std::vector<Line> lines;
  uint64_t number = 0;
  const std::vector<std::string> split = absl::StrSplit(ToAbsl(text), '\n');
  for (std::string line : split) {
    ++number;
    const bool continues = !line.empty() && absl::ascii_isspace(line[0]);
    absl::RemoveExtraAsciiWhitespace(&line);
    if (line.empty() || line[0] == '#') continue;
    if (continues && !lines.empty()) {
      StrAppend(&lines.back().text, " ", line);
    } else {
      lines.push_back({number, std::move(line)});
    }
  }
  return lines;
}

}  // namespace

absl::StatusOr<std::vector<PolicyCase>> ParsePolicyCases(std::string_view name,
                                                         std::string_view text) {
  std::vector<PolicyCase> cases;
  std::string promise;
  for (const Line& line : LinesOf(text)) {
    constexpr size_t kPromiseBytes = sizeof(kPromise) - 1;
    if (absl::AsciiStrToLower(line.text.substr(0, kPromiseBytes)) == kPromise) {
      promise = std::string(absl::StripAsciiWhitespace(line.text.substr(kPromiseBytes)));
      continue;
    }
    const std::string place = StrCat(name, ":", line.number);
    CONCORDAT_ASSIGN_OR_RETURN(const Sentence sentence, SentenceParser(place).Parse(line.text));
    if (cases.size() + CountOf(sentence) > kPolicyCasesMax) {
      return FieldError(place, "one case too many", StrCat("at most ", kPolicyCasesMax, " a file"));
    }
    AddCases(sentence, line.number, promise, &cases);
  }
  if (cases.empty()) return FieldError(name, "no case", kShape);
  return cases;
}

std::string_view OutcomeWord(CaseOutcome outcome) {
  for (const Word& word : kOutcomes) {
    if (word.outcome == outcome) return word.word;
  }
  return "";
}

}  // namespace concordat::tools
