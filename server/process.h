// What the process asks of the system before anything else.
#ifndef BILLING_SERVER_PROCESS_H_
#define BILLING_SERVER_PROCESS_H_

#include <cstdint>

#include "server/listen_socket.h"

namespace billing::server {

// As many descriptors as the system lets us have: connections and stores need them.
uint64_t RaiseDescriptorLimit();

// SIGTERM, SIGINT and SIGHUP as a descriptor; SIGHUP not where it was ignored before, as under
// nohup. SIGUSR1, SIGUSR2, SIGXFSZ and SIGPIPE are ignored. REQUIRES: called before any thread
// starts.
Descriptor BlockSignals();

// What is made from now on is for its owner alone.
void CloseNewFilesToOthers();

}  // namespace billing::server

#endif  // BILLING_SERVER_PROCESS_H_
