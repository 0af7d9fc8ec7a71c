// What a server's standard health service says, asked as any client would.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_HEALTH_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_HEALTH_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace concordat::services::testing {

// Of grpc.health.v1's Check for `service`: "SERVING", "NOT_SERVING", or the call's error text.
std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_HEALTH_H_
