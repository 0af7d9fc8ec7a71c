#include "storage/testing/test_log.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/status_macros.h"

namespace concordat::storage {
namespace {

absl::Time StartTime() {
  return absl::FromCivil(absl::CivilDay(2025, 11, 24), absl::UTCTimeZone());
}

crypto::NoteSigner SignerFrom(std::string_view key) {
  absl::StatusOr<crypto::NoteSigner> signer = crypto::NoteSigner::Parse(key);
  CONCORDAT_CHECK(signer.ok());
  return *std::move(signer);
}

}  // namespace

v1::LogEntry TestEntry(std::string_view agency) {
  v1::LogEntry entry;
  entry.set_operation(v1::LOGIN);
  entry.mutable_actor()->set_agency(std::string(agency));
  return entry;
}

absl::StatusOr<Committed> Commit(AuditLog& log, Apply apply) {
  absl::StatusOr<Committed> result = absl::UnknownError("not answered");
  absl::Notification answered;
  log.Submit(std::move(apply), [&](absl::StatusOr<Committed> answer) {
    result = std::move(answer);
    answered.Notify();
  });
  answered.WaitForNotification();
  return result;
}

TestLog::TestLog()
    : clock_(StartTime()),
      signer_key_(crypto::NoteSigner::Generate("lancashire.concordat.test/log").EncodePrivate()),
      verifier_(SignerFrom(signer_key_).verifier()) {
  CONCORDAT_CHECK(Open().ok());
}

TestLog::~TestLog() = default;

absl::Status TestLog::Open() {
  CONCORDAT_CHECK(log_ == nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(
      log_, AuditLog::Open({data_dir_, SignerFrom(signer_key_), &clock_, env_.env()}));
  return absl::OkStatus();
}

absl::StatusOr<Committed> TestLog::Append(int count) {
  return Commit([count](Transaction& transaction) {
    for (int i = 0; i < count; ++i) transaction.AppendEntry(TestEntry("police"));
    return absl::OkStatus();
  });
}

}  // namespace concordat::storage
