// A real Ledger in a temporary directory, with the real policy and the example directory, called
// directly.
#ifndef CONCORDAT_SERVICES_LEDGER_LEDGER_FIXTURE_H_
#define CONCORDAT_SERVICES_LEDGER_LEDGER_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "auth/trust.h"
#include "base/fake_clock.h"
#include "concordat/v1/config.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "gtest/gtest.h"
#include "services/common/caller.h"
#include "services/ledger/ledger.h"

namespace concordat::services {

class LedgerFixture : public ::testing::Test {
 protected:
  void SetUp() override;
  // Closes and opens again, as a restart does.
  void Reopen();

  // In force from here on, with what `change` makes of it.
  void ChangeDirectory(const std::function<void(v1::Agency&)>& change);
  const auth::Directory& directory() const { return trust_->directory(); }
  // As if `agency` called through the role service `via` (empty: directly).
  Caller CallerFrom(const std::string& agency, const std::string& via) const;
  // Through the role service that fits the agency's role.
  Caller Police(const std::string& agency = "lancashire-police") const {
    return CallerFrom(agency, "svc-police");
  }
  Caller Coordinator() const { return CallerFrom("lancashire-marac", "svc-marac"); }
  Caller Idva() const { return CallerFrom("fcwa-victim-service", "svc-victim"); }
  Caller Drive() const { return CallerFrom("drive-lancashire", "svc-marac"); }
  Caller SocialCare() const { return CallerFrom("blackpool-childrens-services", "svc-social"); }

  // Each waits for the answer.
  absl::StatusOr<v1::Receipt> Push(const Caller& caller, const v1::CaseEvent& event,
                                   v1::Purpose purpose);
  absl::StatusOr<v1::Receipt> PushIncident(const v1::CaseEvent& event) {
    return Push(Police(), event, v1::LAW_ENFORCEMENT);
  }
  absl::StatusOr<v1::Receipt> Refer(const v1::CaseEvent& event) {
    return Push(Coordinator(), event, v1::MARAC_MEETING);
  }
  absl::StatusOr<v1::CasePage> Read(const Caller& caller, const std::string& case_id,
                                    v1::Purpose purpose, uint32_t page_size = 0,
                                    const std::string& token = "");
  absl::StatusOr<AlertBatch> Alerts(const Caller& caller, uint64_t after = 0, bool woken = false);
  absl::StatusOr<v1::AcknowledgeAlertsResponse> Acknowledge(const Caller& caller,
                                                            std::vector<uint64_t> sequences);
  // Any other call, answered.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(void (Ledger::*act)(const Caller&, const Request&,
                                                   Ledger::Done<Response>),
                               const Caller& caller, const Request& request) {
    absl::StatusOr<Response> answer;
    absl::Notification given;
    (ledger_.get()->*act)(caller, request, [&](absl::StatusOr<Response> result) {
      answer = std::move(result);
      given.Notify();
    });
    given.WaitForNotification();
    return answer;
  }
  // Whose workload is the data protection officer's: "dpo".
  Caller Officer(const Caller& desk) const;
  // What the role acts for, of the purposes that the policy gives it.
  static v1::Purpose PurposeOf(const Caller& caller);
  absl::StatusOr<v1::CasePage> ReadAs(const Caller& caller, const std::string& case_id) {
    return Read(caller, case_id, PurposeOf(caller));
  }
  absl::StatusOr<v1::ReadNoticesResponse> Notices(const Caller& caller,
                                                  v1::Desk desk = v1::CASEWORK);
  // Those of one kind, as they were raised.
  std::vector<v1::ReadNoticesResponse::Item> NoticesOf(v1::NoticeKind kind, const Caller& caller,
                                                       v1::Desk desk = v1::CASEWORK);
  absl::StatusOr<v1::Receipt> AcknowledgeNotices(const Caller& caller,
                                                 std::vector<uint64_t> sequences,
                                                 v1::Desk desk = v1::CASEWORK);
  Caller Auditor() const { return CallerFrom("log-auditor", ""); }
  // Of the whole case, or of one person.
  absl::StatusOr<v1::RequestErasureResponse> RequestErasure(const Caller& caller,
                                                            const std::string& case_id,
                                                            const v1::Person* person = nullptr);
  absl::StatusOr<v1::DestructionCertificate> ApproveErasure(const Caller& caller, uint64_t request);
  // For the caller's purpose.
  absl::Status SealAgainst(const std::string& agency, const Caller& by, const std::string& case_id);
  // Set or lifted by a police force.
  void Hold(const std::string& case_id, bool held, const std::string& police = "lancashire-police");
  std::vector<v1::LogEntry> Entries() const;

  // Plainly synthetic events of one pair; `n` makes the source reference unique.
  static v1::CaseEvent Incident(int n);
  static v1::CaseEvent Referral(int n);
  static v1::Person Victim();
  static v1::Person Perpetrator();

  // Of fcwa-victim-service, whose confirmation key the directory holds.
  std::unique_ptr<crypto::NoteSigner> confirmer_;
  rocksdb::Env* env_ = nullptr;  // The ledger's; the operating system's when null.
  FakeClock clock_{absl::FromUnixSeconds(1700000000)};
  std::unique_ptr<auth::Trust> trust_;
  v1::LedgerConfig config_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_LEDGER_FIXTURE_H_
