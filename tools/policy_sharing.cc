#include "tools/policy_sharing.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::PolicyEngine;

template <typename Enum>
std::vector<Enum> ValuesOf(const google::protobuf::RepeatedField<int>& numbers) {
  std::vector<Enum> values;
  for (const int number : numbers) values.push_back(static_cast<Enum>(number));
  return values;
}

std::string NamesOf(const std::vector<v1::Role>& roles) {
  if (roles.empty()) return "nobody";
  return absl::StrJoin(roles, ", ",
                       [](std::string* out, v1::Role role) { out->append(v1::Role_Name(role)); });
}

std::string NamesOf(const std::vector<v1::Purpose>& purposes) {
  return absl::StrJoin(purposes, ", ", [](std::string* out, v1::Purpose purpose) {
    out->append(v1::Purpose_Name(purpose));
  });
}

// From which a record may reach every role of the view for the purpose.
std::vector<v1::Role> SendersTo(const PolicyEngine& engine, const auth::ViewRoles& view,
                                v1::Purpose purpose) {
  std::vector<v1::Role> senders;
  for (const v1::Role sender : AllOf<v1::Role>()) {
    const bool reaches_all = std::all_of(view.roles.begin(), view.roles.end(), [&](v1::Role role) {
      return engine.sharing_terms().HasGateway(sender, role, purpose);
    });
    if (reaches_all) senders.push_back(sender);
  }
  return senders;
}

std::string Cell(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"|", "\\|"}, {"\n", " "}});
}

std::string GatewayTable(const PolicyBook& book) {
  std::string text =
      "A record goes from its source's role to a reader's only where a line says so. It must do so "
      "for every role\nof the view. One whose source's role the log does not say goes to nobody "
      "else.\n\n"
      "| gateway | from | to | for | why |\n| --- | --- | --- | --- | --- |\n";
  for (const v1::GatewayRule& rule : book.sharing().gateways()) {
    StrAppend(&text, "| ", v1::LegalGateway_Name(rule.gateway()), " | ",
              NamesOf(ValuesOf<v1::Role>(rule.senders())), " | ",
              NamesOf(ValuesOf<v1::Role>(rule.recipients())), " | ",
              NamesOf(ValuesOf<v1::Purpose>(rule.purposes())), " | ",
              rule.why().empty() ? "no reason is given" : Cell(rule.why()), " |\n");
  }
  return text + "\n";
}

std::string AgreementTable(const PolicyBook& book) {
  std::string text =
      "A record goes from its source to a reader of another agency only under an agreement of both "
      "that is in date\nand names the reader's purpose.\n\n"
      "| agreement | agencies | for | from | until |\n| --- | --- | --- | --- | --- |\n";
  for (const v1::Agreement& agreement : book.sharing().agreements()) {
    StrAppend(&text, "| ", Cell(agreement.id()), " | ", absl::StrJoin(agreement.agencies(), ", "),
              " | ", NamesOf(ValuesOf<v1::Purpose>(agreement.purposes())), " | ",
              TimeText(agreement.valid_from()), " | ", TimeText(agreement.valid_until()), " |\n");
  }
  return text + "\n";
}

// Whether all that `part` covers, `whole` covers.
bool CoversAllOf(const v1::Agreement& whole, const v1::Agreement& part) {
  const std::set<std::string> agencies(whole.agencies().begin(), whole.agencies().end());
  const std::set<int> purposes(whole.purposes().begin(), whole.purposes().end());
  return std::all_of(part.agencies().begin(), part.agencies().end(),
                     [&](const std::string& agency) { return agencies.count(agency) == 1; }) &&
         std::all_of(part.purposes().begin(), part.purposes().end(),
                     [&](int purpose) { return purposes.count(purpose) == 1; }) &&
         ToTime(whole.valid_from()) <= ToTime(part.valid_from()) &&
         ToTime(whole.valid_until()) >= ToTime(part.valid_until());
}

const v1::Agreement* Find(const PolicyBook& book, const std::string& id) {
  for (const v1::Agreement& agreement : book.sharing().agreements()) {
    if (agreement.id() == id) return &agreement;
  }
  return nullptr;
}

class Differ {
 public:
  Differ(const PolicyBook& before, const PolicyBook& after) : before_(before), after_(after) {}

  SharingDiff Run() {
    const auto& was = before_.engine().sharing_terms();
    const auto& is = after_.engine().sharing_terms();
    Begin(was.asks_for_gateway(), is.asks_for_gateway(),
          "a legal gateway from sender to recipient");
    if (is.asks_for_gateway()) Gateways(was.asks_for_gateway());
    Begin(was.asks_for_agreement(), is.asks_for_agreement(),
          "an agreement of source and reader that is in date");
    if (is.asks_for_agreement()) Agreements(was.asks_for_agreement());
    return std::move(diff_);
  }

