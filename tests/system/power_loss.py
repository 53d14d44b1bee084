"""A disk that loses its power: what is left of a folder when only what was synced is sure to be.

The server under test runs with power_loss.cc preloaded, which writes down all it does to the
files of the folder. Disk.lose_power() reads that once the process is dead, and puts the folder
back as a disk would have it:

- of a file: its bytes as they were when its last completed fsync or fdatasync began;
- of a folder: its names as they were when its last completed fsync began, and with a name
  everything behind it. The sync of a file says nothing about its name;
- of what came later some part: see Left.

Before that it compares what was written down with what the files hold. So nothing that the
server does to them passes unseen, whatever calls it uses.
"""
import enum
import os
import pathlib
import shutil
import stat
import struct
import tempfile

LIBRARY = os.environ.get("BILLING_POWER_LOSS_LIBRARY",
                         "build/release/tests/system/libbilling_power_loss.so")
SECTOR_BYTES, PAGE_BYTES = 512, 4_096

# A line of the journal (power_journal.cc): kind, bytes of two paths and of data, number, inode,
# offset.
_LINE = struct.Struct("=IIIIQQq")
(_WRITE, _RESIZE, _CREATE, _MAKE_FOLDER, _LINK, _RENAME, _REMOVE, _REMOVE_FOLDER, _SYNC,
 _DONE) = range(1, 11)


class Left(enum.Enum):
    """What is left of what was not synced."""
    NOTHING = "nothing"
    # The last write torn at a sector.
    FIRST = "what came first"
    # Of what is overwritten any pages; a file grows by what came first. So do the journalling
    # file systems: a length reaches the disk behind the data that it covers.
    PAGES = "any pages"
    # And a file that grows has zeros where its data did not reach the disk: ext4 with
    # data=writeback.
    HOLES = "any pages, and holes"


POWER_LOSSES = (Left.NOTHING, Left.FIRST, Left.PAGES)


class _Line:
    def __init__(self, kind, number, inode, offset, path, other, data):
        self.kind, self.number, self.inode, self.offset = kind, number, inode, offset
        self.path, self.other, self.data = path, other, data


def _lines(path):
    """The lines of a journal; the last one may be half written, which says that nothing of it
    had begun.
    """
    content = path.read_bytes() if path.exists() else b""
    at = 0
    while at + _LINE.size <= len(content):
        kind, path_bytes, other_bytes, data_bytes, number, inode, offset = _LINE.unpack_from(
            content, at)
        at += _LINE.size
        behind = at + path_bytes + other_bytes + data_bytes
        if behind > len(content):
            return
        name = content[at:at + path_bytes].decode()
        other = content[at + path_bytes:at + path_bytes + other_bytes].decode()
        yield _Line(kind, number, inode, offset, name, other,
                    content[at + path_bytes + other_bytes:behind])
        at = behind


def _apply(content, operation):
    """Carries out a write, or a change of length, on a bytearray."""
    end = operation.offset + len(operation.data)
    if operation.kind == _RESIZE:
        del content[operation.offset:]
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[operation.offset:end] = operation.data


class _File:
    """A file: what it held at first, and what was done to it since."""

    def __init__(self, inode, is_new=False):
        self.inode, self.is_new = inode, is_new
        self.operations = []
        self.synced = 0  # every operation of a smaller number is on the disk

    def sync(self, number):
        self.synced = max(self.synced, number)

    def content(self, folder, until=None):
        """After all operations of a smaller number. REQUIRES: there are operations."""
        kept = folder / f"base-{self.inode}"
        content = bytearray(b"" if self.is_new else kept.read_bytes())
        for operation in self.operations:
            if until is None or operation.number < until:
                _apply(content, operation)
        return content

    def unsynced(self):
        return [each for each in self.operations if each.number >= self.synced]

    def after_power_loss(self, folder, rng, left):
        sure, rest = self.content(folder, self.synced), self.unsynced()
        if not rest or left == Left.NOTHING:
            return sure
        if left == Left.HOLES:
            new = self.content(folder)
            return _mixed(sure, new, rng.choice((len(sure), len(new))), rng)
        torn = self._torn(bytearray(sure), rest, rng)
        if left == Left.PAGES:
            overwritten = min(len(sure), len(torn))
            torn[:overwritten] = _mixed(sure, self.content(folder), overwritten, rng)
        return torn

    @staticmethod
    def _torn(content, rest, rng):
        whole = rng.randint(0, len(rest))
        for operation in rest[:whole]:
            _apply(content, operation)
        if whole < len(rest) and rest[whole].kind == _WRITE:
            torn = rest[whole]
            end = torn.offset + rng.randint(0, len(torn.data))
            data = torn.data[:max(0, end - end % SECTOR_BYTES - torn.offset)]
            _apply(content, _Line(_WRITE, 0, 0, torn.offset, "", "", data))
        return content


