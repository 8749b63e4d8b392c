"""A DynamoDB on loopback, in a process of its own: moto's server, to which the real boto3 talks over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

KEYS = {"pk": "HASH", "sk": "RANGE"}
# What moto does between looking at a condition and writing is not protected from its other threads, as DynamoDB is.
SERVER = """
import sys, threading
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
served, one = DomainDispatcherApplication(create_backend_app), threading.Lock()
def one_by_one(environ, start_response):
    with one:
        return served(environ, start_response)
run_simple("127.0.0.1", int(sys.argv[1]), one_by_one, threaded=True)
"""


class FakeDynamo(NamedTuple):
    """Where it listens."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What lets boto3 find it."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.url,
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def make_table(self, name: str, keys: dict[str, str] = KEYS) -> None:
        """Make a table as the deployment's template does."""
        self.client().create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        )
        self.client().update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
        )

    def items(self, table: str) -> list[dict[str, Any]]:
        """All that the table holds."""
        items: list[dict[str, Any]] = self.client().scan(TableName=table)["Items"]
        return items

    def client(self) -> Any:  # noqa: ANN401 - boto3 makes its class while it runs
        import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - half a second

        session = boto3.session.Session("nobody", "nothing", region_name="eu-central-1")
        return session.client("dynamodb", endpoint_url=self.url)


@contextmanager
def serving(port: int = 0) -> Iterator[FakeDynamo]:
    """Serve until the end of the block."""
    command = [sys.executable, "-u", "-c", SERVER, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            assert server.stderr
            heard = iter(server.stderr.readline, b"")
            url = next(found[0].decode() for line in heard if (found := re.search(rb"http://127\.0\.0\.1:\d+", line)))
            threading.Thread(target=server.stderr.read, daemon=True).start()  # it logs every request, and must not wait
            yield FakeDynamo(url)
        finally:
            server.kill()
