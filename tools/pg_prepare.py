#!/usr/bin/env python3
"""pg_prepare.py - takes every migration and prepares every query on a real PostgreSQL.

    pg_prepare.py [--root DIR]

Starts a server of its own in a temporary folder, without a network port and as a user without
rights, and stops it at the end.  Of each query it compares the types of the parameters and the names
and types of the columns with the query's header (docs/queries.md).  Ends with
"N passed, N failed, 0 skipped", counted in migrations and queries.
"""
import argparse
import ctypes
import ctypes.util
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import sqlread  # noqa: E402

TEXTS = 'build/queries-postgres.txt'  # written by the test find_database_and_memory_agree...
LEAST_VERSION = 150000
CONNECTION_OK, COMMAND_OK, TUPLES_OK = 0, 1, 2
TYPE_NAMES = {16: 'bool', 17: 'bytea', 20: 'int8', 21: 'int2', 23: 'int4', 25: 'text',
              701: 'float8', 1043: 'varchar', 1700: 'numeric'}
PARAMETERS = {'bigint': 20, 'double precision': 701, 'text': 25, 'bytea': 17}


class Failed(Exception):
    """What the server said."""


class Server:
    """A PostgreSQL in a temporary folder, reached through a socket there."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='errand-pg-')
        self.process = None
        self.who = {}
        if os.getuid() == 0:
            # PostgreSQL does not run as root.
            user = pwd.getpwnam('postgres' if has_user('postgres') else 'nobody')
            self.who = {'user': user.pw_uid, 'group': user.pw_gid, 'extra_groups': []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    def __enter__(self):
        programs = find_programs()
        data = os.path.join(self.folder, 'data')
        with open(os.path.join(self.folder, 'log'), 'wb') as log:
            quiet = {'stdin': subprocess.DEVNULL, 'stdout': log, 'stderr': log,
                     'cwd': self.folder, **self.who}
            subprocess.run([programs / 'initdb', '-D', data, '-U', 'errand', '-A', 'trust',
                            '--no-sync', '-E', 'UTF8', '--locale=C'], check=True, **quiet)
            self.process = subprocess.Popen(
                [programs / 'postgres', '-D', data, '-k', self.folder, '-c', 'listen_addresses=',
                 '-c', 'fsync=off', '-c', 'shared_buffers=16MB'], **quiet)
        return self

    def __exit__(self, *_error):
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self):
        until = time.monotonic() + 60
        while True:
            try:
                return Connection(f'host={self.folder} user=errand dbname=postgres')
            except Failed:
                if self.process.poll() is not None or time.monotonic() > until:
                    with open(os.path.join(self.folder, 'log'), encoding='utf-8') as log:
                        sys.stderr.write(log.read())
                    raise
                time.sleep(0.1)


def has_user(name):
    try:
        pwd.getpwnam(name)
        return True
    except KeyError:
        return False


def find_programs():
    """The folder of initdb and postgres; Debian keeps them out of the search path."""
    for folder in sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin'), reverse=True):
        if (folder / 'initdb').exists() and (folder / 'postgres').exists():
            return folder
    found = shutil.which('initdb')
    if found:
        return pathlib.Path(found).parent
    raise SystemExit('PostgreSQL is missing: install postgresql-15')


class Connection:
    """libpq, as far as it is needed to prepare and to ask what was prepared."""

    def __init__(self, where):
        name = ctypes.util.find_library('pq') or 'libpq.so.5'
        self.lib = lib = ctypes.CDLL(name)
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        for function, result in (('PQconnectdb', pointer), ('PQerrorMessage', text),
                                 ('PQexec', pointer), ('PQprepare', pointer),
                                 ('PQdescribePrepared', pointer), ('PQfname', text),
                                 ('PQparamtype', ctypes.c_uint), ('PQftype', ctypes.c_uint),
                                 ('PQftable', ctypes.c_uint), ('PQgetvalue', text)):
            getattr(lib, function).restype = result
        lib.PQfinish.argtypes = lib.PQclear.argtypes = [pointer]
        self.conn = pointer(lib.PQconnectdb(where.encode()))
        if lib.PQstatus(self.conn) != CONNECTION_OK:
            message = self.message()
            lib.PQfinish(self.conn)
            raise Failed(message)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.lib.PQfinish(self.conn)

    def message(self):
        return self.lib.PQerrorMessage(self.conn).decode().strip()

    def take(self, result):
        result = ctypes.c_void_p(result)
        if self.lib.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK):
            message = self.message()
            self.lib.PQclear(result)
            raise Failed(message)
        return result

    def run(self, sql):
        """The first value, if there is one."""
        result = self.take(self.lib.PQexec(self.conn, sql.encode()))
        value = None
        if self.lib.PQntuples(result) > 0 and self.lib.PQnfields(result) > 0:
            value = self.lib.PQgetvalue(result, 0, 0).decode()
        self.lib.PQclear(result)
        return value

    def describe(self, name, sql):
        """Prepares; (parameter types, [(name, type, table, column)])."""
        lib = self.lib
        lib.PQclear(self.take(lib.PQprepare(self.conn, name.encode(), sql.encode(), 0, None)))
        result = self.take(lib.PQdescribePrepared(self.conn, name.encode()))
        parameters = [lib.PQparamtype(result, i) for i in range(lib.PQnparams(result))]
        columns = [(lib.PQfname(result, i).decode(), lib.PQftype(result, i),
                    lib.PQftable(result, i), lib.PQftablecol(result, i))
                   for i in range(lib.PQnfields(result))]
        lib.PQclear(result)
        return parameters, columns


def check(conn, query):
    """Raises Failed where the server sees another query than the header describes."""
    parameters, columns = conn.describe('q_' + query.name, query.text[sqlread.POSTGRES])
    wanted = [PARAMETERS[sqlread.TYPES[kind][3]] for kind in query.bound_kinds()]
    if parameters != wanted:
        raise Failed(f'parameter types are {parameters}, the header says {wanted}')
    names = [c[0] for c in columns]
    if names != [c.name for c in query.columns]:
        raise Failed(f'columns are ({", ".join(names)})')
    for column, (name, kind, table, place) in zip(query.columns, columns):
        found = TYPE_NAMES.get(kind, f'type number {kind}')
        if found not in sqlread.TYPES[column.kind][4]:
            hint = '; write CAST(... AS {int})' if found == 'numeric' else ''
            raise Failed(f'{name} is {found}, the header says {column.kind}{hint}')
        if table and place and not column.empty and not column.promised:
            bound = conn.run(f'SELECT attnotnull FROM pg_attribute WHERE attrelid = {table}'
                             f' AND attnum = {place}')
            # A view has no constraints of its own; SQLite has looked through it.
            relation = conn.run(f'SELECT relkind FROM pg_class WHERE oid = {table}')
            if bound == 'f' and relation == 'r':
                raise Failed(f'{name} may be empty, the header says {column.kind}')


def check_fragment(conn, fragment):
    _, columns = conn.describe('f_' + fragment.name, sqlread.fragment_query(fragment, sqlread.POSTGRES))
    found = TYPE_NAMES.get(columns[0][1], f'type number {columns[0][1]}')
    wanted = ('bool',) if fragment.kind == sqlread.TEST else sqlread.TYPES[fragment.kind][4]
    if fragment.kind == 'bool':
        wanted = ('int8', 'int4', 'int2')  # it is compared with 0 and 1
    if found not in wanted:
        raise Failed(f'it is {found}, the header says {fragment.kind}')


# Triggers are written twice, once for each database; those of SQLite are tested by the unit tests.
PRINCIPALS = """
INSERT INTO person (login, name, kind, created_ms, updated_ms) VALUES ('a', 'A', 'employee', 1, 1), ('b', 'B', 'vendor', 1, 1);
INSERT INTO team (key, name, created_ms, updated_ms) VALUES ('t', '{}', 1, 1), ('u', '{}', 1, 1);
INSERT INTO team_member (team_id, person_id, lead) SELECT t.id, p.id, 0 FROM team t, person p;
UPDATE team_member SET lead = 1 WHERE person_id = (SELECT id FROM person WHERE login = 'a');
INSERT INTO role_held (person_id, role, team_id) SELECT id, 'auditor', 0 FROM person;
UPDATE team SET supplier = 'acme' WHERE key = 'u';
UPDATE person SET active = 0 WHERE login = 'b';
UPDATE team SET active = 0 WHERE key = 't';
UPDATE person SET active = 1 WHERE login = 'b';
UPDATE team SET active = 1 WHERE key = 't';
UPDATE role_held SET role = 'admin';
DELETE FROM team_member WHERE person_id = (SELECT id FROM person WHERE login = 'b');
DELETE FROM role_held WHERE person_id = (SELECT id FROM person WHERE login = 'a');
DELETE FROM role_held;
DELETE FROM team_member;
DELETE FROM person"""


def check_principals(conn):
    """Raises Failed when the rows of person_principal are not what they must be after each change."""
    seen = set()
    conn.run('BEGIN')
    for change in PRINCIPALS.strip().split(';\n'):
        conn.run(change)
        wrong = conn.run("""SELECT (SELECT count(*) FROM (TABLE person_principal EXCEPT TABLE person_principal_due) a)
                                 + (SELECT count(*) FROM (TABLE person_principal_due EXCEPT TABLE person_principal) b)""")
        if wrong != '0':
            raise Failed(f'{wrong} rows are wrong after: {change}')
        seen.add(conn.run('SELECT count(*) FROM person_principal'))
    conn.run('ROLLBACK')
    if len(seen) < 6:
        raise Failed('the changes changed nothing')


# A request that was pending, somebody's, nobody's and of another team; at 30 it changes twice.
PAST = """
INSERT INTO person (login, name, kind, created_ms, updated_ms) VALUES ('a', 'A', 'employee', 1, 1);
INSERT INTO team (key, name, created_ms, updated_ms) VALUES ('t', '{}', 1, 1), ('u', '{}', 1, 1);
INSERT INTO document (kind, key, created_ms) VALUES ('model', 'm', 1);
INSERT INTO document_version (document_id, number, hash, published_ms) SELECT id, 1, '', 1 FROM document;
INSERT INTO request (record, serial, model_key, model_version_id, kind, title, search, state, phase, requester_id, beneficiary_id,
    submitter_id, channel, team_id, step_ms, created_ms, updated_ms)
    SELECT 'request', 1, 'm', v.id, 'goods', '', '', 'draft', 'draft', p.id, p.id, p.id, 'api', t.id, 10, 10, 10
      FROM document_version v, person p, team t WHERE t.key = 't';
