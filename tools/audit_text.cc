#include "tools/audit_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "base/str_cat.h"
#include "concordat/v1/data_class.pb.h"
#include "tools/json_text.h"

namespace concordat::tools {
namespace {

constexpr size_t kColumns = 5;
using Cells = std::array<std::string, kColumns>;

std::string Shown(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

std::vector<std::string> NamesOf(uint32_t classes) {
  std::vector<std::string> names;
  for (int n = 0; n < 32; ++n) {
    if (((classes >> n) & 1u) == 0) continue;
    names.push_back(v1::DataClass_IsValid(n) ? v1::DataClass_Name(static_cast<v1::DataClass>(n))
                                             : StrCat("class ", n));
  }
  return names;
}

Cells HeadOf(const AuditRow& row) {
  return {StrCat("#", row.index),
          absl::FormatTime("%Y-%m-%d %H:%M:%SZ", row.recorded_at, absl::UTCTimeZone()),
          v1::Operation_Name(row.operation), Shown(row.actor.agency()),
          v1::Purpose_Name(row.purpose)};
}

void AddLine(std::string_view name, const std::string& value, std::string* text) {
  if (!value.empty()) StrAppend(text, "    ", name, ": ", Shown(value), "\n");
}

std::string Particulars(const AuditRow& row) {
  std::string text;
  AddLine("by", row.actor.spiffe_id(), &text);
  AddLine("through", row.actor.via_spiffe_id(), &text);
  for (const auto& recipient : row.recipients) {
    AddLine("to", StrCat(recipient.agency(), " (", recipient.spiffe_id(), ")"), &text);
  }
  AddLine("under",
          StrCat(v1::LegalGateway_Name(row.gateway), ", ", v1::Regime_Name(row.regime),
                 ", controller ", row.controller.empty() ? "not named" : row.controller),
          &text);
  AddLine("cases", absl::StrJoin(row.case_ids, " "), &text);
  if (row.operation == v1::DISCLOSURE) {
    AddLine("records",
            row.records.empty()
                ? "none"
                : StrCat(absl::StrJoin(row.records, " "), " of ", absl::StrJoin(row.sources, ", ")),
            &text);
    AddLine("released", ClassNames(row.released_classes), &text);
    AddLine("withheld", ClassNames(row.withheld_classes), &text);
    AddLine("rules", absl::StrJoin(row.rule_ids, " "), &text);
    AddLine("confirmed",
            row.confirmed_by.has_value()
                ? StrCat("by the recipient's signature, entry ", *row.confirmed_by)
                : "no",
            &text);
  }
  for (const auto& [name, value] : row.details) AddLine(name, value, &text);
  return text;
}

std::string JsonList(const std::vector<std::string>& texts) {
  return StrCat("[",
                absl::StrJoin(texts, ",",
                              [](std::string* out, const std::string& text) {
                                out->append(JsonString(text));
                              }),
                "]");
}

void AddJson(std::string_view name, const std::string& json, std::string* object) {
  StrAppend(object, object->empty() ? "{" : ",", JsonString(name), ":", json);
}

std::string RecipientsJson(const AuditRow& row) {
  std::string list;
  for (const auto& recipient : row.recipients) {
    std::string object;
    AddJson("agency", JsonString(recipient.agency()), &object);
    AddJson("spiffeId", JsonString(recipient.spiffe_id()), &object);
    StrAppend(&list, list.empty() ? "" : ",", object, "}");
  }
  return StrCat("[", list, "]");
}

void AddDisclosure(const AuditRow& row, std::string* object) {
  AddJson("recipients", RecipientsJson(row), object);
  AddJson("records", StrCat("[", absl::StrJoin(row.records, ","), "]"), object);
  AddJson("sources", JsonList(row.sources), object);
  AddJson("released", JsonList(NamesOf(row.released_classes)), object);
  AddJson("withheld", JsonList(NamesOf(row.withheld_classes)), object);
  AddJson("rules", JsonList(row.rule_ids), object);
  AddJson("confirmedBy", row.confirmed_by.has_value() ? StrCat(*row.confirmed_by) : "null", object);
}

}  // namespace

std::string ClassNames(uint32_t classes) {
  return classes == 0 ? "none" : absl::StrJoin(NamesOf(classes), ", ");
}

std::string AuditTable(const std::vector<AuditRow>& rows) {
  std::array<size_t, kColumns> widths{};
  std::vector<Cells> heads;
  for (const AuditRow& row : rows) {
    heads.push_back(HeadOf(row));
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], heads.back()[i].size());
  }
  std::string text;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t i = 0; i < kColumns; ++i) {
      const std::string& cell = heads[r][i];
      const bool last = i + 1 == kColumns;
      StrAppend(&text, cell, last ? "\n" : std::string(widths[i] - cell.size() + 2, ' '));
    }
    text += Particulars(rows[r]);
  }
  return text;
}

std::string AuditJson(const AuditRow& row) {
  std::string object;
  AddJson("index", StrCat(row.index), &object);
  AddJson("recordedAt", JsonString(Timestamp(row.recorded_at)), &object);
  AddJson("operation", JsonString(v1::Operation_Name(row.operation)), &object);
  AddJson("agency", JsonString(row.actor.agency()), &object);
  AddJson("spiffeId", JsonString(row.actor.spiffe_id()), &object);
  AddJson("via", JsonString(row.actor.via_spiffe_id()), &object);
  AddJson("certificateSha256", JsonString(absl::BytesToHexString(row.actor.certificate_sha256())),
          &object);
  AddJson("purpose", JsonString(v1::Purpose_Name(row.purpose)), &object);
  AddJson("gateway", JsonString(v1::LegalGateway_Name(row.gateway)), &object);
  AddJson("regime", JsonString(v1::Regime_Name(row.regime)), &object);
  AddJson("controller", JsonString(row.controller), &object);
  AddJson("policyDigest", JsonString(absl::BytesToHexString(row.policy_digest)), &object);
  AddJson("caseIds", JsonList(row.case_ids), &object);
  if (row.operation == v1::DISCLOSURE) AddDisclosure(row, &object);
  std::string details;
  for (const auto& [name, value] : row.details) AddJson(name, JsonString(value), &details);
  if (!details.empty()) AddJson("details", details + "}", &object);
  return object + "}";
}

}  // namespace concordat::tools
