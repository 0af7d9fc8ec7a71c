#include "services/common/grpc_log.h"

#include <grpc/support/log.h>

#include <cstdio>
#include <cstring>

namespace concordat::services {
namespace {

void Log(gpr_log_func_args* args) {
  if (args->severity < GPR_LOG_SEVERITY_ERROR) return;
  if (std::strstr(args->message, "No match found for server name") != nullptr) return;
  std::fprintf(stderr, "concordatd: grpc: %s\n", args->message);
}

}  // namespace

void QuietGrpcLog() { gpr_set_log_function(Log); }

}  // namespace concordat::services
