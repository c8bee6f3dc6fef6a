"""Tests of sqlgen.py: what it refuses, and that it always writes the same."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER))
import sqlgen  # noqa: E402
import sqlread  # noqa: E402

MIGRATION = '''
CREATE TABLE request (id {id}, state TEXT NOT NULL, title TEXT NOT NULL, due_ms {int},
                      flag {int} NOT NULL DEFAULT 0) {strict};
CREATE TABLE open_table (id {id}, name TEXT NOT NULL) {strict};
CREATE TABLE written (id {id}, name TEXT NOT NULL) {strict};
CREATE VIEW titles AS SELECT title FROM request;
[sqlite]
CREATE TRIGGER follows AFTER UPDATE OF name ON open_table BEGIN
    UPDATE written SET name = NEW.name WHERE id = (SELECT max(id) FROM request);
END;
'''
GUARDED = 'request all requests request\nwritten write people # reading is free\n'
SCOPES = '''-- scope requests(r)
EXISTS (SELECT 1 FROM open_table o WHERE o.id = r.id AND o.id <> :s_person);
-- lead requests(r)
r.id IN (SELECT w.id FROM written w WHERE w.id > :s_person);
'''

# A query file and a part of the sentence that refuses it.
REFUSED = [
    ('guarded table', '-- a() -> many: title text\nSELECT title FROM request;', 'guarded table request'),
    ('guarded table behind a view', '-- a() -> many: title text\nSELECT title FROM titles;',
     'guarded table request'),
    ('guarded table that is only counted', '-- a() -> one: n int\nSELECT count(*) AS n FROM request;',
     'guarded table request'),
    ('guarded table in a subquery',
     '-- a() -> many: id int\nSELECT id FROM open_table WHERE id IN (SELECT id FROM request);',
     'guarded table request'),
    ('writing where only reading is free', '-- a() -> exec\nDELETE FROM written;',
     'guarded table written'),
    ('guarded table in the other variant',
     '-- a() -> many: id int\n[sqlite]\nSELECT id FROM open_table;\n[postgres]\nSELECT id FROM request;',
     'guarded table request'),
    ('grant that is not used', "-- a(g request, id int) -> exec\nDELETE FROM request WHERE id = :id;",
     'must use :g_request'),
    ('grant for other tables', '-- a(g people) -> many: title text\nSELECT title FROM request;',
     'reaches table request with "people", which does not fit'),
    ('scope for other tables', '-- a(s requests) -> exec\nDELETE FROM written WHERE id IN'
     ' (SELECT r.id FROM request r WHERE {scope s r});', 'reaches table written with "requests"'),
    ('unknown grant', '-- a(g world) -> exec\nDELETE FROM request;', 'unknown grant "world"'),
    ('scope that is not used', '-- a(s requests) -> many: id int\nSELECT id FROM request;',
     'must contain {scope s ALIAS}'),
    ('scope without a subject', '-- a() -> many: id int\nSELECT r.id FROM request r WHERE {scope s r};',
     'needs the parameter'),
    ('lead without a scope', '-- a() -> many: id int\nSELECT r.id FROM request r WHERE {lead s r};',
     'needs the parameter'),
    ('lead in place of a scope', '-- a(s requests) -> many: id int\nSELECT r.id FROM request r WHERE {lead s r};',
     'must contain {scope s ALIAS}'),
    ('parameter like a grant', '-- a(g_request int) -> exec\nDELETE FROM request WHERE id = :g_request;',
     'belong to grants'),
    ('unknown parameter', '-- a() -> many: id int\nSELECT id FROM open_table WHERE id = :id;',
     'parameter :id is not in the header'),
    ('unused parameter', '-- a(id int) -> many: id int\nSELECT id FROM open_table;', 'never used'),
    ('parameter by place', '-- a(id int) -> many: id int\nSELECT id FROM open_table WHERE id = ?1 OR id = :id;',
     'parameters have names'),
    ('parameter twice', '-- a(id int, id int) -> exec\nDELETE FROM open_table WHERE id = :id;', 'twice'),
    ('type of a column', '-- a() -> many: name int\nSELECT name FROM open_table;', 'name is TEXT'),
    ('column that may be empty', '-- a(g request) -> one: due_ms ms\n'
     'SELECT due_ms FROM request WHERE id = :g_request;', 'due_ms may be empty'),
    ('name of a column', '-- a() -> many: title text\nSELECT name FROM open_table;', 'columns are (name)'),
    ('too few columns', '-- a() -> many: id int, name text\nSELECT id FROM open_table;', 'columns are (id)'),
    ('column without a name', '-- a() -> one: n int\nSELECT count(*) FROM open_table;', 'columns are'),
    ('exec with columns', '-- a() -> exec\nSELECT id FROM open_table;', 'gives columns'),
    ('one without columns', '-- a() -> one\nSELECT id FROM open_table;', 'needs its columns'),
    ('unknown type', '-- a(id long) -> exec\nDELETE FROM open_table WHERE id = :id;', 'unknown type "long"'),
    ('optional where there is none', '-- a(f bool?) -> exec\nDELETE FROM open_table WHERE id = :f;',
     'bool? does not exist'),
    ('word of C', '-- a(default int) -> exec\nDELETE FROM open_table WHERE id = :default;', 'taken'),
    ('no such row', '-- a() -> many: Nowhere\nSELECT id FROM open_table;', 'no row Nowhere'),
    ('columns of no row', '-- a() -> many: id int\nSELECT {columns Nowhere o} FROM open_table o;', 'no such row'),
    ('no such part', '-- a() -> many: id int\nSELECT id FROM open_table WHERE {part some};', 'no such part'),
    ('part of the same name', '-- part some\nid > 1;\n-- part some\nid > 2;\n', 'stands once'),
    ('piece of SQL without a place', '-- a(asked part) -> many: id int\nSELECT id FROM open_table;',
     'part asked is never used'),
    ('place without its piece', '-- a() -> many: id int\nSELECT id FROM open_table WHERE {where asked};',
     'no such part in the header'),
    ('order without its piece', '-- a() -> many: id int\nSELECT id FROM open_table ORDER BY {order sorted};',
     'no such part in the header'),
    ('piece of SQL in an exec', '-- a(asked part) -> exec\nDELETE FROM open_table WHERE {where asked};',
     'only "one" and "many" take parts'),
    ('piece of SQL in place of a grant', '-- a(asked part) -> many: title text\n'
     'SELECT title FROM request WHERE {where asked};', 'guarded table request'),
    ('rows with columns', '-- a(name text) -> rows: id int\nINSERT INTO open_table (name) VALUES (:name);',
     'rows gives no columns'),
    ('rows that give something back', '-- a(name text) -> rows\n'
     'INSERT INTO open_table (name) VALUES (:name) RETURNING id;', 'gives columns'),
    ('rows of a select', '-- a(name text) -> rows\nINSERT INTO open_table (name) SELECT :name;',
     'rows need "INSERT ... VALUES (...)"'),
    ('rows with a call', '-- a(name text) -> rows\nINSERT INTO open_table (name) VALUES (lower(:name));',
     'rows need "INSERT ... VALUES (...)"'),
    ('rows with a parameter behind them', '-- a(id int, name text) -> rows\nINSERT INTO open_table (id, name) '
     'VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = :name;', 'nothing but VALUES'),
    ('rows without parameters', "-- a() -> rows\nINSERT INTO open_table (name) VALUES ('x');", 'rows are parameters'),
    ('rows with a grant on one object', '-- a(g request, name text) -> rows\n'
     'INSERT INTO open_table (id, name) VALUES (:g_request, :name);', 'rows are parameters'),
    ('rows in a guarded table', '-- a(name text) -> rows\nINSERT INTO written (name) VALUES (:name);',
     'guarded table written'),
    ('fragments twice', '-- fragments of request r\n-- fragments of open_table o\n', 'once in the file'),
    ('fragment of an unknown type', '-- fragments of request r\n-- f_a() = long\nr.id;', 'unknown type "long"'),
    ('fragment of another type', '-- fragments of request r\n-- f_a() = text\nr.id;', 'in the schema, text'),
    ('fragment with an unknown parameter', '-- fragments of request r\n-- f_a() = test\nr.id = :id;',
     'parameter :id is not in the header'),
    ('fragment with an unused parameter', '-- fragments of request r\n-- f_a(id int) = test\nr.id > 1;',
     'each of its parameters once'),
    ('fragment with a parameter twice', '-- fragments of request r\n-- f_a(id int) = test\nr.id = :id OR r.due_ms = :id;',
     'each of its parameters once'),
    ('fragment with parameters in another order',
     '-- fragments of request r\n-- f_a(a int, b int) = test\nr.id = :b OR r.id = :a;', 'in their order'),
    ('fragment with a place', '-- fragments of request r\n-- f_a() = test\nr.id = ?1;', 'cannot stand in a fragment'),
    ('fragment with a macro', '-- fragments of request r\n-- f_a() = test\n{where asked};', 'cannot stand in a fragment'),
    ('fragment of the same name', '-- fragments of request r\n-- f_a() = int\nr.id;\n-- f_a() = int\nr.id;',
     'exists already'),
    ('fragment that does not compile', '-- fragments of request r\n-- f_a() = int\nr.nowhere;', 'no such column'),
    ('unknown macro', '-- a() -> many: id int\nSELECT {today} AS id;', 'unknown macro'),
    ('no statement', '-- a() -> exec\n', 'does not end'),
    ('no end', '-- a() -> exec\nDELETE FROM open_table\n', 'does not end'),
    ('two statements in a line', '-- a() -> exec\nDELETE FROM open_table; DELETE FROM open_table;', 'after the ";"'),
    ('two statements', '-- a() -> exec\nDELETE FROM open_table;\nDELETE FROM written;', 'without a header'),
    ('no header', 'DELETE FROM open_table;', 'without a header'),
    ('header that is none', '-- a(id int) one: id int\nSELECT 1;', 'looks like the header'),
    ('one variant', '-- a() -> exec\n[sqlite]\nDELETE FROM open_table;\n', 'variant is missing'),
    ('query of the same name', '-- a() -> exec\nDELETE FROM open_table;\n\n-- a() -> exec\nDELETE FROM open_table;',
     'exists already'),
    ('row of the same name', '-- row R: id int\n\n-- row R: id int\n', 'exists already'),
    ('text in double quotes', '-- a() -> many: id int\nSELECT id FROM open_table WHERE name = "x";', 'no such column'),
    ('syntax', '-- a() -> many: id int\nSELEC id FROM open_table;', 'syntax error'),
]

GOOD = '''
-- row Head: id int, title text, other text? = o.name

-- Says: "hello" */.
-- heads(s requests, words text?,
--     size int) -> many: Head
SELECT {columns Head r} FROM request r LEFT JOIN open_table o ON o.id = r.id
 WHERE {scope s r} AND (:words IS NULL OR r.title = :words) -- a comment with :nothing; and a ;
 ORDER BY r.id LIMIT :size;

-- part seen
{lead s r} AND {scope s r};

-- all_heads(s requests, size int) -> many: id int
SELECT r.id FROM request r WHERE {part seen} ORDER BY r.id LIMIT :size;

-- head(g request) -> one: due_ms ms!, title text, text text
SELECT due_ms, title, 'it''s :not a parameter; {nor} -- a comment' AS text
  FROM request WHERE id = :g_request;

-- open_names(after int) -> opt: name text   -- why
SELECT name FROM open_table WHERE id > :after LIMIT 1;

-- read_written() -> many: total int
SELECT CAST(sum(id) AS {int}) AS total FROM written;

-- lock_written() -> many: id int
[sqlite]
SELECT id FROM written;
[postgres]
SELECT id FROM written FOR UPDATE;

-- part long_name
length(name) > :least;

-- long_names(least int) -> many: name text
SELECT name FROM open_table WHERE {part long_name} ORDER BY name;

-- vary(n real) -> exec
[sqlite]
DELETE FROM open_table WHERE id > :n;
[postgres]
DELETE FROM open_table WHERE CAST(id AS {real}) > :n;

-- add_written(g people, id int, name text?) -> rows
INSERT INTO written (id, name) VALUES (:id, :name) ON CONFLICT (id) DO NOTHING;
'''


class Sample(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write('sql/migrations/0001_first.sql', MIGRATION)
        self.write('sql/guarded.txt', GUARDED)
        self.write('sql/scopes.sql', SCOPES)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')

    def project(self, text, name='src/domain/thing/thing.sql'):
        self.write(name, text)
        return sqlread.Project(str(self.root))

    def test_refused(self):
        for what, text, words in REFUSED:
            with self.subTest(what):
                with self.assertRaises(sqlread.Refused) as refused:
                    self.project(text)
                self.assertIn(words, str(refused.exception))
                self.assertRegex(str(refused.exception), r'^src/domain/thing/thing\.sql:\d+: ')

    def test_exempt_folders(self):
        text = '-- a() -> many: title text\nSELECT title FROM request;'
        self.project(text, 'src/domain/access/access.sql')
        self.write('src/domain/access/access.sql', '')
        self.project(text, 'src/app/event_follower.sql')
        self.write('src/app/event_follower.sql', '')
        with self.assertRaises(sqlread.Refused):
            self.project(text, 'src/app/setting.sql')

    def test_what_a_trigger_does_needs_no_grant(self):
        self.project("-- a(id int) -> exec\nUPDATE open_table SET name = 'b' WHERE id = :id;")
        for text in ("UPDATE open_table SET name = (SELECT title FROM request) WHERE id = :id;",
                     "UPDATE written SET name = 'b' WHERE id = :id;"):
            with self.assertRaises(sqlread.Refused):
                self.project(f'-- a(id int) -> exec\n{text}')

    def test_texts(self):
        queries = {q.name: q for q in self.project(GOOD).queries}
        self.assertEqual(
            queries['heads'].text[sqlread.SQLITE],
            'SELECT r.id AS id, r.title AS title, o.name AS other FROM request r LEFT JOIN open_table o'
            ' ON o.id = r.id WHERE (EXISTS (SELECT 1 FROM open_table o WHERE o.id = r.id AND o.id <> ?1))'
            ' AND (?2 IS NULL OR r.title = ?2) ORDER BY r.id LIMIT ?3')
        scope = '(EXISTS (SELECT 1 FROM open_table o WHERE o.id = r.id AND o.id <> ?1))'
        self.assertEqual(queries['all_heads'].text[sqlread.SQLITE],
                         f'SELECT r.id FROM request r WHERE 1 = 1 AND {scope} ORDER BY r.id LIMIT ?2')
        self.assertEqual(queries['all_heads_lead'].text[sqlread.SQLITE],
                         'SELECT r.id FROM request r WHERE (r.id IN (SELECT w.id FROM written w WHERE w.id > ?1))'
                         f' AND {scope} ORDER BY r.id LIMIT ?2')
        self.assertIn('($2::text IS NULL OR r.title = $2::text)', queries['heads'].text[sqlread.POSTGRES])
        self.assertEqual(queries['head'].text[sqlread.POSTGRES],
                         "SELECT due_ms, title, 'it''s :not a parameter; {nor} -- a comment' AS text"
                         ' FROM request WHERE id = $1::bigint')
        self.assertIn('AS bigint', queries['read_written'].text[sqlread.POSTGRES])
        self.assertEqual(queries['long_names'].text[sqlread.SQLITE],
                         'SELECT name FROM open_table WHERE length(name) > ?1 ORDER BY name')
        self.assertIn('$1::double precision', queries['vary'].text[sqlread.POSTGRES])
        self.assertEqual(queries['add_written'].text[sqlread.SQLITE],
                         'INSERT INTO written (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING')
        block = queries['add_written_block']
        self.assertEqual(block.text[sqlread.SQLITE], 'INSERT INTO written (id, name) VALUES '
                         + ', '.join(f'(?{2 * i + 1}, ?{2 * i + 2})' for i in range(sqlread.BLOCK))
                         + ' ON CONFLICT (id) DO NOTHING')
        self.assertIn('($1::bigint, $2::text), ($3::bigint, $4::text)', block.text[sqlread.POSTGRES])
        self.assertEqual(block.bound_kinds(), ['int', 'text'] * sqlread.BLOCK)
        self.assertEqual(queries['heads'].bound_kinds(), ['int', 'text', 'int'])

    def test_output_is_the_same_each_time(self):
        project = self.project(GOOD)
        first, second = self.root / 'a', self.root / 'b'
        sqlgen.write_all(project, str(first))
        sqlgen.write_all(sqlread.Project(str(self.root)), str(second))
        names = sorted(p.relative_to(first) for p in first.rglob('*') if p.is_file())
        self.assertEqual({str(n) for n in names},
                         {*sqlgen.outputs(['domain/thing/thing']), 'domain/thing/thing_q.h'})
        for name in names:
            self.assertEqual((first / name).read_bytes(), (second / name).read_bytes())

    def test_unchanged_files_are_left_alone(self):
        out = self.root / 'out'
        sqlgen.write_all(self.project(GOOD), str(out))
        before = {p: p.stat().st_mtime_ns for p in out.rglob('*')}
        sqlgen.write_all(sqlread.Project(str(self.root)), str(out))
        self.assertEqual(before, {p: p.stat().st_mtime_ns for p in out.rglob('*')})

    def test_migrations_are_numbered_without_gaps(self):
        for name in ('sql/migrations/0003_third.sql', 'sql/migrations/two.sql'):
            with self.subTest(name):
                self.write(name, '')
                with self.assertRaises(sqlread.Refused):
                    self.project('')
                (self.root / name).unlink()

    def test_migration_for_one_database(self):
        text = 'CREATE TABLE x (id {id});\n[sqlite]\nCREATE TABLE y (id {id});\n[postgres]\nCREATE TABLE z (id {id});\n'
        one, other = (sqlread.expand_migration('0002_more.sql', text, v) for v in (sqlread.SQLITE, sqlread.POSTGRES))
        self.assertIn('TABLE y', one)
        self.assertIn('TABLE x', one)
        self.assertNotIn('TABLE z', one)
        self.assertIn('TABLE z', other)
        self.assertIn('TABLE x', other)
        self.assertNotIn('TABLE y', other)
        with self.assertRaises(sqlread.Refused):
            sqlread.expand_migration('0002_more.sql', '[oracle]\n', sqlread.SQLITE)

    def test_lists_of_checks_are_comparisons_for_sqlite(self):
        text = "CREATE TABLE x (a TEXT CHECK (a IN ('', 'b',\n  'c d')), n {int} CHECK (n IN (1, 2)));"
        one, other = (sqlread.expand_migration('0002_more.sql', text, v) for v in (sqlread.SQLITE, sqlread.POSTGRES))
        self.assertIn("CHECK (a = '' OR a = 'b' OR a = 'c d')", one)
        self.assertIn('CHECK (n IN (1, 2))', one)
        self.assertIn("CHECK (a IN ('', 'b',\n  'c d'))", other)

    def test_migration_macros(self):
        self.write('sql/migrations/0002_more.sql', 'CREATE TABLE x (id {uuid});')
        with self.assertRaises(sqlread.Refused):
            self.project('')

    def test_guarded_lines(self):
        for line in ('request all', 'request some request', 'request all nobody', 'nowhere all request'):
            with self.subTest(line):
                self.write('sql/guarded.txt', line + '\n')
                with self.assertRaises(sqlread.Refused):
                    self.project('')

    def test_command_prints_the_sentence_and_fails(self):
        self.write('src/a.sql', 'SELECT 1;')
        done = subprocess.run([sys.executable, FOLDER / 'sqlgen.py', '--root', self.root],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('src/a.sql:1: SQL without a header', done.stderr)


if __name__ == '__main__':
    unittest.main()
