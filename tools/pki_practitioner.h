// concordat pki issuer, pki token: a development issuer of practitioners' access tokens. Not for
// production: there an agency's identity provider issues them.
//
//   DIR/issuer.key    the private key, 64 hexadecimal digits, mode 0600; never overwritten
//   DIR/issuer.jwks   its JSON Web Key Set, for PractitionerIssuer.jwks_file
#ifndef CONCORDAT_TOOLS_PKI_PRACTITIONER_H_
#define CONCORDAT_TOOLS_PKI_PRACTITIONER_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunPkiIssuer(const std::vector<std::string>& args, const Console& console);
// One token on standard output, for ten minutes; whoever has it is that person for so long.
int RunPkiToken(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PKI_PRACTITIONER_H_
