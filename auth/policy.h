#ifndef CONCORDAT_AUTH_POLICY_H_
#define CONCORDAT_AUTH_POLICY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/conditions.h"
#include "auth/sharing_terms.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/sha256.h"

namespace concordat::auth {

// Whose eyes a view is for: the role service's role and, behind it, the end caller's. The strictest
// decision among them wins, of equals the first role's. Empty, or with a number that is no role:
// everything is concealed.
struct ViewRoles {
  absl::InlinedVector<v1::Role, 2> roles;
};

// The release policy, compiled to dense tables: a decision hashes and allocates nothing. Immutable,
// thread-safe. Rule ids handed out live as long as the engine, also across a move.
//
// R7 stands above the file. A view with a perpetrator-facing role (DRIVE_CASE_MANAGER, PROBATION,
// and any role whose faces_perpetrator is set) never gets VICTIM_LOCATION, SAFETY_PLAN or
// VICTIM_DISCLOSURE, nor CONTACT, HEALTH or SUBSTANCE of a victim, of a child or of an unknown
// capacity; events that a victim, a child or an unknown source told, and liaison contacts, are
// concealed whole. Those decisions have the reason PERPETRATOR_FACING and the rule id kLockRuleId.
class PolicyEngine {
 public:
  struct Decision {
    v1::ReleaseAction action;
    v1::ReasonCode reason;  // REASON_UNSPECIFIED with RELEASE.
    std::string_view rule_id;
  };
  static constexpr std::string_view kLockRuleId = "lock-r7";
  static constexpr std::string_view kNoRuleId = "deny-by-default";
  static constexpr std::string_view kGatewayRuleId = "sharing-gateway";
  static constexpr std::string_view kAgreementRuleId = "sharing-agreement";
  static constexpr std::string_view kEmbargoRuleId = "sharing-embargo";

  // INVALID_ARGUMENT, naming the rule or the pair, for: an empty version; more than kPolicyBytesMax
  // serialised; a purpose that auth/legal_basis.h refuses, or one twice; an empty or repeated rule
  // id; an unspecified or unknown enum; two rules for one (role, class, capacity); a role without a
  // RoleRule; a (role, class) pair that is not decided for every capacity; a rule for CONTACT of a
  // victim or child (VICTIM_LOCATION decides it); a condition on WITHHOLD; the action CONCEAL; and
  // whatever would open R7: no faces_perpetrator where it is due, LIAISON_CONTACT_EVENT visible, or
  // RELEASE or GENERALISE of a locked class, for "any capacity" too, or a BreakGlassRule of a role
  // that faces perpetrators; a BreakGlassRule of an unknown role, twice for one, without a why,
  // that lifts TWO_PERSON_APPROVAL or what is no condition, or that opens nothing; and what
  // SharingTerms::Create refuses, or an agreement whose rule id a rule has.
  static absl::StatusOr<PolicyEngine> Compile(const v1::ReleasePolicy& policy);
  static absl::StatusOr<PolicyEngine> Load(const std::string& path);  // From a textproto file.

  // From the bytes() of an engine, as the log keeps them: to decide again as on that day.
  // INVALID_ARGUMENT also for bytes that are no ReleasePolicy, or hold what this build does not
  // know or would write otherwise: its decisions would not be those of that day.
  static absl::StatusOr<PolicyEngine> CompileBytes(std::string_view bytes);

  // May a row be seen at all: RELEASE or CONCEAL. The rule id is "rows-" and the role's name.
  Decision DecideRow(const ViewRoles& view, v1::EventType type, v1::SourceClass source) const;

  // May the record go to this reader at all. RELEASE: it is the reader's own, or nothing is in the
  // way; the rule id is the agreement's, "" where none is asked for. WITHHOLD, or CONCEAL for a
  // view that faces perpetrators: NO_GATEWAY when one role of the view lacks one, else
  // NO_AGREEMENT, else EMBARGOED while decided_at < embargo_until. An empty view: CONCEAL.
  Decision DecideSharing(const ViewRoles& view, const Sharing& sharing) const;

