#include "auth/event_type.h"

#include <set>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

TEST(EventTypeTest, AnEventWithoutABodyHasNone) {
  EXPECT_EQ(TypeOf(v1::CaseEvent()), v1::EVENT_TYPE_UNSPECIFIED);
  EXPECT_EQ(ReplacementTypeOf(v1::Correction()), v1::EVENT_TYPE_UNSPECIFIED);
}

// By the descriptor, so that a body added later is not forgotten.
TEST(EventTypeTest, EveryBodyHasATypeOfItsOwn) {
  const auto* body = v1::CaseEvent::descriptor()->FindOneofByName("body");
  std::set<int> types;
  for (int i = 0; i < body->field_count(); ++i) {
    v1::CaseEvent event;
    event.GetReflection()->MutableMessage(&event, body->field(i));
    EXPECT_NE(TypeOf(event), v1::EVENT_TYPE_UNSPECIFIED) << body->field(i)->name();
    types.insert(TypeOf(event));
  }
  EXPECT_EQ(types.size(), static_cast<size_t>(body->field_count()));
}

TEST(EventTypeTest, AReplacementHasTheTypeOfItsBody) {
  const auto* replacement = v1::Correction::descriptor()->FindOneofByName("replacement");
  for (int i = 0; i < replacement->field_count(); ++i) {
    v1::Correction correction;
    correction.GetReflection()->MutableMessage(&correction, replacement->field(i));
    v1::CaseEvent event;
    event.GetReflection()->MutableMessage(
        &event, v1::CaseEvent::descriptor()->FindFieldByName(replacement->field(i)->name()));
    EXPECT_EQ(ReplacementTypeOf(correction), TypeOf(event)) << replacement->field(i)->name();
  }
}

}  // namespace
}  // namespace concordat::auth
