// What a release policy asks between agencies, above rows and fields: gateways, agreements.
#ifndef CONCORDAT_TOOLS_POLICY_SHARING_H_
#define CONCORDAT_TOOLS_POLICY_SHARING_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <vector>

#include "auth/policy.h"
#include "concordat/v1/policy.pb.h"
#include "tools/policy_book.h"

namespace concordat::tools {

// "2026-01-01T00:00:00Z", with as much of the second as there is.
std::string TimeText(const google::protobuf::Timestamp& time);

// "a-force, b-council for MARAC_MEETING from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z".
std::string AgreementText(const v1::Agreement& agreement);

// The section of the matrix.
std::string SharingMarkdown(const PolicyBook& book);

// A line for each purpose for which a gateway reaches every role of the view, with the senders, and
// one for each agreement. "" where neither is asked for.
std::string ExplainSharingText(const PolicyBook& book, const auth::ViewRoles& view);

// As PolicyDiff's lists. A gateway is compared by its decisions, an agreement by its id: one that
// covers less in any way and more in none is less, any other change of one is more.
struct SharingDiff {
  std::vector<std::string> more;
  std::vector<std::string> less;
  std::vector<std::string> other;
};
SharingDiff DiffSharing(const PolicyBook& before, const PolicyBook& after);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_SHARING_H_
