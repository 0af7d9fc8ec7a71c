// gRPC's own life within a process.
#ifndef CONCORDAT_SERVICES_COMMON_GRPC_LIFE_H_
#define CONCORDAT_SERVICES_COMMON_GRPC_LIFE_H_

namespace concordat::services {

// Keeps gRPC running from now to the end of the process, whatever objects come and go. Without it
// gRPC 1.51 stops with its last object and starts with the next, and when both happen at once it
// may abort: the thread that takes down the queue of the callback API drops a reference of the new
// one. Call it before the first gRPC object, after the signal mask and the environment are set: it
// starts threads. Thread-safe; later calls do nothing.
void KeepGrpcRunning();

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_GRPC_LIFE_H_
