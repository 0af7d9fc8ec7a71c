// The flags that every command needs which calls a service, and the channel they give.
#ifndef CONCORDAT_TOOLS_CONNECTION_H_
#define CONCORDAT_TOOLS_CONNECTION_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/flags.h"

namespace concordat::tools {

struct ConnectionFlags {
  std::string server;     // host:port.
  std::string server_id;  // The SPIFFE id that the server must prove; any other is refused.
  std::string cert;       // Our own certificate and key, PEM files.
  std::string key;
  std::string ca;  // The certificate authorities trusted for the server, PEM file.
  // A file with the access token of the person who asks (RFC 9068); empty: a system asks.
  std::string token_file;

  // Adds --server, --server-id, --cert, --key and --ca, all required, and --token-file.
  void AddTo(FlagTable* table);
  // The same, not required: for a command that also works without a server.
  void AddOptionallyTo(FlagTable* table);
  bool Complete() const;
  bool Empty() const;
};

// A channel over mutual TLS 1.3; connects with its first call. INVALID_ARGUMENT or a file's error,
// naming the flag or path, when the files don't hold what they should. The token goes with each
// call.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const ConnectionFlags& flags);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_CONNECTION_H_
