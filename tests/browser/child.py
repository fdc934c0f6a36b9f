"""Servers in processes of their own: a port for one, how long to wait for it, and its end."""

import subprocess
import time

import requests


def comes_up(process: subprocess.Popen[bytes], address: str, seconds: float) -> bool:
    """Wait until `address` answers, and return whether it does before the process ends or time is up."""
    until = time.monotonic() + seconds
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force where it does not of its own accord."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False
