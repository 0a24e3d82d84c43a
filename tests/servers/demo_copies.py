"""Copies of the demo's folder that can be continued at the same time."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from cli.demo.neighbours import free_port
from trace.platform.folder import load_folder


def give_new_ports(data: Path) -> None:
    """Let this copy name free ports, since `demo --continue` listens where the folder says."""
    food, agri = load_folder(data), load_folder(data / "agri")
    addresses = [*(one.url for one in food.witnesses), *food.neighbours.values(), agri.public_url]
    ports = {urlsplit(each).port: free_port() for each in addresses}
    for settings in data.rglob("*.toml"):
        text = settings.read_text("utf-8")
        new = re.sub(
            r"(http://127\.0\.0\.1:)(\d+)", lambda at: f"{at[1]}{ports.get(int(at[2]), at[2])}", text
        )
        if new != text:
            settings.write_text(new, "utf-8")
