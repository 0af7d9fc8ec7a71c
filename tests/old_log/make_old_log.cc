// Makes an old log for old_log_test, with something of everything: make_old_log DIR, which must not
// exist. To be run once for each format, and the result kept for ever; see README.md.
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "base/check.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

class Maker : public LedgerFixture {
 public:
  void Make(const std::string& dir) {
    CONCORDAT_CHECK(mkdir(dir.c_str(), 0755) == 0);
    CONCORDAT_CHECK(mkdir(StrCat(dir, "/receipts").c_str(), 0755) == 0);
    dir_ = dir;
    SetUp();
    Live();
    const std::string verifier =
        ledger_->GetCheckpoint(Auditor(), v1::VERIFY_LAWFULNESS)->verifier_key();
    ledger_.reset();
    std::filesystem::copy(config_.data_dir(), dir + "/log",
                          std::filesystem::copy_options::recursive);
    for (const auto& [from, to] : {std::pair(config_.log_signing_key_file(), "/log-key"),
                                   {config_.key_encryption_key_file(), "/kek"},
                                   {config_.policy_file(), "/policy"}}) {
      CONCORDAT_CHECK(WriteFileAtomically(StrCat(dir, to), *ReadFile(from), 0644).ok());
    }
    CONCORDAT_CHECK(WriteFileAtomically(StrCat(dir, "/log.pub"), verifier + "\n", 0644).ok());
  }

 private:
  void TestBody() override {}

  void Keep(const absl::StatusOr<v1::Receipt>& receipt) {
    CONCORDAT_CHECK(receipt.ok());
    const std::string path = StrCat(dir_, "/receipts/", receipt->leaf_index());
    CONCORDAT_CHECK(WriteFileAtomically(path, receipt->SerializeAsString(), 0644).ok());
  }

  void Live() {
    const auto referral = Refer(Referral(1));
    Keep(referral);
    const std::string id = referral->case_ids(0);
    for (int n = 2; n < 8; ++n) Keep(PushIncident(Incident(n)));
    v1::CaseEvent revised = Incident(2);
    revised.set_revision(2);
    revised.mutable_incident()->set_initial_grade(v1::HIGH);
    Keep(PushIncident(revised));
    v1::CaseEvent correction = Incident(40);
    correction.mutable_correction()->set_corrects_reference("INC-3");
    correction.mutable_correction()->set_corrects_revision(1);
    Keep(PushIncident(correction));
    v1::CaseEvent more = Incident(41);
    v1::ExternalId& nhs = *more.mutable_persons(0)->add_external_ids();
    nhs.set_type(v1::NHS_NUMBER);
    nhs.set_value("9434765919");
    Keep(PushIncident(more));
    clock_.Advance(absl::Minutes(45));
    CONCORDAT_CHECK(Alerts(Idva())->alerts.size() > 3);
    Keep(Acknowledge(Idva(), {1, 2})->receipt());
    CONCORDAT_CHECK(Read(Idva(), id, v1::VICTIM_SUPPORT).ok());
    CONCORDAT_CHECK(Read(Drive(), id, v1::PERPETRATOR_MANAGEMENT).ok());
    CONCORDAT_CHECK(Read(Coordinator(), id, v1::MARAC_MEETING, 3).ok());
    CONCORDAT_CHECK(!Read(Police("cumbria-police"), id, v1::LAW_ENFORCEMENT).ok());
    Hold(id, true);
    Hold(id, false);
    Reopen();
    EraseAnotherCase();
    CONCORDAT_CHECK(Read(Police(), id, v1::LAW_ENFORCEMENT).ok());
  }

  void EraseAnotherCase() {
    v1::CaseEvent other = Referral(60);
    for (v1::Person& person : *other.mutable_persons()) {
      person.clear_external_ids();
      person.set_full_name(StrCat(person.full_name(), "-Other"));
    }
    const auto receipt = Refer(other);
    Keep(receipt);
    CONCORDAT_CHECK(Read(Idva(), receipt->case_ids(0), v1::VICTIM_SUPPORT).ok());
    const auto request = RequestErasure(Coordinator(), receipt->case_ids(0));
    CONCORDAT_CHECK(request.ok());
    CONCORDAT_CHECK(ApproveErasure(Idva(), request->request_index()).ok());
  }

  std::string dir_;
};

}  // namespace
}  // namespace concordat::services

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "make_old_log: got %d arguments, want the directory to make\n", argc - 1);
    return 2;
  }
  concordat::services::Maker().Make(argv[1]);
  return 0;
}
