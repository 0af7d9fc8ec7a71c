#include "tools/pki_practitioner.h"

#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "auth/access_token.h"
#include "base/base64.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/p256.h"
#include "crypto/random.h"
#include "tools/exit_codes.h"
#include "tools/json_text.h"

namespace concordat::tools {
namespace {

constexpr mode_t kPrivate = 0600;
constexpr mode_t kPublic = 0644;
constexpr char kKeyId[] = "development-1";
constexpr absl::Duration kTokenHolds = absl::Minutes(10);

absl::Status MakeIssuer(const std::string& dir) {
  const std::string path = dir + "/issuer.key";
  if (std::filesystem::exists(path)) {
    return absl::AlreadyExistsError(path + ": exists already, and is not overwritten");
  }
  // Nearly every 32 bytes are a key.
  std::string scalar;
  absl::StatusOr<crypto::P256SigningKey> key = absl::UnknownError("");
  while (!key.ok()) {
    scalar = crypto::RandomBytes(crypto::kP256ScalarBytes);
    key = crypto::P256SigningKey::FromScalar(scalar);
  }
  CONCORDAT_RETURN_IF_ERROR(concordat::MakeDirectory(dir, 0755));
  CONCORDAT_RETURN_IF_ERROR(
      WriteFileAtomically(path, absl::BytesToHexString(scalar) + "\n", kPrivate));
  const crypto::P256VerifyingKey& shown = key->verifying_key();
  return WriteFileAtomically(dir + "/issuer.jwks",
                             StrCat("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\","
                                    "\"alg\":\"ES256\",\"kid\":\"",
                                    kKeyId, "\",\"x\":\"", EncodeBase64Url(shown.x()),
                                    "\",\"y\":\"", EncodeBase64Url(shown.y()), "\"}]}\n"),
                             kPublic);
}

struct TokenFlags {
  std::string dir, agency, practitioner, issuer, audience, acr;
};

absl::StatusOr<std::string> MakeToken(const TokenFlags& flags, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string file, ReadFile(flags.dir + "/issuer.key"));
  const std::string scalar = absl::HexStringToBytes(std::string(absl::StripAsciiWhitespace(file)));
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::P256SigningKey key,
                             crypto::P256SigningKey::FromScalar(scalar));
  const int64_t seconds = absl::ToUnixSeconds(now);
  const std::string claims =
      StrCat("{\"iss\":", JsonString(flags.issuer), ",\"aud\":", JsonString(flags.audience),
             ",\"sub\":", JsonString(flags.practitioner), ",\"agency\":", JsonString(flags.agency),
             ",\"client_id\":\"concordat-pki\",\"jti\":", JsonString(crypto::RandomId()),
             ",\"iat\":", seconds, ",\"exp\":", seconds + absl::ToInt64Seconds(kTokenHolds),
             ",\"auth_time\":", seconds, ",\"acr\":", JsonString(flags.acr), "}");
  // What a service would refuse is refused here.
  CONCORDAT_RETURN_IF_ERROR(auth::ParseAccessTokenClaims(claims).status());
  const std::string header =
      StrCat("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"", kKeyId, "\"}");
  const std::string input = StrCat(EncodeBase64Url(header), ".", EncodeBase64Url(claims));
  return StrCat(input, ".", EncodeBase64Url(key.Sign(input)));
}

}  // namespace

int RunPkiIssuer(const std::vector<std::string>& args, const Console& console) {
  std::string dir;
  FlagTable table({"concordat pki issuer --dir DIR",
                   "Makes a development issuer of practitioners' tokens: DIR/issuer.key, "
                   "DIR/issuer.jwks.",
                   "concordat pki issuer --dir pki"});
  table.RequiredText("dir", &dir, "DIR", "where to write");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::Status made = MakeIssuer(dir);
  if (!made.ok()) return Fail(console, made, kExitFailed);
  console.out << "made " << dir << "/issuer.key and " << dir << "/issuer.jwks\n";
  return kExitOk;
}

int RunPkiToken(const std::vector<std::string>& args, const Console& console) {
  TokenFlags flags;
  flags.acr = "phishing-resistant";
  FlagTable table(
      {"concordat pki token --dir DIR --agency AGENCY --practitioner SUBJECT --issuer URL "
       "--audience "
       "URL [--acr VALUE]",
       "Prints an access token (RFC 9068) of that person, strongly authenticated now, for ten "
       "minutes.\n"
       "Whoever has it is that person for so long: keep it in a file of mode 0600.",
       "concordat pki token --dir pki --agency lancashire-police --practitioner officer-17 \\\n"
       "    --issuer https://issuer.example --audience https://lancashire.concordat.test > token"});
  table.RequiredText("dir", &flags.dir, "DIR", "where the issuer is")
      .RequiredText("agency", &flags.agency, "AGENCY", "for whom the person acts")
      .RequiredText("practitioner", &flags.practitioner, "SUBJECT", "who they are")
      .RequiredText("issuer", &flags.issuer, "URL", "as the services know it")
      .RequiredText("audience", &flags.audience, "URL", "as the services know themselves")
      .Text("acr", &flags.acr, "VALUE", "how they authenticated (phishing-resistant)");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<std::string> token = MakeToken(flags, console.clock.Now());
  if (!token.ok()) return Fail(console, token.status(), kExitFailed);
  console.out << *token << "\n";
  return kExitOk;
}

}  // namespace concordat::tools
