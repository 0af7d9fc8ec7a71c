#include "tools/event_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::ReleasedEvent Released() {
  v1::ReleasedEvent released;
  released.set_leaf_index(12);
  released.set_source_agency("lancashire-police");
  released.mutable_event()->mutable_occurred_at()->set_seconds(1709200800);
  released.mutable_event()->set_source_reference("LC-1");
  v1::Person* person = released.mutable_event()->add_persons();
  person->set_full_name("A. E.");
  person->add_addresses()->set_postcode("FY1");
  released.mutable_event()->mutable_incident()->set_weapon_used(true);
  released.mutable_event()->mutable_incident()->set_initial_grade(v1::HIGH);
  released.mutable_event()->mutable_incident()->add_offence_codes("8L");
  return released;
}

TEST(EventTextTest, ShowsWhatWasReleasedFieldByField) {
  EXPECT_EQ(EventText(Released()),
            "2024-02-29 10:00:00Z  incident from lancashire-police  #12\n"
            "    source_reference: LC-1\n"
            "    occurred_at: 2024-02-29 10:00:00Z\n"
            "    persons[0].full_name: A. E.\n"
            "    persons[0].addresses[0].postcode: FY1\n"
            "    incident.offence_codes[0]: 8L\n"
            "    incident.initial_grade: high\n"
            "    incident.weapon_used: yes\n");
}

TEST(EventTextTest, SaysWhatWasLeftOutAndWhomToAsk) {
  v1::Marker marker;
  marker.set_field_class(v1::SAFETY_PLAN);
  marker.set_action(v1::WITHHOLD);
  marker.set_reason(v1::PERPETRATOR_FACING);
  marker.set_field_count(2);
  marker.set_ask_agency("fcwa-victim-service");
  EXPECT_EQ(MarkerText(marker),
            "withheld: safety plan, 2 fields; perpetrator facing; ask fcwa-victim-service");
  marker.set_action(v1::GENERALISE);
  marker.set_reason(v1::REDUCED_FOR_ROLE);
  marker.set_field_count(1);
  EXPECT_EQ(MarkerText(marker), "generalised: safety plan, 1 field; reduced for role");
  v1::Marker whole;
  whole.set_action(v1::WITHHOLD);
  whole.set_reason(v1::SUPERSEDED);
  EXPECT_EQ(MarkerText(whole), "withheld: the whole event; superseded");
}

TEST(EventTextTest, ATextCannotDrawOnTheTerminal) {
  v1::ReleasedEvent released = Released();
  released.mutable_event()->mutable_incident()->set_circumstances("a\x1b[2Jb\nc\x7f");
  EXPECT_THAT(EventText(released), HasSubstr("incident.circumstances: a [2Jb c \n"));
  EXPECT_THAT(EventText(released), Not(HasSubstr("\x1b")));
}

TEST(EventTextTest, NamesAnEventWithoutABody) {
  EXPECT_EQ(BodyName(v1::CaseEvent()), "event");
  EXPECT_THAT(EventText(v1::ReleasedEvent()), HasSubstr("(time not shown)  event from "));
}

TEST(EventTextTest, MarksASupersededEvent) {
  v1::ReleasedEvent released = Released();
  released.set_superseded(true);
  EXPECT_THAT(EventText(released), HasSubstr("(superseded)"));
}

}  // namespace
}  // namespace concordat::tools
