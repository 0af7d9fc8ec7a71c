// Erasure, seen by a reader: the log stays, what was erased is gone, and says so where that betrays
// nothing.
#include "services/ledger/release_view.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "services/ledger/sealed_event.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::services {
namespace {

constexpr char kCase[] = "case-test";

class ReleaseViewTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto policy = auth::PolicyEngine::Load("deploy/policy/release-policy.textproto");
    ASSERT_TRUE(policy.ok()) << policy.status();
    policy_ = std::make_unique<auth::PolicyEngine>(*std::move(policy));
    v1::CaseEvent event;
    event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
    event.mutable_incident()->set_incident_number("LC-TEST-1");
    Add(v1::VICTIM, "Asha Example", &event);
    Add(v1::PERPETRATOR, "Bram Specimen", &event);
    const auto committed = log_.Commit([&](storage::Transaction& transaction) -> absl::Status {
      for (const char* subject : {kCase, "subject-v", "subject-p"}) {
        const absl::Status made = vault_->CreateSubject(transaction, subject);
        if (!made.ok()) return made;
      }
      v1::LogEntry entry;
      entry.mutable_actor()->set_agency("lancashire-police");
      entry.mutable_collected()->set_type(v1::INCIDENT_EVENT);
      entry.mutable_collected()->set_source_class(event.source_class());
      auto parts = SealEvent(*vault_, transaction, transaction.NextIndex(), event, kCase,
                             {"subject-v", "subject-p"});
      if (!parts.ok()) return parts.status();
      for (v1::SealedPart& part : *parts) {
        *entry.mutable_collected()->add_parts() = std::move(part);
      }
      transaction.AppendEntry(std::move(entry));
      return absl::OkStatus();
    });
    ASSERT_TRUE(committed.ok()) << committed.status();
  }

  static void Add(v1::Capacity capacity, const std::string& name, v1::CaseEvent* event) {
    v1::Person& person = *event->add_persons();
    person.set_capacity(capacity);
    person.set_full_name(name);
  }

  void Erase(const std::string& subject) {
    const auto committed = log_.Commit([&](storage::Transaction& transaction) {
      transaction.Delete(storage::Family::kKeys, storage::SubjectKey(subject));
      return absl::OkStatus();
    });
    ASSERT_TRUE(committed.ok()) << committed.status();
  }

  absl::StatusOr<std::optional<ReleasedView>> See(v1::Role role) {
    // A vault of its own: what was opened before must not be what answers.
    const auto vault = NewVault();
    const ReleaseView view(vault.get(), policy_.get(),
                           [this](LeafIndex index) { return log_.log().ReadEntry(index); });
    return view.Of(*log_.log().Snapshot(), v1::CaseRecord(), {{{role}}, "a-reader"}, LeafIndex{0});
  }

  static std::unique_ptr<storage::Vault> NewVault() {
    return *storage::Vault::Create(crypto::SecretBytes::CopyOf(std::string(32, 'k')));
  }

  storage::TestLog log_;
  std::unique_ptr<storage::Vault> vault_ = NewVault();
  std::unique_ptr<auth::PolicyEngine> policy_;
};

TEST_F(ReleaseViewTest, ShowsEverybodyBeforeErasure) {
  const auto view = See(v1::VICTIM_SERVICE);
  ASSERT_TRUE(view.ok()) << view.status();
  ASSERT_TRUE(view->has_value());
  EXPECT_EQ((*view)->event.event().persons_size(), 2);
}

TEST_F(ReleaseViewTest, ErasedPersonIsGoneAndCountedAndTheRestStays) {
  Erase("subject-v");
  const auto view = See(v1::VICTIM_SERVICE);
  ASSERT_TRUE(view.ok()) << view.status();
  const v1::ReleasedEvent& event = (*view)->event;
  ASSERT_EQ(event.event().persons_size(), 1);
  EXPECT_EQ(event.event().persons(0).full_name(), "Bram Specimen");
  EXPECT_EQ(event.event().incident().incident_number(), "LC-TEST-1");
  EXPECT_EQ(event.SerializeAsString().find("Asha"), std::string::npos);
  const v1::Marker& marker = event.markers(event.markers_size() - 1);
  EXPECT_EQ(marker.reason(), v1::ERASED);
  EXPECT_EQ(marker.field_count(), 1u);
}

TEST_F(ReleaseViewTest, PerpetratorFacingReaderIsNotToldOfAnErasure) {
  Erase("subject-v");
  const auto view = See(v1::DRIVE_CASE_MANAGER);
  ASSERT_TRUE(view.ok()) << view.status();
  for (const v1::Marker& marker : (*view)->event.markers()) EXPECT_NE(marker.reason(), v1::ERASED);
}

TEST_F(ReleaseViewTest, ErasedCaseShowsOnlyThatItWas) {
  Erase(kCase);
  const auto view = See(v1::VICTIM_SERVICE);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_FALSE((*view)->event.has_event());
  ASSERT_EQ((*view)->event.markers_size(), 1);
  EXPECT_EQ((*view)->event.markers(0).reason(), v1::ERASED);
}

TEST_F(ReleaseViewTest, PerpetratorFacingReaderIsNotToldOfAnErasedCaseEither) {
  Erase(kCase);
  const auto view = See(v1::DRIVE_CASE_MANAGER);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_FALSE(view->has_value());
}

TEST_F(ReleaseViewTest, ReleasesNothingOfACiphertextThatWasChanged) {
  const auto committed = log_.Commit([&](storage::Transaction& transaction) {
    transaction.Put(storage::Family::kSealed, storage::SealedKey(LeafIndex{0}, 1), "changed");
    return absl::OkStatus();
  });
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_EQ(See(v1::VICTIM_SERVICE).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReleaseViewTest, ConcealsARowThatTheRoleMayNotSee) {
  const auto view = See(v1::EVALUATOR);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_FALSE(view->has_value());
}

}  // namespace
}  // namespace concordat::services
