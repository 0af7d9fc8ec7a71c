// Another program, run by a test.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_PROGRAM_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_PROGRAM_H_

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace concordat::services::testing {

// Started by the constructor with standard input empty; standard output and error are read
// together. The destructor kills what still runs.
class Program {
 public:
  // The first argument is the path.
  explicit Program(const std::vector<std::string>& arguments);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Waits until the output holds `text`; false when it ended without.
  bool WaitForOutput(std::string_view text);
  void Signal(int signal);
  // Waits for the end. The exit code, or -1 when a signal ended it.
  int Wait();
  // What was read so far; all of it after Wait.
  const std::string& output() const { return output_; }

 private:
  bool ReadMore();

  pid_t child_ = 0;
  int read_end_ = -1;
  std::string output_;
};

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_PROGRAM_H_
