// What gRPC itself says goes to standard error, one line each, without what is no news.
#ifndef CONCORDAT_SERVICES_COMMON_GRPC_LOG_H_
#define CONCORDAT_SERVICES_COMMON_GRPC_LOG_H_

namespace concordat::services {

// From now on errors of gRPC are lines "concordatd: grpc: <message>"; lesser messages go nowhere.
// Left out, too: the remark that a client's server name is not in our certificate, which gRPC makes
// on every connection, because identities here are SPIFFE ids and not host names. In main, before
// gRPC is used.
void QuietGrpcLog();

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_GRPC_LOG_H_
