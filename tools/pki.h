// concordat pki ...: a development certificate authority and keys. Not for production: there the
// agencies' own authorities issue, and keys never lie in files that several people read.
//
//   DIR/ca.crt, DIR/ca.key          the authority; DIR/trust-domain its SPIFFE trust domain, to
//                                   which a critical name constraint holds it
//   DIR/<agency>/<workload>.crt,.key   one workload
//   DIR/log.key, DIR/log.pub        the log's C2SP signer and verifier key
//   DIR/<agency>/confirmation.key,.pub  the key with which it signs for what it received
//   DIR/witness.key, DIR/witness.pub   the key with which a witness cosigns
//   DIR/ca.crl                      the authority's revocation list; DIR/revoked.crt what is on it
//   DIR/kek                         the key-encryption key, 64 hexadecimal digits
// Private files have mode 0600. What exists is never overwritten, but for a workload's certificate
// and the revocation list, which are renewed so.
#ifndef CONCORDAT_TOOLS_PKI_H_
#define CONCORDAT_TOOLS_PKI_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunPkiInit(const std::vector<std::string>& args, const Console& console);
int RunPkiAuthorityId(const std::vector<std::string>& args, const Console& console);
int RunPkiIssue(const std::vector<std::string>& args, const Console& console);
int RunPkiRevoke(const std::vector<std::string>& args, const Console& console);
int RunPkiLogKey(const std::vector<std::string>& args, const Console& console);
int RunPkiConfirmationKey(const std::vector<std::string>& args, const Console& console);
int RunPkiWitnessKey(const std::vector<std::string>& args, const Console& console);
int RunPkiKek(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PKI_H_
