#ifndef CONCORDAT_AUTH_CONFIG_FILE_H_
#define CONCORDAT_AUTH_CONFIG_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "crypto/sha256.h"
#include "google/protobuf/message.h"

namespace concordat::auth {

// Reads a textproto file into `message`, which is cleared first. The errors of base/files.h;
// INVALID_ARGUMENT "<path>:<line>:<column>: <what>" (both from 1) at the first thing that does not
// parse, an unknown field or enum value among them. The files read so hold no personal data.
absl::Status ReadTextproto(const std::string& path, google::protobuf::Message* message);

// The deterministic serialisation: the same for the same content, however the file is laid out and
// commented.
std::string ContentBytes(const google::protobuf::Message& message);

// Its SHA-256: what the log records of a policy and a directory.
crypto::Digest ContentDigest(const google::protobuf::Message& message);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_CONFIG_FILE_H_
