// Configurations that start, for tests to break one thing of.
#ifndef CONCORDAT_SERVICES_CONCORDATD_TESTING_TEST_CONFIG_H_
#define CONCORDAT_SERVICES_CONCORDATD_TESTING_TEST_CONFIG_H_

#include <google/protobuf/message.h>

#include <string>

#include "concordat/v1/config.pb.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/target.h"

namespace concordat::services::testing {

// For `target`, with a certificate of its own agency, the directory of test_directory.h, the
// release policy of deploy/policy and new keys; on a free port of 127.0.0.1. `ledger_port` is where
// a role service finds its ledger.
v1::ServerConfig TestConfig(const TestPki& pki, Target target, int ledger_port = 1);

// Writes a message as a textproto file and gives its path.
std::string WriteTextproto(const google::protobuf::Message& message);
// The same of any text.
std::string WriteText(const std::string& text);

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_CONCORDATD_TESTING_TEST_CONFIG_H_
