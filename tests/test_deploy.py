"""The templates of the deployment: what they ask for is what AWS takes, and what the bot and its owners rely on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from botocore.session import get_session  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]

ROOT = Path(__file__).parent.parent
Json = dict[str, Any]
NOTHING = object()

GIVEN = {
    "Image": "1.dkr.ecr.us-east-1.amazonaws.com/compute-bot@sha256:" + "0" * 64,
    "Vpc": "vpc-1",
    "Subnets": ["subnet-1", "subnet-2"],
}
SLACK = {"SlackSecret": "arn:slack", "SlackSecretVersion": "v1"}
DISCORD = {"DiscordSecret": "arn:discord", "DiscordSecretVersion": "v2"}


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as the long ones: `!Ref X` as `{Ref: X}`."""


def long_form(loader: Loader, tag: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None
    name = tag if tag in {"Ref", "Condition"} else f"Fn::{tag}"
    return {name: value.split(".") if tag == "GetAtt" else value}


Loader.add_multi_constructor("!", long_form)


@cache
def template(name: str) -> Json:
    read: Json = yaml.load((ROOT / "deploy" / name).read_text(encoding="utf-8"), Loader)  # noqa: S506 - a SafeLoader
    return read


class Stack:
    """What stack.yaml comes to with these parameters; what only AWS knows is its own name."""

    def __init__(self, **given: object) -> None:
        self.template = template("stack.yaml")
        defaults = {name: each.get("Default", NOTHING) for name, each in self.template["Parameters"].items()}
        self.parameters = defaults | GIVEN | given | {"AWS::StackName": "bot", "AWS::Region": "us-east-1"}

    def resource(self, name: str) -> Json:
        resolved: Json = self.value(self.template["Resources"][name]["Properties"])
        return resolved

    def value(self, of: Any) -> Any:  # noqa: ANN401 - whatever the template has
        """A piece of the template with every function worked out."""
        if isinstance(of, list):
            return [found for each in of if (found := self.value(each)) is not NOTHING]
        if not isinstance(of, dict):
            return of
        if len(of) == 1 and (name := next(iter(of))) in self.FUNCTIONS:
            return self.FUNCTIONS[name](self, of[name])
        return {key: found for key, each in of.items() if (found := self.value(each)) is not NOTHING}

    def ref(self, name: str) -> Any:  # noqa: ANN401 - whatever was given
        return NOTHING if name == "AWS::NoValue" else self.parameters.get(name, name)

    def sub(self, of: Any) -> str:  # noqa: ANN401 - a text, or a text and what it uses
        text, more = of if isinstance(of, list) else (of, {})
        return re.sub(
            r"\$\{([\w:]+)\}", lambda m: str(self.value(more[m[1]]) if m[1] in more else self.ref(m[1])), text
        )

    def condition(self, name: str) -> bool:
        return bool(self.value(self.template["Conditions"][name]))

    def either(self, of: list[Any]) -> Any:  # noqa: ANN401 - whatever the template has
        return self.value(of[1] if self.condition(of[0]) else of[2])

    FUNCTIONS: ClassVar[Mapping[str, Callable[[Any, Any], Any]]] = {
        "Ref": ref,
        "Condition": condition,
        "Fn::Sub": sub,
        "Fn::GetAtt": lambda _, of: ".".join(of),
        "Fn::ImportValue": lambda self, of: self.value(of),
        "Fn::If": either,
        "Fn::Not": lambda self, of: not self.value(of[0]),
        "Fn::Or": lambda self, of: any(self.value(each) for each in of),
        "Fn::And": lambda self, of: all(self.value(each) for each in of),
        "Fn::Equals": lambda self, of: str(self.value(of[0])) == str(self.value(of[1])),
    }

    def broken_rules(self) -> set[str]:
        """The rules that would stop a deployment before it begins."""
        return {
            name
            for name, rule in self.template["Rules"].items()
            if self.value(rule.get("RuleCondition", True))
            and not all(self.value(each["Assert"]) for each in rule["Assertions"])
        }

    def bot(self) -> Json:
        """The container."""
        container: Json = self.resource("Task")["ContainerDefinitions"][0]
        return container

    def environment(self) -> dict[str, str]:
        return {each["Name"]: str(each["Value"]) for each in self.bot()["Environment"]}

    def secrets(self) -> dict[str, str]:
        return {each["Name"]: each["ValueFrom"] for each in self.bot()["Secrets"]}

    def statements(self, role: str) -> list[Json]:
        return [each for policy in self.resource(role)["Policies"] for each in policy["PolicyDocument"]["Statement"]]


EVERY = (Stack(**SLACK), Stack(**DISCORD), Stack(**SLACK, **DISCORD, SlackChannels="C1", KnowledgeFileSystem="fs-1"))


# ---------------------------------------------------------------- what AWS takes


def request(of: Any) -> Any:  # noqa: ANN401 - JSON
    """The properties of a task definition as RegisterTaskDefinition has them, whose names begin with small letters."""
    if isinstance(of, list):
        return [request(each) for each in of]
    if not isinstance(of, dict):
        return of
    return {lowered(key): each if key == "Options" else request(each) for key, each in of.items()}


def lowered(name: str) -> str:
    return {"FilesystemId": "fileSystemId", "EFSVolumeConfiguration": "efsVolumeConfiguration"}.get(
        name, name[0].lower() + name[1:]
    )


def problems(properties: Json) -> str:
    """What AWS's own model of the call minds."""
    shape = get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
    report: str = ParamValidator().validate(properties, shape).generate_report()
    return report


def task(stack: Stack) -> Json:
    properties: Json = request(stack.resource("Task"))
    for each in properties["containerDefinitions"][0]["environment"]:
        each["value"] = str(each["value"])  # CloudFormation makes a number the text that it stands for
    return properties


@pytest.mark.parametrize("stack", EVERY)
def test_the_task_definition_is_one_that_aws_takes(stack: Stack) -> None:
    assert problems(task(stack)) == ""


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"cpu": 256}, "Invalid type for parameter cpu"),
        ({"taskRole": "x"}, "Unknown parameter"),
        ({"containerDefinitions": [{"stopTimeout": "30"}]}, "stopTimeout"),
    ],
)
def test_what_aws_would_not_take_is_found(wrong: Json, complaint: str) -> None:
    assert complaint in problems(task(EVERY[0]) | wrong)


