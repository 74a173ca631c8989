"""`kubectl get nodes -o json` into nowhere, as a whole process."""

import argparse
import os
import subprocess
import time

from tests.bench.clients.figures import say


def main() -> None:
    """Run it once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--kubectl", required=True)
    options = parser.parse_args()
    command = [options.kubectl, f"--kubeconfig={options.kubeconfig}", "get", "nodes", "-o", "json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    assert status == 0, f"kubectl ended with {os.waitstatus_to_exitcode(status)}"
    say(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak_mb=usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
