"""Fuzz the formats, each from its fixtures, guided by coverage (atheris): what it finds is kept, one file a kind of fault.

usage: python -m tests.fuzz.formats SECONDS [FORMAT …]      (of fuzzing a format; all formats where none is named)

A find is any exception but `Refusal`, an article that is no JSON, more than 2 s of CPU, more than 400 MiB of memory. Finds
are written to `var/fuzz/<format>/finds/`, each with its traceback; a mended one moves to `tests/fixtures/hostile/<format>/`,
where `tests/parse/test_hostile.py` keeps it. The corpus grows in `var/fuzz/<format>/corpus/` from run to run.
"""

from __future__ import annotations

import hashlib
import random
import re
import resource
import subprocess
import sys
import time
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["copydesk.parse"]):
    from copydesk.parse.detect import detect
    from copydesk.parse.format import known
    from copydesk.parse.raw import Raw
    from copydesk.parse.read import read

    known()  # imports every format, instrumented as well
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

from tests.fuzz.mutation import damaged

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
KEPT = ROOT / "var" / "fuzz"
SLOW_SECONDS = 2.0
MOST_KIB = 400 * 1024
LONGEST = 32_768
_TOKEN = re.compile(rb"""</?[A-Za-z][\w.:-]{1,40}|"[A-Za-z_][\w@.-]{1,40}"\s*:|\s[A-Za-z][\w.:-]{1,30}=""")


def main(arguments: list[str]) -> None:
    """Fuzz every format named, one after the other, each in a process of its own; print what each found."""
    if arguments[:1] == ["--one"]:
        fuzz(arguments[1], int(arguments[2]))
        return
    seconds, names = arguments[0], arguments[1:] or [form.name for form in known()]
    for name in names:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.formats", "--one", name, seconds],
            cwd=ROOT, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        runs = re.findall(r"^#(\d+)", done.stderr, re.MULTILINE)
        found = sorted((KEPT / name / "finds").glob("*.bin"))
        print(f"{name:18} {runs[-1] if runs else 0:>9} inputs, {len(found)} finds", flush=True)
        if done.returncode:
            print(done.stderr[-2000:], flush=True)


def fuzz(form: str, seconds: int) -> None:
    """Fuzz one format for so many seconds; libFuzzer ends the process."""
    folder = KEPT / form
    for part in ("corpus", "finds", "stops"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    samples = [p.read_bytes() for p in seeds(form)]
    for sample in samples:
        (folder / "corpus" / hashlib.sha256(sample).hexdigest()[:16]).write_bytes(sample)
    (folder / "words").write_text(dictionary := words(samples), encoding="utf-8")
    options = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=300", "-rss_limit_mb=2048", "-len_control=0",
        *([f"-dict={folder / 'words'}"] if dictionary else []),  # libFuzzer ends at an empty one: plain text has no names
        f"-artifact_prefix={folder / 'stops'}/", str(folder / "corpus"),
    ]  # fmt: skip
    atheris.Setup(
        [sys.argv[0], *options],
        lambda data: tried(data, form, folder / "finds"),
        custom_mutator=mutated,
        internal_libfuzzer=True,
    )
    atheris.Fuzz()


def mutated(data: bytes, longest: int, seed: int) -> bytes:
    """Return a mutation: half of them of bytes, as libFuzzer has them, half of the document's structure."""
    dice = random.Random(seed)
    if dice.random() < 0.5:
        return bytes(atheris.Mutate(data, longest))
    return damaged(data, dice)[:longest]


def seeds(form: str) -> list[Path]:
    """Return the fixtures of the format, and what was found in it before."""
    every = [*(FIXTURES / form).glob("*"), *(FIXTURES / "hostile" / form).glob("*")]
    return [p for p in sorted(every) if p.is_file() and not p.name.endswith(".expected.json")]


def words(samples: list[bytes]) -> str:
    """Return libFuzzer's dictionary: the names of elements, attributes and fields of the samples."""
    found = sorted({token.strip() for sample in samples for token in _TOKEN.findall(sample)})
    rows = ("".join(chr(b) if chr(b).isalnum() else f"\\x{b:02x}" for b in token) for token in found)
    return "".join(f'"{row}"\n' for row in rows)


def tried(data: bytes, form: str, finds: Path) -> None:
    """Read the bytes, and keep them where something is wrong that was not seen before."""
    began, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        detect(Raw(data))
    except Refusal:
        pass
    except Exception as error:  # noqa: BLE001 - a find is whatever is raised
        keep(data, f"detect-{mark(error)}", traceback.format_exc(), finds)
    try:
        for article in read(Raw(data), form=form):
            Article.model_validate_json(article.to_json())
    except Refusal:
        pass
    except Exception as error:  # noqa: BLE001 - a find is whatever is raised
        keep(data, mark(error), traceback.format_exc(), finds)
    if (took := time.process_time() - began) > SLOW_SECONDS:
        keep(data, f"slow-{len(data) // 1024}k", f"{took:.1f} s of CPU\n", finds)
    if (grown := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) > MOST_KIB:
        keep(data, "memory", f"{grown // 1024} MiB\n", finds)


def mark(error: BaseException) -> str:
    """Return what tells one fault from another: the exception, and where in copydesk it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "copydesk" in frame.filename] or list(frames)
    return f"{type(error).__name__}-{Path(own[-1].filename).stem}-{own[-1].lineno}"


def keep(data: bytes, name: str, why: str, finds: Path) -> None:
    """Write a find and why it is one, the first of its name."""
    path = finds / f"{name}.bin"
    if not path.exists():
        path.write_bytes(data)
        path.with_suffix(".txt").write_text(why, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
