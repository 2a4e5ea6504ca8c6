"""Install each member alone, with only what it declares, and import every module of it.

One environment for all hides an import that nobody declared. Versions and hashes are those of
requirements.lock: uv checks the hashes that a constraints file holds.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEMBERS = {
    "casetrail_contracts": Path("contracts"),
    "notifications": Path("services/notifications"),
    "treatment": Path("services/treatment"),
}
LOCK = "requirements.lock"
IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
names = [found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""


def main() -> int:
    """Check every member; 1 when one of them needs more than it declares."""
    uv = os.environ.get("UV", "uv")
    failed = 0
    for package, folder in MEMBERS.items():
        began = time.monotonic()
        said = alone(uv, package, folder)
        if said.returncode:
            failed = 1
            print(f"{package}: cannot be imported alone\n{said.stderr}", file=sys.stderr)
        else:
            print(f"{package}: {said.stdout.strip()} modules, alone, {time.monotonic() - began:.1f} s")
    return failed


def alone(uv: str, package: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Import all of a package in a fresh environment that holds only its declared dependencies."""
    with tempfile.TemporaryDirectory() as root:
        environment = {**os.environ, "VIRTUAL_ENV": f"{root}/venv"}

        def run(*command: str) -> str:
            return subprocess.run(
                command, check=True, env=environment, stdout=subprocess.PIPE, text=True
            ).stdout

        run(uv, "venv", "--quiet", "--python", sys.executable, f"{root}/venv")
        pinned = Path(root, "pinned.txt")
        pinned.write_text(
            run(
                *(uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--constraint", LOCK),
                *("--no-emit-package", "casetrail-contracts", str(folder / "pyproject.toml")),
            ),
            encoding="utf-8",
        )
        run(uv, "pip", "install", "--quiet", "--require-hashes", "-r", str(pinned), "-c", LOCK)
        sources = [
            folder / "src",
            *([MEMBERS["casetrail_contracts"] / "src"] if folder.name != "contracts" else []),
        ]
        return subprocess.run(
            [f"{root}/venv/bin/python", "-c", IMPORT_ALL, package],
            check=False,
            env={**environment, "PYTHONPATH": os.pathsep.join(map(str, sources))},
            capture_output=True,
            text=True,
        )


if __name__ == "__main__":
    sys.exit(main())
