#include "tests/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "crypto/random.h"

namespace concordat::tests {
namespace {

constexpr int kFirst = 12000;
constexpr int kCount = 20000;  // Linux' own range begins at 32768.

bool CanListenOn(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool free = bind(fd, reinterpret_cast<struct sockaddr*>(&address), sizeof(address)) == 0 &&
                    listen(fd, 1) == 0;
  close(fd);
  return free;
}

}  // namespace

int FreePort() {
  // Tests that run side by side, each in a sandbox with the same process ids, differ by chance.
  for (int tries = 0; tries < kCount; ++tries) {
    uint32_t chance = 0;
    const std::string bytes = crypto::RandomBytes(sizeof(chance));
    std::memcpy(&chance, bytes.data(), sizeof(chance));
    const int port = kFirst + static_cast<int>(chance % kCount);
    if (CanListenOn(port)) return port;
  }
  return 0;
}

}  // namespace concordat::tests
