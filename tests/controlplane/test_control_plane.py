"""The control plane itself: its processes end with their parent, its users have their rights."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.controlplane.binaries import MODULE
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import ADMIN, SERVICE_ACCOUNT, VIEWER, WITHOUT_RIGHTS
from tests.support.api import NODES, Api, Login
from tests.support.token_webhook import LIFE_SECONDS, new_token

pytestmark = pytest.mark.control_plane

STORY = """
import sys
from pathlib import Path
from tests.controlplane.binaries import assets
from tests.controlplane.control_plane import ControlPlane

with ControlPlane(assets(), Path(sys.argv[1])) as control_plane:
    print(*control_plane.pids, flush=True)
    sys.stdin.read()
"""


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie has ended; its new parent has not reaped it yet.
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.parametrize("crash", [True, False])
def test_its_processes_end_with_their_parent(
    control_plane: ControlPlane, tmp_path: Path, crash: bool
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STORY, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(MODULE.parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(running, pids))
        if crash:
            process.send_signal(signal.SIGKILL)
        else:
            process.stdin.close()
        process.wait(30)
    deadline = time.monotonic() + 10
    while any(map(running, pids)):
        assert time.monotonic() < deadline, "a server still runs"
    assert all(map(running, control_plane.pids)), "another control plane was ended too"


def test_users_have_the_rights_of_their_roles(control_plane: ControlPlane) -> None:
    def codes(user: str) -> tuple[int, int]:
        api = control_plane.api(user)
        new = {"metadata": {"name": "not-created"}}
        answers = api.get(NODES)[0], api.call("POST", f"{NODES}?dryRun=All", new)[0]
        api.close()
        return answers

    assert codes(ADMIN) == (200, 201)
    assert codes(VIEWER) == codes(SERVICE_ACCOUNT) == (200, 403)
    assert codes(WITHOUT_RIGHTS) == (403, 403)
    viewer = control_plane.api(VIEWER)
    for verb, allowed in (("watch", True), ("patch", False)):
        spec = {"resourceAttributes": {"verb": verb, "resource": "nodes"}}
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        assert viewer.call("POST", path, {"spec": spec})[1]["status"]["allowed"] is allowed
    viewer.close()
    unknown = Api(control_plane.url, Login(control_plane.credentials.ca_file, "unknown-token"))
    assert unknown.get(NODES)[0] == 401
    unknown.close()


def test_a_short_lived_token_is_accepted_as_the_viewers_until_it_expires(
    control_plane: ControlPlane,
) -> None:
    def code(born: float) -> int:
        api = Api(control_plane.url, Login(control_plane.credentials.ca_file, new_token(born)))
        answered = api.get(NODES)[0]
        api.close()
        return answered

    now = time.time()
    assert code(now) == 200
    assert code(now - LIFE_SECONDS) == 401
