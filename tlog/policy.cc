#include "tlog/policy.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/text_fields.h"

namespace concordat::tlog {

// Reads a policy line by line.
class PolicyReader {
 public:
  absl::StatusOr<Policy> Read(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const std::optional<std::string_view> line = TakeLine(&text);
      if (!line.has_value()) return Error("a last line without a newline", "one");
      CONCORDAT_RETURN_IF_ERROR(CheckCharacters(*line));
      Items items;
      for (const absl::string_view item :
           absl::StrSplit(ToAbsl(*line), absl::ByAnyChar(" \t"), absl::SkipEmpty())) {
        items.push_back(ToStd(item));
      }
      if (items.empty() || items[0].front() == '#') continue;
      CONCORDAT_RETURN_IF_ERROR(ReadLine(items));
    }
    if (!has_quorum_) return FieldError("policy", "no quorum line", "one");
    return std::move(policy_);
  }

 private:
  using Items = std::vector<std::string_view>;

  absl::Status Error(std::string_view got, std::string_view want) const {
    return FieldError(StrCat("policy line ", line_), got, want);
  }

  absl::Status CheckCharacters(std::string_view line) const {
    const bool allowed = std::all_of(line.begin(), line.end(), [](unsigned char c) {
      return c == '\t' || (c >= 0x20 && c != 0x7f);
    });
    return allowed ? absl::OkStatus() : Error("a control character", "none but tabs between items");
  }

  absl::Status ReadLine(const Items& items) {
    if (items[0] == "log") return ReadLog(items);
    if (items[0] == "witness") return ReadWitness(items);
    if (items[0] == "group") return ReadGroup(items);
    if (items[0] == "quorum") return ReadQuorum(items);
    return Error("another first item", "log, witness, group, quorum or a comment");
  }

  absl::Status ReadLog(const Items& items) {
    if (items.size() != 2 && items.size() != 3) {
      return Error(StrCat(items.size(), " items"), "log <vkey> [<url>]");
    }
    const absl::StatusOr<crypto::NoteVerifier> key = crypto::NoteVerifier::Parse(items[1]);
    if (!key.ok()) return Error("no log key", "a vkey of type 0x01 (Ed25519)");
    for (const crypto::NoteVerifier& known : policy_.logs_) {
      if (known.key().bytes() == key->key().bytes()) {
        return Error("a log's public key for the second time", "each once");
      }
    }
    CONCORDAT_RETURN_IF_ERROR(CheckCount(policy_.logs_.size()));
    policy_.logs_.push_back(*key);
    policy_.log_urls_.emplace_back(items.size() == 3 ? items[2] : "");
    return absl::OkStatus();
  }

  absl::Status ReadWitness(const Items& items) {
    if (items.size() != 3 && items.size() != 4) {
      return Error(StrCat(items.size(), " items"), "witness <name> <vkey> [<url>]");
    }
    const absl::StatusOr<CosignatureVerifier> key = CosignatureVerifier::Parse(items[2]);
    if (!key.ok()) return Error("no witness key", "a vkey of type 0x04 (cosignature/v1)");
    for (const Policy::Witness& known : policy_.witnesses_) {
      if (known.key.public_key().key().bytes() == key->public_key().key().bytes()) {
        return Error("a witness's public key for the second time", "each once");
      }
    }
    CONCORDAT_RETURN_IF_ERROR(CheckCount(policy_.witnesses_.size()));
    Policy::Name name;
    name.witness = policy_.witnesses_.size();
    policy_.witnesses_.push_back(
        {std::string(items[1]), *key, std::string(items.size() == 4 ? items[3] : "")});
    return Define(items[1], std::move(name));
  }

