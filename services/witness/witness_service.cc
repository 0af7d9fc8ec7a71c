#include "services/witness/witness_service.h"

#include <utility>

#include "base/str_cat.h"
#include "services/common/certified_peer.h"

namespace concordat::services {
namespace {

constexpr char kText[] = "text/plain";

}  // namespace

HttpResponse WitnessService::Handle(const HttpRequest& request) const {
  const auto peer = CertifiedPeerOf(request.client_certificate_pem, *trust_, clock_->Now());
  if (!peer.ok()) return {403, kText, StrCat(ToStd(peer.status().message()), "\n")};
  if (request.path != "/add-checkpoint") return {404, kText, "path: want /add-checkpoint\n"};
  if (request.method != "POST") return {405, kText, "method: want POST\n"};
  WitnessAnswer answer = witness_->AddCheckpoint(request.body);
  return {answer.status, std::move(answer.content_type), std::move(answer.body)};
}

}  // namespace concordat::services
