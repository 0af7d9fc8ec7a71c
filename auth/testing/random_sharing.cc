#include "auth/testing/random_sharing.h"

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/str_cat.h"
#include "base/timestamps.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::auth::testing {
namespace {

const std::vector<std::string> kAgencies = {"a-force", "b-council", "c-charity", "d-trust",
                                            "e-landlord"};
constexpr int kEdges = 6;
const absl::Time kFirstEdge = absl::FromUnixSeconds(1700000000);

v1::Role AnyRole(Random* random) {
  return static_cast<v1::Role>(random->Between(v1::Role_MIN + 1, v1::Role_MAX));
}
v1::Purpose AnyPurpose(Random* random) {
  return static_cast<v1::Purpose>(random->Between(v1::Purpose_MIN + 1, v1::Purpose_MAX));
}

// What the law allows anybody for the purpose.
v1::LegalGateway GatewayFor(v1::Purpose purpose, Random* random) {
  if (purpose >= v1::VERIFY_LAWFULNESS && purpose <= v1::CRIMINAL_PROCEEDINGS) {
    return v1::DATA_PROTECTION_ACT_2018_S62;
  }
  if (purpose == v1::INFORMATION_RIGHTS) return v1::DATA_PROTECTION_ACT_2018_S47;
  return random->Pick<v1::LegalGateway>({v1::COMMON_LAW_POLICING, v1::CHILDREN_ACT_1989_S47});
}

void AddSome(Random* random, google::protobuf::RepeatedField<int>* roles) {
  const int percent = random->Pick<int>({20, 60, 90});
  for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) {
    if (random->Chance(percent)) roles->Add(r);
  }
  if (roles->empty()) roles->Add(AnyRole(random));
  random->Shuffle(roles);
}

void AddGateways(Random* random, v1::ReleasePolicy* policy) {
  std::set<std::tuple<int, int, int>> had;  // Gateway, recipient, purpose.
  const auto add = [&](v1::LegalGateway gateway, v1::Role recipient, v1::Purpose purpose) {
    if (!had.insert({gateway, recipient, purpose}).second) return;
    v1::GatewayRule& rule = *policy->add_gateways();
    rule.set_gateway(gateway);
    AddSome(random, rule.mutable_senders());
    rule.add_recipients(recipient);
    rule.add_purposes(purpose);
  };
  for (const v1::RoleRule& role : policy->roles()) {
    for (const v1::PurposeRule& purpose : role.purposes()) {
      add(purpose.gateway(), role.role(), purpose.purpose());
    }
  }
  // Also to roles that have the purpose only behind another one.
  for (int more = random->Between(1, 150); more > 0; --more) {
    const v1::Purpose purpose = AnyPurpose(random);
    add(GatewayFor(purpose, random), AnyRole(random), purpose);
  }
  random->Shuffle(policy->mutable_gateways());
}

void AddAgreements(Random* random, v1::ReleasePolicy* policy) {
  policy->set_agreements_required(true);
  for (int count = random->Between(1, 8); count > 0; --count) {
    v1::Agreement& agreement = *policy->add_agreements();
    agreement.set_id(StrCat("random-", policy->agreements_size()));
    for (const std::string& agency : kAgencies) {
      if (random->Chance(60)) agreement.add_agencies(agency);
    }
    while (agreement.agencies_size() < 2) {
      agreement.add_agencies(StrCat("other-", agreement.agencies_size()));
    }
    random->Shuffle(agreement.mutable_agencies());
    for (int p = v1::Purpose_MIN + 1; p <= v1::Purpose_MAX; ++p) {
      if (random->Chance(70)) agreement.add_purposes(static_cast<v1::Purpose>(p));
    }
    if (agreement.purposes().empty()) agreement.add_purposes(AnyPurpose(random));
    random->Shuffle(agreement.mutable_purposes());
    const int from = random->Below(kEdges - 1);
    *agreement.mutable_valid_from() = ToTimestamp(kFirstEdge + absl::Hours(from));
    *agreement.mutable_valid_until() =
        ToTimestamp(kFirstEdge + absl::Hours(random->Between(from + 1, kEdges - 1)));
  }
}

}  // namespace

void AddSharing(Random* random, v1::ReleasePolicy* policy) {
  if (random->Chance(50)) AddGateways(random, policy);
  if (random->Chance(50)) AddAgreements(random, policy);
}

absl::Time RandomEdge(Random* random) {
  return kFirstEdge + absl::Hours(random->Below(kEdges)) +
         absl::Nanoseconds(random->Between(-1, 1));
}

ReferenceSharing RandomSharing(Random* random) {
  const auto agency = [&] { return random->Chance(95) ? random->Pick(kAgencies) : std::string(); };
  ReferenceSharing sharing;
  sharing.source_agency = agency();
  sharing.reader_agency = agency();
  sharing.source_role = random->Chance(95)
                            ? AnyRole(random)
                            : static_cast<v1::Role>(random->Pick<int>({-1, 0, v1::Role_MAX + 1}));
  sharing.purpose = random->Chance(95)
                        ? AnyPurpose(random)
                        : static_cast<v1::Purpose>(random->Pick<int>({-1, 0, v1::Purpose_MAX + 1}));
  sharing.decided_at = random->Chance(95) ? RandomEdge(random) : absl::InfinitePast();
  return sharing;
}

}  // namespace concordat::auth::testing
