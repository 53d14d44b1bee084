#include "tests/eventstore/faulty_files.h"

#include <rocksdb/file_system.h>

#include <utility>

namespace billing::eventstore {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class FaultyWal final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWal(std::unique_ptr<FSWritableFile>&& file, WalFaults& faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const rocksdb::Slice& bytes, const IOOptions& options,
                  IODebugContext* debug) override {
    if (faults_.fault == WalFault::kWriteFails) return IOStatus::IOError("write refused");
    return FSWritableFileOwnerWrapper::Append(bytes, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    ++faults_.syncs;
    if (faults_.fault == WalFault::kSyncFails) return IOStatus::IOError("sync refused");
    return FSWritableFileOwnerWrapper::Sync(options, debug);
  }

 private:
  WalFaults& faults_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFiles(WalFaults& faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}

  const char* Name() const override { return "FaultyFiles"; }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus made = FileSystemWrapper::NewWritableFile(path, options, file, debug);
    if (made.ok() && path.ends_with(".log")) {
      *file = std::make_unique<FaultyWal>(std::move(*file), faults_);
    }
    return made;
  }

 private:
  WalFaults& faults_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> FaultyEnv(WalFaults& faults) {
  return rocksdb::NewCompositeEnv(std::make_shared<FaultyFiles>(faults));
}

}  // namespace billing::eventstore
