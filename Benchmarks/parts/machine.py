"""What the machine does beside what is measured."""

import os
import time

TICKS = os.sysconf("SC_CLK_TCK")


def rest(seconds=10):
    """Writes what is to be written, and waits until the processors have been idle for a moment; not for ever."""
    os.sync()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = processors()
        time.sleep(0.3)
        busy = processors()["busy"] - before["busy"]
        if busy <= 0.3 * 0.05 * os.cpu_count():
            return


class Watch:
    """Processor time from now on: of a server and its children, of everybody else, and what the host took away."""

    def __init__(self, server):
        self._server = server
        self._began, self._server_began = processors(), tree_cpu(server)

    def spent(self, contender):
        """`contender`: seconds that are accounted for."""
        now, server = processors(), tree_cpu(self._server) - self._server_began
        busy = now["busy"] - self._began["busy"]
        return {
            "server": server, "others": max(0, busy - server - contender),
            "stolen": now["stolen"] - self._began["stolen"]}


def processors():
    """Seconds since the start, of all processors together."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq, stolen = (int(field) / TICKS for field in stat.readline().split()[1:9])
    return {"busy": user + nice + system + irq + softirq, "stolen": stolen}


def tree_cpu(root):
    """Seconds of a process and all its descendants, those included that have ended."""
    parents, own = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        own[int(name)] = sum(int(field) for field in fields[11:15]) / TICKS
    total = 0
    for process in own:
        ancestor = process
        while ancestor not in (root, 0, 1) and ancestor in parents:
            ancestor = parents[ancestor]
        if ancestor == root:
            total += own[process]
    return total
