#include "tests/exchange_fixture.h"

#include <utility>

namespace concordat::tests {

namespace {

void AddOtherVictimService(v1::AgencyDirectory* directory) {
  v1::Agency& agency = *directory->add_agencies();
  agency.set_id(kOtherIdva);
  agency.set_name("Example Victim Service of Lancaster");
  agency.set_role(v1::VICTIM_SERVICE);
  agency.add_police_force_areas("E23000003");
  agency.add_local_authorities("E07000121");
  agency.add_workloads("desk");
}

}  // namespace

std::unique_ptr<Cluster> ExchangeFixture::cluster_;

void ExchangeFixture::SetUpTestSuite() {
  Cluster::Options options;
  options.edit_directory = AddOtherVictimService;
  absl::StatusOr<std::unique_ptr<Cluster>> cluster = Cluster::Start(std::move(options));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  cluster_ = *std::move(cluster);
}

void ExchangeFixture::TearDownTestSuite() { cluster_.reset(); }

absl::StatusOr<v1::Receipt> ExchangeFixture::PoliceReports(const v1::PushRequest& push,
                                                           const std::string& agency) {
  const auto stub = cluster().Stub<v1::Police>(agency);
  return Call(*stub, &v1::Police::Stub::NotifyIncident, push);
}

absl::StatusOr<v1::Receipt> ExchangeFixture::SocialCareRecords(const v1::PushRequest& push) {
  const auto stub = cluster().Stub<v1::Social>(kChildrensCare);
  return Call(*stub, &v1::Social::Stub::RecordContact, push);
}

absl::StatusOr<v1::Receipt> ExchangeFixture::VictimServiceRecords(const v1::PushRequest& push) {
  const auto stub = cluster().Stub<v1::Victim>(kIdva);
  return Call(*stub, &v1::Victim::Stub::RecordLiaisonContact, push);
}

absl::StatusOr<v1::Receipt> ExchangeFixture::Refers(const v1::PushRequest& push,
                                                    const std::string& agency) {
  const auto stub = cluster().Stub<v1::Marac>(agency);
  return Call(*stub, &v1::Marac::Stub::ReferCase, push);
}

std::string ExchangeFixture::OpenCase(int n, const std::string& reference) {
  v1::PushRequest push = Referral(n, reference, 0);
  v1::MaracReferral& referral = *push.mutable_event()->mutable_marac_referral();
  referral.add_invited_agencies(kChildrensCare);
  referral.add_invited_agencies(kIdva);
  referral.add_invited_agencies(kDrive);
  const absl::StatusOr<v1::Receipt> receipt = Refers(push);
  EXPECT_TRUE(receipt.ok()) << receipt.status();
  if (!receipt.ok()) return "";
  EXPECT_EQ(receipt->case_ids_size(), 1);
  return receipt->case_ids(0);
}

absl::StatusOr<std::vector<v1::CasePage>> ExchangeFixture::History(const std::string& agency,
                                                                   const std::string& case_id,
                                                                   uint32_t page_size) {
  if (agency == kPolice || agency == kOtherPolice) {
    const auto stub = cluster().Stub<v1::Police>(agency);
    return ReadAll(*stub, &v1::Police::Stub::ReadCase,
                   ReadRequest(case_id, v1::LAW_ENFORCEMENT, page_size));
  }
  if (agency == kChildrensCare) {
    const auto stub = cluster().Stub<v1::Social>(agency);
    return ReadAll(*stub, &v1::Social::Stub::ReadCase,
                   ReadRequest(case_id, v1::CHILD_SAFEGUARDING, page_size));
  }
  if (agency == kIdva) {
    const auto stub = cluster().Stub<v1::Victim>(agency);
    return ReadAll(*stub, &v1::Victim::Stub::ReadCase,
                   ReadRequest(case_id, v1::VICTIM_SUPPORT, page_size));
  }
  const v1::Purpose purpose = agency == kDrive     ? v1::PERPETRATOR_MANAGEMENT
                              : agency == kHousing ? v1::HOUSING_SAFETY
                                                   : v1::MARAC_MEETING;
  const auto stub = cluster().Stub<v1::Marac>(agency);
  return ReadAll(*stub, &v1::Marac::Stub::PullCaseHistory,
                 ReadRequest(case_id, purpose, page_size));
}

std::vector<v1::ReleasedEvent> ExchangeFixture::Events(const std::vector<v1::CasePage>& pages) {
  std::vector<v1::ReleasedEvent> events;
  for (const v1::CasePage& page : pages) {
    events.insert(events.end(), page.events().begin(), page.events().end());
  }
  return events;
}

}  // namespace concordat::tests
