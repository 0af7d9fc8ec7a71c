// Each call to the file system fails once, in turn, until a run needs fewer calls than that:
// whatever fails and whatever is lost with the power afterwards, the log keeps its promises.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/clock.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "storage/audit_log.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/promises.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

using Mode = FileFaults::Mode;

constexpr char kDirectory[] = "/log";
constexpr uint64_t kCallsMax = 5000;

const std::string& Key() {
  static const std::string* const key = new std::string(
      crypto::NoteSigner::Generate("lancashire.concordat.test/log").EncodePrivate());
  return *key;
}

absl::StatusOr<std::unique_ptr<AuditLog>> Open(CrashEnv& env) {
  return AuditLog::Open({kDirectory, *crypto::NoteSigner::Parse(Key()), &Clock::Real(), env.env()});
}

// A log as several sessions leave it: a write-ahead log to replay, and files that the next opening
// compacts and deletes.
void MakeOldLog(CrashEnv& env, Promises& promises) {
  for (int session = 0; session < 5; ++session) {
    const auto log = Open(env);
    ASSERT_TRUE(log.ok()) << log.status();
    for (int i = 0; i < 3; ++i) {
      const std::string name = StrCat("old-", session, "-", i);
      const auto answer = Commit(**log, Promises::Operation(name));
      ASSERT_TRUE(answer.ok()) << answer.status();
      promises.Acknowledged(name, *answer);
    }
  }
}

void CopyFiles(CrashEnv& from, CrashEnv& to) {
  ASSERT_TRUE(to.env()->CreateDirIfMissing(kDirectory).ok());
  std::vector<std::string> names;
  ASSERT_TRUE(from.env()->GetChildren(kDirectory, &names).ok());
  for (const std::string& name : names) {
    if (name == "LOCK" || name == "concordat.lock") continue;
    const std::string path = StrCat(kDirectory, "/", name);
    std::string bytes;
    ASSERT_TRUE(rocksdb::ReadFileToString(from.env(), path, &bytes).ok()) << path;
    ASSERT_TRUE(rocksdb::WriteStringToFile(to.env(), bytes, path, /*should_sync=*/true).ok());
  }
  std::unique_ptr<rocksdb::Directory> directory;
  ASSERT_TRUE(to.env()->NewDirectory(kDirectory, &directory).ok());
  ASSERT_TRUE(directory->Fsync().ok());
}

// One run: opens, appends, and goes on in spite of what fails.
class Session {
 public:
  Session(CrashEnv& env, Promises& promises) : env_(env), promises_(promises) {}

  // As a service that is started again if it can't start.
  void Run() {
    for (int i = 0; i < 2 && log_ == nullptr; ++i) {
      auto opened = Open(env_);
      if (opened.ok()) {
        log_ = *std::move(opened);
      } else {
        ExpectClear(opened.status());
      }
    }
    if (log_ == nullptr) return;
    promises_.Seen(log_->Head());
    for (int i = 0; i < 3; ++i) Append(i);
  }

  // The last operation was answered with success.
  bool works() const { return works_; }
  void Close() { log_.reset(); }

 private:
  // Tries again under another name, since the first may be there although it was not answered.
  void Append(int operation) {
    works_ = false;
    for (int attempt = 0; attempt < 4 && !works_; ++attempt) {
      const std::string name = StrCat("new-", operation, "-", attempt);
      const auto answer = Commit(*log_, Promises::Operation(name));
      promises_.Seen(log_->Head());
      works_ = answer.ok();
      if (answer.ok()) {
        promises_.Acknowledged(name, *answer);
      } else {
        ExpectClear(answer.status());
      }
    }
  }

  // Says what failed. One of RocksDB's checks at opening makes its own words of it.
  static void ExpectClear(const absl::Status& status) {
    EXPECT_TRUE(absl::StrContains(status.message(), "this call was to fail") ||
                absl::StrContains(status.message(), "got a failure of its files") ||
                absl::StrContains(status.message(), "Direct I/O is not supported"))
        << status;
  }

  CrashEnv& env_;
  Promises& promises_;
  std::unique_ptr<AuditLog> log_;
  bool works_ = false;
};

