#include "auth/directory.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "auth/spiffe_id.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/signed_note.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

constexpr char kLancashire[] = "deploy/directory/lancashire.textproto";

v1::Agency MakeAgency(const std::string& id, v1::Role role) {
  v1::Agency agency;
  agency.set_id(id);
  agency.set_name("Example " + id);
  agency.set_role(role);
  agency.add_police_force_areas("E23000003");
  agency.add_workloads("desk");
  return agency;
}

v1::AgencyDirectory Small() {
  v1::AgencyDirectory file;
  file.set_version(1);
  file.set_trust_domain("td.test");
  *file.add_agencies() = MakeAgency("victims-b", v1::VICTIM_SERVICE);
  file.mutable_agencies(0)->add_local_authorities("E06000009");
  *file.add_agencies() = MakeAgency("police", v1::POLICE);
  *file.add_agencies() = MakeAgency("victims-a", v1::VICTIM_SERVICE);
  file.mutable_agencies(2)->add_local_authorities("E06000009");
  return file;
}

std::string KeyNamed(const std::string& name) {
  return crypto::NoteSigner::Generate(name).verifier().Encode();
}

std::string Refusal(const std::function<void(v1::AgencyDirectory*)>& damage) {
  v1::AgencyDirectory file = Small();
  damage(&file);
  const absl::Status status = Directory::Create(std::move(file)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

absl::Status Resolving(const Directory& directory, const std::string& uri) {
  return directory.Resolve(*SpiffeId::Parse(uri)).status();
}

std::vector<std::string> Ids(const std::vector<const v1::Agency*>& agencies) {
  std::vector<std::string> ids;
  for (const v1::Agency* agency : agencies) ids.push_back(agency->id());
  return ids;
}

TEST(DirectoryTest, TakesAnAgencysOwnConfirmationKey) {
  v1::AgencyDirectory file = Small();
  const std::string key = KeyNamed(ConfirmationKeyName("td.test", "police"));
  file.mutable_agencies(1)->set_confirmation_key(key);
  const auto directory = Directory::Create(file);
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ(directory->Find("police")->confirmation_key(), key);
}

TEST(DirectoryTest, RefusesWhatIsMalformedNamingTheField) {
  const std::string at = "directory.agencies[1]";
  const struct {
    std::string field;
    std::function<void(v1::AgencyDirectory*)> damage;
  } cases[] = {
      {"directory.version", [](auto* f) { f->clear_version(); }},
      {"directory.trust_domain", [](auto* f) { f->set_trust_domain("TD.test"); }},
      {"directory.agencies", [](auto* f) { f->clear_agencies(); }},
      {at + ".id", [](auto* f) { f->mutable_agencies(1)->clear_id(); }},
      {at + ".id", [](auto* f) { f->mutable_agencies(1)->set_id("Police"); }},
      {at + ".id", [](auto* f) { f->mutable_agencies(1)->set_id(std::string(41, 'a')); }},
      {at + ".id", [](auto* f) { f->mutable_agencies(1)->set_id("victims-b"); }},
      {at + ".name", [](auto* f) { f->mutable_agencies(1)->clear_name(); }},
      {at + ".role", [](auto* f) { f->mutable_agencies(1)->clear_role(); }},
      {at + ".role", [](auto* f) { f->mutable_agencies(1)->set_role(static_cast<v1::Role>(99)); }},
      {at + ".confirmation_key",
       [](auto* f) { f->mutable_agencies(1)->set_confirmation_key("no key"); }},
      {at + ".confirmation_key",
       [](auto* f) {
         f->mutable_agencies(1)->set_confirmation_key(KeyNamed("td.test/agency/victims-a"));
       }},
      {at + ".confirmation_key",
       [](auto* f) {
         f->mutable_agencies(1)->set_confirmation_key(KeyNamed("other.test/agency/police"));
       }},
      {at + ".confirmation_key",
       [](auto* f) {
         f->mutable_agencies(1)->set_confirmation_key(KeyNamed("td.test/agency/police") + "\n");
       }},
      {at + ".police_force_areas[0]",
       [](auto* f) { f->mutable_agencies(1)->set_police_force_areas(0, "E06000009"); }},
      {at + ".police_force_areas[0]",
       [](auto* f) { f->mutable_agencies(1)->set_police_force_areas(0, "E2300003"); }},
      {at + ".local_authorities[0]",
       [](auto* f) { f->mutable_agencies(1)->add_local_authorities("E23000003"); }},
      {at + ".local_authorities[0]",
       [](auto* f) { f->mutable_agencies(1)->add_local_authorities("E0600000x"); }},
      {at + ".practitioner_issuer",
       [](auto* f) { f->mutable_agencies(1)->set_practitioner_issuer(std::string(257, 'x')); }},
      {at + ".practitioner_issuer",
       [](auto* f) {
         f->mutable_agencies(1)->set_practitioner_issuer("https://issuer.test");
         f->mutable_agencies(1)->set_role_service(true);
       }},
      {at + ".workloads", [](auto* f) { f->mutable_agencies(1)->clear_workloads(); }},
      {at + ".workloads[0]", [](auto* f) { f->mutable_agencies(1)->set_workloads(0, "desk/two"); }},
      {at + ".workloads[1]", [](auto* f) { f->mutable_agencies(1)->add_workloads("desk"); }},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Refusal(c.damage).find(c.field + ": got "), 0u) << c.field;
  }
}

TEST(DirectoryTest, RefusesAnOfficersWorkloadThatIsNoneOfTheAgencysOrStandsTwice) {
  const std::string field = "directory.agencies[1].officer_workloads";
  EXPECT_EQ(Refusal([](auto* f) { f->mutable_agencies(1)->add_officer_workloads("other"); }),
            field + "[0]: got other, want one of the agency's workloads");
  EXPECT_EQ(Refusal([](auto* f) {
              f->mutable_agencies(1)->add_officer_workloads("desk");
              f->mutable_agencies(1)->add_officer_workloads("desk");
            }),
            field + "[1]: got desk, want each workload once");
}

TEST(DirectoryTest, RefusesAnOverseerThatIsItselfOrNobodyWhoCouldReadAWarning) {
  const auto overseen_by = [](const std::string& over, const auto& damage) {
    return Refusal([&](v1::AgencyDirectory* file) {
      for (v1::Agency& agency : *file->mutable_agencies()) agency.add_officer_workloads("desk");
      file->mutable_agencies(1)->set_overseen_by(over);
      damage(file);
    });
  };
  const auto want = [](const std::string& got) {
    return "directory.agencies[1].overseen_by: got " + got +
           ", want another agency that can act and has officer_workloads";
  };
  EXPECT_EQ(overseen_by("police", [](auto*) {}), want("police"));
  EXPECT_EQ(overseen_by("nobody", [](auto*) {}), want("nobody"));
  EXPECT_EQ(
      overseen_by("victims-a", [](auto* f) { f->mutable_agencies(2)->clear_officer_workloads(); }),
      want("victims-a"));
  EXPECT_EQ(overseen_by("victims-a", [](auto* f) { f->mutable_agencies(2)->set_suspended(true); }),
            want("victims-a"));
  EXPECT_EQ(
      overseen_by("victims-a", [](auto* f) { f->mutable_agencies(2)->set_role_service(true); }),
      want("victims-a"));
  v1::AgencyDirectory file = Small();
  file.mutable_agencies(2)->add_officer_workloads("desk");
  file.mutable_agencies(1)->set_overseen_by("victims-a");
  const auto directory = Directory::Create(file);
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ(directory->Find("police")->overseen_by(), "victims-a");
}

TEST(DirectoryTest, RefusesAnAuthorityThatIsNoneOrStandsTwiceAndAnAgencyWithoutOneAmongOthers) {
  const std::string id(64, 'a');
  const auto all_with = [&](v1::AgencyDirectory* file) {
    for (v1::Agency& agency : *file->mutable_agencies()) agency.add_certificate_authorities(id);
  };
  const std::string field = "directory.agencies[1].certificate_authorities";
  for (const std::string& bad : {std::string(), std::string(63, 'a'), std::string(65, 'a'),
                                 std::string(64, 'A'), std::string(64, 'g')}) {
    EXPECT_EQ(Refusal([&](auto* file) {
                all_with(file);
                file->mutable_agencies(1)->add_certificate_authorities(bad);
              }),
              field + "[1]: got " + bad + ", want 64 of 0-9 and a-f");
  }
  EXPECT_EQ(Refusal([&](auto* file) {
              all_with(file);
              file->mutable_agencies(1)->add_certificate_authorities(id);
            }),
            field + "[1]: got " + id + ", want each authority once");
  EXPECT_EQ(Refusal([&](auto* file) {
              all_with(file);
              file->mutable_agencies(1)->clear_certificate_authorities();
            }),
            field + ": got none, want at least one, as another agency names one");
  v1::AgencyDirectory file = Small();
  EXPECT_FALSE(Directory::Create(file)->names_authorities());
  all_with(&file);
  EXPECT_TRUE(Directory::Create(file)->names_authorities());
}

TEST(DirectoryTest, RefusesACallerWithTheSameWordsWhateverTheReason) {
  v1::AgencyDirectory file = Small();
  *file.add_agencies() = MakeAgency("suspended", v1::POLICE);
  file.mutable_agencies(3)->set_suspended(true);
  const Directory directory = *Directory::Create(file);
  const absl::Status unknown = Resolving(directory, "spiffe://td.test/agency/nobody/desk");
  EXPECT_EQ(unknown.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Resolving(directory, "spiffe://td.test/agency/suspended/desk"), unknown);
  EXPECT_EQ(Resolving(directory, "spiffe://other.test/agency/police/desk"), unknown);
  EXPECT_EQ(Resolving(directory, "spiffe://td.test/agency/police/other"), unknown);
}

TEST(DirectoryTest, ResolvesAnAgencysOwnWorkload) {
  const Directory directory = *Directory::Create(Small());
  const auto agency = directory.Resolve(*SpiffeId::Parse("spiffe://td.test/agency/police/desk"));
  ASSERT_TRUE(agency.ok()) << agency.status();
  EXPECT_EQ((*agency)->role(), v1::POLICE);
}

TEST(DirectoryTest, RoutesToEveryVictimServiceOfALocalAuthorityInOrderOfId) {
  const Directory directory = *Directory::Create(Small());
  EXPECT_EQ(Ids(directory.VictimServicesFor("E06000009")),
            (std::vector<std::string>{"victims-a", "victims-b"}));
  EXPECT_TRUE(directory.VictimServicesFor("E06000008").empty());
  EXPECT_TRUE(directory.VictimServicesFor("").empty());
}

TEST(DirectoryTest, RoutesNothingToSuspendedAgenciesRoleServicesOrOtherRoles) {
  v1::AgencyDirectory file = Small();
  file.mutable_agencies(0)->set_suspended(true);
  file.mutable_agencies(2)->set_role_service(true);
  file.mutable_agencies(1)->add_local_authorities("E06000009");
  const Directory directory = *Directory::Create(file);
  EXPECT_TRUE(directory.VictimServicesFor("E06000009").empty());
  EXPECT_TRUE(directory.WithRole(v1::VICTIM_SERVICE, "E23000003").empty());
  EXPECT_EQ(Ids(directory.WithRole(v1::POLICE, "E23000003")), std::vector<std::string>{"police"});
  EXPECT_TRUE(directory.WithRole(v1::POLICE, "E23000002").empty());
}

TEST(DirectoryTest, PointersOutliveAMove) {
  Directory first = *Directory::Create(Small());
  const v1::Agency* police = first.Find("police");
  const Directory second = std::move(first);
  EXPECT_EQ(second.Find("police"), police);
  EXPECT_EQ(second.Find("polic"), nullptr);
  EXPECT_EQ(second.Find("zzz"), nullptr);
}

TEST(DirectoryTest, LancashireHasEveryRoleAndEachRoleService) {
  const auto directory = Directory::Load(kLancashire);
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ(directory->trust_domain(), "lancashire.concordat.test");
  for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
    EXPECT_EQ(directory->WithRole(static_cast<v1::Role>(role), "E23000003").size(), 1u) << role;
  }
  EXPECT_EQ(Ids(directory->VictimServicesFor("E06000009")),
            std::vector<std::string>{"fcwa-victim-service"});
  const std::pair<std::string, v1::Role> services[] = {
      {"police", v1::POLICE},           {"social", v1::CHILDRENS_SOCIAL_CARE},
      {"marac", v1::MARAC_COORDINATOR}, {"victim", v1::VICTIM_SERVICE},
      {"ledger", v1::AUDITOR},
  };
  for (const auto& [name, role] : services) {
    const auto agency = directory->Resolve(
        *SpiffeId::Parse("spiffe://lancashire.concordat.test/agency/svc-" + name + "/" + name));
    ASSERT_TRUE(agency.ok()) << name;
    EXPECT_TRUE((*agency)->role_service()) << name;
    EXPECT_EQ((*agency)->role(), role) << name;
  }
  EXPECT_EQ(directory->Find("cumbria-police")->police_force_areas(0), "E23000002");
}

}  // namespace
}  // namespace concordat::auth