 private:
  void Begin(bool was, bool is, const char* what) {
    if (!was && is) {
      diff_.less.push_back(StrCat("between agencies: ", what, " is asked for from here on"));
    } else if (was && !is) {
      diff_.more.push_back(StrCat("between agencies: ", what, " is no longer asked for"));
    }
  }

  void Gateways(bool compared) {
    for (const v1::Role recipient : AllOf<v1::Role>()) {
      for (const v1::Purpose purpose : AllOf<v1::Purpose>()) {
        const auto is = SendersTo(after_.engine(), {{recipient}}, purpose);
        const std::string head =
            StrCat(v1::Role_Name(recipient), ": for ", v1::Purpose_Name(purpose));
        if (!compared) {
          if (!is.empty()) diff_.other.push_back(StrCat(head, " from ", NamesOf(is), " only"));
          continue;
        }
        const auto was = SendersTo(before_.engine(), {{recipient}}, purpose);
        AddSenders(was, is, head + " newly from ", &diff_.more);
        AddSenders(is, was, head + " no longer from ", &diff_.less);
      }
    }
  }

  static void AddSenders(const std::vector<v1::Role>& from, const std::vector<v1::Role>& to,
                         const std::string& head, std::vector<std::string>* list) {
    std::vector<v1::Role> only;
    std::set_difference(to.begin(), to.end(), from.begin(), from.end(), std::back_inserter(only));
    if (!only.empty()) list->push_back(head + NamesOf(only));
  }

  void Agreements(bool compared) {
    for (const v1::Agreement& is : after_.sharing().agreements()) {
      const std::string head = StrCat("agreement ", is.id(), ": ");
      const v1::Agreement* was = compared ? Find(before_, is.id()) : nullptr;
      if (was == nullptr) {
        (compared ? diff_.more : diff_.other).push_back(StrCat(head, "new: ", AgreementText(is)));
      } else if (!CoversAllOf(is, *was) || !CoversAllOf(*was, is)) {
        (CoversAllOf(*was, is) ? diff_.less : diff_.more)
            .push_back(StrCat(head, AgreementText(*was), " becomes ", AgreementText(is)));
      }
    }
    for (const v1::Agreement& was : before_.sharing().agreements()) {
      if (Find(after_, was.id()) != nullptr) continue;
      diff_.less.push_back(StrCat("agreement ", was.id(), ": gone: ", AgreementText(was)));
    }
  }

  const PolicyBook& before_;
  const PolicyBook& after_;
  SharingDiff diff_;
};

}  // namespace

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", ToTime(time), absl::UTCTimeZone());
}

std::string AgreementText(const v1::Agreement& agreement) {
  return StrCat(absl::StrJoin(agreement.agencies(), ", "), " for ",
                NamesOf(ValuesOf<v1::Purpose>(agreement.purposes())), " from ",
                TimeText(agreement.valid_from()), " until ", TimeText(agreement.valid_until()));
}

std::string SharingMarkdown(const PolicyBook& book) {
  const auto& terms = book.engine().sharing_terms();
  return StrCat(
      "## Between agencies\n\n",
      "An agency reads its own records without any of this. Of what may not go to another agency, "
      "a mark stands in the\nrecord's place and nothing else; the perpetrator's side is not told "
      "that there is a record.\n\n",
      terms.asks_for_gateway() ? GatewayTable(book)
                               : "Gateways: none is asked for from sender to recipient.\n\n",
      terms.asks_for_agreement() ? AgreementTable(book) : "Agreements: none is asked for.\n\n",
      "Embargo: a record goes to no other agency before the time that its source gave.\n\n");
}

std::string ExplainSharingText(const PolicyBook& book, const auth::ViewRoles& view) {
  const auto& terms = book.engine().sharing_terms();
  std::string text;
  if (terms.asks_for_gateway()) {
    StrAppend(&text, "Of another agency's record all is withheld, NO_GATEWAY, but:\n");
    for (const v1::Purpose purpose : AllOf<v1::Purpose>()) {
      const auto senders = SendersTo(book.engine(), view, purpose);
      if (senders.empty()) continue;
      StrAppend(&text, "  for ", v1::Purpose_Name(purpose), " from ", NamesOf(senders), "\n");
    }
  }
  if (terms.asks_for_agreement()) {
    StrAppend(&text, "Of another agency's record all is withheld, NO_AGREEMENT, but under:\n");
    for (const v1::Agreement& agreement : book.sharing().agreements()) {
      StrAppend(&text, "  ", agreement.id(), ": ", AgreementText(agreement), "\n");
    }
  }
  return text;
}

SharingDiff DiffSharing(const PolicyBook& before, const PolicyBook& after) {
  return Differ(before, after).Run();
}

}  // namespace concordat::tools
