#include "tools/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/files.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/entry_bundle.h"
#include "tlog/merkle.h"
#include "tools/exit_codes.h"
#include "tools/log_export_dir.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

class AuditTest : public testing::Test {
 protected:
  AuditTest() { std::filesystem::remove_all(dir_); }

  int Run(RunCommand command, const std::vector<std::string>& args) {
    out_.str("");
    err_.str("");
    return command(args, {out_, err_, Clock::Real()});
  }

  const std::string dir_ = testing::TempDir() + "/audit";
  std::ostringstream out_;
  std::ostringstream err_;
};

// Over an exported log of a recorded event, its disclosure and a refusal.
class AuditReportCommandTest : public AuditTest {
 protected:
  AuditReportCommandTest() {
    std::filesystem::create_directories(dir_);
    EXPECT_TRUE(WriteFileAtomically(dir_ + "/log.pub", log_.verifier().Encode() + "\n", 0644).ok());
    v1::LogEntry entry;
    entry.set_operation(v1::COLLECTION);
    entry.add_case_ids("case-1");
    entry.mutable_collected()->add_parts()->set_subject_id("subject-a");
    Add(entry);
    entry.Clear();
    entry.set_operation(v1::DISCLOSURE);
    entry.mutable_actor()->set_agency("idva");
    entry.mutable_disclosed()->add_recipients()->set_agency("idva");
    entry.mutable_disclosed()->add_controllers("police");
    entry.mutable_disclosed()->add_records()->set_leaf_index(0);
    Add(entry);
    entry.Clear();
    entry.set_operation(v1::DENIED);
    entry.mutable_refused()->set_method("/concordat.v1.Ledger/ReadCase");
    Add(entry);
    Export(entries_);
  }

  void Add(v1::LogEntry entry) {
    entry.set_index(entries_.size());
    entries_.push_back(entry.SerializeAsString());
    range_.Append(tlog::LeafHash(entries_.back()));
  }

  // The bundle, beside a checkpoint of the entries as they were added.
  void Export(const std::vector<std::string>& entries) {
    const LogExportDir dir(dir_ + "/log");
    std::string bundle;
    for (const std::string& entry : entries) ASSERT_TRUE(tlog::AppendToBundle(entry, &bundle).ok());
    ASSERT_TRUE(dir.WriteBundle(0, static_cast<uint32_t>(entries.size()), bundle).ok());
    ASSERT_TRUE(dir.WriteCheckpoint(
                       *log_.Sign(tlog::CheckpointText("log.test", range_.size(), range_.Root())))
                    .ok());
  }

  int Report(std::vector<std::string> question) {
    question.insert(question.end(), {"--export", dir_ + "/log", "--log-key", dir_ + "/log.pub"});
    return Run(RunAuditReport, question);
  }

  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  std::vector<std::string> entries_;
  tlog::CompactRange range_;
};

