"""The metrics of the trade: each named and defined once, measured by any grouping, and written as a report."""

from .catalogue import METRICS, metric, of_platform
from .measure import By, behind, measure
from .metric import Metric, Over, Unit

__all__ = ["METRICS", "By", "Metric", "Over", "Unit", "behind", "measure", "metric", "of_platform"]
