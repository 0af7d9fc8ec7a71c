#include "storage/testing/impatient_env.h"

#include <thread>
#include <utility>

#include "rocksdb/system_clock.h"

namespace concordat::storage {
namespace {

class ImpatientClock final : public rocksdb::SystemClockWrapper {
 public:
  ImpatientClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "ImpatientClock"; }
  void SleepForMicroseconds(int micros) override { std::this_thread::yield(); }
};

class ImpatientEnv final : public rocksdb::EnvWrapper {
 public:
  explicit ImpatientEnv(std::unique_ptr<rocksdb::Env> env) : EnvWrapper(std::move(env)) {
    system_clock_ = std::make_shared<ImpatientClock>();
  }
  const char* Name() const override { return "ImpatientEnv"; }
};

}  // namespace

std::unique_ptr<rocksdb::Env> NewImpatientEnv(std::shared_ptr<rocksdb::FileSystem> files) {
  return std::make_unique<ImpatientEnv>(rocksdb::NewCompositeEnv(files));
}

}  // namespace concordat::storage
