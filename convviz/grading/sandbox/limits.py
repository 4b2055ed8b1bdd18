"""How much of the machine a submission may use."""

import dataclasses

MEGABYTE = 1 << 20


@dataclasses.dataclass(frozen=True)
class Limits:
    """What all processes of one submission may take.

    Attributes
    ----------
    memory : int
        Bytes of address space of a process, and bytes in use by all of them together.
    processes : int
        Processes and threads together; a kernel alone has about a dozen.
    file : int
        Bytes of the largest file.
    disk : int
        Bytes of all files together.
    cpu : int
        Seconds of processor time of one process.
    files : int
        Files, sockets and pipes that one process has open.
    """

    memory: int = 4096 * MEGABYTE
    processes: int = 64
    file: int = 64 * MEGABYTE
    disk: int = 256 * MEGABYTE
    cpu: int = 600
    files: int = 256
