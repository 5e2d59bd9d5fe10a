"""The other software that the project is measured beside, in an environment of its own."""

import subprocess
import sys
from pathlib import Path

PEERS = ("polars==2.1.0", "sodapy==2.2.0", "dlt[filesystem]==1.31.0")


def python_with_peers(build: Path) -> Path:
    """The interpreter of that environment, which is made once."""
    python = build / "peers" / "bin" / "python"
    if not python.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(build / "peers")], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), *PEERS], check=True)
    return python