# ---------------------------------------------------------------- who runs, and how often


def test_discord_never_has_two_tasks() -> None:
    assert Stack(**DISCORD, Copies="2").broken_rules() == {"DiscordRunsOnce"}
    assert Stack(**SLACK, **DISCORD, Copies="3").broken_rules() == {"DiscordRunsOnce"}
    assert not Stack(**SLACK, Copies="3").broken_rules()
    assert not Stack(**SLACK, **DISCORD).broken_rules()


def test_a_base_has_one_service_with_discord() -> None:
    output = template("stack.yaml")["Outputs"]["Discord"]
    assert output["Condition"] == "Discord"
    assert Stack().value(output["Export"]["Name"]) == "compute-bot-discord"  # a name is exported once in a region


def test_a_service_without_any_token_is_refused() -> None:
    assert Stack().broken_rules() == {"SomePlatform"}


def test_twice_the_copies_fit_into_the_sockets_that_slack_allows() -> None:
    release = EVERY[0].resource("Service")["DeploymentConfiguration"]["MaximumPercent"] / 100
    assert template("stack.yaml")["Parameters"]["Copies"]["MaxValue"] * release <= 10


def test_a_release_leaves_the_old_tasks_until_the_new_ones_are_well_and_goes_back_if_they_are_not() -> None:
    configuration = EVERY[0].resource("Service")["DeploymentConfiguration"]
    assert configuration["MinimumHealthyPercent"] == 100
    assert configuration["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


# ---------------------------------------------------------------- tokens, rights, hardening


def test_only_tokens_that_were_given_are_asked_for() -> None:
    slack, discord, both = EVERY
    assert set(slack.secrets()) == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}
    assert discord.secrets() == {"DISCORD_TOKEN": "arn:discord:DISCORD_TOKEN::v2"}
    assert set(both.secrets()) == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"}
    read = [each["Resource"] for each in slack.statements("Starter") if "secretsmanager" in str(each["Action"])]
    assert read == ["arn:slack"]


def test_a_new_token_is_a_new_task() -> None:
    assert Stack(**SLACK | {"SlackSecretVersion": "v2"}).resource("Task") != EVERY[0].resource("Task")


def test_the_bot_may_use_its_table_and_nothing_else() -> None:
    (statement,) = EVERY[2].statements("Bot")
    assert {action.split(":")[0] for action in statement["Action"]} == {"dynamodb"}
    assert statement["Resource"] == "compute-bot-table-arn"


