// Erasure as agencies do it: real processes, by Governance beside Marac and by the command line.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/governance.pb.h"
#include "tests/concordat_command.h"
#include "tests/exchange_fixture.h"
#include "tests/log_audit.h"
#include "tests/test_paths.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;

class ErasureTest : public ExchangeFixture {
 protected:
  ErasureTest() : dir_(NewDirectory("erasure")), log_key_(StrCat(dir_, "/log.pub")) {
    EXPECT_TRUE(WriteFileAtomically(log_key_, cluster().log_verifier().Encode() + "\n", 0600).ok());
  }

  // The command line, with this agency's certificate when one is named.
  static Ended Concordat(std::vector<std::string> arguments, const std::string& agency = "") {
    if (!agency.empty()) {
      for (std::string& flag : ConnectionTo(cluster(), "marac", agency)) {
        arguments.push_back(std::move(flag));
      }
    }
    return RunConcordat(std::move(arguments));
  }

  Ended Request(const std::string& case_id, const std::string& agency = kPolice) {
    return Concordat(
        {"erase", "request", case_id, "--reason", "court-order", "--authority", "DPO/2026/7"},
        agency);
  }

  static Ended Replay(const std::string& entry) {
    std::vector<std::string> arguments = {"audit", "replay", entry, "--purpose",
                                          "verify-lawfulness"};
    for (std::string& flag : ConnectionTo(cluster(), "ledger", "log-auditor")) {
      arguments.push_back(std::move(flag));
    }
    return RunConcordat(std::move(arguments));
  }

  // The number in "requested: 4711; ...".
  static std::string NumberIn(const std::string& output) {
    const size_t begin = output.find("requested: ") + 11;
    return output.substr(begin, output.find(';', begin) - begin);
  }

  const std::string dir_;
  const std::string log_key_;
};

TEST_F(ErasureTest, WhoIsNoPartyIsToldOfNoCaseAndOneAgencyAloneErasesNothing) {
  const std::string case_id = OpenCase(1, "erase-1");
  const Ended stranger = Request(case_id, kOtherPolice);
  const Ended none = Request("case-none", kOtherPolice);
  EXPECT_NE(stranger.exit_code, 0);
  EXPECT_EQ(stranger.output, none.output);
  const Ended requested = Request(case_id);
  ASSERT_EQ(requested.exit_code, 0) << requested.output;
  const std::string out = StrCat(dir_, "/own.destroyed");
  const Ended own = Concordat(
      {"erase", "approve", NumberIn(requested.output), "--out", out, "--log-key", log_key_},
      kPolice);
  EXPECT_NE(own.exit_code, 0);
  EXPECT_THAT(own.output, HasSubstr("own agency"));
  EXPECT_FALSE(ReadFile(out).ok());
  const auto pages = History(kCoordinator, case_id);
  ASSERT_TRUE(pages.ok()) << pages.status();
  EXPECT_TRUE(Events(*pages)[0].has_event());
}

TEST_F(ErasureTest, TwoAgenciesEraseACaseAndHoldTheProof) {
  const std::string case_id = OpenCase(2, "erase-2");
  const auto incident = PoliceReports(Incident(2, "erase-2", 5));
  ASSERT_TRUE(incident.ok()) << incident.status();
  const Ended requested = Request(case_id);
  ASSERT_EQ(requested.exit_code, 0) << requested.output;
  const std::string out = StrCat(dir_, "/case.destroyed");
  const Ended approved = Concordat(
      {"erase", "approve", NumberIn(requested.output), "--out", out, "--log-key", log_key_},
      kCoordinator);
  ASSERT_EQ(approved.exit_code, 0) << approved.output;
  EXPECT_THAT(approved.output, HasSubstr("nothing of it found"));
  const Ended checked = Concordat({"erase", "check", out, "--log-key", log_key_});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr(case_id));

  const auto pages = History(kCoordinator, case_id);
  ASSERT_TRUE(pages.ok()) << pages.status();
  const std::vector<v1::ReleasedEvent> seen = Events(*pages);
  ASSERT_EQ(seen.size(), 2u);
  for (const v1::ReleasedEvent& event : seen) {
    EXPECT_FALSE(event.has_event());
    ASSERT_EQ(event.markers_size(), 1);
    EXPECT_EQ(event.markers(0).reason(), v1::ERASED);
  }
  const auto hidden = History(kDrive, case_id);
  ASSERT_TRUE(hidden.ok()) << hidden.status();
  EXPECT_TRUE(Events(*hidden).empty());

  // The log and the receipts from before are what they were; a retry gets its receipt.
  const auto entries = ReadEntries(cluster());
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_TRUE(
      VerifyReceiptAgainst(*entries, RootsOf(*entries), cluster().log_verifier(), *incident).ok());
  const auto retried = PoliceReports(Incident(2, "erase-2", 5));
  ASSERT_TRUE(retried.ok()) << retried.status();
  EXPECT_EQ(retried->SerializeAsString(), incident->SerializeAsString());
  const Ended verified =
      Concordat({"verify", "--data-dir", cluster().data_dir(), "--log-key", log_key_});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;

  ASSERT_TRUE(cluster().Restart("ledger").ok());
  const auto after = History(kCoordinator, case_id);
  ASSERT_TRUE(after.ok()) << after.status();
  for (const v1::ReleasedEvent& event : Events(*after)) EXPECT_FALSE(event.has_event());
}

