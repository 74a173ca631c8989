"""Real images with their real sizes, and generated further versions of them.

The references and sizes come from `resources/image_sizes.csv`. Digests are hashes of the names, so
that an image has the same digest on every node and in every run.
"""

import csv
import hashlib
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from kubeimg_gui.demo.kinds import JsonObject

MAX_NAMES = 5
"""Maximum number of names that a kubelet lists for an image."""


@dataclass(frozen=True, slots=True)
class DemoImage:
    """One version of an image.

    `compressed` is the size in bytes that containerd reports, `unpacked` the one that CRI-O and
    Docker report. `pinned` is the name with the digest and without a tag.
    """

    repository: str
    tag: str
    digest: str
    compressed: int
    unpacked: int
    pinned: str = field(init=False)
    _entries: dict[int, JsonObject] = field(
        default_factory=dict[int, JsonObject], compare=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "pinned", f"{self.repository}@{self.digest}")

    def entry(self, runtime: str) -> JsonObject:
        """Returns the image as nodes with this runtime list it; they all share the object."""
        size = self.compressed if runtime.startswith("containerd") else self.unpacked
        if size not in self._entries:
            self._entries[size] = {"names": self.names(), "sizeBytes": size}
        return self._entries[size]

    def names(self) -> list[str]:
        """Returns the names as after a pull by tag: with the digest, and with the tag if any."""
        return [self.pinned, f"{self.repository}:{self.tag}"] if self.tag else [self.pinned]


class Catalog:
    """All images of the demo; the same for the same seed."""

    def __init__(self, csv_file: Path, seed: int, versions: int = 6) -> None:
        self.images: list[DemoImage] = []
        self._versions: set[tuple[str, str]] = set()
        chance = random.Random(seed)
        with csv_file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                reference, size = qualified(row["reference"]), int(row["size_bytes"])
                ratio = chance.uniform(2.2, 3.3)
                unpacked = row["meaning"] == "uncompressed"
                compressed = round(size / ratio) if unpacked else size
                self._add_versions(reference, compressed, ratio, versions, chance)

    def matching(self, *words: str) -> list[DemoImage]:
        """Returns the images whose repository contains one of the words."""
        return [i for i in self.images if any(word in i.repository for word in words)]

    def _add_versions(
        self, reference: str, compressed: int, ratio: float, versions: int, chance: random.Random
    ) -> None:
        repository, _, tag = reference.rpartition(":")
        for age in range(versions):
            size = compressed if not age else round(compressed * chance.uniform(0.94, 1.02))
            version = tag if not age else _older(tag, age)
            if version and (repository, version) in self._versions:
                continue
            self._versions.add((repository, version))
            self.images.append(
                DemoImage(
                    repository,
                    version,
                    make_digest(f"{repository}:{tag}#{age}"),
                    size,
                    round(size * ratio),
                )
            )


def make_digest(text: str) -> str:
    """Returns a digest; the same text always gives the same one."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _older(tag: str, steps: int) -> str:
    """Returns the tag of an older version, or "" if the tag has no version number."""
    version = re.match(r"(\D*(?:\d+\.)*)(\d+)(.*)", tag)
    if version is None:
        return ""
    before, number, after = version.groups()
    older = int(number) - steps if int(number) > steps else int(number) + steps
    width = len(number) if number.startswith("0") else 1
    return f"{before}{older:0{width}d}{after}"


def qualified(reference: str) -> str:
    """Returns the reference with registry and tag, as containerd lists images.

    Of a tag beside a digest the digest stays.
    """
    name, pinned, digest = reference.partition("@")
    first = name.partition("/")[0]
    if "/" not in name:
        name = f"docker.io/library/{name}"
    elif "." not in first and ":" not in first:
        name = f"docker.io/{name}"
    path, _, last = name.rpartition("/")
    if pinned:
        return f"{path}/{last.partition(':')[0]}@{digest}"
    return name if ":" in last else f"{name}:latest"
