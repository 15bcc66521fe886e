"""run.py on small copies of the project: an empty or an impossible lock, so nothing is downloaded."""

import ast
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

from tools.support.clocks import ScaledClock
from tools.support.patience import PATIENCE

SCRIPT = Path(__file__).parents[2] / "run.py"
BASE_PYTHON = Path(sys.base_prefix) / "bin" / "python3"
TELL_ALL = """
import os, sys
print("tools", sys.argv[1:], os.getcwd(), sys.prefix, flush=True)
sys.exit(7)
"""
# Stands before the real `venv`, as on a Debian without python3-venv: fails, unless asked for no pip.
NO_ENSUREPIP = """
import runpy, sys
if "--without-pip" not in sys.argv:
    sys.exit("ensurepip is not available")
del sys.path[0], sys.modules["venv"]
sys.path = [path for path in sys.path if not path.endswith("no_ensurepip")]
runpy.run_module("venv", run_name="__main__")
"""
# As short as an installation of nothing can be, for whoever asks when there is one and not what comes of it.
IDLE_PIP = ""
ENDLESS_PIP = f"import time\ntime.sleep({PATIENCE})"
# A venv's own pip is unpacked in four seconds; the one that is there already serves as well.
VENV_WITH_PIP = """
import importlib, sys
from pathlib import Path
import pip
del sys.path[0], sys.modules["venv"]
sys.path = [path for path in sys.path if not path.endswith("no_ensurepip")]
importlib.import_module("venv").main([*sys.argv[1:], "--without-pip"])
[packages] = Path(sys.argv[-1]).glob("lib/python3*/site-packages")
(packages / "pip.pth").write_text(str(Path(pip.__file__).parents[1]))
"""
NO_PIP = "raise ModuleNotFoundError('No module named pip')"
UNREACHABLE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}


class Project:
    """A copy of the project that holds no more than run.py needs."""

    def __init__(self, root: Path) -> None:
        self.root = root / "a project"
        self.shims = root / "no_ensurepip"
        self.stamp = self.root / ".venv" / ".stamp"
        (self.root / "tools").mkdir(parents=True)
        shutil.copy(SCRIPT, self.root)
        self.lock("")
        (self.root / "tools" / "__init__.py").touch()  # or a whole package further down would come first
        (self.root / "tools" / "__main__.py").write_text(TELL_ALL)
        self.shim("venv", NO_ENSUREPIP)

    def lock(self, text: str) -> None:
        (self.root / "requirements.lock").write_text(text)

    def shim(self, module: str, text: str) -> None:
        (self.shims / module).mkdir(parents=True, exist_ok=True)
        (self.shims / module / "__init__.py").touch()
        (self.shims / module / "__main__.py").write_text(text)

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [BASE_PYTHON, self.root / "run.py", *arguments],
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(self.shims), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **env: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **env)
        output, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, output, errors


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_set_up_lasts_until_the_lock_changes_and_a_failed_one_is_explained(project: Project) -> None:
    code, output, errors = project.run("bench", "--quick")
    notice, *_, said = output.splitlines()  # between them how far it is, on a busy machine
    assert notice.startswith("Setting up .venv")
    assert said == f"tools ['bench', '--quick'] / {project.root / '.venv'}"
    assert (code, errors) == (7, "")

    assert project.run() == (7, f"tools [] / {project.root / '.venv'}\n", "")

    project.lock(f"nothing==1 --hash=sha256:{'0' * 64}\n")
    code, output, errors = project.run(**UNREACHABLE)
    assert (code, "Setting up" in output) == (1, True)
    assert "package index cannot be reached" in errors
    assert "nothing==1" in errors, "pip's own words are shown"
    assert "Traceback" not in errors
    assert not project.stamp.exists(), "what failed does not count"


def test_an_interrupted_set_up_is_redone(project: Project) -> None:
    project.shim("pip", ENDLESS_PIP)
    process = project.start()
    deadline = time.monotonic() + 10
    while not (project.root / ".venv").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not project.stamp.exists()

    project.shim("pip", IDLE_PIP)
    code, output, _ = project.run()
    assert code == 7
    assert "Setting up" in output
    assert project.stamp.exists()