UPDATE request SET state = 'fulfilling', updated_ms = 20;
UPDATE request SET assignee_id = requester_id, state = 'pending', updated_ms = 30;
UPDATE request SET state = 'fulfilling', updated_ms = 30;
UPDATE request SET assignee_id = NULL, title = 'x', updated_ms = 40;
UPDATE request SET team_id = (SELECT id FROM team WHERE key = 'u'), level = 3, updated_ms = 50;
UPDATE request SET title = 'y', updated_ms = 60"""
PAST_IS = '1:1:10-20 1:5:20-30 2:0:10-30 2:a:30-40 3:t:10-50 4:2:10-50'


def check_past(conn):
    """Raises Failed when request_past does not say what the request was; the unit tests ask the same of SQLite."""
    conn.run('BEGIN')
    for change in PAST.strip().split(';\n'):
        conn.run(change)
    found = conn.run("""SELECT string_agg(field || ':' || CASE WHEN field = 2 AND value > 0 THEN p.login WHEN field = 3 THEN t.key
                                                    ELSE CAST(value AS text) END || ':' || from_ms || '-' || until_ms, ' '
                                          ORDER BY field, until_ms)
                          FROM request_past LEFT JOIN person p ON field = 2 AND p.id = value
                          LEFT JOIN team t ON field = 3 AND t.id = value""")
    conn.run('ROLLBACK')
    if found != PAST_IS:
        raise Failed(f'{found} instead of {PAST_IS}')


def read_texts():
    """Statements that were put together at run time, a line each."""
    try:
        with open(TEXTS, encoding='utf-8') as file:
            return sorted(set(file.read().splitlines()))
    except FileNotFoundError:
        raise SystemExit(f'{TEXTS} is missing: run build/errand-tests find_') from None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', default=str(pathlib.Path(__file__).parent.parent))
    project = sqlread.Project(parser.parse_args().root)
    texts = read_texts()
    passed, failed = 0, 0
    with Server() as server, server.connect() as conn:
        if int(conn.run('SHOW server_version_num')) < LEAST_VERSION:
            raise SystemExit('PostgreSQL 15 or newer is needed')
        conn.run("SET client_min_messages = 'error'")
        for m in project.migrations:
            try:
                conn.run('BEGIN')
                conn.run(m.text[sqlread.POSTGRES])
                conn.run('COMMIT')
                passed += 1
            except Failed as error:
                conn.run('ROLLBACK')
                print(f'sql/migrations/{m.number:04d}_{m.name}.sql: {error}')
                failed += 1
        for query in project.queries:
            try:
                check(conn, query)
                passed += 1
            except Failed as error:
                print(f'{query.where}: {query.name}: {error}')
                failed += 1
        for fragment in project.fragments:
            try:
                check_fragment(conn, fragment)
                passed += 1
            except Failed as error:
                print(f'{fragment.where}: {fragment.name}: {error}')
                failed += 1
        for number, text in enumerate(texts, 1):
            try:
                conn.describe(f't_{number}', text)
                passed += 1
            except Failed as error:
                print(f'{TEXTS}:{number}: {error}')
                failed += 1
        try:
            check_principals(conn)
            passed += 1
        except Failed as error:
            print(f'person_principal: {error}')
            failed += 1
        try:
            check_past(conn)
            passed += 1
        except Failed as error:
            print(f'request_past: {error}')
            failed += 1
        version = conn.run('SHOW server_version')
    print(f'PostgreSQL {version}: {len(project.migrations)} migrations,'
          f' {len(project.queries)} queries, {len(project.fragments)} fragments,'
          f' {len(texts)} statements of random queries')
    print(f'{passed} passed, {failed} failed, 0 skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
