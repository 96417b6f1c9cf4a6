"""What is shipped around the program: locks, set-up scripts, desktop files, the wheel."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import reader

CHECKOUT = Path(__file__).resolve().parents[2]
LINUX = CHECKOUT / "packaging" / "linux"
APP_ID = "arpa.home.Inkstone"
LOCKS = ("requirements.lock", "requirements-dev.lock")


def run(*command: str | Path, cwd: Path = CHECKOUT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


# -------------------------------------------------------------------------------------------------- the locks


def pins(lock: str) -> dict[str, list[str]]:
    """Name of each package -> its hashes, from a lock file."""
    found: dict[str, list[str]] = {}
    text = (CHECKOUT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name = re.match(r"([a-z0-9-]+)==[^ ;]+", line)
            assert name, f"not pinned: {line[:60]}"
            found[name.group(1)] = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (CHECKOUT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(index|extra|find|trusted)|@ ", text)
    assert all(pins(lock).values())


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~\[; ]", requirement)[0].lower() for requirement in requirements}

    run_time, developing = pins(LOCKS[0]), pins(LOCKS[1])
    assert names(project["dependencies"]) <= set(run_time)
    assert names(project["optional-dependencies"]["dev"]) <= set(developing)
    # packaging/setup.sh takes the second for a superset of the first.
    assert {name: developing.get(name) for name in run_time} == run_time


# --------------------------------------------------------------------------------------------- the make targets


@pytest.mark.skipif(sys.platform != "linux", reason="displays are named so on Linux")
def test_run_without_a_display_says_what_to_do() -> None:
    done = run("sh", "packaging/start.sh", "window", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "make screenshot" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="the scripts are for systems with a POSIX shell")
def test_scripts_are_sound() -> None:
    scripts = sorted(CHECKOUT.glob("packaging/**/*.sh"))
    assert len(scripts) >= 4
    for script in scripts:
        assert os.access(script, os.X_OK), script
        assert run("sh", "-n", script).returncode == 0, script
    assert os.access(CHECKOUT / ".ci" / "run", os.X_OK)
    listed = run("make", "help").stdout
    for target in ("run", "test", "check", "bench", "walls", "screenshot", "clean"):
        assert f"make {target} " in listed


# -------------------------------------------------------------------------------------------- the desktop files


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # keys are case-sensitive
    parser.read(LINUX / f"{APP_ID}.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_desktop_files_name_one_application() -> None:
    entry = desktop_entry()
    data = ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").getroot()
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert entry["Icon"] == entry["StartupWMClass"] == data.findtext("id") == APP_ID
    assert data.findtext("launchable") == f"{APP_ID}.desktop"
    assert entry["Exec"].split()[0] == data.findtext("provides/binary")
    assert entry["Exec"].split()[0] in project["scripts"]
    assert data.findtext("project_license") == project["license"]
    newest = data.find("releases/release")
    assert newest is not None
    assert newest.get("version") == reader.__version__


def test_the_desktop_files_are_valid() -> None:
    if not (shutil.which("desktop-file-validate") and shutil.which("appstreamcli")):
        pytest.skip("the validators are not installed")
    done = run("sh", LINUX / "validate.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()


def test_the_icon_is_rendered_in_every_size(tmp_path: Path) -> None:
    done = run(sys.executable, LINUX / "render_icons.py", tmp_path)
    assert done.returncode == 0, done.stderr
    for size in (16, 48, 512):
        picture = tmp_path / f"icons/hicolor/{size}x{size}/apps/{APP_ID}.png"
        header = picture.read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(header[16:20], "big") == size
        assert picture.stat().st_size > 150  # something is drawn on it
    assert (tmp_path / f"icons/hicolor/scalable/apps/{APP_ID}.svg").is_file()


# ------------------------------------------------------------------------------------------------- the wheel


@pytest.mark.slow  # fetches the build back end
def test_the_wheel_is_whole_and_runs(tmp_path: Path) -> None:
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", tmp_path, CHECKOUT)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("inkstone_reader-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "reader/_resources/sample/Examples/余白の仕事.md" in names
    assert "reader/_resources/sample/Examples/pictures/night-ferry.png" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "resources/", "packaging/", "benchmarks/"))]

    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    installed = run(scripts / "python", "-m", "pip", "install", "-q", "--no-deps", wheel)
    assert installed.returncode == 0, installed.stderr
    # The dependencies are those of this environment; the program must come from the wheel.
    dependencies = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    code = "import reader.resources as r; print(r.folder())"
    where = run(scripts / "python", "-c", code, cwd=tmp_path, PYTHONPATH=dependencies)
    assert where.stdout.strip().endswith("_resources"), where.stdout + where.stderr
    version = run(scripts / "inkstone", "--version", cwd=tmp_path, PYTHONPATH=dependencies)
    assert reader.__version__ in version.stdout, version.stderr
