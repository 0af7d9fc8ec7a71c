// Ports of 127.0.0.1 for processes that must come back on the same one.
#ifndef CONCORDAT_TESTS_FREE_PORT_H_
#define CONCORDAT_TESTS_FREE_PORT_H_

namespace concordat::tests {

// A port that nothing listens on now, each time another. From below the range that the kernel gives
// to outgoing connections, so that nobody takes it while its process is down. 0 when there is none.
int FreePort();

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_FREE_PORT_H_