def test_two_at_once_set_up_once(project: Project, tmp_path: Path) -> None:
    """And later, a folder of the caller's is no module of ours."""
    project.shim("pip", IDLE_PIP)
    both = [project.start(), project.start()]
    outputs = [process.communicate(timeout=PATIENCE)[0] for process in both]
    assert [process.returncode for process in both] == [7, 7]
    assert sum("Setting up" in output for output in outputs) == 1

    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").touch()  # or ours would come first wherever it stands
    (tmp_path / "tools" / "__main__.py").write_text("print('somebody else')")

    command = [str(BASE_PYTHON), str(project.root / "run.py"), "x"]
    said = subprocess.run(command, cwd=tmp_path, check=False, stdout=subprocess.PIPE, text=True).stdout

    assert said == f"tools ['x'] {tmp_path} {project.root / '.venv'}\n"


def test_without_standard_streams_it_is_set_up_all_the_same(project: Project) -> None:
    project.shim("pip", IDLE_PIP)
    closed = [shutil.which("sh") or "sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    command = [*closed, str(BASE_PYTHON), str(project.root / "run.py")]
    env = {**os.environ, "PYTHONPATH": str(project.shims)}
    assert subprocess.run(command, check=False, env=env, timeout=PATIENCE).returncode == 7
    assert project.stamp.exists()


def test_without_venv_and_pip_it_names_the_missing_package(project: Project) -> None:
    project.shim("pip", NO_PIP)
    code, _, errors = project.run()
    assert code == 1
    assert "apt install python3-venv" in errors


def test_a_folder_where_nothing_can_be_written(project: Project) -> None:
    (project.root / ".venv").write_text("in the way")
    code, _, errors = project.run()
    assert code == 1
    assert errors.startswith(f"Cannot set up {project.root / '.venv'}")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("version", "enough"), [((3, 10), False), ((3, 11), True), ((3, 14), True), ((4, 0), True)]
)
def test_the_oldest_python(script: ModuleType, version: tuple[int, int], enough: bool) -> None:
    assert script.is_supported(*version) is enough


def test_an_old_python_can_read_the_script_to_its_complaint() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 7))


def test_a_full_disk_is_named(script: ModuleType) -> None:
    result = subprocess.CompletedProcess((), 1, stdout="ERROR: [Errno 28] No space left on device")
    with pytest.raises(script.SetupError, match="The disk is full"):
        script.checked(result)


# Together, for each set-up takes seconds: what does not hinder in company does not hinder alone.
HINDRANCES = {
    "PIP_USER": "1",
    "PIP_TARGET": "elsewhere",
    "PIP_PREFIX": "elsewhere",
    "PIP_NO_BINARY": ":all:",
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_DRY_RUN": "1",
    "PIP_CONSTRAINT": "/no/such/file",
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONUTF8": "0",
    "PYTHONIOENCODING": "latin-1",
    "LC_ALL": "C",
}


def test_fault_63_settings_of_the_caller_s_do_not_hinder(project: Project, tmp_path: Path) -> None:
    """In variables, and in a file of pip's. Whoever asks for quiet hears nothing but the command."""
    (tmp_path / "pip.conf").write_text("[install]\nuser = yes\n")
    package(project, tmp_path / "wheels")
    index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}

    code, output, errors = project.run(
        "walk", "--quiet", **HINDRANCES, **index, PIP_CONFIG_FILE=str(tmp_path / "pip.conf")
    )

    assert (code, errors) == (7, ""), output
    assert output == f"tools ['walk', '--quiet'] / {project.root / '.venv'}\n"
    assert list((project.root / ".venv" / "lib").glob("python3*/site-packages/only_here.py"))


@pytest.mark.parametrize("option", ["target", "prefix", "root"])
def test_fault_63_a_file_that_sends_packages_elsewhere_is_told(script: ModuleType, option: str) -> None:
    harmless = ":env:.target='elsewhere'\nglobal.timeout='60'\ninstall.root=''\n"
    script.require_no_other_place(harmless)

    with pytest.raises(script.SetupError) as told:
        script.require_no_other_place(f"{harmless}install.{option}='elsewhere'\n")

    assert f"install.{option}='elsewhere'" in str(told.value)
    assert f"pip config unset install.{option}" in str(told.value)