  absl::Status ReadGroup(const Items& items) {
    if (items.size() < 4) {
      return Error(StrCat(items.size(), " items"), "group <name> all|any|<k> <name>...");
    }
    CONCORDAT_RETURN_IF_ERROR(CheckCount(groups_++));
    Policy::Name group;
    const size_t members = items.size() - 3;
    const std::optional<uint64_t> k = items[2] == "all"   ? members
                                      : items[2] == "any" ? 1
                                                          : ParseDecimal(items[2]);
    if (!k.has_value() || *k < 1 || *k > members) {
      return Error("another threshold", StrCat("all, any or 1 to ", members, " in decimal"));
    }
    group.threshold = static_cast<size_t>(*k);
    for (size_t i = 3; i < items.size(); ++i) {
      const auto member = positions_.find(std::string(items[i]));
      if (member == positions_.end()) {
        return Error("a member that no line above defines", "witnesses and groups of lines above");
      }
      if (is_member_[member->second]) {
        return Error("a name that is a member already", "each name in one group, once");
      }
      is_member_[member->second] = true;
      group.members.push_back(member->second);
    }
    return Define(items[1], std::move(group));
  }

  absl::Status ReadQuorum(const Items& items) {
    if (items.size() != 2) return Error(StrCat(items.size(), " items"), "quorum <name>");
    if (has_quorum_) return Error("a second quorum line", "one in the policy");
    has_quorum_ = true;
    if (items[1] == kNone) return absl::OkStatus();
    const auto position = positions_.find(std::string(items[1]));
    if (position == positions_.end()) {
      return Error("a name that no line above defines",
                   "none, or a witness or group of a line above");
    }
    policy_.quorum_ = position->second;
    return absl::OkStatus();
  }

  absl::Status Define(std::string_view text, Policy::Name name) {
    if (text == kNone || positions_.count(std::string(text)) != 0) {
      return Error("a name that is taken", "another: none, witnesses and groups share their names");
    }
    positions_[std::string(text)] = policy_.names_.size();
    name.name = std::string(text);
    policy_.names_.push_back(std::move(name));
    is_member_.push_back(false);
    return absl::OkStatus();
  }

  absl::Status CheckCount(size_t have) const {
    if (have < kPolicyItemsMax) return absl::OkStatus();
    return Error(StrCat("more than ", kPolicyItemsMax, " of these"), "at most that");
  }

  static constexpr std::string_view kNone = "none";

  Policy policy_;
  size_t line_ = 0;
  size_t groups_ = 0;
  bool has_quorum_ = false;
  std::map<std::string, size_t> positions_;  // In policy_.names_.
  std::vector<bool> is_member_;
};

absl::StatusOr<Policy> Policy::Parse(std::string_view text) { return PolicyReader().Read(text); }

absl::StatusOr<Checkpoint> Policy::Check(std::string_view note) const {
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote parsed, crypto::ParseSignedNote(note));
  CONCORDAT_ASSIGN_OR_RETURN(Checkpoint checkpoint, OpenCheckpoint(parsed, logs_));
  CONCORDAT_RETURN_IF_ERROR(CheckQuorum(parsed));
  return checkpoint;
}

absl::Status Policy::CheckQuorum(const crypto::SignedNote& note) const {
  std::vector<bool> met;
  for (const Name& name : names_) {
    if (name.members.empty()) {
      const absl::Status cosigned = witnesses_[name.witness].key.Verify(note).status();
      if (!cosigned.ok() && !absl::IsNotFound(cosigned)) return cosigned;
      met.push_back(cosigned.ok());
    } else {
      const size_t count = std::count_if(name.members.begin(), name.members.end(),
                                         [&](size_t member) { return met[member]; });
      met.push_back(count >= name.threshold);
    }
  }
  if (!quorum_.has_value() || met[*quorum_]) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat("quorum: got too few cosignatures, want ", Shortfall(*quorum_, met)));
}

std::string Policy::Shortfall(size_t name, const std::vector<bool>& met) const {
  const Name& unmet = names_[name];
  if (unmet.members.empty()) return unmet.name;
  size_t have = 0;
  std::string lacking;
  for (const size_t member : unmet.members) {
    if (met[member]) {
      ++have;
    } else {
      StrAppend(&lacking, lacking.empty() ? "" : ", ", Shortfall(member, met));
    }
  }
  return StrCat(unmet.name, " (has ", have, " of ", unmet.threshold, ", lacks ", lacking, ")");
}

}  // namespace concordat::tlog
