"""A store in one DynamoDB table: for copies that run on several machines.

The table has a partition key `pk` (S), a sort key `sk` (S), and `expires` as its TTL attribute; it is made by whoever
deploys. The task's role needs, on this table alone: dynamodb:GetItem, PutItem, UpdateItem, DeleteItem and Query.
Region, endpoint and credentials are boto3's own affair.

| what | pk | sk | further |
|---|---|---|---|
| a claim | `claim` and a digest | `-` | until, by, expires |
| a context | `context` and a digest | `-` | context, until, expires |
| a miss | `miss` | when, and a random word | its fields, until, expires |
| a vote | `vote` | a digest of who and on what | its fields |
| a counter | `count` | a digest of its key | its key, number |

TTL deletes within days, so that whatever is over by `until` counts as gone before it is. Misses, votes and counters
have a partition each, good for some 1,000 writes a second.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import ceil
from typing import Any, TypeVar

from adapters.store import Claim, Clock, Context, Count, Counted, Miss, Missed, Note, StoreError, Vote
from adapters.store.outage import why
from adapters.store.text import digest, ended, sound, sound_record

Record = TypeVar("Record", Miss, Vote, Count)
Client = Any  # boto3 makes its class while it runs
Item = dict[str, dict[str, Any]]  # as DynamoDB writes it: {"name": {"S": "text"}}

SECONDS = 1.0  # that connecting, and that an answer, may take; both are a few milliseconds as a rule
ATTEMPTS = 2  # the first one included
CALLS = 16  # at once
NOTES = 4  # of a batch at once: answers wait for claims, which must find others free
FREE = "attribute_not_exists(#pk) OR #until <= :now OR #by = :by"  # the last: heard, and repeated
PASSING = {  # codes of errors that mend themselves
    "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
    "ServiceUnavailable", "ThrottlingException",
}  # fmt: skip
NO_TABLE = """\
There is no table {table} in {region}. The deployment's template makes it; by hand: aws dynamodb create-table \
--table-name {table} --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S \
AttributeName=sk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE, and then \
aws dynamodb update-time-to-live --table-name {table} --time-to-live-specification Enabled=true,AttributeName=expires"""
HINTS = {  # what to do about errors that do not mend themselves
    "ResourceNotFoundException": NO_TABLE,
    "ValidationException": "The table {table} must have the partition key pk (S) and the sort key sk (S)",
    "AccessDeniedException": "The table {table} may not be used: grant dynamodb:GetItem, PutItem, UpdateItem, "
    "DeleteItem and Query on it",
    "NoRegionError": "The table {table} needs a region: set AWS_REGION",
    "InvalidRegionError": "The table {table} needs a region: set AWS_REGION",
    "ValueError": "The table {table} needs a region: set AWS_REGION",  # what boto3 says to an empty one
    "NoCredentialsError": "The table {table} needs credentials: a role of the task, or those of the AWS command line",
}

log = logging.getLogger("compute-bot.store")


def open_table(table: str, clock: Clock = time.time) -> DynamoStore:
    """The store in this table; raises StoreError if it can never work as things are."""
    try:
        import boto3  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]
        from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        needs = f"The table {table} needs {error.name}, which is not installed: make install brings it"
        raise StoreError(needs) from None
    retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries=retries, max_pool_connections=CALLS)
    try:
        client = boto3.session.Session().client("dynamodb", config=config)
    except (BotoCoreError, ValueError) as error:
        raise failure(error, table) from None
    probe(client, table)
    return DynamoStore(client, table, clock)


def probe(client: Client, table: str) -> None:
    """Write to the table; raises StoreError if that fails for a reason that does not mend itself."""
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004 - theirs

    try:
        client.put_item(TableName=table, Item=to_item(primary("check"), {}))
    except (ConnectionError, HTTPClientError) as error:
        log.warning("The table %s is out of reach for the moment (%s)", table, code(error))
    except (BotoCoreError, ClientError) as error:
        if code(error) not in PASSING:
            raise failure(error, table, client.meta.region_name) from None
        log.warning("The table %s does not answer for the moment (%s)", table, code(error))


