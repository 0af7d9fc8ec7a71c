#include "tools/push_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <sstream>
#include <vector>

#include "base/fake_clock.h"
#include "base/files.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

// Answers each item as `answer` says, `delay` items later; ends the stream after `lost_after`.
class FakeTransport : public PushTransport {
 public:
  using Answer = std::function<v1::PushResult(const v1::PushRequest&)>;

  FakeTransport(Answer answer, OnResult on_result, size_t delay, size_t lost_after)
      : answer_(std::move(answer)),
        on_result_(std::move(on_result)),
        delay_(delay),
        lost_after_(lost_after) {}

  absl::Status Send(const v1::PushRequest& request) override {
    if (sent_ == lost_after_) return absl::UnavailableError("the stream has ended");
    ++sent_;
    waiting_.push_back(answer_(request));
    if (waiting_.size() > delay_) AnswerOne();
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (sent_ == lost_after_) return absl::UnavailableError("connection reset");
    while (!waiting_.empty()) AnswerOne();
    return absl::OkStatus();
  }

 private:
  void AnswerOne() {
    on_result_(waiting_.front());
    waiting_.pop_front();
  }

  const Answer answer_;
  const OnResult on_result_;
  const size_t delay_;
  const size_t lost_after_;
  size_t sent_ = 0;
  std::deque<v1::PushResult> waiting_;
};

v1::PushResult Receipt(const v1::PushRequest& request) {
  v1::PushResult result;
  result.set_item(request.item());
  result.mutable_receipt()->set_leaf_index(100 + request.item());
  return result;
}

v1::PushResult Error(const v1::PushRequest& request, absl::StatusCode code, std::string message) {
  v1::PushResult result;
  result.set_item(request.item());
  result.mutable_error()->set_code(static_cast<int>(code));
  result.mutable_error()->set_message(message);
  return result;
}

class PushRunTest : public testing::Test {
 protected:
  PushRunTest()
      : receipts_(testing::TempDir() + "/receipts.jsonl"),
        rejects_(testing::TempDir() + "/rejects.jsonl") {
    remove(receipts_.c_str());
    remove(rejects_.c_str());
    report_ = *PushReport::Open(receipts_, rejects_);
  }

  PushRun::Outcome Run(const std::string& text, FakeTransport::Answer answer, size_t delay = 2,
                       size_t lost_after = 1000, uint64_t from_line = 1) {
    std::istringstream in(text);
    LineReader lines(&in);
    PushRun run({v1::LAW_ENFORCEMENT, from_line, nullptr}, &lines, report_.get(), &clock_);
    return run.Run([&](PushTransport::OnResult on_result) {
      return std::make_unique<FakeTransport>(answer, std::move(on_result), delay, lost_after);
    });
  }

  std::string receipts_;
  std::string rejects_;
  FakeClock clock_{absl::FromUnixSeconds(1709200800)};
  std::unique_ptr<PushReport> report_;
};

constexpr char kFourLines[] =
    "{\"sourceSystem\":\"a\"}\n{broken\n\n{\"sourceSystem\":\"b\"}\n"
    "{\"sourceSystem\":\"c\"}\n";

TEST_F(PushRunTest, ABrokenLineIsRejectedAndTheRestGoesOn) {
  const auto outcome = Run(kFourLines, Receipt);
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.lines, 4u);
  EXPECT_EQ(report_->accepted(), 3u);
  EXPECT_EQ(report_->rejected(), 1u);
  const std::string rejects = *ReadFile(rejects_);
  EXPECT_THAT(rejects, HasSubstr("{\"line\":2,\"code\":\"INVALID_ARGUMENT\",\"field\":\"line\""));
  EXPECT_THAT(rejects, HasSubstr("\"text\":\"{broken\"}\n"));
  EXPECT_THAT(*ReadFile(receipts_), HasSubstr("{\"line\":5,\"sentAt\":\"2024-02-29T10:00:00."));
}

