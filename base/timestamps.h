// absl::Time and google.protobuf.Timestamp.
#ifndef CONCORDAT_BASE_TIMESTAMPS_H_
#define CONCORDAT_BASE_TIMESTAMPS_H_

#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace concordat {

// Cut to whole microseconds, which every language's Timestamp keeps. Times outside years 1 to 9999
// are clamped to them.
google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time ToTime(const google::protobuf::Timestamp& timestamp);

}  // namespace concordat

#endif  // CONCORDAT_BASE_TIMESTAMPS_H_
