// Events that nobody sent, about nobody.
#ifndef CONCORDAT_AUTH_TESTING_RANDOM_EVENT_H_
#define CONCORDAT_AUTH_TESTING_RANDOM_EVENT_H_

#include <map>
#include <string>

#include "auth/testing/random.h"
#include "auth/testing/reference_decider.h"
#include "auth/testing/reference_redactor.h"

namespace concordat::auth::testing {

// No role, one or two, now and then more; some with a number that is none.
Roles RandomView(Random* random);

Conditions RandomConditions(Random* random);

// Any number of the enumeration, and now and then one that is none.
v1::SourceClass RandomSource(Random* random);

struct RandomCase {
  ReleaseCase release;
  // Every text of the event with the path of its field. A text of its own for each, but for dates;
  // none stands within another.
  std::map<std::string, std::string> texts;
};

// Any body, with all of its fields or some, persons of every capacity, fields that nobody knows.
// The log mostly says of the event what it says itself.
RandomCase RandomRelease(Random* random);

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_RANDOM_EVENT_H_
