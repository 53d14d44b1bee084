// Opens the log in the directory given, as another process would, and prints the error
// if there is one. Exits 0 when it opened.
#include <cstdio>
#include <sstream>

#include "eventstore/rocksdb/rocksdb_event_log.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto log = billing::eventstore::OpenRocksdbEventLog({.directory = argv[1]});
  std::ostringstream text;
  text << log.status();
  std::puts(text.str().c_str());
  return log.ok() ? 0 : 1;
}
