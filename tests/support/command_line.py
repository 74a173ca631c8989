"""Runs kubeimg's command line in this process."""

import logging

import pytest

from kubeimg_gui.__main__ import main


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Returns the exit code, and what was written to stdout and stderr."""
    code = main([str(argument) for argument in arguments])
    logging.getLogger("kubeimg_gui").handlers.clear()  # they write to the stderr of this test
    captured = capsys.readouterr()
    return code, captured.out, captured.err
