#include "tests/rows/full_disk.h"

#include <utility>

#include "rocksdb/file_system.h"

namespace billing::projections {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class FullFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FullFile(std::unique_ptr<FSWritableFile>&& file, std::string path, FullDisk& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk) {}

  IOStatus Append(const rocksdb::Slice& bytes, const IOOptions& options,
                  IODebugContext* debug) override {
    if (!disk_.Take(path_)) return IOStatus::NoSpace("injected", path_);
    return FSWritableFileOwnerWrapper::Append(bytes, options, debug);
  }
  IOStatus Append(const rocksdb::Slice& bytes, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    if (!disk_.Take(path_)) return IOStatus::NoSpace("injected", path_);
    return FSWritableFileOwnerWrapper::Append(bytes, options, verification, debug);
  }

 private:
  const std::string path_;
  FullDisk& disk_;
};

namespace {

class FullFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FullFileSystem(FullDisk& disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}

  const char* Name() const override { return "FullFileSystem"; }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus made = FileSystemWrapper::NewWritableFile(path, options, file, debug);
    if (made.ok()) *file = std::make_unique<FullFile>(std::move(*file), path, disk_);
    return made;
  }

 private:
  FullDisk& disk_;
};

}  // namespace

FullDisk::FullDisk() : env_(rocksdb::NewCompositeEnv(std::make_shared<FullFileSystem>(*this))) {}

FullDisk::~FullDisk() = default;

void FullDisk::Fill(std::string_view part) {
  const std::lock_guard lock(mutex_);
  full_ = true;
  part_ = part;
  refusals_ = 0;
}

void FullDisk::Free() {
  const std::lock_guard lock(mutex_);
  full_ = false;
}

void FullDisk::WaitForRefusals(int writes) {
  std::unique_lock lock(mutex_);
  refused_.wait(lock, [&] { return refusals_ >= writes; });
}

bool FullDisk::Take(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!full_ || path.find(part_) == std::string::npos) return true;
  ++refusals_;
  refused_.notify_all();
  return false;
}

}  // namespace billing::projections
