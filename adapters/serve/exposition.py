"""The figures as Prometheus reads them; its library is loaded when somebody first asks, and not at every start."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from adapters.serve.figures import BOUNDS, Figures
from adapters.serve.health import Health

TYPE = CONTENT_TYPE_LATEST


class Ours(Collector):
    """Every figure of ours, as it is at the moment."""

    def __init__(self, health: Health, figures: Figures, version: str) -> None:
        self._health, self._figures, self._version = health, figures, version

    def collect(self) -> Iterator[Metric]:
        """One family after the other."""
        yield InfoMetricFamily("compute_bot", "Which version runs", {"version": self._version})
        yield GaugeMetricFamily("compute_bot_ready", "1 if every part is as it should be", float(self._health.ready))
        yield from self._platforms()
        yield from self._answers()
        yield from self._rest()

    def _platforms(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("compute_bot_platform_up", "1 if connected and alive", labels=["platform"])
        again = CounterMetricFamily("compute_bot_platform_restarts", "Times it was begun anew", labels=["platform"])
        for name, connected in self._health.up.items():
            up.add_metric([name], float(connected))
            again.add_metric([name], self._figures.restarts[name])
        yield from (up, again)

    def _answers(self) -> Iterator[Metric]:
        asked = CounterMetricFamily(
            "compute_bot_questions", "Questions whose reply was sent", labels=["platform", "kind"]
        )
        for (platform, kind), count in self._figures.questions.items():
            asked.add_metric([platform, kind], count)
        took = HistogramMetricFamily(
            "compute_bot_answer_seconds", "From a question to its reply having been sent", labels=["platform"]
        )
        for platform, slots in self._figures.within.items():
            buckets = zip([*map(str, BOUNDS), "+Inf"], accumulate(slots), strict=True)
            took.add_metric([platform], list(buckets), self._figures.seconds[platform])
        yield from (asked, took)

    def _rest(self) -> Iterator[Metric]:
        health, figures = self._health, self._figures
        yield CounterMetricFamily("compute_bot_errors", "Lines of the log that tell of an error", figures.errors)
        yield GaugeMetricFamily("compute_bot_store_up", "1 if the store can be reached", float(health.store.ok))
        yield CounterMetricFamily("compute_bot_store_errors", "Calls to the store that failed", health.store.errors)
        yield GaugeMetricFamily(
            "compute_bot_knowledge_loaded_timestamp_seconds", "When the knowledge was read", figures.loaded
        )
        reloads = CounterMetricFamily("compute_bot_knowledge_reloads", "Times it was read again", labels=["result"])
        for result in ("ok", "broken"):
            reloads.add_metric([result], figures.reloads[result])
        yield reloads


def exposed(health: Health, figures: Figures, version: str) -> bytes:
    """The page `/metrics`."""
    registry = CollectorRegistry()
    registry.register(Ours(health, figures, version))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return generate_latest(registry)
