"""The pages on which health and figures can be read, and their server.

`/healthz` is answered by the loop itself, so its answer says that the process lives; it looks at nothing outside, as
replacing the process would not mend that. `/readyz` says whether questions are heard, answered and remembered.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from adapters.serve.figures import Figures
from adapters.serve.health import Health


class PortError(Exception):
    """The port of the health pages cannot be listened on; its text says so."""


def to_server(health: Health, figures: Figures, version: str) -> web.AppRunner:
    """The server of the three pages."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def ready(_: web.Request) -> web.Response:
        parts = {name: part._asdict() for name, part in health.parts().items()}
        body = {"ready": health.ready, "stopping": health.stopping, "parts": parts}
        return web.json_response(body, status=200 if health.ready else 503)

    async def metrics(_: web.Request) -> web.Response:
        from adapters.serve.exposition import TYPE, exposed

        return web.Response(body=exposed(health, figures, version), headers={"Content-Type": TYPE})

    server = web.Application()
    server.router.add_get("/healthz", alive)
    server.router.add_get("/readyz", ready)
    server.router.add_get("/metrics", metrics)
    return web.AppRunner(server, access_log=None, handle_signals=False, shutdown_timeout=1)


@contextlib.asynccontextmanager
async def pages(runner: web.AppRunner, host: str, port: int) -> AsyncIterator[None]:
    """The health pages, for as long as the block lasts; raises PortError."""
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PortError(
                f"port {port} on {host} cannot be listened on ({error.strerror}): "
                "set COMPUTE_BOT_HEALTH_PORT or COMPUTE_BOT_HEALTH_HOST to something else"
            ) from None
        yield
    finally:
        await runner.cleanup()
