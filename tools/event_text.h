// A released event as people read it.
#ifndef CONCORDAT_TOOLS_EVENT_TEXT_H_
#define CONCORDAT_TOOLS_EVENT_TEXT_H_

#include <string>

#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::tools {

// "incident", "marac_referral"; "event" when the body was not released.
std::string BodyName(const v1::CaseEvent& event);

// A head line (when, what, from whom, leaf index), one line for each field that was released, then
// one for each marker: what was generalised or withheld, how many fields, why, and whom to ask.
// Control characters in texts are shown as spaces: a text can't draw on the terminal.
std::string EventText(const v1::ReleasedEvent& event);

// "withheld: health, 2 fields; consent needed; ask lancashire-police".
std::string MarkerText(const v1::Marker& marker);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_EVENT_TEXT_H_
