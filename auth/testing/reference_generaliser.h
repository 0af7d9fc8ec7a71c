// The reference for auth/generalise.h, from its contract and the comments of data_class.proto.
#ifndef CONCORDAT_AUTH_TESTING_REFERENCE_GENERALISER_H_
#define CONCORDAT_AUTH_TESTING_REFERENCE_GENERALISER_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace concordat::auth::testing {

// What is left of a text; nullopt: nothing. Of names only words in ASCII count.
std::optional<std::string> ReferenceGeneralise(v1::Generaliser form, const std::string& text,
                                               absl::Time event_time);

// The start of its UTC day; nullopt for what is no time of the years 1 to 9999.
std::optional<google::protobuf::Timestamp> ReferenceDay(const google::protobuf::Timestamp& time);

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_REFERENCE_GENERALISER_H_
