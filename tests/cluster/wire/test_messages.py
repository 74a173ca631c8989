"""The generated code of the protobuf messages is up to date."""

import subprocess
import sys
from pathlib import Path

import kubeimg_gui.cluster.wire

WIRE = Path(kubeimg_gui.cluster.wire.__file__).parent
ROOT = WIRE.parents[2]


def test_the_generated_code_matches_its_definition(tmp_path: Path) -> None:
    command = ["-m", "grpc_tools.protoc", f"-I{ROOT}", "kubeimg_gui/cluster/wire/messages.proto"]
    options = [f"--python_out={tmp_path}", f"--pyi_out={tmp_path}"]
    subprocess.run([sys.executable, *command, *options], check=True)
    generated = sorted(tmp_path.rglob("*.py*"))
    assert [file.name for file in generated] == ["messages_pb2.py", "messages_pb2.pyi"]
    for file in generated:
        assert file.read_text() == (WIRE / file.name).read_text(), "run `make protobuf`"
