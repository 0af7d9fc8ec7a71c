#include "tools/pki.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "auth/directory.h"
#include "auth/spiffe_id.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/authorities.h"
#include "crypto/certificate.h"
#include "crypto/certificate_authority.h"
#include "crypto/random.h"
#include "crypto/signed_note.h"
#include "crypto/signed_note_key.h"
#include "tlog/cosignature.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

constexpr mode_t kPrivate = 0600;
constexpr mode_t kPublic = 0644;
constexpr uint64_t kAuthorityDays = 3650;
constexpr size_t kKeyEncryptionKeyBytes = 32;
// The clocks of two machines differ a little.
constexpr absl::Duration kBackdated = absl::Minutes(5);

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return error ? absl::FailedPreconditionError(StrCat(path, ": ", error.message()))
               : absl::OkStatus();
}

absl::Status WriteNew(const std::string& path, const std::string& contents, mode_t mode) {
  if (std::filesystem::exists(path)) {
    return absl::AlreadyExistsError(path + ": exists already, and is not overwritten");
  }
  return WriteFileAtomically(path, contents, mode);
}

absl::Status Init(const std::string& dir, const std::string& trust_domain, const Clock& clock) {
  if (!auth::IsTrustDomain(trust_domain)) {
    return FieldError("--trust-domain", StrCat("\"", trust_domain, "\""),
                      "a SPIFFE trust domain, such as lancashire.concordat.test");
  }
  const absl::Time now = clock.Now();
  CONCORDAT_ASSIGN_OR_RETURN(const auto authority,
                             crypto::CertificateAuthority::Generate(
                                 "Concordat development authority", now - 2 * kBackdated,
                                 now + absl::Hours(24 * kAuthorityDays), trust_domain));
  CONCORDAT_RETURN_IF_ERROR(MakeDirectory(dir));
  CONCORDAT_RETURN_IF_ERROR(WriteNew(dir + "/ca.key", authority.private_key_pem(), kPrivate));
  CONCORDAT_RETURN_IF_ERROR(WriteNew(dir + "/ca.crt", authority.certificate_pem(), kPublic));
  return WriteNew(dir + "/trust-domain", trust_domain + "\n", kPublic);
}

struct IssueFlags {
  std::string dir;
  std::string agency;
  std::string workload;
  uint64_t days = 30;
  std::vector<std::string> dns;
  std::vector<std::string> ip;
};

absl::StatusOr<std::string> Issue(const IssueFlags& flags, const Clock& clock) {
  for (const auto& [flag, name] :
       {std::pair("--agency", flags.agency), std::pair("--workload", flags.workload)}) {
    if (!auth::IsAgencyName(name)) {
      return FieldError(flag, StrCat("\"", name, "\""), "a-z, 0-9 and '-', 1 to 40 characters");
    }
  }
  if (flags.days < 1 || flags.days > kAuthorityDays) {
    return FieldError("--days", StrCat(flags.days), StrCat("1 to ", kAuthorityDays));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(flags.dir + "/ca.crt"));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string key, ReadFile(flags.dir + "/ca.key"));
  CONCORDAT_ASSIGN_OR_RETURN(std::string trust_domain, ReadFile(flags.dir + "/trust-domain"));
  absl::StripTrailingAsciiWhitespace(&trust_domain);
  CONCORDAT_ASSIGN_OR_RETURN(const auto authority,
                             crypto::CertificateAuthority::Load(certificate, key));
  CONCORDAT_ASSIGN_OR_RETURN(const auth::SpiffeId id,
                             auth::SpiffeId::Parse(StrCat("spiffe://", trust_domain, "/agency/",
                                                          flags.agency, "/", flags.workload)));
  const absl::Time now = clock.Now();
  CONCORDAT_ASSIGN_OR_RETURN(const auto issued,
                             authority.Issue({{id.ToString()},
                                              flags.dns,
                                              flags.ip,
                                              now - kBackdated,
                                              now + absl::Hours(24 * flags.days) - kBackdated}));
  const std::string base = StrCat(flags.dir, "/", flags.agency, "/", flags.workload);
  CONCORDAT_RETURN_IF_ERROR(MakeDirectory(StrCat(flags.dir, "/", flags.agency)));
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(base + ".key", issued.private_key_pem, kPrivate));
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(base + ".crt", issued.certificate_pem, kPublic));
  return id.ToString();
}

