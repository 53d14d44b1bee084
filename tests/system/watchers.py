"""Many watches, held by a process of their own, which vanishes when it is killed.

    watchers.py ADDRESS COUNT POSITION

They watch what comes after the position. Prints a line once every watch has caught up; then waits.
"""
import signal
import sys

from client import OPERATOR, Client
from wire import pb

PER_CONNECTION = 50  # the server lets one connection have 100 calls at once


def main():
    address, count, position = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    watches = []
    for number in range(count):
        if number % PER_CONNECTION == 0:
            client = Client(address)
        watch = client.watch(pb.WatchEventsRequest(parent="-", after_position=position),
                             **OPERATOR)
        watches.append((watch, watch.messages()))
    for _, messages in watches:
        while not next(messages).HasField("caught_up"):
            pass
    print("watching", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
