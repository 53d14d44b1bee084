#include "tests/eventstore/temporary_directory.h"

#include <stdlib.h>

#include <cassert>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace billing::eventstore {

TemporaryDirectory::TemporaryDirectory()
    : path_((std::filesystem::temp_directory_path() / "billing-XXXXXX").string()) {
  const char* made = mkdtemp(path_.data());
  assert(made != nullptr);
}

TemporaryDirectory::~TemporaryDirectory() { std::filesystem::remove_all(path_); }

std::string FileContents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  assert(file.good());
  std::stringstream contents;
  contents << file.rdbuf();
  return contents.str();
}

void SetFileContents(const std::string& path, std::string_view contents) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << contents;
  file.close();
  assert(file.good());
}

void FlipBit(const std::string& path, uint64_t offset) {
  std::string contents = FileContents(path);
  assert(offset < contents.size());
  contents[offset] = static_cast<char>(contents[offset] ^ 0x10);
  SetFileContents(path, contents);
}

}  // namespace billing::eventstore
