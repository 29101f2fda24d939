"""The centre's figures as Prometheus reads them. Whole numbers of the running process; a rate is the reader's to make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

PREFIX = "callcenter_"


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` by the value of `label`; without a label one value under ''. `grows`: it counts since the start and never falls."""

    name: str
    doc: str
    values: Mapping[str, float]
    label: str = ""
    grows: bool = False


def gauge(name: str, doc: str, value: float) -> Figure:
    return Figure(name, doc, {"": value})


def counter(name: str, doc: str, value: float) -> Figure:
    return Figure(name, doc, {"": value}, grows=True)


def exposition(figures: Iterable[Figure]) -> bytes:
    """The text that is answered to a scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures([_family(one) for one in figures]))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _family(figure: Figure) -> Metric:
    kind = CounterMetricFamily if figure.grows else GaugeMetricFamily
    family = kind(PREFIX + figure.name, figure.doc, labels=[figure.label] if figure.label else [])
    for label, value in figure.values.items():
        family.add_metric([label] if figure.label else [], value)
    return family
