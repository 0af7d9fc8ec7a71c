// What deciding a release costs, beside copying and writing the same event: figures as ratios,
// since machines differ. By default seven rounds whose order is mixed; Google Benchmark's flags
// hold.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "auth/config_file.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "auth/release_context.h"
#include "auth/sharing_terms.h"
#include "auth/testing/allocations.h"
#include "auth/testing/sharing_policy.h"
#include "base/check.h"
#include "base/str_cat.h"
#include "concordat/v1/event.pb.h"
#include "tests/synthetic.h"

namespace concordat {
namespace {

using auth::PolicyEngine;
using auth::testing::Allocations;

constexpr char kPolicy[] = "deploy/policy/release-policy.textproto";
// The most that an event may hold.
constexpr int kPersonsMax = 32;
constexpr int kAnswersMax = 64;

const PolicyEngine& Engine() {
  static const auto* const engine = [] {
    auto loaded = PolicyEngine::Load(kPolicy);
    CONCORDAT_CHECK(loaded.ok());
    return new PolicyEngine(*std::move(loaded));
  }();
  return *engine;
}

// With gateways, and 64 agreements, of which each agency has its part.
const PolicyEngine& SharingEngine() {
  static const auto* const engine = [] {
    v1::ReleasePolicy policy;
    CONCORDAT_CHECK(auth::ReadTextproto(kPolicy, &policy).ok());
    auth::testing::AddGateways({v1::POLICE}, &policy);
    for (int i = 0; i < 64; ++i) {
      auth::testing::AddAgreement(StrCat("isa-", i), {"a-force", "b-council", StrCat("other-", i)},
                                  i < 63 ? v1::LAW_ENFORCEMENT : v1::MARAC_MEETING, tests::At(0),
                                  tests::At(60), &policy);
    }
    auto compiled = PolicyEngine::Compile(policy);
    CONCORDAT_CHECK(compiled.ok());
    return new PolicyEngine(*std::move(compiled));
  }();
  return *engine;
}

struct Sample {
  std::string name;
  v1::EventType type;
  v1::CaseEvent event;
};

v1::CaseEvent Large() {
  v1::CaseEvent event = tests::Incident(0, "LC-1", 0).event();
  for (int n = 1; event.persons_size() + 3 <= kPersonsMax; ++n) {
    *event.add_persons() = tests::Victim(n);
    *event.add_persons() = tests::Perpetrator(n);
    *event.add_persons() = tests::Child(n);
  }
  v1::RiskAssessment& assessment = *event.mutable_risk_assessment();
  assessment.set_tool(v1::RiskAssessment::DASH_RIC);
  assessment.set_grade(v1::HIGH);
  for (int i = 0; i < kAnswersMax; ++i) {
    v1::RiskAssessment::Answer& answer = *assessment.add_answers();
    answer.set_question_id(StrCat("q", i));
    answer.set_value(v1::RiskAssessment::YES);
    answer.set_note("A note about the answer (synthetic).");
  }
  return event;
}

const std::vector<Sample>& Samples() {
  static const auto* const samples =
      new std::vector<Sample>{{"small", v1::INCIDENT_EVENT, tests::Incident(0, "LC-1", 0).event()},
                              {"large", v1::RISK_ASSESSMENT_EVENT, Large()}};
  return *samples;
}

struct Reader {
  std::string name;
  auth::ViewRoles view;
};

// The second and third are the perpetrator's side: R7 excludes.
const std::vector<Reader>& Readers() {
  static const auto* const readers = new std::vector<Reader>{
      {"police", {{v1::POLICE}}},
      {"probation_r7", {{v1::PROBATION}}},
      {"victim_service_and_drive_r7", {{v1::VICTIM_SERVICE, v1::DRIVE_CASE_MANAGER}}}};
  return *readers;
}

auth::ReleaseContext ContextOf(const Reader& reader, const Sample& sample) {
  auth::ReleaseContext context;
  context.view = reader.view;
  context.type = sample.type;
  context.source = v1::SOURCE_AGENCY_OBSERVED;
  context.event_time = tests::At(0);
  context.source_agency = "lancashire-police";
  context.decided_at = tests::At(0);
  return context;
}

// Calls of operator new per iteration, as the counter "allocations".
class AllocationCounter {
 public:
  explicit AllocationCounter(benchmark::State* state) : state_(state) {}
  ~AllocationCounter() {
    state_->counters["allocations"] =
        static_cast<double>(Allocations() - before_) / static_cast<double>(state_->iterations());
  }

 private:
  benchmark::State* const state_;
  const uint64_t before_ = Allocations();
};

// Every class of every capacity: one item a decision.
void BM_Decide(benchmark::State& state, const Reader& reader) {
  const PolicyEngine& engine = Engine();
  constexpr int kDecisions = v1::DataClass_MAX * v1::Capacity_MAX;
  AllocationCounter counter(&state);
  while (state.KeepRunningBatch(kDecisions)) {
    for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
      for (int w = v1::Capacity_MIN + 1; w <= v1::Capacity_MAX; ++w) {
        benchmark::DoNotOptimize(engine.Decide(reader.view, static_cast<v1::DataClass>(c),
                                               static_cast<v1::Capacity>(w),
                                               v1::SOURCE_AGENCY_OBSERVED, {}));
      }
    }
  }
}

void BM_DecideRow(benchmark::State& state, const Reader& reader) {
  const PolicyEngine& engine = Engine();
  AllocationCounter counter(&state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        engine.DecideRow(reader.view, v1::INCIDENT_EVENT, v1::SOURCE_AGENCY_OBSERVED));
  }
}

