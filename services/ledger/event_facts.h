// What the ledger reads off an event to place it: whether it makes a case high risk, what
// it corrects. Pure.
#ifndef CONCORDAT_SERVICES_LEDGER_EVENT_FACTS_H_
#define CONCORDAT_SERVICES_LEDGER_EVENT_FACTS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::services {

// The incident, assessment and so on that the event states: its own body, or the replacement of a
// correction.
const v1::IncidentNotification* IncidentIn(const v1::CaseEvent& event);
const v1::RiskAssessment* AssessmentIn(const v1::CaseEvent& event);
const v1::SocialCareContact* SocialContactIn(const v1::CaseEvent& event);
const v1::CustodyChange* CustodyChangeIn(const v1::CaseEvent& event);

// Flags that the event sets in its case, and those it clears.
v1::CaseFlags FlagsSetBy(const v1::CaseEvent& event);
v1::CaseFlags FlagsClearedBy(const v1::CaseEvent& event);

// How urgent the news is for a victim service; SEVERITY_UNSPECIFIED where it raises no alert (its
// own kind of contact). Release from custody, a breach and a high-risk incident are IMMEDIATE: they
// change what the victim must do today.
v1::Severity AlertSeverity(const v1::CaseEvent& event);
// How long a victim service has to acknowledge. `urgent` is the configured span; IMMEDIATE is a
// third of it, ROUTINE a day.
absl::Duration AcknowledgeWithin(v1::Severity severity, absl::Duration urgent);

// Whether anything in the event says where a victim or a child lives: an address of theirs (of
// somebody whose capacity is not told, too), or a field of class VICTIM_LOCATION.
bool SaysWhereVictimLives(const v1::CaseEvent& event);

// GSS codes of the victims' local authorities of residence named in the event, without repeats.
std::vector<std::string> VictimLocalAuthorities(const v1::CaseEvent& event);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_EVENT_FACTS_H_
