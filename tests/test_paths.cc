#include "tests/test_paths.h"

#include <stdlib.h>

#include <cstdlib>

#include "base/check.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"

namespace concordat::tests {

std::string Runfile(const std::string& path) {
  const char* root = std::getenv("TEST_SRCDIR");
  return root == nullptr ? path : StrCat(root, "/concordat/", path);
}

std::string NewDirectory(const std::string& name) {
  std::string path = StrCat(::testing::TempDir(), "/", name, "-XXXXXX");
  CONCORDAT_CHECK(mkdtemp(path.data()) != nullptr);
  return path;
}

}  // namespace concordat::tests