struct RevokeFlags {
  std::string dir;
  std::vector<std::string> certificates;
  uint64_t days = 30;
};

// How many certificates the list names now. What was revoked before stays revoked.
absl::StatusOr<size_t> Revoke(const RevokeFlags& flags, const Clock& clock) {
  if (flags.days < 1 || flags.days > kAuthorityDays) {
    return FieldError("--days", StrCat(flags.days), StrCat("1 to ", kAuthorityDays));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(flags.dir + "/ca.crt"));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string key, ReadFile(flags.dir + "/ca.key"));
  CONCORDAT_ASSIGN_OR_RETURN(const auto authority,
                             crypto::CertificateAuthority::Load(certificate, key));
  const absl::StatusOr<std::string> before = ReadFile(flags.dir + "/revoked.crt");
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  std::string all = before.ok() ? *before : "";
  for (const std::string& path : flags.certificates) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path));
    if (!crypto::ParseCertificatePem(pem).ok()) {
      return FieldError("--certificate", path, "a PEM certificate");
    }
    if (all.find(pem) == all.npos) all += pem;
  }
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----\n";
  std::vector<std::string> revoked;
  for (size_t from = 0, end; (end = all.find(kEnd, from)) != all.npos; from = end + kEnd.size()) {
    revoked.push_back(all.substr(from, end + kEnd.size() - from));
  }
  const absl::Time now = clock.Now();
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::string list,
      authority.Revoke(revoked, now - kBackdated, now + absl::Hours(24 * flags.days)));
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(flags.dir + "/revoked.crt", all, kPublic));
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(flags.dir + "/ca.crl", list, kPublic));
  return revoked.size();
}

absl::Status LogKey(const std::string& dir, const std::string& origin) {
  // A character that a signed note could not hold.
  for (const unsigned char c : origin) {
    if (c <= 0x20 || c >= 0x7F || c == '+') {
      return FieldError("--origin", "a space, '+' or a character outside ASCII",
                        "a name such as lancashire.concordat.test/log");
    }
  }
  const crypto::NoteSigner signer = crypto::NoteSigner::Generate(origin);
  CONCORDAT_RETURN_IF_ERROR(MakeDirectory(dir));
  CONCORDAT_RETURN_IF_ERROR(WriteNew(dir + "/log.key", signer.EncodePrivate() + "\n", kPrivate));
  return WriteNew(dir + "/log.pub", signer.verifier().Encode() + "\n", kPublic);
}

// The key's name.
absl::StatusOr<std::string> ConfirmationKey(const std::string& dir, const std::string& agency) {
  if (!auth::IsAgencyName(agency)) {
    return FieldError("--agency", StrCat("\"", agency, "\""),
                      "a-z, 0-9 and '-', 1 to 40 characters");
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::string trust_domain, ReadFile(dir + "/trust-domain"));
  absl::StripTrailingAsciiWhitespace(&trust_domain);
  const std::string name = auth::ConfirmationKeyName(trust_domain, agency);
  const crypto::NoteSigner signer = crypto::NoteSigner::Generate(name);
  const std::string base = StrCat(dir, "/", agency, "/confirmation");
  CONCORDAT_RETURN_IF_ERROR(MakeDirectory(StrCat(dir, "/", agency)));
  CONCORDAT_RETURN_IF_ERROR(WriteNew(base + ".key", signer.EncodePrivate() + "\n", kPrivate));
  CONCORDAT_RETURN_IF_ERROR(WriteNew(base + ".pub", signer.verifier().Encode() + "\n", kPublic));
  return name;
}

