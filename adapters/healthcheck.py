"""The health check: asks the process that serves on this machine how it is, with nothing but a socket, in a moment."""

from __future__ import annotations

import socket

OK = 200
PATIENCE = 2.0  # seconds
LARGEST = 64 * 1024  # bytes
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - what means "every address"


def ask(host: str, port: int, *, ready: bool = False) -> bool:
    """Whether the process on this port says that it is alive, or ready."""
    try:
        return told(host, port, "/readyz" if ready else "/healthz")[0] == OK
    except OSError:
        return False


def report(host: str, port: int) -> tuple[bool | None, str]:
    """Whether all parts of it work, and which do not; None if nothing is there."""
    import json

    try:
        status, body = told(host, port, "/readyz")
    except OSError:
        return None, f"does not run here: nothing answers on port {port}"
    try:
        parts = json.loads(body)["parts"]
        bad = [f"{name}: {part['state']}" for name, part in parts.items() if not part["ok"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        return False, f"something else answers on port {port}: set COMPUTE_BOT_HEALTH_PORT to another"
    if status == OK:
        return True, f"runs, and is ready: {', '.join(parts)}"
    return False, f"runs, and is not ready ({'; '.join(bad) or 'it is stopping'}): its log says why"


def told(host: str, port: int, page: str) -> tuple[int, bytes]:
    """The status of a page and what is on it; raises OSError."""
    request = f"GET {page} HTTP/1.0\r\nHost: localhost\r\n\r\n"
    with socket.create_connection((EVERYWHERE.get(host, host), port), PATIENCE) as talk:
        talk.sendall(request.encode())
        head, _, body = talk.makefile("rb").read(LARGEST).partition(b"\r\n\r\n")
    status = head.split(maxsplit=2)[1:2]
    return int(status[0]) if status and status[0].isdigit() else 0, body
