#include "services/ledger/ledger.h"

namespace concordat::services {

void Ledger::BreakGlass(const Caller&, const v1::BreakGlassRequest&, Done<v1::AccessGrant> done) {
  done(absl::UnimplementedError("BreakGlass: got a call, want a later build"));
}

void Ledger::ReviewBreakGlass(const Caller&, const v1::ReviewBreakGlassRequest&,
                              Done<v1::Receipt> done) {
  done(absl::UnimplementedError("ReviewBreakGlass: got a call, want a later build"));
}

void Ledger::RequestApproval(const Caller&, const v1::RequestApprovalRequest&,
                             Done<v1::RequestApprovalResponse> done) {
  done(absl::UnimplementedError("RequestApproval: got a call, want a later build"));
}

void Ledger::GiveApproval(const Caller&, const v1::GiveApprovalRequest&,
                          Done<v1::AccessGrant> done) {
  done(absl::UnimplementedError("GiveApproval: got a call, want a later build"));
}

}  // namespace concordat::services
