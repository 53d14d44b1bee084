"""Defects planted into a good history, each to be found where it is."""
import collections

from checker import Checker

Defect = collections.namedtuple("Defect", "plant position rule")


def violations_of(log):
    checker = Checker()
    checker.expect(log.operations)
    checker.feed(log.events)
    checker.verify(log.operations)
    return checker.violations


def registry():
    """A list of defects, and the decorator that adds to it: a defect that must be found at
    `position` (a number, or a function of the log) as a breach of `rule`."""
    defects = []

    def planted(position, rule):
        return lambda plant: defects.append(Defect(plant, position, rule)) or plant
    return defects, planted


def judge(test, defects, good_log):
    """Each of `defects` in a log of its own; `test` fails for one that is not found."""
    for plant, position, rule in defects:
        with test.subTest(plant.__name__):
            log = good_log()
            where = position(log) if callable(position) else position
            plant(log)
            found = violations_of(log)
            test.assertIn((where, rule), [(each.position, each.rule) for each in found], found)
