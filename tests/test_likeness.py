"""Questions that ask the same in other words are put together, and no others are."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Bot, upkeep

SAME = [
    ["can lambda run cobol", "does lambda support cobol?", "is cobol possible on aws lambda", "run cobol in lamda"],
    ["how do i run quarkus on fargate", "quarkus with fargate?", "deploy quarkus app to fargate"],
    ["how do i use kubecost with ecs", "kubecost ecs", "kubcost on ecs", "is there kubecost for ECS clusters"],
    ["sandbox lambda quota increase", "more lambda quota in the sandbox", "who raises our sandbox lambda quotas"],
    ["what is our naming convention for ecs services", "how do i name ecs services", "ecs service names convention"],
    ["does the datadog agent run on fargate", "datadog on fargate", "how to install datadgo agent in fargate"],
    ["which cost center do i tag my ec2 with", "ec2 cost centre tag which one", "what cost center tag do ec2 need"],
    ["can i mount an smb share in fargate", "does fargate support smb file shares", "smb volume for a fargate task"],
    ["how do i rotate secrets in lambda", "rotate lambda secrets", "lambda secrets rotate how"],
    ["is there a dark mode for the ecs console", "ecs console dark mode"],
    ["can i use lambda with terraform cloud", "does terraform cloud deploy lambda"],
    ["when will graviton5 come to lambda", "lambda graviton5 when?"],
    ["does lambda support bun", "can i run bun on lambda", "bun runtime lambda"],
    ["can i run windows containers on lambda", "does lambda run windows containers?"],
    ["why is the blue team pipeline red", "pipeline of the blue team failing"],
]  # fmt: skip


def test_a_question_in_other_words_and_misspelt_is_the_same_question(the_bot: Bot) -> None:
    texts = [text for group in SAME for text in group]
    random.Random(1).shuffle(texts)  # noqa: S311 - any order will do
    found = {frozenset(texts[i] for i in group.positions) for group in upkeep.alike(texts, the_bot.knowledge)}
    assert found == {frozenset(group) for group in SAME}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("can i run quarkus on lambda", "can i run quarkus on fargate"),
        ("does lambda support bun", "does lambda support cobol"),
        ("how do i use kubecost with ecs", "how do i use kubectl with ecs"),
        ("ecs console dark mode", "ecs console language"),
        ("who owns the sandbox", "why is the pipeline red"),
        ("lambda", "ecs"),
    ],
)
def test_a_question_about_something_else_is_another_one(the_bot: Bot, one: str, other: str) -> None:
    assert len(upkeep.alike([one, other], the_bot.knowledge)) == 2


def test_the_largest_group_comes_first_and_knows_its_subjects(the_bot: Bot) -> None:
    first, second = upkeep.alike(["bun on ecs?", "does lambda run bun", "lambda bun runtime"], the_bot.knowledge)
    assert (first.positions, first.subjects) == ((1, 2), ("lambda",))
    assert (second.positions, second.subjects) == ((0,), ("ecs",))


@settings(max_examples=8)  # half a second each, for the vocabulary
@given(texts=st.lists(st.one_of(st.text(max_size=60), st.sampled_from([text for group in SAME for text in group]))))
def test_every_text_is_in_one_group(the_bot: Bot, texts: list[str]) -> None:
    groups = upkeep.alike(texts, the_bot.knowledge)
    assert sorted(i for group in groups for i in group.positions) == list(range(len(texts)))


def test_thousands_of_questions_take_seconds(the_bot: Bot) -> None:
    texts = [ask for entry in the_bot.knowledge.entries.values() for ask in entry.asks][:4000]
    started = time.process_time()
    assert upkeep.alike(texts, the_bot.knowledge)
    assert time.process_time() - started < 20  # 3 where it was measured
