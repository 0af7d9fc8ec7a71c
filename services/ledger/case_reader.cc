#include "services/ledger/case_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/blind.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/errors.h"
#include "services/ledger/log_entries.h"
#include "services/ledger/own_case.h"

namespace concordat::services {
namespace {

size_t PageSize(const v1::ReadCaseRequest& request) {
  return request.page_size() == 0 ? kCasePageDefault : request.page_size();
}

}  // namespace

std::string CaseReader::TokenFor(const Caller& caller, const std::string& case_id, LeafIndex index,
                                 uint64_t grant_index) const {
  std::string bound = StrCat(caller.agency.id(), "\n", case_id, "\n", index.value);
  if (grant_index > 0) StrAppend(&bound, "\n", grant_index);
  const std::string mac = Blind(*vault_, "page-token", bound);
  return StrCat(index.value, ".", absl::BytesToHexString(mac.substr(0, 16)));
}

absl::StatusOr<storage::CaseEventRef> CaseReader::PlaceOf(const Caller& caller,
                                                          const v1::ReadCaseRequest& request,
                                                          uint64_t grant_index) const {
  const std::string& token = request.page_token();
  uint64_t number = 0;
  if (!absl::SimpleAtoi(token.substr(0, token.find('.')), &number)) return errors::BadPageToken();
  const LeafIndex index{number};
  if (TokenFor(caller, request.case_id(), index, grant_index) != token) {
    return errors::BadPageToken();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Time occurred_at, view_->OccurredAt(index));
  return storage::CaseEventRef{occurred_at, index};
}

absl::StatusOr<UnrecordedPage> CaseReader::Read(const storage::Reader& reader, const Caller& caller,
                                                const v1::ReadCaseRequest& request,
                                                uint64_t log_size, absl::Time decided_at,
                                                const GrantedReading& by) const {
  CONCORDAT_ASSIGN_OR_RETURN(
      const v1::CaseRecord record,
      OwnCase(reader, *vault_, request.case_id(), ActorOf(caller), by.reach));

  std::optional<storage::CaseEventRef> after;
  if (!request.page_token().empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(after, PlaceOf(caller, request, by.grant_index));
  }

  const Reading reading{caller.view, caller.agency.id(), request.purpose(), decided_at, by.kind};
  UnrecordedPage result;
  v1::CasePage& page = result.page;
  page.set_case_id(request.case_id());
  const size_t page_size = PageSize(request);
  std::optional<LeafIndex> last_shown;
  size_t bytes = 0;
  bool more = true;
  while (more) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<storage::CaseEventRef> refs,
                               storage::ListCaseEvents(reader, request.case_id(),
                                                       after ? &*after : nullptr, page_size + 1));
    more = refs.size() == page_size + 1;
    for (const storage::CaseEventRef& ref : refs) {
      after = ref;
      CONCORDAT_ASSIGN_OR_RETURN(std::optional<ReleasedView> view,
                                 view_->Of(reader, record, reading, ref.index));
      if (!view.has_value()) continue;
      const size_t event_bytes = view->event.ByteSizeLong();
      if (static_cast<size_t>(page.events_size()) == page_size ||
          (last_shown.has_value() && bytes + event_bytes > kCasePageBytesMax)) {
        page.set_next_page_token(TokenFor(caller, request.case_id(), *last_shown, by.grant_index));
        more = false;
        break;
      }
      bytes += event_bytes;
      AddRecord(*view, &result.disclosed);
      *page.add_events() = std::move(view->event);
      last_shown = ref.index;
    }
  }
  for (const v1::DataClass never : policy_->NeverReleased(caller.view)) {
    page.add_never_released(never);
  }
  page.set_policy_digest(std::string(crypto::AsBytes(policy_->digest())));
  Complete(caller, log_size, decided_at, page, &result.disclosed);
  result.disclosed.mutable_page_read()->set_page_size(request.page_size());
  result.disclosed.mutable_page_read()->set_page_token(request.page_token());
  page.set_released_digest(result.disclosed.released_digest());
  page.set_grant_index(by.grant_index);
  result.disclosed.set_grant_index(by.grant_index);
  return result;
}

}  // namespace concordat::services