  // One field of a row that may be seen. A class without a rule, or none: WITHHOLD. By a grant
  // (ConditionSet::grant), which a view that faces perpetrators never has: TWO_PERSONS makes that
  // condition hold; BROKEN_GLASS those that each role's BreakGlassRule lifts for it, but for fields
  // that CONTACT or VICTIM_LOCATION decides.
  Decision Decide(const ViewRoles& view, v1::DataClass field_class, v1::Capacity capacity,
                  v1::SourceClass source, ConditionSet conditions) const;

  // What the policy says of acting in this role for this purpose: the legal gateway and the regime.
  // Null when the role may not, and for unknown ones. Lives as long as the engine.
  const v1::PurposeRule* FindPurpose(v1::Role role, v1::Purpose purpose) const;
  bool AllowsPurpose(v1::Role role, v1::Purpose purpose) const;  // Whether there is such a rule.
  bool FacesPerpetrator(const ViewRoles& view) const;  // Of any role; an unknown one does.
  // Whether the role may break the glass, and of a case that its agency is not party to. An unknown
  // role may not.
  bool MayBreakGlass(v1::Role role) const;
  bool MayBreakGlassWithoutParty(v1::Role role) const;
  bool GlassLifts(v1::Role role, v1::Condition condition) const;  // Behind it, for that role.

  // Classes that this view is never given, whatever a case holds; ascending. All, for an empty
  // view. Not those that a condition alone keeps back, TWO_PERSON_APPROVAL too: markers say so.
  std::vector<v1::DataClass> NeverReleased(const ViewRoles& view) const;

  const SharingTerms& sharing_terms() const { return sharing_terms_; }

  const std::string& version() const { return version_; }
  // The deterministic serialisation: the same for the same content, however written.
  const std::string& bytes() const { return bytes_; }
  const crypto::Digest& digest() const { return digest_; }  // SHA-256 of bytes().

  PolicyEngine(PolicyEngine&&) = default;
  PolicyEngine& operator=(PolicyEngine&&) = default;

 private:
  friend class PolicyCompiler;

  static constexpr size_t kRoles = v1::Role_ARRAYSIZE;
  static constexpr size_t kClasses = v1::DataClass_ARRAYSIZE;
  static constexpr size_t kCapacities = v1::Capacity_ARRAYSIZE;

  struct Cell {
    v1::ReleaseAction action = v1::RELEASE_ACTION_UNSPECIFIED;
    v1::Condition condition = v1::CONDITION_NONE;
    size_t rule = 0;  // Into rule_ids_.
  };
  struct RoleEntry {
    bool present = false;
    bool faces_perpetrator = false;
    uint32_t visible_events = 0;  // Bit n: EventType n.
    bool may_break_glass = false;
    bool breaks_without_party = false;
    uint32_t glass_lifts = 0;  // Bit n: Condition n.
    std::string row_rule_id;
    std::vector<v1::PurposeRule> purposes;  // A handful.
  };

  PolicyEngine() = default;
  const RoleEntry* FindRole(v1::Role role) const;  // Null for a number that is no role.
  Decision DecideForRole(v1::Role role, v1::DataClass field_class, v1::Capacity capacity,
                         ConditionSet conditions) const;
  bool IsNeverReleased(const ViewRoles& view, v1::DataClass field_class,
                       v1::Capacity capacity) const;

  std::string version_;
  std::string bytes_;
  crypto::Digest digest_;
  std::vector<std::string> rule_ids_;
  std::vector<RoleEntry> roles_;  // By Role.
  SharingTerms sharing_terms_;
  std::array<std::array<std::array<Cell, kCapacities>, kClasses>, kRoles> cells_;
};

// The class that decides for a field: CONTACT of a victim, a child or an unknown capacity is
// VICTIM_LOCATION; every other class is itself.
v1::DataClass DecidingClass(v1::DataClass field_class, v1::Capacity capacity);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_POLICY_H_