def test_fault_63_pip_itself_is_asked_for_such_a_file(project: Project, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("[install]\nprefix = elsewhere\n")
    project.shim("venv", VENV_WITH_PIP)

    code, _, errors = project.run(PIP_CONFIG_FILE=str(tmp_path / "pip.conf"))

    assert code == 1
    assert "install.prefix='elsewhere'" in errors


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_the_set_up_is(script: ModuleType) -> None:
    screen = Terminal()
    standing = script.Standing(quiet=False, stream=screen)
    standing.begin()
    standing.look(40, 10, 50)
    standing.look(50, 50, 50)
    standing.end()
    notice, half, whole, _ = screen.getvalue().split("\r")
    assert notice.startswith("Setting up .venv")
    assert half == f"[{'#' * 15}{'-' * 15}]  40 of 50 packages fetched, 10 installed\033[K"
    assert whole.startswith(f"[{'#' * 30}]  50 of 50")
    assert screen.getvalue().endswith("\r\033[K"), "nothing of it is left before the command's own words"


def test_a_log_is_told_every_ten_seconds_how_far_the_set_up_is(script: ModuleType) -> None:
    log, clock = StringIO(), ScaledClock()
    standing = script.Standing(quiet=False, stream=log, clock=clock.now)
    for fetched in range(25):
        standing.look(fetched, 0, 50)
        clock.advance(1)
    standing.end()
    assert log.getvalue() == "".join(f"{done} of 50 packages fetched, 0 installed\n" for done in (10, 20))


def test_a_quiet_set_up_says_nothing(script: ModuleType) -> None:
    screen = Terminal()
    standing = script.Standing(quiet=True, stream=screen)
    standing.begin()
    standing.look(1, 0, 50)
    standing.end()
    assert screen.getvalue() == ""


def test_how_far_it_is_is_looked_at_while_a_program_runs(script: ModuleType, tmp_path: Path) -> None:
    """It ends only after somebody has looked."""
    looked = tmp_path / "looked"
    waits = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)\nprint('seen')"

    result = script.run(sys.executable, "-c", waits, str(looked), meanwhile=looked.touch)

    assert (result.returncode, result.stdout) == (0, "seen\n")


def test_what_pip_has_come_to_stands_in_its_log(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "PIPS_LOG", tmp_path / "log")
    assert script.fetched() == 0
    (tmp_path / "log").write_text("2026-01-01T00:00:00,000 Collecting one==1\n2026 Processing ./two-2.whl\n")
    assert script.fetched() == 2


def test_what_only_windows_needs_is_not_waited_for(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("one==1 \\", "    --hash=sha256:0", "two==2 ; sys_platform == 'win32'", "three==3 ; a != 'b'")
    (tmp_path / "lock").write_text("\n".join(lines))
    monkeypatch.setattr(script, "LOCK", tmp_path / "lock")
    assert script.locked() == 2


def package(project: Project, folder: Path) -> None:
    """A lock that wants one small wheel, which lies in the folder."""
    folder.mkdir()
    wheel = folder / "only_here-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("only_here.py", "")
        archive.writestr(
            "only_here-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: only-here\nVersion: 1\n"
        )
        archive.writestr(
            "only_here-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("only_here-1.dist-info/RECORD", "only_here.py,,\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    project.lock(f"only-here==1 --hash=sha256:{digest}\n")


def test_fault_63_windows_is_told_what_to_do(project: Project) -> None:
    script = (
        "import sys, runpy; sys.modules['fcntl'] = None;"
        " sys.argv = ['run.py']; runpy.run_path('run.py', run_name='__main__')"
    )
    said = subprocess.run(
        [BASE_PYTHON, "-c", script], cwd=project.root, check=False, stderr=subprocess.PIPE, text=True
    )

    assert said.returncode == 1
    assert said.stderr.startswith("Windows itself is not supported.")
    assert "Traceback" not in said.stderr
