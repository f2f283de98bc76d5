"""Makes .venv with exactly what requirements.lock names; does nothing the second time.

Plain standard library, and syntax that old Pythons can read, so that a wrong version gets a sentence and no trace.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "midway.stamp")
INPUTS = (
    "requirements.lock",
    "pyproject.toml",
    os.path.join("scripts", "uv.lock"),
    os.path.join("scripts", "setup.py"),
)


def main():
    if sys.version_info < (3, 11):
        stop(
            "Midway needs Python 3.11 or newer; this is %s. Install one, or name it: make %s PYTHON=/path/to/python3.11"
            % (sys.version.split()[0], sys.argv[1] if len(sys.argv) > 1 else "setup")
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("This Python comes without its venv module. On Debian or Ubuntu: apt-get install python3-venv")
    wanted = fingerprint()
    if stamped() == wanted and os.path.exists(program("python")):
        return
    say("Setting up .venv (some 170 packages; once) ...")
    if not usable():
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV], "The virtual environment could not be made in %s." % VENV)
    run(
        [
            program("python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            os.path.join(ROOT, "scripts", "uv.lock"),
        ],
        "The installer could not be fetched: is the package index reachable from here?",
    )
    uv = program("uv")
    run(
        [uv, "pip", "sync", "--compile-bytecode", os.path.join(ROOT, "requirements.lock")],
        "Some packages could not be installed: the lines above say which. Run the same command again to go on.",
    )
    run(
        [uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT],
        "Midway itself could not be installed into .venv.",
    )
    with open(STAMP, "w") as stamp:
        stamp.write(wanted)
    say("Ready.")


def fingerprint():
    whole = hashlib.sha256(("%s %s" % (sys.version, ROOT)).encode())
    for name in INPUTS:
        with open(os.path.join(ROOT, name), "rb") as part:
            whole.update(part.read())
    return whole.hexdigest()


def stamped():
    try:
        with open(STAMP) as stamp:
            return stamp.read()
    except OSError:
        return None


def usable():
    """Whether the .venv that stands runs the Python that was asked for, at this place."""
    try:
        found = subprocess.check_output([program("python"), "-c", "import sys; print(sys.version)"])
    except (OSError, subprocess.CalledProcessError):
        return False
    config = os.path.join(VENV, "pyvenv.cfg")
    return found.decode().strip() == sys.version and os.path.exists(config) and os.path.exists(program("pip"))


def program(name):
    return os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", name)


def run(command, remedy):
    environment = dict(os.environ, VIRTUAL_ENV=VENV)
    if subprocess.call(command, env=environment, cwd=ROOT) != 0:
        stop(remedy)


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def stop(sentence):
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