class DynamoStore:
    """Calls boto3's client in threads."""

    shared = True

    def __init__(self, client: Client, table: str, clock: Clock = time.time) -> None:
        self._client, self._table, self._clock = client, table, clock
        self._threads = ThreadPoolExecutor(CALLS, "store")

    async def claim(self, key: str, seconds: float) -> bool:
        """True for exactly one caller among all processes, until so many seconds are over."""
        now, me = self._clock(), secrets.token_hex(8)
        item = to_item(primary("claim", digest(key)), {"by": me}, now + seconds)
        names = {"#pk": "pk", "#until": "until", "#by": "by"}
        values = {":now": {"N": repr(now)}, ":by": {"S": me}}
        try:
            await self._do(
                self._client.put_item,
                Item=item,
                ConditionExpression=FREE,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except TakenError:
            return False
        return True

    async def known(self, key: str) -> bool:
        """Whether the key is claimed, and its time not over."""
        return bool(await self._get(primary("claim", digest(key))))

    async def context(self, conversation: str) -> str:
        """What was kept of a conversation last, or nothing."""
        item = await self._get(primary("context", digest(conversation)))
        return str(item["context"]["S"]) if item else ""

    async def write(self, notes: Sequence[Note]) -> None:
        """Keep them, each on its own: after an error some may have been written."""
        abreast = asyncio.Semaphore(NOTES)

        async def write(note: Note) -> None:
            async with abreast:
                await self._note(note)

        outcomes = await asyncio.gather(*map(write, notes), return_exceptions=True)
        failed = [(note, error) for note, error in zip(notes, outcomes, strict=True) if error]
        if failed:
            raise StoreError(why(failed[0][1]), [note for note, _ in failed])

    async def vote(self, vote: Vote) -> None:
        """Keep a vote, in place of an earlier one of the same person on the same answer."""
        vote = sound_record(vote)
        await self._put(to_item(primary("vote", sort=digest(vote.user, vote.answer)), vote._asdict()))

    async def misses(self) -> list[Miss]:
        """Every miss whose time is not over, oldest first."""
        now = self._clock()
        items = [item for item in await self._all("miss") if over(item) > now]
        return sorted((from_item(Miss, item) for item in items), key=lambda miss: miss.at)

    async def votes(self) -> list[Vote]:
        """Every vote, oldest first."""
        return sorted((from_item(Vote, item) for item in await self._all("vote")), key=lambda vote: vote.at)

    async def counts(self) -> dict[Count, int]:
        """Every counter."""
        return {from_item(Count, item): int(item["number"]["N"]) for item in await self._all("count")}

    async def forget(self, *, user: str = "", before: float = 0.0) -> int:
        """Delete what is a user's, or from before a moment, or both."""
        if not user and not before:
            return 0
        user = sound(user)
        items = [*await self._all("miss"), *await self._all("vote")]
        meant = [item for item in items if user in ("", item["user"]["S"])]
        meant = [item for item in meant if not before or float(item["at"]["N"]) < before]
        if not user:
            meant += [item for item in await self._all("count") if ended(item["day"]["S"], before)]
        for item in meant:
            await self._do(self._client.delete_item, Key={"pk": item["pk"], "sk": item["sk"]})
        return len(meant)

    async def check(self) -> None:
        """Write something."""
        await self._put(to_item(primary("check"), {}))

    async def close(self) -> None:
        """Finish what was begun, and let the connections go."""
        await asyncio.to_thread(self._threads.shutdown)
        self._client.close()

    # ------------------------------------------------------------ calls

    async def _note(self, note: Note) -> None:
        match note:
            case Claim(key, seconds):
                await self.claim(key, seconds)
            case Context(conversation, context, seconds):
                where, until = primary("context", digest(conversation)), self._clock() + seconds
                await self._put(to_item(where, {"context": sound(context)}, until))
            case Missed(miss, seconds):
                where = primary("miss", sort=f"{miss.at:017.6f} {secrets.token_hex(8)}")
                await self._put(to_item(where, sound_record(miss)._asdict(), miss.at + seconds))
            case Counted(count, number):
                await self._add(sound_record(count), number)

    async def _put(self, item: Item) -> None:
        await self._do(self._client.put_item, Item=item)

    async def _get(self, primary: Item) -> Item:
        """The item, unless its time is over; empty if there is none."""
        found = await self._do(self._client.get_item, Key=primary, ConsistentRead=True)
        item: Item = found.get("Item", {})
        return item if item and over(item) > self._clock() else {}

    async def _add(self, count: Count, number: int) -> None:
        names = {f"#{name}": name for name in Count._fields}
        values = {f":{name}": {"S": value} for name, value in count._asdict().items()}
        sets = ", ".join(f"#{name} = :{name}" for name in Count._fields)
        await self._do(
            self._client.update_item,
            Key=primary("count", sort=digest(*count)),
            UpdateExpression=f"SET {sets} ADD #number :number",
            ExpressionAttributeNames=names | {"#number": "number"},
            ExpressionAttributeValues=values | {":number": {"N": str(number)}},
        )

    async def _all(self, partition: str) -> list[Item]:
        """Every item of a partition, page after page."""
        items: list[Item] = []
        start: dict[str, Item] = {}
        query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": partition}}}
        while True:
            page = await self._do(self._client.query, ConsistentRead=True, **query, **start)
            items += page["Items"]
            if not page.get("LastEvaluatedKey"):
                return items
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    async def _do(self, call: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's
        """What a call to the table returns; raises StoreError."""
        from botocore.exceptions import BotoCoreError, ClientError

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, partial(call, TableName=self._table, **arguments))
        except (BotoCoreError, ClientError) as error:
            raise failure(error, self._table, self._client.meta.region_name) from None
        except RuntimeError:
            raise StoreError(f"The table {self._table} is closed") from None


class TakenError(StoreError):
    """Says that a condition did not hold."""


# ---------------------------------------------------------------- items


def primary(partition: str, name: str = "", sort: str = "-") -> Item:
    """The key of an item."""
    return {"pk": {"S": f"{partition} {name}".strip()}, "sk": {"S": sort}}


def to_item(primary: Item, values: Mapping[str, str | float], until: float = 0.0) -> Item:
    """The item with these values; TTL deletes it some time after `until`, unless that is 0."""
    item = primary | {name: to_value(value) for name, value in values.items()}
    return item | {"until": {"N": repr(until)}, "expires": {"N": str(ceil(until))}} if until else item


def to_value(value: str | float) -> dict[str, Any]:
    """A value as DynamoDB writes it."""
    if isinstance(value, str):
        return {"S": value}
    return {"BOOL": value} if isinstance(value, bool) else {"N": repr(float(value))}


def from_item(kind: type[Record], item: Item) -> Record:
    """The record that an item holds."""
    values = [next(iter(item[name].items())) for name in kind._fields]
    fields: tuple[Any, ...] = tuple(float(value) if sort == "N" else value for sort, value in values)
    return kind(*fields)


def over(item: Item) -> float:
    """When an item's time is over."""
    return float(item["until"]["N"])


# ---------------------------------------------------------------- errors


def code(error: Exception) -> str:
    """What DynamoDB or boto3 calls an error; its text may quote what was sent."""
    response: dict[str, Any] = getattr(error, "response", None) or {}  # a timeout has one that is none
    return str(response.get("Error", {}).get("Code") or type(error).__name__)


def failure(error: Exception, table: str, region: str = "") -> StoreError:
    """The error, in words for whoever runs the bot."""
    if code(error) == "ConditionalCheckFailedException":
        return TakenError(f"The table {table} has it already")
    hint = HINTS.get(code(error), "The table {table} cannot be used")
    return StoreError(f"{hint.format(table=table, region=region)} ({code(error)})")