TEST_F(AuditReportCommandTest, WantsExactlyOneQuestion) {
  EXPECT_EQ(Report({}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("QUESTION: got 0, want one of --subject, "));
  EXPECT_EQ(Report({"--refusals", "--case", "case-1"}), kExitUsage);
  EXPECT_EQ(Report({"--refusals", "--from", "yesterday"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--from: got another form"));
  EXPECT_EQ(Run(RunAuditReport, {"--refusals"}), kExitUsage);
}

TEST_F(AuditReportCommandTest, ShowsNothingOfALogThatIsNotAsSigned) {
  std::vector<std::string> changed = entries_;
  v1::LogEntry entry;
  ASSERT_TRUE(entry.ParseFromString(changed[1]));
  entry.mutable_disclosed()->clear_recipients();
  changed[1] = entry.SerializeAsString();
  Export(changed);
  EXPECT_EQ(Report({"--refusals"}), kExitNotVerified);
  EXPECT_EQ(out_.str(), "");
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  ASSERT_TRUE(
      WriteFileAtomically(dir_ + "/log.pub", stranger.verifier().Encode() + "\n", 0644).ok());
  Export(entries_);
  EXPECT_EQ(Report({"--refusals"}), kExitNotVerified);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(AuditReportCommandTest, AnswersFromAProvenLog) {
  EXPECT_EQ(Report({"--subject", "subject-a"}), kExitOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("records: 0 of police"));
  EXPECT_THAT(out_.str(), HasSubstr("1 of 3 entries answer; all 3 are as log.test signed\n"));
  EXPECT_EQ(Report({"--recipient", "idva", "--json"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("{\"index\":1,"));
  EXPECT_EQ(Report({"--refusals", "--from", "1970-01-01T00:00:01Z"}), kExitOk);
  EXPECT_EQ(out_.str(), "0 of 3 entries answer; all 3 are as log.test signed\n");
  EXPECT_EQ(Report({"--refusals", "--to", "1970-01-01T00:00:01Z"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("method: /concordat.v1.Ledger/ReadCase"));
}

const std::vector<std::string>& NoServer() {
  static const auto& flags = *new std::vector<std::string>{
      "--server", "h:1",  "--server-id", "spiffe://a.test/agency/svc-ledger/ledger",
      "--cert",   "none", "--key",       "none",
      "--ca",     "none"};
  return flags;
}

std::vector<std::string> With(std::vector<std::string> args) {
  args.insert(args.end(), NoServer().begin(), NoServer().end());
  return args;
}

TEST_F(AuditTest, ASearchIsRefusedHereWhenItIsNone) {
  std::filesystem::create_directories(dir_);
  const std::string file = dir_ + "/person.json";
  ASSERT_TRUE(WriteFileAtomically(file, "{\"fullName\": \"Asha Example\"}", 0600).ok());
  EXPECT_EQ(Run(RunAuditFind, With({file, "--purpose", "verify-lawfulness"})), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("person: got nothing that anybody is found by"));
  EXPECT_EQ(err_.str().find("Asha"), std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(file, "{\"name\": \"Asha Example\"}", 0600).ok());
  EXPECT_EQ(Run(RunAuditFind, With({file, "--purpose", "verify-lawfulness"})), kExitUsage);
  EXPECT_EQ(err_.str().find("Asha"), std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(
                  file, "{\"fullName\": \"Asha Example\", \"dateOfBirth\": \"1990-01-31\"}", 0600)
                  .ok());
  EXPECT_EQ(Run(RunAuditFind, With({file, "--purpose", "law-enforcement"})), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("purpose: got LAW_ENFORCEMENT, want VERIFY_LAWFULNESS"));
  // What is right goes on to the connection.
  EXPECT_EQ(Run(RunAuditFind, With({file, "--purpose", "verify-lawfulness"})), kExitFailed);
}

TEST_F(AuditTest, AReplayIsRefusedHereWhenItMayNotBe) {
  EXPECT_EQ(Run(RunAuditReplay, With({"x", "--purpose", "self-monitoring"})), kExitUsage);
  EXPECT_EQ(Run(RunAuditReplay, With({"7", "--purpose", "self-monitoring", "--out", "f"})),
            kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("with_bytes: got true for SELF_MONITORING"));
  EXPECT_EQ(Run(RunAuditReplay, With({"7", "--purpose", "self-monitoring"})), kExitFailed);
}

TEST(CheckReplayTest, RefusesAnswersThatContradictThemselves) {
  const crypto::Digest digest = crypto::Sha256("bytes");
  v1::ReplayReleaseResponse replay;
  replay.set_verdict(v1::SAME_BYTES);
  replay.set_recorded_digest(std::string(crypto::AsBytes(digest)));
  EXPECT_EQ(CheckReplay(replay).code(), absl::StatusCode::kDataLoss);
  replay.set_replayed_digest(replay.recorded_digest());
  EXPECT_TRUE(CheckReplay(replay).ok());
  replay.set_released("bytes");
  EXPECT_TRUE(CheckReplay(replay).ok());
  replay.set_released("other");
  EXPECT_EQ(CheckReplay(replay).code(), absl::StatusCode::kDataLoss);
  replay.set_released("bytes");
  replay.set_verdict(v1::ERASED_SINCE);
  EXPECT_EQ(CheckReplay(replay).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace concordat::tools