// The agreement that holds is the last of all.
void BM_DecideSharing(benchmark::State& state) {
  const PolicyEngine& engine = SharingEngine();
  const auth::ViewRoles view = {{v1::MARAC_COORDINATOR, v1::CHILDRENS_SOCIAL_CARE}};
  const auth::Sharing sharing = {"a-force",         v1::POLICE,   "b-council",
                                 v1::MARAC_MEETING, tests::At(0), tests::At(0)};
  CONCORDAT_CHECK(engine.DecideSharing(view, sharing).rule_id == "agreement-isa-63");
  AllocationCounter counter(&state);
  for (auto _ : state) benchmark::DoNotOptimize(engine.DecideSharing(view, sharing));
}

void BM_Copy(benchmark::State& state, const Sample& sample) {
  AllocationCounter counter(&state);
  for (auto _ : state) {
    v1::CaseEvent copy;
    copy.CopyFrom(sample.event);
    benchmark::DoNotOptimize(copy);
  }
}

void BM_CopyAndSerialise(benchmark::State& state, const Sample& sample) {
  AllocationCounter counter(&state);
  for (auto _ : state) {
    v1::CaseEvent copy;
    copy.CopyFrom(sample.event);
    benchmark::DoNotOptimize(copy.SerializeAsString());
  }
}

void BM_Redact(benchmark::State& state, const Reader& reader, const Sample& sample) {
  const PolicyEngine& engine = Engine();
  const auth::ReleaseContext context = ContextOf(reader, sample);
  CONCORDAT_CHECK(auth::Redact(engine, context, sample.event).has_value());
  AllocationCounter counter(&state);
  for (auto _ : state) benchmark::DoNotOptimize(auth::Redact(engine, context, sample.event));
}

void RegisterAll() {
  benchmark::RegisterBenchmark("DecideSharing", BM_DecideSharing);
  for (const Reader& reader : Readers()) {
    benchmark::RegisterBenchmark(StrCat("DecideRow/", reader.name).c_str(), BM_DecideRow, reader);
    benchmark::RegisterBenchmark(StrCat("Decide/", reader.name).c_str(), BM_Decide, reader);
  }
  for (const Sample& sample : Samples()) {
    benchmark::RegisterBenchmark(StrCat("Copy/", sample.name).c_str(), BM_Copy, sample);
    benchmark::RegisterBenchmark(StrCat("CopyAndSerialise/", sample.name).c_str(),
                                 BM_CopyAndSerialise, sample);
    for (const Reader& reader : Readers()) {
      benchmark::RegisterBenchmark(StrCat("Redact/", sample.name, "/", reader.name).c_str(),
                                   BM_Redact, reader, sample);
    }
  }
}

// Collects the rounds, and prints their median and spread with the ratio to copying and serialising
// the same event; for a decision, the small one.
class RatioReporter final : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      Rounds& rounds = rounds_[run.run_name.function_name];
      rounds.nanoseconds.push_back(run.GetAdjustedCPUTime());
      rounds.allocations = run.counters.at("allocations");
    }
  }

  void Finalize() override {
    std::printf("%-42s %6s %12s %25s %12s %14s\n", "benchmark", "rounds", "median ns",
                "least to most", "allocations", "of copy+write");
    for (auto& [name, rounds] : rounds_) {
      std::sort(rounds.nanoseconds.begin(), rounds.nanoseconds.end());
    }
    for (const auto& [name, rounds] : rounds_) {
      const bool is_large = name.find("/large") != std::string::npos;
      const auto base = rounds_.find(StrCat("CopyAndSerialise/", is_large ? "large" : "small"));
      std::printf("%-42s %6zu %12.1f %12.1f %12.1f %12.1f ", name.c_str(),
                  rounds.nanoseconds.size(), rounds.Median(), rounds.nanoseconds.front(),
                  rounds.nanoseconds.back(), rounds.allocations);
      if (base == rounds_.end()) {
        std::printf("%14s\n", "-");  // Filtered out.
      } else {
        std::printf("%14.4f\n", rounds.Median() / base->second.Median());
      }
    }
  }

 private:
  struct Rounds {
    std::vector<double> nanoseconds;  // Ascending, once all are there.
    double allocations = 0;

    double Median() const { return nanoseconds[nanoseconds.size() / 2]; }
  };
  std::map<std::string, Rounds> rounds_;
};

}  // namespace
}  // namespace concordat

int main(int argc, char** argv) {
  // Before the caller's own, which so have the last word.
  std::vector<std::string> arguments = {argv[0], "--benchmark_repetitions=7",
                                        "--benchmark_enable_random_interleaving=true",
                                        "--benchmark_min_time=0.05"};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
  concordat::RegisterAll();
  concordat::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