TEST_F(ErasureTest, AReleaseIsShownToItsRecipientAloneAndReplayedUntilItIsErased) {
  const std::string case_id = OpenCase(6, "erase-6");
  const auto pages = History(kCoordinator, case_id);
  ASSERT_TRUE(pages.ok()) << pages.status();
  const std::string entry = StrCat((*pages)[0].disclosure_index());
  const auto show = [&](const std::string& agency, const std::string& purpose,
                        const std::string& index) {
    return Concordat({"release", "show", index, "--purpose", purpose, "--log-key", log_key_},
                     agency);
  };
  const Ended stranger = show(kIdva, "victim-support", entry);
  EXPECT_NE(stranger.exit_code, 0);
  EXPECT_EQ(stranger.output, show(kIdva, "victim-support", "1000000").output);
  const Ended shown = show(kCoordinator, "marac-meeting", entry);
  EXPECT_EQ(shown.exit_code, 0) << shown.output;
  EXPECT_THAT(shown.output, HasSubstr(kCoordinator));

  EXPECT_EQ(Replay(entry).exit_code, 0);
  const Ended requested = Request(case_id);
  ASSERT_EQ(requested.exit_code, 0) << requested.output;
  const Ended approved = Concordat({"erase", "approve", NumberIn(requested.output), "--out",
                                    StrCat(dir_, "/replayed.destroyed"), "--log-key", log_key_},
                                   kCoordinator);
  ASSERT_EQ(approved.exit_code, 0) << approved.output;
  const Ended erased = Replay(entry);
  EXPECT_EQ(erased.exit_code, 5) << erased.output;
  EXPECT_THAT(erased.output, HasSubstr("can no longer be shown"));
}

TEST_F(ErasureTest, GovernanceGivesTheCertificateAndNewEventsMakeANewCase) {
  const std::string case_id = OpenCase(3, "erase-3");
  v1::RequestErasureRequest request;
  request.set_purpose(v1::INFORMATION_RIGHTS);
  request.set_case_id(case_id);
  request.set_reason(v1::SUBJECT_REQUEST);
  request.set_authority_reference("DPO/2026/8");
  const auto police = v1::Governance::NewStub(cluster().Channel("marac", kPolice));
  const auto requested = Call(*police, &v1::Governance::Stub::RequestErasure, request);
  ASSERT_TRUE(requested.ok()) << requested.status();
  EXPECT_TRUE(VerifyReceipt(cluster().log_verifier(), requested->receipt()).ok());
  v1::ApproveErasureRequest approval;
  approval.set_purpose(v1::INFORMATION_RIGHTS);
  approval.set_request_index(requested->request_index());
  const auto idva = v1::Governance::NewStub(cluster().Channel("marac", kIdva));
  const auto certificate = Call(*idva, &v1::Governance::Stub::ApproveErasure, approval);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_TRUE(VerifyReceipt(cluster().log_verifier(), certificate->erasure_receipt()).ok());
  EXPECT_TRUE(VerifyReceipt(cluster().log_verifier(), certificate->certificate_receipt()).ok());
  const auto again = Call(*idva, &v1::Governance::Stub::ApproveErasure, approval);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), certificate->SerializeAsString());
  EXPECT_NE(OpenCase(3, "erase-3-again"), case_id);
}

}  // namespace
}  // namespace concordat::tests
