"""Rebuilds what a power cut may have left, from the log that `powerlog.c` writes.

The disk here forgets everything that was not synced: octets until the file's fsync (or fdatasync), and names (new files,
renames, removals, new folders) until the fsync of the folder that holds them. A file's own fsync does not keep its name.
A rename is one step: it is kept or lost whole, and is safe once the folder that it moved into was synced.
"""

import collections
import os
import shutil
import struct
import subprocess

HEADER = struct.Struct("<2scBIQQHH")
CREATE, TRUNCATE, FOLDER = 1, 2, 4
SECTOR = 512

Event = collections.namedtuple("Event", "op flags handle offset path other data end")

# Which of what was not synced survives: of the octets, and of the names.
MODES = [
    ("no write", "no name"), ("some writes", "no name"), ("torn writes", "first names"),
    ("no write", "all names"), ("some writes", "some names"), ("every write", "no name"),
]


def build_logger(folder):
    """Compiles the logger into `folder`; its path is for LD_PRELOAD."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "powerlog.c")
    target = os.path.join(folder, "powerlog.so")
    subprocess.run(["cc", "-O2", "-Wall", "-shared", "-fPIC", "-o", target, source, "-ldl", "-lpthread"], check=True)
    return target


def environment(logger, folder, log):
    """What a program must have in its environment to be logged."""
    return {"LD_PRELOAD": logger, "POWERLOG_DIR": folder, "POWERLOG_FILE": log}


def read(path):
    """All whole events of a log."""
    with open(path, "rb") as file:
        log = memoryview(file.read())
    events, place = [], 0
    while place + HEADER.size <= len(log):
        magic, op, flags, length, handle, offset, first, second = HEADER.unpack_from(log, place)
        if magic != b"PW":
            raise ValueError(f"the log is damaged at {place}")
        op = op.decode()
        place += HEADER.size
        size = first + second + (length if op == "W" else 0)
        if place + size > len(log):
            break
        one = os.path.normpath(bytes(log[place:place + first]).decode()) if first else ""
        place += first
        two = os.path.normpath(bytes(log[place:place + second]).decode()) if second else ""
        place += second
        data = log[place:place + length] if op == "W" else None
        place += length if op == "W" else 0
        events.append(Event(op, flags, handle, offset, one, two, data, place))
    return events


def _paths(events):
    return {event.handle: event.path for event in events if event.op == "O"}


def without_full(events, name):
    """The log as it would be with SQLite's synchronous NORMAL on the databases of this name: their write-ahead logs are
    synced before a checkpoint only."""
    paths, kept, base_next = _paths(events), [], {}
    for event in reversed(events):
        path = paths.get(event.handle, "")
        if path.endswith(f"/{name}-wal"):
            if event.op == "E" and not base_next.get(path[:-4], False):
                continue
            if event.op == "W":
                base_next[path[:-4]] = False
        elif event.op == "W":
            base_next[path] = True
        kept.append(event)
    return kept[::-1]


def without_folder_syncs(events, below):
    """The log as it would be if no folder whose path has `below` in it were ever synced."""
    folders = {event.handle for event in events if event.op == "O" and event.flags & FOLDER and below in event.path}
    return [event for event in events if not (event.op == "E" and event.handle in folders)]


class File:
    """Octets that are on disk, and writes that are not yet."""

    def __init__(self):
        self.durable = bytearray()
        self.pending = []
        # How many writes are on disk: what a sync covers is counted from the file's beginning.
        self.done = 0

    def content(self, mode, random):
        if not self.pending or mode == "no write":
            return self.durable
        content = bytearray(self.durable)
        for op, offset, data in self.pending:
            if mode == "every write":
                apply(content, op, offset, data)
            elif op == "W" and mode == "torn writes":
                for start in range(0, len(data), SECTOR):
                    if random.random() < 0.5:
                        apply(content, op, offset + start, data[start:start + SECTOR])
            elif random.random() < 0.5:
                apply(content, op, offset, data)
        return content


class Folder:
    """Names that are on disk, names as the program sees them, and the steps between, in order."""

    def __init__(self):
        self.durable = {}
        self.live = {}
        self.pending = []


class Step:
    """One change of names: (folder, name, node or None to remove) for each; kept or lost whole."""

    def __init__(self, changes, target):
        self.changes = changes
        self.target = target


def apply(content, op, offset, data):
    if op == "W":
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        content[offset:offset + len(data)] = data
    elif op == "X":
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
    elif len(content) > offset:
        del content[offset:]
    else:
        content.extend(bytes(offset - len(content)))


class Disk:
    """The folder `root` while the log is played."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.top = Folder()
        self.handles = {}
        self.paths = {}
        self.begun = {}
        self.unknown = collections.Counter()

    def play(self, event):
        getattr(self, "_" + event.op)(event)

    def _node(self, path):
        node = self.top
        if path == self.root:
            return node
        for name in path[len(self.root) + 1:].split("/"):
            node = node.live.get(name) if isinstance(node, Folder) else None
            if node is None:
                return None
        return node

    def _parent(self, path):
        return self._node(os.path.dirname(path)), os.path.basename(path)

    def _step(self, changes, target):
        step = Step([change for change in changes if change[0] is not None], target)
        for folder, name, node in step.changes:
            if node is None:
                folder.live.pop(name, None)
            else:
                folder.live[name] = node
        for folder in {id(change[0]): change[0] for change in step.changes}.values():
            folder.pending.append(step)

    def _O(self, event):
        node = self._node(event.path)
        if node is None:
            # Made by this opening, or by a call that the logger does not see: either way the name is new now.
            node = Folder() if event.flags & FOLDER else File()
            folder, name = self._parent(event.path)
            if folder is None:
                self.unknown["open below an unknown folder"] += 1
                return
            self._step([(folder, name, node)], folder)
        elif event.flags & TRUNCATE and isinstance(node, File):
            node.pending.append(("T", 0, None))
        self.handles[event.handle] = node
        self.paths[event.handle] = event.path

    def _write(self, event):
        node = self.handles.get(event.handle)
        if isinstance(node, File):
            node.pending.append((event.op, event.offset, event.data))

    _W = _T = _X = _write

    def _B(self, event):
        node = self.handles.get(event.handle)
        if isinstance(node, File):
            self.begun[event.handle] = node.done + len(node.pending)
        elif node is not None:
            self.begun[event.handle] = list(node.pending)

    def _E(self, event):
        node, covered = self.handles.get(event.handle), self.begun.pop(event.handle, None)
        if node is None or covered is None:
            return
        if isinstance(node, Folder):
            for step in covered:
                if any(step is other for other in node.pending):
                    self._keep(step, node)
            return
        count = max(0, covered - node.done)
        for op, offset, data in node.pending[:count]:
            apply(node.durable, op, offset, data)
        node.pending = node.pending[count:]
        node.done += count

    @staticmethod
    def _keep(step, synced):
        """The folder `synced` is on disk, this step of it too. A move out of it alone is not yet the move into another."""
        if step.target is not synced and any(change[0] is step.target for change in step.changes):
            return
        for folder, name, node in step.changes:
            if node is None:
                folder.durable.pop(name, None)
            else:
                folder.durable[name] = node
            folder.pending = [other for other in folder.pending if other is not step]

    def _N(self, event):
        source = self._parent(event.path) if event.path else (None, "")
        target = self._parent(event.other) if event.other else (None, "")
        node = source[0].live.get(source[1]) if source[0] else None
        if node is None:
            self.unknown["rename of an unknown file"] += 1
            return
        self._step([(*source, None), (*target, node)], target[0] or source[0])

    def _L(self, event):
        node, (folder, name) = self._node(event.path), self._parent(event.other)
        if node is not None and folder is not None:
            self._step([(folder, name, node)], folder)

    def _U(self, event):
        folder, name = self._parent(event.path)
        if folder is not None and name in folder.live:
            self._step([(folder, name, None)], folder)

    def _M(self, event):
        folder, name = self._parent(event.path)
        if folder is not None:
            self._step([(folder, name, Folder())], folder)

    def _A(self, event):
        path = self.paths.get(event.handle, event.path)
        if not path.endswith("-shm"):
            self.unknown["a change that cannot be rebuilt: " + path] += 1

    def rebuild(self, target, mode, random):
        """Writes one folder that a cut now may leave to `target` (which is emptied first)."""
        writes, names = mode
        shutil.rmtree(target, ignore_errors=True)
        kept, cuts = {}, {}
        self._write_folder(self.top, target, writes, names, random, kept, cuts)

    def _write_folder(self, folder, path, writes, names, random, kept, cuts):
        os.makedirs(path, mode=0o700)
        for name, node in self._entries(folder, names, random, kept, cuts).items():
            if name.endswith("-shm"):
                continue
            below = os.path.join(path, name)
            if isinstance(node, Folder):
                self._write_folder(node, below, writes, names, random, kept, cuts)
            else:
                with open(below, "wb", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                    file.write(node.content(writes, random))

    @staticmethod
    def _entries(folder, names, random, kept, cuts):
        entries = dict(folder.durable)
        if id(folder) not in cuts:
            cuts[id(folder)] = random.randint(0, len(folder.pending))
        for place, step in enumerate(folder.pending):
            if id(step) not in kept:
                kept[id(step)] = (
                    names == "all names" or (names == "first names" and place < cuts[id(folder)])
                    or (names == "some names" and random.random() < 0.5))
            if kept[id(step)]:
                for owner, name, node in step.changes:
                    if owner is folder:
                        if node is None:
                            entries.pop(name, None)
                        else:
                            entries[name] = node
        return entries
