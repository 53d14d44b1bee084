// A folder and a process that are gone afterwards, whatever happens in between.
#ifndef BILLING_TOOLS_BENCH_SUPERVISE_H_
#define BILLING_TOOLS_BENCH_SUPERVISE_H_

#include <functional>
#include <string>

namespace billing::bench {

// Makes a folder in `parent`, does `work` there in a process of its own, and returns that
// one's exit code. When it ends, and on SIGINT and SIGTERM (then: 130), all that it started
// is ended and the folder removed. 1 when there can be no folder.
// REQUIRES: the process has one thread, and has not used gRPC.
int InFolderOfItsOwn(const std::string& parent,
                     const std::function<int(const std::string& folder)>& work);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_SUPERVISE_H_
