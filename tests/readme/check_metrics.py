#!/usr/bin/env python3
"""README names every metric that there is, and none that there is not."""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
METRIC = re.compile(r"\bbillingd_[a-z_]+\b")


def main():
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    told = set(METRIC.findall(readme[readme.index("## Metrics"):]))
    with open(os.path.join(TOP, "tests/metrics/names.txt"), encoding="utf-8") as file:
        names = set(METRIC.findall(file.read()))
    for name in sorted(names - told):
        print(f"README.md does not say what {name} is")
    for name in sorted(told - names):
        print(f"README.md tells of {name}, which is no metric")
    return 1 if names != told else 0


if __name__ == "__main__":
    sys.exit(main())
