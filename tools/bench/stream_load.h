// The load of streams: commands through ExecuteCommands, as bytes, from one thread over a few
// connections. Each stream sends its part in order, and no more than a window ahead of the
// answers.
//
// Measured on two cores with gRPC 1.51: a stream that sends one command for each answer keeps
// both sides at work with packets of one message. So a full window is filled up again only
// once a quarter of it is free.
#ifndef BILLING_TOOLS_BENCH_STREAM_LOAD_H_
#define BILLING_TOOLS_BENCH_STREAM_LOAD_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "grpcpp/channel.h"
#include "tools/bench/load.h"
#include "tools/bench/traffic.h"

namespace billing::bench {

struct StreamShape {
  size_t streams = 4;
  // Of each stream: commands that are sent and not answered.
  size_t window = 1'000;
  // So many commands belong together and stay in one stream, in their order.
  size_t together = 1;
};

// Sends all, half-closes, and reads all answers. Requests are ExecuteCommandsRequests numbered
// from 1; each stream takes a part of them, as equal as may be. What has no answer when
// its stream ends, or after 30 s in which nothing moved, has failed. Latencies count from when a
// command is given to gRPC.
LoadResult SaturateStreams(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                           const Traffic& traffic, const StreamShape& shape);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_STREAM_LOAD_H_
