"""Reading whole lists, and saying in words how they differ from what is wanted."""
from client import OPERATOR


def all_rows(client, method, field, request):
    """Every row of a list. REQUIRES: nobody writes."""
    request.page_size = 500
    rows, positions = [], set()
    for page in client.pages(method, request, **OPERATOR):
        rows += getattr(page, field)
        positions.add(page.position)
    assert len(positions) <= 1, f"the log moved while {method} was read: {positions}"
    return rows


def differences(what, shown, wanted):
    """Differences of two lists of (name, row), order included, in words."""
    if [name for name, _ in shown] != [name for name, _ in wanted]:
        return [f"{what}: names {[name for name, _ in shown]}, the log says "
                f"{[name for name, _ in wanted]}"]
    return [f"{what} of {name}: {field} is {row.get(field)!r}, the log says {value!r}"
            for (name, row), (_, expected) in zip(shown, wanted)
            for field, value in expected.items() if row.get(field) != value]
