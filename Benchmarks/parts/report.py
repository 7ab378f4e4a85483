"""Figures beside the limit or the peer that they are measured against."""

import json
import math


def percentile(values, share):
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def median(values):
    return percentile(values, 0.5)


class Report:
    def __init__(self):
        self.figures = []
        self.notes = {}

    def note(self, sentence, **values):
        """Something to know beside the figures."""
        print("  " + sentence, flush=True)
        self.notes.update(values)

    def at_most(self, name, value, limit, unit):
        self._add(name, value, limit, unit, value <= limit, f"limit {limit:g} {unit}, ratio {value / limit:.2f}")

    def at_least(self, name, value, limit, unit):
        self._add(name, value, limit, unit, value >= limit, f"wanted {limit:g} {unit}, ratio {value / limit:.2f}")

    def _add(self, name, value, limit, unit, passes, words):
        verdict = "PASS" if passes else "FALLS SHORT"
        self.figures.append({"name": name, "value": value, "unit": unit, "limit": limit, "verdict": verdict})
        print(f"{verdict:11} {name}: {value:.4g} {unit} ({words})", flush=True)

    def write(self, path):
        with open(path, "w") as file:
            json.dump({"figures": self.figures, "notes": self.notes}, file, indent=2)
            file.write("\n")

    def falls_short(self):
        return [figure["name"] for figure in self.figures if figure["verdict"] != "PASS"]