def _mixed(old, new, size, rng):
    """Of each page the old or the new; what is not there reads as zeros."""
    mixed = bytearray()
    for at in range(0, size, PAGE_BYTES):
        pages = [content[at:at + PAGE_BYTES] for content in (old, new)]
        page = rng.choice(pages)[:size - at]
        mixed += page + bytes(min(PAGE_BYTES, size - at) - len(page))
    return mixed


class _Folder:
    """A folder: its names now, its names on the disk, and the changes between."""

    def __init__(self, mode=0o700):
        self.mode = mode
        self.names, self.on_disk = {}, {}
        self.changes = []  # (number of the operation, {name: what it names, or None})

    def change(self, number, changes):
        self.changes.append((number, changes))
        self._make(self.names, changes)

    def sync(self, number):
        for _, changes in (each for each in self.changes if each[0] < number):
            self._make(self.on_disk, changes)
        self.changes = [each for each in self.changes if each[0] >= number]

    def after_power_loss(self, rng, left):
        names = dict(self.on_disk)
        kept = 0 if left == Left.NOTHING else rng.randint(0, len(self.changes))
        for _, changes in self.changes[:kept]:
            self._make(names, changes)
        return names

    @staticmethod
    def _make(names, changes):
        for name, thing in changes.items():
            if thing is None:
                names.pop(name, None)
            else:
                names[name] = thing


