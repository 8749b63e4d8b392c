"""The project's own questions: how many are answered, declined and followed as they should be.

Each list has a bar, as understanding is a matter of degree; when a test fails, it prints every question that got lost.
What questions.yaml means is said in its first lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from talking import Chat, ask, compares, lacks, recommends, states

from bot import Answer, Bot

Item = dict[str, Any]
KEYS_ON_A_DISK = """
A company runs its shop on EC2 instances that read messages from an SQS queue with an access key on the disk.
An administrator has to make sure that the application can read and delete messages.
Which solution meets these requirements in the most secure manner?
"""
LICENSED_BY_SOCKET = """
Licensing rules of a vendor demand that a workload is hosted on one physical server whose sockets are counted by an
auditor. Which EC2 pricing option will meet these requirements?
"""
KNOWN, OTHERWISE, OUTRIGHT, DECLINED, FOLLOWED = 0.93, 0.04, 0.65, 0.98, 0.87


@pytest.fixture(scope="module")
def questions() -> dict[str, list[Item]]:
    path = Path(__file__).with_name("questions.yaml")
    loaded: dict[str, list[Item]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def right(bot: Bot, answer: Answer, item: Item) -> bool:
    """Whether an answer is the one that was expected."""
    expected = item["expect"]
    if told(answer) not in {"", expected.get("answer", told(answer))}:
        return False
    if "says" in expected:
        return not lacks(answer, expected["says"])
    if "recommend" in expected:
        return recommends(bot, answer, expected["recommend"])
    if expected.get("compare"):
        return compares(bot, answer, expected["subjects"])
    return states(bot, answer, expected["subjects"], expected["aspect"])


def told(answer: Answer) -> str:
    """The yes or no with which an answer begins, if it does."""
    begins = answer.lead.lower().split(",")[0].split(":")[0].split(" ")[0].strip(".")
    return begins if begins in {"yes", "no"} else ""


def missed(kind: str, misses: Iterable[str]) -> str:
    listed = list(misses)
    return "\n".join([f"{len(listed)} {kind}:", *listed])


def shown(answer: Answer) -> str:
    return f"{answer.kind}: {answer.title} | {answer.lead}"[:160]


def test_there_are_enough_of_them(questions: dict[str, list[Item]]) -> None:
    assert len(questions["known"]) >= 200
    assert len(questions["declined"]) >= 100
    assert len(questions["dialogues"]) >= 25


def test_questions_expect_what_there_is(the_bot: Bot, questions: dict[str, list[Item]]) -> None:
    known = the_bot.knowledge
    for item in questions["known"]:
        expected = item["expect"]
        assert set(expected) <= {"subjects", "aspect", "compare", "recommend", "says", "answer"}, item
        assert known.subjects.keys() >= {*expected.get("subjects", []), expected.get("recommend", "lambda")}, item
        assert expected.get("aspect", "what-is") in known.aspects, item


def test_what_is_known_is_answered(the_bot: Bot, questions: dict[str, list[Item]]) -> None:
    items = questions["known"]
    replies = [(item, ask(the_bot, item["ask"])) for item in items]
    otherwise = [(i, a) for i, a in replies if a.kind == "answer" and not right(the_bot, a, i)]
    declined = [(i, a) for i, a in replies if a.kind != "answer"]
    report = missed("answered otherwise", (f"{i['ask']} -> {i['expect']} | {shown(a)}" for i, a in otherwise))
    report += "\n" + missed("not answered", (f"{i['ask']} -> {i['expect']} | {shown(a)}" for i, a in declined))
    assert len(otherwise) <= OTHERWISE * len(items), report
    assert len(items) - len(otherwise) - len(declined) >= KNOWN * len(items), report


def test_yes_no_questions_are_told_yes_or_no(the_bot: Bot, questions: dict[str, list[Item]]) -> None:
    asked = [(item, ask(the_bot, item["ask"])) for item in questions["known"] if "answer" in item["expect"]]
    opposite = [(i, a) for i, a in asked if told(a) not in {"", i["expect"]["answer"]}]
    outright = [(i, a) for i, a in asked if told(a) == i["expect"]["answer"]]
    report = missed("not told outright", (f"{i['ask']} | {shown(a)}" for i, a in asked if not told(a)))
    assert not opposite, missed("told the opposite", (f"{i['ask']} | {shown(a)}" for i, a in opposite))
    assert len(outright) >= OUTRIGHT * len(asked), report


def test_what_is_not_known_is_declined(the_bot: Bot, questions: dict[str, list[Item]]) -> None:
    texts = [str(item) for item in questions["declined"]]
    answered = [(text, a) for text in texts if (a := ask(the_bot, text)).kind == "answer"]
    report = missed("answered", (f"{text} | {shown(a)}" for text, a in answered))
    assert len(texts) - len(answered) >= DECLINED * len(texts), report


@pytest.mark.parametrize(
    ("text", "says", "never"),
    [
        ("what is the difference between docker images and containers", "read-only template", "Runs containers"),
        ("savings plans or reserved instances: what is the difference", "Reserved Instances commit", ""),
        ("compare EBS with instance store", "instance store disks", ""),
        ("can lambda run a 2 hour video conversion", "No: 2 hours is over", ""),
        ("can a function run every 20 minutes", "", "over the limit"),
        ("when should I give a lambda function more than 3008 MB", "", "Yes"),
        ("how many services can an ECS cluster have", "", "logical group"),
        ("can EKS on Fargate run a daemonset", "DaemonSets", "Yes"),
        ("which EC2 feature runs a script at the first boot", "", "AWS Lambda"),
        ("why is my EC2 bill so high this month", "can't see", "charges for"),
        ("will it snow tomorrow", "don't know", "account"),
        ("is lambda good for long running processes with state?", "No: AWS Lambda", "Yes:"),
        ("can fargate run jobs that take many hours?", "Yes: AWS Fargate", "No:"),
        ("does ECS support service discovery", "Yes: ", ""),
        ("what's an array job in batch?", "fans out", ""),
        ("REST API or HTTP API in API Gateway?", "70%", "Recommendation"),
        ("Does Lambda have a time limit, does Fargate?", "Fargate sets no limit", ""),
        ("What's SnapStart and for which runtimes does it exist?", "Java", ""),
        ("what are examples of serverless services?", "DynamoDB", ""),
        ("What are the different types of EC2 instances?", "memory", "resizable virtual servers"),
        ("Scheduled scaling in ECS", "", "Scales automatically:"),
        ("which is the customer's job with EC2: guest patches or the hypervisor?", "hypervisor", "don't know"),
        ("A static public IPv4 address that can be remapped to another instance", "Elastic IP", ""),
        ("what is a lambda function in python?", "outside what I know", "runtimes"),
        ("can you change the instance type of a running instance?", "stopped", "account"),
        (KEYS_ON_A_DISK, "", "AWS Lambda"),
        (LICENSED_BY_SOCKET, "Dedicated Host", "Every EC2 purchasing option"),
    ],
)
def test_what_is_easily_misread_is_read_well(the_bot: Bot, text: str, says: str, never: str) -> None:
    answer = ask(the_bot, text)
    assert says in answer.text
    assert not never or never not in answer.text


def test_conversations_are_followed(the_bot: Bot, questions: dict[str, list[Item]]) -> None:
    dialogues = questions["dialogues"]
    lost = [went for dialogue in dialogues if (went := went_wrong(the_bot, dialogue))]
    assert len(dialogues) - len(lost) >= FOLLOWED * len(dialogues), missed("lost", lost)


def went_wrong(bot: Bot, dialogue: Item) -> str:
    """What was said in a conversation from its first wrong turn back; empty if none was."""
    chat, said = Chat(bot), []
    for number, turn in enumerate(dialogue["turns"], 1):
        if number == len(dialogue["turns"]):
            chat.pause(dialogue.get("gap", 0))
        answer = chat.ask(turn["user"])
        said.append(f"  {turn['user']} | {shown(answer)}")
        wrong = answer.kind == "answer" if turn.get("declined") else bool(lacks(answer, turn.get("says", [])))
        if wrong:
            return "\n".join([*said, f"  expected: {turn}"])
    return ""
