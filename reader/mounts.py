"""Where a path is: on this computer, or on another one that is reached over a network."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress

#: File systems of which the system hears, and locks, only what this computer does.
_REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "beegfs", "davfs",
     "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs", "fuse.s3fs", "fuse.glusterfs", "fuse.mergerfs",
     "virtiofs", "vboxsf", "fuse.vmhgfs-fuse", "prl_fs"}
)  # fmt: skip


def is_remote(path: str) -> bool:
    """Whether a file or a folder is on another computer, as far as the system says so."""
    if sys.platform.startswith("linux"):
        with suppress(OSError), open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as mounts:
            return file_system(os.path.realpath(path), mounts) in _REMOTE
        return False
    if os.name == "nt":
        import ctypes

        drive = os.path.splitdrive(os.path.realpath(path))[0]
        windll = getattr(ctypes, "windll", None)
        return drive.startswith("\\\\") or (windll is not None and windll.kernel32.GetDriveTypeW(drive + "\\") == 4)
    return path.startswith("/Volumes/")


def file_system(path: str, mounts: Iterable[str]) -> str:
    """The type of the file system that a path is on, from the lines of ``/proc/self/mountinfo`` (proc(5))."""
    best, kind = -1, ""
    for line in mounts:
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:  # of two mounts at one point the later one is seen
            best, kind = len(point), after.split(" ")[0]
    return kind