TEST_F(PushRunTest, ARefusedLineIsRejectedWithFieldGotAndWant) {
  const auto outcome = Run(kFourLines, [](const v1::PushRequest& request) {
    if (request.item() != 4) return Receipt(request);
    return Error(request, absl::StatusCode::kInvalidArgument,
                 "event.persons[1].full_name: got an empty string, want 1 to 200 characters");
  });
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_THAT(
      *ReadFile(rejects_),
      HasSubstr("{\"line\":4,\"code\":\"INVALID_ARGUMENT\",\"field\":\"event.persons[1]."
                "full_name\",\"got\":\"an empty string\",\"want\":\"1 to 200 characters\""));
  EXPECT_EQ(report_->reasons().count("event.persons[].full_name: want 1 to 200 characters"), 1u);
}

TEST_F(PushRunTest, RefusalsThatDifferInADigestAloneAreCountedTogether) {
  Run("{}\n{}\n", [](const v1::PushRequest& request) {
    return Error(request, absl::StatusCode::kAlreadyExists,
                 StrCat("event: got x, want ", std::string(64, request.item() == 1 ? 'a' : 'b'),
                        " as first received"));
  });
  ASSERT_EQ(report_->reasons().size(), 1u);
  EXPECT_EQ(report_->reasons().begin()->first, "event: want ... as first received");
}

TEST_F(PushRunTest, ALostConnectionNamesTheFirstUnansweredLine) {
  const auto outcome = Run(kFourLines, Receipt, /*delay=*/1, /*lost_after=*/2);
  EXPECT_EQ(outcome.status.message(), "connection reset");
  EXPECT_EQ(outcome.go_on_from_line, 4u);  // 1 was answered, 2 rejected here, 4 sent unanswered.
  EXPECT_EQ(report_->accepted(), 1u);
}

TEST_F(PushRunTest, AConnectionLostAtOnceGoesOnFromTheFirstLine) {
  const auto outcome = Run(kFourLines, Receipt, 0, /*lost_after=*/0);
  EXPECT_FALSE(outcome.status.ok());
  EXPECT_EQ(outcome.go_on_from_line, 1u);
}

TEST_F(PushRunTest, AFullServerStopsTheRunWithoutRejectingTheLine) {
  const auto outcome = Run(kFourLines, [](const v1::PushRequest& request) {
    if (request.item() != 4) return Receipt(request);
    return Error(request, absl::StatusCode::kResourceExhausted, "log storage: got no space left");
  });
  EXPECT_EQ(outcome.status.message(), "log storage: got no space left");
  EXPECT_EQ(outcome.go_on_from_line, 4u);
  EXPECT_EQ(report_->rejected(), 1u);
}

TEST_F(PushRunTest, AnEventThatIsTooMuchByItselfIsRejected) {
  const auto outcome = Run("{}\n", [](const v1::PushRequest& request) {
    return Error(request, absl::StatusCode::kResourceExhausted,
                 "event.persons: got 900 matching cases, want at most 64");
  });
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(report_->rejected(), 1u);
}

TEST_F(PushRunTest, AResultForALineThatWasNotSentStopsTheRun) {
  const auto outcome = Run("{}\n{}\n", [](const v1::PushRequest& request) {
    v1::PushResult result = Receipt(request);
    result.set_item(77);
    return result;
  });
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(outcome.go_on_from_line, 1u);
}

TEST_F(PushRunTest, GoesOnFromTheLineGiven) {
  const auto outcome = Run(kFourLines, Receipt, 2, 1000, /*from_line=*/4);
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_EQ(report_->accepted(), 2u);
  EXPECT_EQ(report_->rejected(), 0u);
}

TEST_F(PushRunTest, CountsTheSameReceiptAgainAsARepeat) {
  const auto outcome = Run("{}\n{}\n{}\n", [](const v1::PushRequest& request) {
    v1::PushResult result = Receipt(request);
    result.mutable_receipt()->set_leaf_index(5);
    return result;
  });
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_EQ(report_->accepted(), 3u);
  EXPECT_EQ(report_->repeated(), 2u);
}

TEST(SplitFieldErrorTest, TakesApartOnlyFieldErrors) {
  EXPECT_EQ(SplitFieldError("a.b: got x, y, want z").got, "x, y");
  EXPECT_EQ(SplitFieldError("a.b: got x, y, want z").want, "z");
  EXPECT_EQ(SplitFieldError("something else").field, "");
  EXPECT_EQ(SplitFieldError(", want x: got ").field, "");
}

}  // namespace
}  // namespace concordat::tools
