// Power cuts in the middle of an erasure: afterwards the person is either not erased at all, and
// nobody was told otherwise, or erased and certified.
#include <memory>
#include <string>

#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "services/ledger/ledger_fixture.h"
#include "storage/testing/crash_env.h"

namespace concordat::services {
namespace {

constexpr int kPoints = 24;

class LedgerErasureCrashTest : public LedgerFixture, public ::testing::WithParamInterface<bool> {
 protected:
  void TearDown() override { ledger_.reset(); }

  // A new disk with one case and a request to erase it.
  void Begin() {
    ledger_.reset();
    disk_ = std::make_unique<storage::CrashEnv>();
    env_ = disk_->env();
    config_.set_data_dir("/data/log");
    if (GetParam()) config_.set_erasure_register_file("/apart/register");
    Reopen();
    ASSERT_FALSE(HasFatalFailure());
    const auto receipt = Refer(Referral(1));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    case_id_ = receipt->case_ids(0);
    const auto requested = RequestErasure(Police(), case_id_);
    ASSERT_TRUE(requested.ok()) << requested.status();
    request_ = requested->request_index();
  }

  void ExpectWhollyOrNotAtAll(bool answered) {
    int erasures = 0, certificates = 0;
    for (const v1::LogEntry& entry : Entries()) {
      erasures += entry.operation() == v1::ERASURE;
      certificates += entry.operation() == v1::ERASURE_CERTIFIED;
    }
    EXPECT_EQ(erasures, certificates);
    EXPECT_LE(erasures, 1);
    EXPECT_GE(erasures, answered ? 1 : 0);
    const auto page = Read(Coordinator(), case_id_, v1::MARAC_MEETING);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->events_size(), 1);
    EXPECT_EQ(page->events(0).has_event(), erasures == 0);
    const auto certificate = ApproveErasure(Coordinator(), request_);
    EXPECT_TRUE(certificate.ok()) << certificate.status();
    (erasures == 1 ? erased_ : kept_) += 1;
  }

  std::unique_ptr<storage::CrashEnv> disk_;
  std::string case_id_;
  uint64_t request_ = 0;
  int erased_ = 0, kept_ = 0;
};

TEST_P(LedgerErasureCrashTest, APowerCutAnywhereLeavesItWhollyErasedOrNotAtAll) {
  Begin();
  ASSERT_FALSE(HasFatalFailure());
  const uint64_t before = disk_->bytes_written();
  ASSERT_TRUE(ApproveErasure(Coordinator(), request_).ok());
  const uint64_t needed = disk_->bytes_written() - before;
  for (int point = 0; point <= kPoints; ++point) {
    // Closer together at the beginning, where the entry itself is written.
    const uint64_t bytes = 1 + needed * point * point / (kPoints * kPoints);
    SCOPED_TRACE(StrCat("power off after ", bytes, " bytes of ", needed));
    Begin();
    ASSERT_FALSE(HasFatalFailure());
    disk_->CrashAfterBytes(bytes);
    const bool answered = ApproveErasure(Coordinator(), request_).ok();
    disk_->Crash();
    ledger_.reset();
    disk_->Restart(point % 3 == 0 ? 0 : point % 3 == 1 ? 0.5 : 1);
    Reopen();
    ASSERT_FALSE(HasFatalFailure());
    ExpectWhollyOrNotAtAll(answered);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(erased_, 0);
  EXPECT_GT(kept_, 0);
}

TEST_P(LedgerErasureCrashTest, APowerCutWhileTheNextStartFinishesItIsFinishedByTheOneAfter) {
  Begin();
  ASSERT_FALSE(HasFatalFailure());
  // The write of the entry is through, the purge is not.
  disk_->CrashAfterBytes(6000);
  ApproveErasure(Coordinator(), request_).status().IgnoreError();
  disk_->Crash();
  ledger_.reset();
  disk_->Restart(1);
  for (uint64_t bytes = 500; bytes < 40000; bytes += 4000) {
    SCOPED_TRACE(StrCat("power off after ", bytes, " bytes"));
    disk_->CrashAfterBytes(bytes);
    Ledger::Open(config_, trust_.get(), &clock_, env_).status().IgnoreError();
    disk_->Crash();
    disk_->Restart(0.5);
  }
  Reopen();
  ASSERT_FALSE(HasFatalFailure());
  ExpectWhollyOrNotAtAll(false);
}

INSTANTIATE_TEST_SUITE_P(WithRegister, LedgerErasureCrashTest, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(WithoutRegister, LedgerErasureCrashTest, ::testing::Values(false));

}  // namespace
}  // namespace concordat::services
