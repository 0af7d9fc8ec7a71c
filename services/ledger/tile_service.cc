#include "services/ledger/tile_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/synchronization/notification.h"
#include "auth/legal_basis.h"
#include "base/str_cat.h"
#include "services/common/certified_peer.h"
#include "tlog/entry_bundle.h"

namespace concordat::services {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kBytes[] = "application/octet-stream";

HttpResponse Refused(int status, std::string_view why) {
  return {status, kText, StrCat(why, "\n")};
}

HttpResponse Failed(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kPermissionDenied:
      return Refused(403, ToStd(status.message()));
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kNotFound:
      return Refused(404, "the log has no such resource");
    default:
      return Refused(503, "the log can't be read at present");
  }
}

// "INTEGRITY_AND_SECURITY" of "integrity-and-security".
std::optional<v1::Purpose> LogPurposeOf(std::string_view slug) {
  std::string name = absl::AsciiStrToUpper(ToAbsl(slug));
  std::replace(name.begin(), name.end(), '-', '_');
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  if (!v1::Purpose_Parse(name, &purpose) || !auth::IsLogPurpose(purpose)) return std::nullopt;
  return purpose;
}

}  // namespace

HttpResponse TileService::Handle(const HttpRequest& request) const {
  const auto peer = CertifiedPeerOf(request.client_certificate_pem, *trust_, clock_->Now());
  if (!peer.ok()) return Refused(403, ToStd(peer.status().message()));
  if (peer->agency->role() != v1::AUDITOR) {
    return Refused(403, "caller: got one of another role, want AUDITOR");
  }
  if (request.method != "GET") return Refused(405, "method: want GET");
  constexpr std::string_view kPrefix = "/log/";
  const std::string_view path = request.path;
  const size_t end = path.find('/', kPrefix.size());
  if (path.substr(0, kPrefix.size()) != kPrefix || end == std::string_view::npos) {
    return Refused(404, "path: want /log/<purpose>/...");
  }
  const auto purpose = LogPurposeOf(path.substr(kPrefix.size(), end - kPrefix.size()));
  if (!purpose.has_value()) return Refused(404, "purpose: want one of DPA 2018 s62(4)");
  Caller caller{peer->id, *peer->agency, peer->certificate_sha256, std::nullopt,
                {},       "https /log",  v1::ROLE_UNSPECIFIED};
  caller.view.roles.push_back(v1::AUDITOR);
  const std::string_view name = path.substr(end + 1);
  if (name == "checkpoint") return Checkpoint(caller, *purpose);
  const std::optional<tlog::TileResource> resource = tlog::ParseTilePath(name);
  if (!resource.has_value()) return Refused(404, "path: got no resource of a log");
  return resource->entries ? Entries(caller, *purpose, *resource)
                           : Tile(caller, *purpose, *resource);
}

HttpResponse TileService::Checkpoint(const Caller& caller, v1::Purpose purpose) const {
  const auto checkpoint = ledger_->GetCheckpoint(caller, purpose);
  if (!checkpoint.ok()) return Failed(checkpoint.status());
  return {200, kText,
          checkpoint->published().empty() ? checkpoint->checkpoint() : checkpoint->published()};
}

HttpResponse TileService::Tile(const Caller& caller, v1::Purpose purpose,
                               const tlog::TileResource& resource) const {
  const absl::Status allowed = ledger_->CheckPurpose(caller, purpose);
  if (!allowed.ok()) return Failed(allowed);
  absl::StatusOr<std::string> tile = ledger_->ReadTile(resource.tile, resource.width);
  if (!tile.ok()) return Failed(tile.status());
  return {200, kBytes, *std::move(tile)};
}

HttpResponse TileService::Entries(const Caller& caller, v1::Purpose purpose,
                                  const tlog::TileResource& resource) const {
  // Its hashes' tile is there for as many entries as the log has.
  const absl::Status there = ledger_->ReadTile({0, resource.tile.index}, resource.width).status();
  if (!there.ok()) return Failed(there);
  v1::GetEntriesRequest range;
  range.set_purpose(purpose);
  range.set_first_index(resource.tile.index * tlog::kTileWidth);
  range.set_end_index(range.first_index() + resource.width);
  absl::Status recorded;
  absl::Notification done;
  ledger_->RecordLogRead(caller, range, [&](absl::StatusOr<v1::GetEntriesRequest> read) {
    recorded = read.status();
    done.Notify();
  });
  done.WaitForNotification();
  if (!recorded.ok()) return Failed(recorded);
  std::string bundle;
  for (uint64_t next = range.first_index(); next < range.end_index();) {
    const absl::StatusOr<v1::GetEntriesResponse> page =
        ledger_->ReadEntries(next, range.end_index());
    if (!page.ok()) return Failed(page.status());
    for (const std::string& entry : page->entries()) {
      const absl::Status appended = tlog::AppendToBundle(entry, &bundle);
      if (!appended.ok()) return Refused(503, "an entry does not fit a bundle");
      ++next;
    }
  }
  return {200, kBytes, std::move(bundle)};
}

}  // namespace concordat::services