@pytest.mark.parametrize("role", ["Starter", "Bot"])
def test_no_right_is_wider_than_it_must_be(role: str) -> None:
    for statement in EVERY[2].statements(role):
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        assert not [action for action in actions if "*" in action]
        assert statement["Resource"] != "*" or actions == ["ecr:GetAuthorizationToken"]


def test_the_task_is_as_hard_as_the_image_was_tried() -> None:
    bot = EVERY[0].bot()
    user = re.search(r"^USER (\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert user
    assert (bot["User"], bot["ReadonlyRootFilesystem"]) == (user[1], True)
    assert bot["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}


def test_nobody_can_reach_it() -> None:
    assert "SecurityGroupIngress" not in EVERY[0].resource("Outwards")
    assert not {each["Type"] for each in template("stack.yaml")["Resources"].values()} & {
        "AWS::EC2::SecurityGroupIngress",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
    }


def test_it_has_time_to_stop() -> None:
    assert float(EVERY[0].environment()["COMPUTE_BOT_STOP_SECONDS"]) < EVERY[0].bot()["StopTimeout"]


def test_what_several_tasks_must_share_is_in_the_table() -> None:
    assert all(stack.environment()["COMPUTE_BOT_STORE"] == "dynamodb:compute-bot-table" for stack in EVERY)


def test_settings_of_slack_are_not_given_to_discord_alone() -> None:
    assert "COMPUTE_BOT_SLACK_CHANNELS" not in Stack(**DISCORD, SlackChannels="C1").environment()
    assert EVERY[2].environment()["COMPUTE_BOT_SLACK_CHANNELS"] == "C1"


def test_knowledge_of_ones_own_is_mounted_to_be_read_and_looked_at_again() -> None:
    own = EVERY[2]
    assert own.bot()["MountPoints"] == [{"SourceVolume": "knowledge", "ContainerPath": "/knowledge", "ReadOnly": True}]
    assert own.environment()["COMPUTE_BOT_KNOWLEDGE"] == "/knowledge"
    assert own.environment()["COMPUTE_BOT_RELOAD_SECONDS"]
    assert "MountPoints" not in EVERY[0].bot()


# ---------------------------------------------------------------- what is kept, and who is told


@pytest.mark.parametrize("name", ["Memory", "Images"])
def test_what_cannot_be_made_again_is_kept(name: str) -> None:
    resource = template("base.yaml")["Resources"][name]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_table_is_what_the_store_expects() -> None:
    table = template("base.yaml")["Resources"]["Memory"]["Properties"]
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


@pytest.mark.parametrize("name", ["NobodyReady", "SocketDown", "ManyErrors"])
def test_every_alarm_tells_somebody_about_a_metric_that_there_is(name: str) -> None:
    alarm = EVERY[0].resource(name)
    made = [
        transformation["MetricName"]
        for each, resource in template("stack.yaml")["Resources"].items()
        if resource["Type"] == "AWS::Logs::MetricFilter"
        for transformation in EVERY[0].resource(each)["MetricTransformations"]
    ]
    assert alarm["MetricName"] in made
    assert alarm["AlarmActions"] == ["compute-bot-alarms"]


def test_a_bot_that_says_nothing_is_an_alarm() -> None:
    assert EVERY[0].resource("NobodyReady")["TreatMissingData"] == "breaching"


def test_every_alarm_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = [EVERY[0].resource(name)["AlarmName"] for name in ("NobodyReady", "SocketDown", "ManyErrors")]
    assert not [name for name in names if name.removeprefix("bot-") not in page]


def test_what_one_stack_exports_is_what_the_other_takes() -> None:
    exported = {
        each["Export"]["Name"]["Fn::Sub"] for each in template("base.yaml")["Outputs"].values() if "Export" in each
    }
    taken = set(re.findall(r"ImportValue: !Sub \$\{Base\}(\S+)", (ROOT / "deploy" / "stack.yaml").read_text("utf-8")))
    assert {name.removeprefix("${AWS::StackName}") for name in exported} == taken


# ---------------------------------------------------------------- the script


def test_the_script_says_how_it_is_used() -> None:
    done = subprocess.run(["bash", "deploy/deploy", "--help"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    assert done.returncode == 0
    assert "deploy/deploy doctor" in done.stdout


def test_the_deployers_rights_cover_every_call_of_the_script() -> None:
    script = (ROOT / "deploy" / "deploy").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    services = set(re.findall(r"\baws (\w+) [a-z]", script)) - {"configure", "sso"}
    assert services
    assert not [service for service in services if f'"{service}:' not in page]
