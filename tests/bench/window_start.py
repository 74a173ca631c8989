"""Compares the time until the window is on screen with that of an empty Qt window.

Each runs in its own process, in turns, with compiled modules as in an installation.
Run it as `python -m tests.bench.window_start`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: bench
clusters: [{name: bench, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: bench, user: {}}]
contexts: [{name: bench, context: {cluster: bench, user: bench}}]
"""

PAINTED = """
import os
import sys
from PySide6.QtCore import QTimer
def end_when_painted(window, event):
    # Child widgets are painted later, but before the event loop continues or asyncio is imported.
    QTimer.singleShot(0, lambda: os._exit(0))
    sys.addaudithook(lambda what, about: what == "import" and about[0] == "asyncio" and os._exit(0))
"""

EMPTY = f"""{PAINTED}
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    paintEvent = end_when_painted
application = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
application.exec()
"""

KUBEIMG = f"""{PAINTED}
from kubeimg_gui.__main__ import main
from kubeimg_gui.qt.window.main_window import MainWindow
MainWindow.paintEvent = end_when_painted
main(["--kubeconfig", sys.argv[1]])
"""


def main() -> None:
    """Start each in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=11)
    options = parser.parse_args()
    took: dict[str, list[float]] = {EMPTY: [], KUBEIMG: []}
    with tempfile.TemporaryDirectory() as folder:
        kubeconfig = Path(folder) / "kubeconfig"
        kubeconfig.write_text(KUBECONFIG)
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "HOME": folder}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(options.times):
            for program, times in took.items():
                began = time.perf_counter()
                command = [sys.executable, "-c", program, str(kubeconfig)]
                subprocess.run(command, env=environment, check=True)
                times.append(time.perf_counter() - began)
    empty, kubeimg = (statistics.median(times[1:]) for times in took.values())
    sys.stdout.write(
        f"an empty window {empty * 1000:.0f} ms, kubeimg {kubeimg * 1000:.0f} ms:"
        f" {kubeimg / empty:.2f} times as long   [<= 1.5]\n"
    )


if __name__ == "__main__":
    main()
