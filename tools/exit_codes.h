// What the command line's exit codes mean; `concordat --help` prints the same list.
#ifndef CONCORDAT_TOOLS_EXIT_CODES_H_
#define CONCORDAT_TOOLS_EXIT_CODES_H_

namespace concordat::tools {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;        // No connection, a refused call, an unreadable file.
inline constexpr int kExitUsage = 2;         // Nothing was done.
inline constexpr int kExitSomeRejected = 3;  // push: the rest was accepted.
inline constexpr int kExitNotVerified = 4;   // verify, fsck, receipt, policy test: what differs was
                                             // printed.
inline constexpr int kExitUndecided = 5;     // receipt accuse, receipt judge: neither shown.
inline constexpr int kExitChanged = 6;  // policy diff: something changes, nobody is given more.
inline constexpr int kExitMoreReleased = 7;  // policy diff: somebody is given more.

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_EXIT_CODES_H_