int Answer(const absl::Status& status, const std::string& done, const Console& console) {
  if (absl::IsInvalidArgument(status)) return Fail(console, status, kExitUsage);
  if (!status.ok()) return Fail(console, status, kExitFailed);
  console.out << done << "\n";
  return kExitOk;
}

absl::StatusOr<std::string> WitnessKey(const std::string& dir, const std::string& name) {
  if (!crypto::IsNoteKeyName(name)) {
    return FieldError("--name", "white space, '+' or nothing",
                      "a name such as witness.blackpool.test/w1");
  }
  const tlog::CosignatureSigner signer = tlog::CosignatureSigner::Generate(name);
  CONCORDAT_RETURN_IF_ERROR(MakeDirectory(dir));
  CONCORDAT_RETURN_IF_ERROR(
      WriteNew(dir + "/witness.key", signer.EncodePrivate() + "\n", kPrivate));
  CONCORDAT_RETURN_IF_ERROR(
      WriteNew(dir + "/witness.pub", signer.verifier().Encode() + "\n", kPublic));
  return signer.verifier().Encode();
}

}  // namespace

int RunPkiInit(const std::vector<std::string>& args, const Console& console) {
  std::string dir;
  std::string trust_domain;
  FlagTable table({"concordat pki init --dir DIR --trust-domain DOMAIN",
                   "Makes a certificate authority for development: DIR/ca.crt and DIR/ca.key.",
                   "concordat pki init --dir pki --trust-domain lancashire.concordat.test"});
  table.RequiredText("dir", &dir, "DIR", "where to write")
      .RequiredText("trust-domain", &trust_domain, "DOMAIN", "the SPIFFE trust domain");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  return Answer(Init(dir, trust_domain, console.clock),
                StrCat("made the authority of ", trust_domain, ": ", dir, "/ca.crt"), console);
}

int RunPkiAuthorityId(const std::vector<std::string>& args, const Console& console) {
  std::string path;
  FlagTable table(
      {"concordat pki authority-id --certificate FILE",
       "Prints what a directory calls an authority in an agency's certificate_authorities: the\n"
       "hexadecimal SHA-256 of its public key (SubjectPublicKeyInfo, DER).",
       "concordat pki authority-id --certificate pki/ca.crt"});
  table.RequiredText("certificate", &path, "FILE", "the authority's certificate, in PEM");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<std::string> pem = ReadFile(path);
  if (!pem.ok()) return Answer(pem.status(), "", console);
  const absl::StatusOr<std::string> id = crypto::AuthorityIdOf(*pem);
  if (!id.ok()) {
    return Answer(FieldError("--certificate", path, "the certificate of one authority, in PEM"), "",
                  console);
  }
  return Answer(absl::OkStatus(), *id, console);
}

int RunPkiIssue(const std::vector<std::string>& args, const Console& console) {
  IssueFlags flags;
  FlagTable table(
      {"concordat pki issue --dir DIR --agency AGENCY --workload WORKLOAD [flags]",
       "Issues a certificate for one workload of an agency: DIR/AGENCY/WORKLOAD.crt and .key.",
       "concordat pki issue --dir pki --agency lancashire-police --workload records --dns "
       "localhost"});
  table.RequiredText("dir", &flags.dir, "DIR", "where pki init wrote")
      .RequiredText("agency", &flags.agency, "AGENCY", "its id in the directory")
      .RequiredText("workload", &flags.workload, "WORKLOAD", "one that the directory lists")
      .Number("days", &flags.days, "valid for so many days (30)")
      .TextList("dns", &flags.dns, "NAME", "a host name; may be repeated")
      .TextList("ip", &flags.ip, "ADDRESS", "an address; may be repeated");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto id = Issue(flags, console.clock);
  return Answer(id.status(), StrCat("issued ", id.ok() ? *id : ""), console);
}

