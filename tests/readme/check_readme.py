#!/usr/bin/env python3
"""README shows what the demo really prints: compares the block after the marker
`<!-- demo -->` with the output of tools/demo/play.

  check_readme.py BIN_DIR            fail on a difference
  check_readme.py BIN_DIR --update   write the real output into README.md
"""
import difflib
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
README = os.path.join(TOP, "README.md")
MARKER = "<!-- demo -->\n```console\n$ ./tools/run --demo\n"


def main():
    bin_dir = sys.argv[1]
    played = subprocess.run([os.path.join(TOP, "tools/demo/play"), bin_dir], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if played.returncode != 0:
        print(played.stdout + played.stderr)
        print(f"the demo exits with {played.returncode}")
        return 1
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    start = readme.index(MARKER) + len(MARKER)
    end = readme.index("```\n", start)
    if "--update" in sys.argv[2:]:
        with open(README, "w", encoding="utf-8") as file:
            file.write(readme[:start] + played.stdout + readme[end:])
        return 0
    if readme[start:end] == played.stdout:
        return 0
    sys.stdout.writelines(difflib.unified_diff(
        readme[start:end].splitlines(True), played.stdout.splitlines(True), "README.md", "demo"))
    print("README.md does not show what the demo prints; "
          "tests/readme/check_readme.py BIN_DIR --update writes it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