void ExpectKeptAndAlive(CrashEnv& env, Promises& promises) {
  const auto log = Open(env);
  ASSERT_TRUE(log.ok()) << log.status();
  const absl::Status kept = promises.Check(**log);
  ASSERT_TRUE(kept.ok()) << kept;
  const auto answer = Commit(**log, Promises::Operation("after"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  promises.Acknowledged("after", *answer);
  const absl::Status kept_still = promises.Check(**log);
  ASSERT_TRUE(kept_still.ok()) << kept_still;
}

// What happens to the power after a run: nothing, or it is cut and this share of the unsynced bytes
// stays.
enum class Power { kStays, kCutWithNothing, kCutWithHalf, kCutWithAll };
constexpr double kKept[] = {1, 0, 0.5, 1};

struct Way {
  Mode mode;
  std::optional<Power> power;  // nullopt: by turns, from call to call.
  uint64_t step;               // Fails each call, or each so manieth.
};

std::vector<Way> Ways() {
#ifdef CONCORDAT_SWEEP_EVERY_WAY
  std::vector<Way> ways;
  for (const Mode mode : {Mode::kOnce, Mode::kOnceButDone, Mode::kFromThenOn}) {
    for (const Power power :
         {Power::kStays, Power::kCutWithNothing, Power::kCutWithHalf, Power::kCutWithAll}) {
      ways.push_back({mode, power, 1});
    }
  }
  return ways;
#else
  return {{Mode::kOnce, std::nullopt, 1},
          {Mode::kOnceButDone, std::nullopt, 7},
          {Mode::kFromThenOn, std::nullopt, 7}};
#endif
}

class CrashSweepTest : public ::testing::TestWithParam<Way> {
 protected:
  // Until a run makes fewer calls than `n`.
  void Sweep(CrashEnv* old_log, const Promises& promised) {
    uint64_t n = 1;
    int failed = 0;
    for (; n < kCallsMax && FailNth(n, old_log, promised); n += GetParam().step) {
      ASSERT_FALSE(HasFatalFailure() || HasNonfatalFailure());
      ++failed;
    }
    ASSERT_LT(n, kCallsMax);
    ASSERT_GT(n, 100u);
    std::fprintf(stderr, "reached call %d; %d of them failed\n", static_cast<int>(n), failed);
  }

 private:
  // False when there was no nth call.
  bool FailNth(uint64_t n, CrashEnv* old_log, const Promises& promised) {
    const Mode mode = GetParam().mode;
    const Power power = GetParam().power.value_or(static_cast<Power>(n % 4));
    Promises promises(promised);
    CrashEnv env;
    if (old_log != nullptr) CopyFiles(*old_log, env);
    env.faults().FailNth(n, mode);
    Session session(env, promises);
    session.Run();
    const std::string failed = env.faults().failed();
    SCOPED_TRACE(StrCat("call ", n, ": ", failed));
    if (mode != Mode::kFromThenOn || failed.empty()) {
      EXPECT_TRUE(session.works()) << "want it to recover from one failure by itself";
    }
    if (power != Power::kStays) env.Crash();
    session.Close();
    env.faults().Stop();
    if (power != Power::kStays) env.Restart(kKept[static_cast<int>(power)]);
    ExpectKeptAndAlive(env, promises);
    return !failed.empty();
  }
};

TEST_P(CrashSweepTest, FromTheFirstOpening) {
  Sweep(nullptr, Promises(crypto::NoteSigner::Parse(Key())->verifier()));
}

TEST_P(CrashSweepTest, FromTheRecoveryOfAnOldLog) {
  CrashEnv old_log;
  Promises promises(crypto::NoteSigner::Parse(Key())->verifier());
  MakeOldLog(old_log, promises);
  Sweep(&old_log, promises);
}

std::string WayName(const ::testing::TestParamInfo<Way>& way) {
  constexpr std::string_view kModes[] = {"Once", "OnceButDone", "FromThenOn"};
  constexpr std::string_view kPowers[] = {"PowerStays", "CutWithNothing", "CutWithHalf",
                                          "CutWithAll"};
  const std::optional<Power> power = way.param.power;
  return StrCat(kModes[static_cast<int>(way.param.mode)],
                power.has_value() ? kPowers[static_cast<int>(*power)] : "");
}

INSTANTIATE_TEST_SUITE_P(EachWay, CrashSweepTest, ::testing::ValuesIn(Ways()), WayName);

}  // namespace
}  // namespace concordat::storage
