"""Child processes that never outlive the process that started them.

A worker that is killed with -9 cannot tidy up after itself, so the kernel is asked to: a child started with
``preexec_fn=die_with_parent`` receives a signal the moment its parent is gone.
"""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(with_signal: int = signal.SIGKILL) -> None:
    """Ask the kernel to send ``with_signal`` to this process when its parent dies (Linux; elsewhere nothing).

    Call it in the child, after privileges were dropped (the kernel forgets the request when they change). The
    request belongs to the *thread* that forked: start long-lived children from the main thread only.
    """
    if not hasattr(_libc, "prctl"):
        return
    _libc.prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)


def dying_with(parent_pid: int, with_signal: int = signal.SIGKILL):
    """Return a ``preexec_fn`` that calls die_with_parent and gives up if ``parent_pid`` died in between."""

    def before_exec() -> None:
        die_with_parent(with_signal)
        if os.getppid() != parent_pid:
            os._exit(1)

    return before_exec
