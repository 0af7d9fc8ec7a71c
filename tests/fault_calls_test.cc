// A process whose file calls fail, one after the other: each system call of an append, and of an
// opening, fails with each error. Nothing that was acknowledged is lost, each refusal says why, and
// the process recovers by itself or ends.
#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "storage/testing/promises.h"
#include "storage/testing/test_log.h"
#include "tests/child_process.h"
#include "tests/test_paths.h"

namespace concordat::tests {
namespace {

using storage::AuditLog;
using storage::Committed;
using storage::Promises;

constexpr int kCallsMax = 2000;
// Where there are many calls each error is met by other ones.
constexpr int kStep = 6;
constexpr absl::Duration kTimeout = absl::Seconds(30);

// What the writer said.
struct Said {
  std::vector<std::pair<std::string, Committed>> acknowledged;
  std::vector<Committed> heads;
  std::vector<std::string> refusals;
  std::string last_words;  // Of a process that ended itself.
  bool done = false;
};

Committed ReadHead(const std::vector<std::string>& words, size_t at) {
  Committed head;
  EXPECT_EQ(words.size(), at + 2);
  EXPECT_TRUE(absl::SimpleAtoi(words[at], &head.tree_size.value));
  std::string checkpoint;
  EXPECT_TRUE(absl::Base64Unescape(words[at + 1], &checkpoint));
  head.checkpoint = checkpoint;
  return head;
}

Said ReadSaid(const std::string& output) {
  Said said;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(output, '\n', absl::SkipEmpty()))) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words[0] == "ack") {
      Committed committed = ReadHead(words, 3);
      EXPECT_TRUE(absl::SimpleAtoi(words[2], &committed.first.value));
      said.acknowledged.emplace_back(words[1], committed);
    } else if (words[0] == "head") {
      said.heads.push_back(ReadHead(words, 1));
    } else if (words[0] == "refused") {
      said.refusals.push_back(line);
    } else if (words[0] == "done") {
      said.done = true;
    } else {
      said.last_words = line;
    }
  }
  return said;
}

class FaultCallsTest : public ::testing::TestWithParam<std::string> {
 protected:
  // A closed log, copied for each run.
  struct OldLog {
    std::string data_dir;
    Promises promises;
  };

  // A write-ahead log to replay; after kSessionsToCompact also files to compact and delete, in the
  // background of whatever the writer does.
  static constexpr int kSessionsToCompact = 5;
  static std::unique_ptr<OldLog> MakeOldLog(int sessions) {
    const std::string data_dir = StrCat(NewDirectory("old"), "/data/");
    std::filesystem::create_directory(data_dir);
    auto old = std::make_unique<OldLog>(
        OldLog{data_dir, Promises(crypto::NoteSigner::Parse(Key())->verifier())});
    for (int session = 0; session < sessions; ++session) {
      ExpectKeptAndAlive(data_dir, StrCat("old-", session), old->promises);
    }
    return old;
  }

  // One run of the writer. How many calls failed.
  size_t RunWriter(const OldLog& old, const std::string& before, const std::string& fault) {
    const std::string directory = NewDirectory("log");
    const std::string data_dir = StrCat(directory, "/data/");
    std::filesystem::copy(old.data_dir, data_dir);
    const std::string fault_switch = StrCat(directory, "/fault");
    const std::string output = StrCat(directory, "/output");
    ChildProcess::Options options;
    options.arguments = {
        Runfile("tests/fault_writer"), data_dir, Key(), before, fault_switch, fault};
    options.output_file = output;
    options.environment = {StrCat("LD_PRELOAD=", Runfile("tests/libfault_calls.so")),
                           "FAULTS_UNDER=/data/", StrCat("FAULTS_SWITCH=", fault_switch)};
    const auto child = ChildProcess::Start(options);
    EXPECT_TRUE(child.ok()) << child.status();
    const absl::StatusOr<int> exit_code = (*child)->Wait(kTimeout);
    const std::string failed = ReadFile(StrCat(fault_switch, ".failed")).value_or("");
    SCOPED_TRACE(StrCat(fault, ": ", failed));
    EXPECT_TRUE(exit_code.ok()) << "got no end, want it to recover or to end";
    Judge(ReadSaid(ReadFile(output).value_or("")), exit_code.value_or(-1), data_dir, old.promises);
    const std::vector<std::string> calls = absl::StrSplit(failed, '\n', absl::SkipEmpty());
    for (const std::string& call : calls) calls_.insert(call.substr(0, call.find(' ')));
    std::filesystem::remove_all(directory);
    return calls.size();
  }

