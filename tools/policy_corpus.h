// What a new release policy would change in events that there are.
#ifndef CONCORDAT_TOOLS_POLICY_CORPUS_H_
#define CONCORDAT_TOOLS_POLICY_CORPUS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "auth/field_decision.h"
#include "auth/release_context.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "tools/policy_book.h"

namespace concordat::tools {

// Counts, for each role, the fields and events that two policies give differently. Holds no value
// of an event. Not thread-safe.
class PolicyCorpus {
 public:
  // Both books outlive it; `flags` are taken for every event's case.
  PolicyCorpus(const PolicyBook& before, const PolicyBook& after, const v1::CaseFlags& flags)
      : before_(before), after_(after), flags_(flags) {}

  // As of a record that may go to the reader (auth/sharing_terms.h). A correction is decided by
  // what it corrects, when that was added before; see ReleaseContext.
  void Add(const v1::CaseEvent& event);

  uint64_t events() const { return events_; }

  // A line for each role, class and change, and one for each role's events gained and lost; what is
  // newly given first, with "!! ". Empty when nothing changes.
  std::string Text() const;

 private:
  struct Count {
    uint64_t fields = 0;
    uint64_t events = 0;
  };
  // Whether it is less that is given; role; class; outcome before and after.
  using Change = std::tuple<bool, v1::Role, v1::DataClass, auth::FieldOutcome, auth::FieldOutcome>;
  using Key = std::tuple<std::string, std::string, uint32_t>;  // System, reference, revision.

  void AddForRole(v1::Role role, auth::ReleaseContext* context, const v1::CaseEvent& event);

  const PolicyBook& before_;
  const PolicyBook& after_;
  const v1::CaseFlags flags_;
  uint64_t events_ = 0;
  std::map<Change, Count> changes_;
  std::map<v1::Role, uint64_t> gained_;  // Events not shown before.
  std::map<v1::Role, uint64_t> lost_;
  std::map<Key, std::optional<auth::CorrectedRow>> rows_;  // What a correction of it corrects.
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_CORPUS_H_
