// concordat release ...: what was released to us, proven, signed for and kept.
#ifndef CONCORDAT_TOOLS_RELEASE_H_
#define CONCORDAT_TOOLS_RELEASE_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "tools/command.h"
#include "tools/release_confirm.h"

namespace concordat::tools {

int RunReleaseShow(const std::vector<std::string>& args, const Console& console);
int RunReleaseConfirm(const std::vector<std::string>& args, const Console& console);
int RunReleaseCheck(const std::vector<std::string>& args, const Console& console);

// The calls of the Governance service at `channel`: target marac or all.
ReleaseCalls GovernanceAt(std::shared_ptr<grpc::Channel> channel);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RELEASE_H_