int RunPkiRevoke(const std::vector<std::string>& args, const Console& console) {
  RevokeFlags flags;
  FlagTable table(
      {"concordat pki revoke --dir DIR [--certificate FILE] [flags]",
       "Writes the authority's revocation list, DIR/ca.crl, with these certificates and "
       "all that were\nrevoked before: for tls.revocation_lists of every process, which "
       "takes it over by itself.",
       "concordat pki revoke --dir pki --certificate pki/lancashire-police/records.crt"});
  table.RequiredText("dir", &flags.dir, "DIR", "where pki init wrote")
      .TextList("certificate", &flags.certificates, "FILE",
                "one to revoke; may be repeated; without any the list is only renewed")
      .Number("days", &flags.days, "until the list wants to be replaced (30)");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto count = Revoke(flags, console.clock);
  return Answer(count.status(),
                StrCat("wrote ", flags.dir, "/ca.crl: revoked ", count.ok() ? *count : 0), console);
}

int RunPkiLogKey(const std::vector<std::string>& args, const Console& console) {
  std::string dir;
  std::string origin;
  FlagTable table({"concordat pki log-key --dir DIR --origin ORIGIN",
                   "Makes a log's signing key: DIR/log.key, and DIR/log.pub for whoever verifies.",
                   "concordat pki log-key --dir pki --origin lancashire.concordat.test/log"});
  table.RequiredText("dir", &dir, "DIR", "where to write")
      .RequiredText("origin", &origin, "ORIGIN", "the log's name, for ever");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  return Answer(LogKey(dir, origin), StrCat("made ", dir, "/log.key and log.pub"), console);
}

int RunPkiConfirmationKey(const std::vector<std::string>& args, const Console& console) {
  std::string dir;
  std::string agency;
  FlagTable table({"concordat pki confirmation-key --dir DIR --agency AGENCY",
                   "Makes the key with which an agency signs for what was released to it:\n"
                   "DIR/AGENCY/confirmation.key, and confirmation.pub for its confirmation_key in "
                   "the directory.",
                   "concordat pki confirmation-key --dir pki --agency fcwa-victim-service"});
  table.RequiredText("dir", &dir, "DIR", "where pki init wrote")
      .RequiredText("agency", &agency, "AGENCY", "its id in the directory");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto name = ConfirmationKey(dir, agency);
  return Answer(name.status(), StrCat("made the key ", name.ok() ? *name : ""), console);
}

int RunPkiWitnessKey(const std::vector<std::string>& args, const Console& console) {
  std::string dir;
  std::string name;
  FlagTable table({"concordat pki witness-key --dir DIR --name NAME",
                   "Makes the key with which a witness cosigns: DIR/witness.key, and witness.pub\n"
                   "for the tlog-policies of those who trust it.",
                   "concordat pki witness-key --dir pki/w1 --name witness.blackpool.test/w1"});
  table.RequiredText("dir", &dir, "DIR", "where to write")
      .RequiredText("name", &name, "NAME", "the witness's name in its cosignatures");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const auto key = WitnessKey(dir, name);
  return Answer(key.status(), StrCat("made ", key.ok() ? *key : ""), console);
}

int RunPkiKek(const std::vector<std::string>& args, const Console& console) {
  std::string dir;
  FlagTable table({"concordat pki kek --dir DIR",
                   "Makes a key-encryption key: DIR/kek. Whoever loses it loses every sealed body.",
                   "concordat pki kek --dir pki"});
  table.RequiredText("dir", &dir, "DIR", "where to write");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  absl::Status status = MakeDirectory(dir);
  if (status.ok()) {
    status = WriteNew(dir + "/kek",
                      absl::BytesToHexString(crypto::RandomBytes(kKeyEncryptionKeyBytes)) + "\n",
                      kPrivate);
  }
  return Answer(status, StrCat("made ", dir, "/kek"), console);
}

}  // namespace concordat::tools
