"""Load on one core: `wrk` where it is installed, else a small client of our own; both give the same figures."""

import asyncio
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 32
LOAD_CORE = 1
DURATION = r"([\d.]+(?:us|ms|s))"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What one run measured: answers a second, and how long they took in milliseconds."""

    rate: float
    p50: float
    p99: float
    longest: float
    bad: int


def run(url: str, paths: Sequence[str], seconds: float, folder: Path, headers: dict[str, str]) -> Load:
    """Ask for `paths`, one after the other from a random one on, over all connections for `seconds`."""
    if shutil.which("wrk"):
        return _wrk(url, paths, seconds, folder, headers)
    names = folder / "paths.txt"
    names.write_text("\n".join(paths))
    given = [url, str(names), str(seconds), *(f"{name}: {value}" for name, value in headers.items())]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", *given], capture_output=True, text=True, check=True, preexec_fn=pin
    )
    *measured, bad = done.stdout.split()
    return Load(*map(float, measured), bad=int(bad))


def pin() -> None:
    """Keep this process on the core of the load, where there is more than one."""
    if len(os.sched_getaffinity(0)) > LOAD_CORE:
        os.sched_setaffinity(0, {LOAD_CORE})


def _wrk(url: str, paths: Sequence[str], seconds: float, folder: Path, headers: dict[str, str]) -> Load:
    listed = ",\n".join(f'"{path}"' for path in paths)
    sent = "".join(f'wrk.headers["{name}"] = [[{value}]]\n' for name, value in headers.items())
    script = folder / "paths.lua"
    script.write_text(
        f"{sent}local paths = {{\n{listed}\n}}\n"
        f"local at = {random.randrange(len(paths))}\n"
        "request = function()\n  at = at % #paths + 1\n  return wrk.format(nil, paths[at])\nend\n"
    )
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(round(seconds), 1)}s", "--latency", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=pin).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    longest = re.search(rf"Latency +{DURATION} +{DURATION} +{DURATION}", said)[3]  # type: ignore[index]
    return Load(rate, _latency(said, 50), _latency(said, 99), _milliseconds(longest), int(bad[1]) if bad else 0)


def _latency(said: str, percent: int) -> float:
    found = re.search(rf"{percent}% +{DURATION}", said)
    assert found, said
    return _milliseconds(found[1])


def _milliseconds(said: str) -> float:
    number = said.rstrip("mus")
    return float(number) * UNITS[said[len(number) :]]


async def _small_client(url: str, paths: Sequence[str], seconds: float, headers: Sequence[str]) -> Load:
    address = urlsplit(url)
    ends = time.perf_counter() + seconds
    times: list[float] = []
    bad = 0
    at = random.randrange(len(paths))

    async def one() -> None:
        nonlocal at, bad
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while time.perf_counter() < ends:
            at = (at + 1) % len(paths)
            asked = "\r\n".join([f"GET {paths[at]} HTTP/1.1", f"Host: {address.netloc}", *headers, "", ""])
            began = time.perf_counter()
            writer.write(asked.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if length and not head.startswith(b"HTTP/1.1 304"):
                await reader.readexactly(int(length[1]))
            times.append((time.perf_counter() - began) * 1000)
            bad += head[9:10] not in b"23"
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    cuts = statistics.quantiles(times, n=100)
    return Load(len(times) / seconds, cuts[49], cuts[98], max(times), bad)


if __name__ == "__main__":
    measured = asyncio.run(
        _small_client(sys.argv[1], Path(sys.argv[2]).read_text().split("\n"), float(sys.argv[3]), sys.argv[4:])
    )
    print(measured.rate, measured.p50, measured.p99, measured.longest, measured.bad)
