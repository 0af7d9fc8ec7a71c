#include "services/ledger/ledger.h"

namespace concordat::services {

void Ledger::ReadNotices(const Caller&, const v1::ReadNoticesRequest&,
                         Done<v1::ReadNoticesResponse> done) {
  done(absl::UnimplementedError("ReadNotices: got a call, want a later build"));
}

void Ledger::AcknowledgeNotices(const Caller&, const v1::AcknowledgeNoticesRequest&,
                                Done<v1::Receipt> done) {
  done(absl::UnimplementedError("AcknowledgeNotices: got a call, want a later build"));
}

void Ledger::ListReadings(const Caller&, const v1::ListReadingsRequest&,
                          Done<v1::ListReadingsResponse> done) {
  done(absl::UnimplementedError("ListReadings: got a call, want a later build"));
}

}  // namespace concordat::services
