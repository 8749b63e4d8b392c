"""The study notes, statement by statement: each can be asked for, with today's truth first and theirs beside it.

The notes themselves are no part of the project; a statement is known here by its line, and asked for as students do.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from talking import ask, lacks

from bot import Bot
from bot.model import Comparison, Entry, Fact, Knowledge, Notes

LINES = 72  # of the notes
SAME, CHANGED = False, True  # whether the statement holds today, or only in part or no longer

STATEMENTS = [
    # Docker
    (2, SAME, "What is Docker?", ("platform", "app", "containers")),
    (3, CHANGED, "Do Docker containers run on every OS?", ("same kernel", "linux images need linux")),
    # ECS and Fargate
    (5, SAME, "What does ECS stand for?", ("elastic container service",)),
    (6, CHANGED, "Who looks after the servers under ECS?", ("only on the ec2 launch type", "managed instances")),
    (8, SAME, "Do I provision infrastructure with Fargate?", ("no servers or ec2 instances",)),
    (9, SAME, "Is Fargate serverless?", ("yes", "serverless compute for containers")),
    # serverless
    (12, SAME, "What does serverless mean?", ("without provisioning or managing servers", "servers still exist")),
    (13, CHANGED, "Explain serverless", ("without provisioning or managing servers", "code")),
    (14, CHANGED, "Is serverless the same as FaaS?", ("wider than faas", "containers", "functions")),
    # EC2
    (19, SAME, "What is EC2?", ("virtual servers", "cloud")),
    (20, CHANGED, "How much RAM can an EC2 instance have?", ("32 tib", "instance type")),
    (21, CHANGED, "How long can an EC2 instance run?", ("until you stop or terminate it", "hibernating")),
    (22, CHANGED, "Does EC2 scale automatically?", ("auto scaling group adds and removes instances automatically",)),
    # Lambda
    (24, SAME, "Do I manage servers with Lambda?", ("no servers",)),
    (25, CHANGED, "How long may one run of a Lambda function take?", ("15 minutes", "standard function")),
    (26, SAME, "What is Lambda used for?", ("event-driven",)),
    (27, SAME, "How does Lambda scale?", ("automatically", "concurrency")),
    # Batch beside Lambda
    (32, CHANGED, "Can a Lambda function run for an hour?", ("no:", "15 min", "managed instances", "durable function")),
    (33, CHANGED, "Which languages does Lambda support?", ("python", "java", "any other language", "container image")),
    (34, CHANGED, "How much temporary disk space does Lambda have?", ("512 mb", "10,240 mb")),
    (35, SAME, "Is Lambda serverless?", ("yes", "serverless")),
    (37, CHANGED, "Does Batch have a time limit?", ("no time limit", "fargate", "14 days")),
    (38, SAME, "Which programming languages can a Batch job use?", ("any language", "docker")),
    (39, CHANGED, "What temporary storage do Batch jobs have?", ("ebs", "instance store", "fargate", "200 gb")),
    (40, CHANGED, "Does Batch need EC2?", ("no:", "fargate", "managed instances")),
    (40, CHANGED, "Is Batch serverless?", ("partly", "fargate", "ec2")),
    # Lightsail
    (44, SAME, "What is Lightsail?", ("servers", "storage", "databases", "networking")),
    (46, SAME, "What is Lightsail used for?", ("simple web applications", "lamp", "nginx", "mean", "node.js")),
    (47, SAME, "What do people use Lightsail for?", ("websites", "wordpress", "magento", "plesk", "joomla")),
    (48, SAME, "Is Lightsail good for a test environment?", ("yes", "development and test")),
    # the summary
    (52, SAME, "Explain Docker", ("run applications in containers",)),
    (53, CHANGED, "Where does ECS run containers?", ("ec2", "managed instances", "fargate", "your own servers")),
    (55, SAME, "How do I run containers without provisioning infrastructure?", ("fargate", "no machines")),
    (56, SAME, "What is Fargate?", ("serverless", "no ec2 instances")),
    (57, CHANGED, "What is ECR?", ("private by default", "docker", "ecr public")),
    (58, CHANGED, "What is AWS Batch?", ("jobs", "ec2", "fargate", "managed")),
    (59, SAME, "Is Lightsail pricing predictable?", ("predictable", "fixed")),
    # the summary of Lambda
    (63, SAME, "What is Lambda?", ("serverless", "function as a service", "scales automatically", "event-driven")),
    (65, CHANGED, "How is Lambda billed?", ("run time multiplied by the configured memory", "1 millisecond", "init")),
    (66, CHANGED, "What do I pay for with Lambda?", ("number of requests", "duration")),
    (67, CHANGED, "Can Lambda run any Docker image?", ("partly", "10 gb", "runtime api", "does not run unchanged")),
    (68, CHANGED, "What is the maximum timeout of Lambda?", ("15 minutes", "29 seconds")),
    (70, SAME, "Which service creates thumbnails of images uploaded to S3?", ("lambda", "s3 event")),
    (71, SAME, "cron job without a server", ("eventbridge scheduler", "lambda")),
    (71, SAME, "How do I run a serverless cron job?", ("eventbridge scheduler", "lambda")),
    (72, CHANGED, "What is API Gateway?", ("rest, http and websocket", "lambda function")),
    (
        72,
        CHANGED,
        "How do I expose a Lambda function over HTTP?",
        ("api gateway", "function url", "application load balancer"),
    ),
    # other wordings of the same
    (2, SAME, "What do people use Docker for?", ("containers",)),
    (6, CHANGED, "Do I have to manage EC2 instances with ECS?", ("only on the ec2 launch type",)),
    (7, CHANGED, "Are ECS and Fargate alternatives to each other?", ("not rivals",)),
    (26, SAME, "Does Lambda run all the time or on demand?", ("events",)),
    (31, SAME, "Lambda or Batch for a job of three hours?", ("batch", "15 min")),
    (
        46,
        SAME,
        "Which templates does Lightsail have?",
        (
            "lamp",
            "plesk",
        ),
    ),
    (47, SAME, "Does Lightsail have templates for Magento, Plesk, Joomla?", ("magento",)),
    (52, SAME, "What kind of technology is Docker?", ("container platform",)),
    (56, SAME, "Does Fargate use EC2 instances?", ("no servers or ec2 instances",)),
    (57, CHANGED, "Is ECR only for private images?", ("public",)),
    (58, CHANGED, "What does Batch run its jobs on?", ("fargate",)),
    (59, SAME, "What does Lightsail cost?", ("fixed, predictable",)),
    (63, SAME, "Is Lambda function as a service?", ("function as a service",)),
]

CHANGED_LINES = {line for line, changed, *_ in STATEMENTS if changed}


@pytest.mark.parametrize(
    ("line", "changed", "question", "fragments"),
    STATEMENTS,
)
def test_a_statement_of_the_notes_can_be_asked_for(
    the_bot: Bot, *, line: int, changed: bool, question: str, fragments: tuple[str, ...]
) -> None:
    answer = ask(the_bot, question)
    assert answer.kind == "answer"
    assert not lacks(answer, fragments), answer.text
    assert answer.sources
    if changed:
        today, _, notes = answer.text.partition("study notes")
        assert notes, "the answer says what the notes say"
        assert fragments[0].lower() in today.lower(), "today's truth comes first"
        assert str(line) in notes.split(") say:")[0], "the notes can be looked up"


@pytest.mark.parametrize(
    "question",
    ["How do EC2 and Lambda differ?", "ECS or Fargate?", "Batch vs Lambda?"],
)
def test_a_comparison_of_the_notes_says_what_they_say(the_bot: Bot, question: str) -> None:
    answer = ask(the_bot, question)
    assert answer.table
    assert not lacks(answer, ["study notes"])


# ---------------------------------------------------------------- the knowledge's own account of the notes


def cited(knowledge: Knowledge) -> Iterator[tuple[Fact | Entry | Comparison, Notes]]:
    """Everything that says what the notes say about the same."""
    facts = (fact for facts in knowledge.facts.values() for fact in facts.values())
    everything: list[Fact | Entry | Comparison] = [*facts, *knowledge.entries.values(), *knowledge.comparisons.values()]
    for item in everything:
        if item.notes:
            yield item, item.notes


def test_every_statement_is_traceable_to_its_line(the_bot: Bot) -> None:
    lines = {line for _, notes in cited(the_bot.knowledge) for line in notes.lines}
    assert not {line for line, *_ in STATEMENTS} - lines
    assert lines <= set(range(1, LINES + 1))


def test_what_has_changed_is_nowhere_said_to_be_the_same_only(the_bot: Bot) -> None:
    told = {line for _, notes in cited(the_bot.knowledge) if notes.verdict != "same" for line in notes.lines}
    assert not CHANGED_LINES - told


def test_what_differs_from_the_notes_has_a_source_of_its_own(the_bot: Bot) -> None:
    known = the_bot.knowledge
    differing = [item for item, notes in cited(known) if notes.verdict in {"outdated", "narrower"}]
    assert len(differing) >= len(CHANGED_LINES)
    assert not [item.id for item in differing if all(known.sources[s].kind == "notes" for s in item.sources)]
    assert not [item.id for item in differing if not item.as_of]


def test_what_the_notes_say_is_told_in_words(the_bot: Bot) -> None:
    told = list(cited(the_bot.knowledge))
    assert not [item.id for item, notes in told if notes.verdict != "same" and not notes.say]
    assert {notes.verdict for _, notes in told} <= {"same", "outdated", "narrower"}