class Disk:
    """A folder, `root`, whose power can be cut. Removed when it is closed."""

    def __init__(self):
        self._folder = pathlib.Path(os.path.realpath(tempfile.mkdtemp(prefix="billingd-power-")))
        self.root, self._journal = self._folder / "root", self._folder / "journal"
        self.root.mkdir(mode=0o700)
        self._tree, self._by_inode, self._unchanged = _Folder(), {}, {}
        self.operations = 0

    def close(self):
        shutil.rmtree(self._folder)

    def empty(self):
        """REQUIRES: no process uses the folder."""
        shutil.rmtree(self.root)
        self.root.mkdir(mode=0o700)

    def watch(self, strip="", cut_at=0):
        """The environment of the next process that uses the folder. Call it before each.

        `strip`: syncs of what has this in its path do nothing; `cut_at`: the process ends before
        the operation of this number.
        """
        shutil.rmtree(self._journal, ignore_errors=True)
        self._journal.mkdir()
        self._by_inode, self._unchanged = {}, {}
        self._tree = self._read(self.root)
        # GCC's sanitizers want to come first, and need not.
        return {"LD_PRELOAD": LIBRARY, "ASAN_OPTIONS": "verify_asan_link_order=0",
                "BILLING_POWER_ROOT": str(self.root), "BILLING_POWER_STRIP": strip,
                "BILLING_POWER_JOURNAL": str(self._journal), "BILLING_POWER_CUT_AT": str(cut_at)}

    def lose_power(self, rng, left):
        """Puts the folder back as it is after a loss of power. REQUIRES: the process is dead.

        Returns how many operations were not synced.
        """
        begun = self._replay()
        self._check(begun)
        unsynced = sum(len(each.unsynced()) if isinstance(each, _File) else len(each.changes)
                       for each in self._by_inode.values())
        fresh = self._folder / "fresh"
        self._write(self._tree, fresh, self._sources(), rng, left)
        shutil.rmtree(self.root)
        fresh.rename(self.root)
        return unsynced

    def _read(self, path):
        folder = _Folder(stat.S_IMODE(path.stat().st_mode))
        for each in path.iterdir():
            status = each.lstat()
            if stat.S_ISDIR(status.st_mode):
                thing = self._read(each)
            else:
                assert stat.S_ISREG(status.st_mode), f"{each} is neither file nor folder"
                thing = self._by_inode.setdefault(status.st_ino, _File(status.st_ino))
                self._unchanged[status.st_ino] = (status.st_size, status.st_mtime_ns)
            folder.names[each.name] = thing
        folder.on_disk = dict(folder.names)
        self._by_inode[path.stat().st_ino] = folder
        return folder

    def _replay(self):
        """Makes the tree follow the journal; what had begun and was not done, but for syncs."""
        begun = {}
        for line in _lines(self._journal / "journal"):
            if line.kind != _DONE:
                begun[line.number] = line
                self.operations += 1
            else:
                operation = begun.pop(line.number)
                if line.offset >= 0:
                    self._follow(operation, line)
        return [each for each in begun.values() if each.kind != _SYNC]

    def _find(self, path):
        """The folder that a path is in, and its name there."""
        parts = pathlib.Path(path).relative_to(self.root).parts
        folder = self._tree
        for part in parts[:-1]:
            folder = folder.names[part]
        return folder, parts[-1]

    def _follow(self, operation, done):
        kind, number = operation.kind, operation.number
        if kind == _SYNC:
            self._by_inode[operation.inode].sync(number)
        elif kind in (_WRITE, _RESIZE):
            operation.data = operation.data[:done.offset] if kind == _WRITE else b""
            self._by_inode[operation.inode].operations.append(operation)
        elif kind == _CREATE:
            # An inode is used again once its folder is removed.
            self._by_inode[done.inode] = thing = _File(done.inode, is_new=True)
            self._name(operation.path, number, thing)
        elif kind == _MAKE_FOLDER:
            self._by_inode[done.inode] = thing = _Folder()
            self._name(operation.path, number, thing)
        elif kind in (_REMOVE, _REMOVE_FOLDER):
            self._name(operation.path, number, None)
        else:
            self._follow_names(operation)

    def _name(self, path, number, thing):
        folder, name = self._find(path)
        folder.change(number, {name: thing})

    def _follow_names(self, operation):
        folder, name = self._find(operation.path)
        other_folder, other = self._find(operation.other)
        thing = folder.names[name]
        if operation.kind == _LINK:
            other_folder.change(operation.number, {other: thing})
        elif folder is other_folder:
            folder.change(operation.number, {name: None, other: thing})
        else:
            other_folder.change(operation.number, {other: thing})
            folder.change(operation.number, {name: None})

    def _check(self, begun):
        """That the files are what the journal makes of them. What had begun may be half done."""
        names = {os.path.normpath(path) for each in begun for path in (each.path, each.other)}
        inodes = {each.inode for each in begun}
        self._check_folder(self._tree, self.root, names, inodes)

    def _check_folder(self, folder, path, names, inodes):
        found = {each.name for each in path.iterdir()}
        open_names = {name for name in found | folder.names.keys() if str(path / name) in names}
        assert found - open_names == folder.names.keys() - open_names, (
            f"{path}: the journal does not know of {found ^ folder.names.keys()}")
        for name in folder.names.keys() - open_names:
            thing = folder.names[name]
            if isinstance(thing, _Folder):
                self._check_folder(thing, path / name, names, inodes)
            elif thing.inode not in inodes:
                self._check_file(thing, path / name)

    def _check_file(self, file, path):
        status = path.stat()
        assert status.st_ino == file.inode, f"{path} is another file than the journal says"
        if not file.operations and not file.is_new:
            seen = (status.st_size, status.st_mtime_ns)
            assert seen == self._unchanged[file.inode], f"{path}: changed behind the journal"
        else:
            assert path.read_bytes() == file.content(self._journal), (
                f"{path}: not what the journal makes of it")

    def _sources(self):
        """Where to find a file that still has a name, or lost it, by inode."""
        paths = [*self.root.rglob("*"), *self._journal.glob("kept-*")]
        return {each.stat().st_ino: each for each in paths if not each.is_dir()}

    def _write(self, folder, path, sources, rng, left):
        path.mkdir()
        # In an order of their own, or a seed would not give the same again.
        for name, thing in sorted(folder.after_power_loss(rng, left).items()):
            if isinstance(thing, _Folder):
                self._write(thing, path / name, sources, rng, left)
            elif not thing.operations and not thing.is_new:
                os.link(sources[thing.inode], path / name)
            else:
                (path / name).write_bytes(thing.after_power_loss(self._journal, rng, left))
                shutil.copymode(sources[thing.inode], path / name)
        path.chmod(folder.mode)
