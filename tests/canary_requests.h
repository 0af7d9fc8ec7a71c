// Requests of governance.proto, for calls by everybody who may not make them as by those who may.
#ifndef CONCORDAT_TESTS_CANARY_REQUESTS_H_
#define CONCORDAT_TESTS_CANARY_REQUESTS_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "concordat/v1/exchange.pb.h"

namespace concordat::tests {

// Of the message type of this name, complete but for their purpose; empty for a type that is none.
// Holds stand before erasures in the order of the methods, and are never lifted: the cases outlive
// both.
std::vector<std::unique_ptr<google::protobuf::Message>> GovernanceRequests(
    const std::string& type, const std::vector<std::string>& case_ids);

// Serialised, with its field `purpose` set.
std::string WithPurpose(const google::protobuf::Message& request, v1::Purpose purpose);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CANARY_REQUESTS_H_
