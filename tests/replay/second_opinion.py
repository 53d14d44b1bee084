"""second_opinion.py VERIFIER KEY EXPORT…: what tools/verifier says of each, one line a file."""
import importlib.machinery
import importlib.util
import sys

loader = importlib.machinery.SourceFileLoader("verifier", sys.argv[1])
verifier = importlib.util.module_from_spec(importlib.util.spec_from_loader("verifier", loader))
loader.exec_module(verifier)
key = verifier.parse_key(sys.argv[2])
for path in sys.argv[3:]:
    try:
        with open(path, "rb") as file:
            verifier.verify(file, [key])
        print(path, "held")
    except verifier.Bad as bad:
        print(path, bad.first, bad.last, bad.reason)