  static int Offset() { return GetParam() == "EIO" ? 0 : GetParam() == "ENOSPC" ? 2 : 4; }

  // The calls `begin`, `begin` + `step`, ... fail in turn, after those in `earlier`. Until there is
  // no such call.
  void Sweep(const OldLog& old, const std::string& before, const std::string& earlier, int begin,
             int step) {
    const size_t failures = earlier.empty() ? 1 : 2;
    int n = begin;
    for (; n < kCallsMax; n += step) {
      const std::string fault = StrCat(GetParam(), earlier, " ", n);
      if (RunWriter(old, before, fault) < failures) break;
      ASSERT_FALSE(HasFatalFailure() || HasNonfatalFailure());
    }
    std::string calls;
    for (const std::string& call : calls_) calls = StrCat(calls, " ", call);
    std::fprintf(stderr, "reached call %d; refused in %d runs; %d ended early; failed:%s\n", n,
                 refused_, ended_, calls.c_str());
    for (const std::string& assertion : assertions_) {
      std::fprintf(stderr, "  %s\n", assertion.c_str());
    }
    EXPECT_GT(refused_, 0);
  }

 private:
  void Judge(const Said& said, int exit_code, const std::string& data_dir, Promises promises) {
    for (const Committed& head : said.heads) promises.Seen(head);
    for (const auto& [name, committed] : said.acknowledged) promises.Acknowledged(name, committed);
    if (!said.refusals.empty()) ++refused_;
    for (const std::string& refusal : said.refusals) {
      EXPECT_TRUE(absl::StrContains(refusal, "log storage: ") ||
                  absl::StrContains(refusal, "data directory "))
          << refusal;
    }
    if (said.done) {
      EXPECT_EQ(exit_code, 0);
    } else {
      // RocksDB asserts some of what it asks the system.
      ++ended_;
      EXPECT_THAT(said.last_words, ::testing::HasSubstr("Assertion")) << "exit code " << exit_code;
      assertions_.insert(said.last_words);
    }
    ExpectKeptAndAlive(data_dir, "opened again", promises);
  }

  static void ExpectKeptAndAlive(const std::string& data_dir, const std::string& name,
                                 Promises& promises) {
    const auto log = AuditLog::Open({data_dir, *crypto::NoteSigner::Parse(Key()), &Clock::Real()});
    ASSERT_TRUE(log.ok()) << log.status();
    const absl::Status kept = promises.Check(**log);
    ASSERT_TRUE(kept.ok()) << kept;
    const auto answer = storage::Commit(**log, Promises::Operation(name));
    ASSERT_TRUE(answer.ok()) << answer.status();
    promises.Acknowledged(name, *answer);
  }

  static const std::string& Key() {
    static const std::string* const key = new std::string(
        crypto::NoteSigner::Generate("lancashire.concordat.test/log").EncodePrivate());
    return *key;
  }

  std::set<std::string> calls_;
  std::set<std::string> assertions_;
  int refused_ = 0;
  int ended_ = 0;
};

TEST_P(FaultCallsTest, EachOfAnAppend) { Sweep(*MakeOldLog(0), "append", "", 1, 1); }

// The append's write fails, and then a call of what the log does to recover.
TEST_P(FaultCallsTest, OfTheRecoveryFromAFailedAppend) {
  Sweep(*MakeOldLog(0), "append", " 1", 2 + Offset(), kStep);
}

TEST_P(FaultCallsTest, OfAnOpening) {
  Sweep(*MakeOldLog(kSessionsToCompact), "open", "", 1 + Offset(), kStep);
}

INSTANTIATE_TEST_SUITE_P(EachError, FaultCallsTest, ::testing::Values("EIO", "ENOSPC", "EROFS"),
                         [](const auto& error) { return error.param; });

}  // namespace
}  // namespace concordat::tests
