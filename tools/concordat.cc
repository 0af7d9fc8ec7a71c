// The command line: hands the process's streams, clock and arguments to the commands.
#include <csignal>
#include <iostream>

#include "base/clock.h"
#include "services/common/server_credentials.h"
#include "tools/alerts.h"
#include "tools/audit.h"
#include "tools/command.h"
#include "tools/connections.h"
#include "tools/erase.h"
#include "tools/fsck.h"
#include "tools/grants.h"
#include "tools/history.h"
#include "tools/log_export.h"
#include "tools/log_rotate_key.h"
#include "tools/notices.h"
#include "tools/pki.h"
#include "tools/pki_practitioner.h"
#include "tools/policy.h"
#include "tools/policy_approve.h"
#include "tools/push.h"
#include "tools/readings.h"
#include "tools/receipt_accuse.h"
#include "tools/receipt_verify.h"
#include "tools/release.h"
#include "tools/seal.h"
#include "tools/verify.h"

int main(int argc, char** argv) {
  using namespace concordat::tools;  // NOLINT(build/namespaces)
  concordat::services::RequireTls13();
  std::signal(SIGPIPE, SIG_IGN);  // A reader that goes away is an error of the stream.
  const std::vector<Command> commands = {
      {"push", "sends a file of events and keeps a receipt for each", RunPush},
      {"history", "shows a case as our role may see it", RunHistory},
      {"alerts watch", "shows a victim service's alerts as they arrive", RunAlertsWatch},
      {"alerts ack", "acknowledges alerts", RunAlertsAck},
      {"verify", "checks a whole log with its public key", RunVerify},
      {"fsck", "derives all that a ledger stores again from its log", RunFsck},
      {"receipt verify", "checks receipts offline", RunReceiptVerify},
      {"receipt accuse", "holds receipts against the log as it is now", RunReceiptAccuse},
      {"receipt judge", "checks an accusation offline", RunReceiptJudge},
      {"log export", "writes a log as C2SP tlog-tiles, run by run", RunLogExport},
      {"log rotate-key", "gives a closed log another signing key", RunLogRotateKey},
      {"audit report", "answers who saw, opened, was given or refused what", RunAuditReport},
      {"audit find", "finds the subject ids of a person", RunAuditFind},
      {"audit replay", "has a release decided again and compared", RunAuditReplay},
      {"release show", "shows what was released to us, proven", RunReleaseShow},
      {"release confirm", "signs for what was released to us", RunReleaseConfirm},
      {"release check", "checks kept releases offline", RunReleaseCheck},
      {"policy matrix", "prints who is given what, as a document", RunPolicyMatrix},
      {"policy explain", "says what is decided, by which rule and why", RunPolicyExplain},
      {"policy who-can-see", "lists who is given something, and when", RunPolicyWhoCanSee},
      {"policy diff", "says what another policy would give, and what no longer", RunPolicyDiff},
      {"policy test", "holds a policy to promises that were written down", RunPolicyTest},
      {"hold set", "keeps a case as evidence", RunHoldSet},
      {"hold lift", "lifts our evidence hold", RunHoldLift},
      {"seal set", "keeps a case from an agency that somebody of it works for", RunSealSet},
      {"seal recall", "takes a case back from an agency that should not have it", RunSealRecall},
      {"seal lift", "lifts our seal of a case", RunSealLift},
      {"glass break", "opens one case for one hour at an immediate risk to life", RunGlassBreak},
      {"glass review", "says whether broken glass was justified", RunGlassReview},
      {"approval request", "asks for a second person's approval to read more", RunApprovalRequest},
      {"approval give", "gives it, as the second person", RunApprovalGive},
      {"connection register", "says whom a practitioner is connected to", RunConnectionRegister},
      {"connection withdraw", "takes that back", RunConnectionWithdraw},
      {"notices read", "shows who read our records, and what is corrected or recalled",
       RunNoticesRead},
      {"notices acknowledge", "says that we know", RunNoticesAcknowledge},
      {"readings list", "lists who read a record of ours, or what an agency was given",
       RunReadingsList},
      {"erase request", "asks for the destruction of a case or person", RunEraseRequest},
      {"erase approve", "approves it, and keeps the destruction certificate", RunEraseApprove},
      {"erase check", "checks a destruction certificate offline", RunEraseCheck},
      {"policy approve", "signs for a release policy, as an agency", RunPolicyApprove},
      {"pki init", "makes a development certificate authority", RunPkiInit},
      {"pki authority-id", "prints an authority's name for the directory", RunPkiAuthorityId},
      {"pki issuer", "makes a development issuer of practitioners' tokens", RunPkiIssuer},
      {"pki token", "prints a practitioner's token, for ten minutes", RunPkiToken},
      {"pki issue", "issues a workload's certificate", RunPkiIssue},
      {"pki revoke", "writes the authority's revocation list", RunPkiRevoke},
      {"pki log-key", "makes a log's signing key", RunPkiLogKey},
      {"pki confirmation-key", "makes the key an agency signs releases with",
       RunPkiConfirmationKey},
      {"pki witness-key", "makes the key a witness cosigns with", RunPkiWitnessKey},
      {"pki kek", "makes a key-encryption key", RunPkiKek},
  };
  const int exit_code = RunCommandLine(commands, {argv + 1, argv + argc},
                                       {std::cout, std::cerr, concordat::Clock::Real()});
  std::cout.flush();
  // Results that could not be written are not done.
  return exit_code == 0 && !std::cout ? 1 : exit_code;
}
