#!/usr/bin/env python3
"""sqlgen.py - turns named queries in .sql files into typed C functions.

How to write a query: docs/queries.md.  What this tool does with one:

  1. reads every src/**/*.sql and every migration (sql/migrations/NNNN_name.sql);
  2. runs all migrations in an SQLite database in memory;
  3. compiles every query there and compares it with its header: parameters, column names, types,
     and whether a column may be empty;
  4. asks SQLite which tables the query touches, and refuses one that touches a guarded table
     (sql/guarded.txt) without a grant or a scope;
  5. writes for src/a/b.sql the files a/b_q.h and a/b_q.c, for all of them queries.c with the texts
     of both databases, and migrations.c.

The output depends on the input only: same files, same bytes.  PostgreSQL texts are checked against
a real server by tools/pg_prepare.py.  Steps 1 to 4: sqlread.py.
"""

import argparse
import os
import re
import sys

from sqlread import BLOCK, GRANTS, POSTGRES, SCOPES, SQLITE, Project, Refused, list_units

NOTE = '/* Made by tools/sqlgen.py from {source}; do not edit. */\n'


def c_string(text, indent):
    """A literal over several lines of source."""
    pieces, now = [], ''
    for word in re.split(r'(?<=[ \n])', text):
        word = word.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n')
        word = re.sub('[\x01-\x08]', lambda m: f'\\00{ord(m.group())}', word)
        if now and len(now) + len(word) > 84:
            pieces.append(now)
            now = ''
        now += word
    pieces.append(now)
    return ('\n' + indent).join(f'"{piece}"' for piece in pieces)


def wrap(head, parts, tail):
    """A C declaration in lines of at most 100 columns, continued under the bracket."""
    lines, now = [], head
    for i, part in enumerate(parts):
        piece = part + (', ' if i + 1 < len(parts) else tail)
        if len(now) + len(piece.rstrip()) > 100:
            lines.append(now.rstrip())
            now = ' ' * len(head)
        now += piece
    lines.append(now.rstrip())
    return '\n'.join(lines)


def struct_text(name, columns):
    width = max(len(c.c_type()) for c in columns)
    lines = [f'    {c.c_type():<{width}} {c.name};' for c in columns]
    return f'typedef struct {name} {{\n' + '\n'.join(lines) + f'\n}} {name};\n'


def texts_macro(name, columns):
    """Where the texts of a shared row stand, for whoever keeps rows."""
    texts = [f'offsetof({name}, {c.name})' for c in columns if c.c_type() == 'Str']
    if not texts:
        return ''
    word = re.sub('(?<!^)([A-Z])', r'_\1', name).upper()
    return f'#define {word}_TEXTS \\\n    ' + ', \\\n    '.join(texts) + '\n'


def parameters(query):
    parts = ['Ctx *cx']
    if query.grant:
        parts.append(f'{GRANTS[query.grant][0]} g')
    if query.scope:
        parts.append(f'{SCOPES[query.scope][0]} s')
    parts += [f'const DbPart *{name}' for name in query.parts]
    if query.kind == 'rows':
        return parts + [f'const {query.struct()} *rows', 'size_t n']
    parts += [f'{p.c_type()} {p.name}' for p in query.params]
    if query.kind == 'exec':
        parts.append('int64_t *ret_changed')
    elif query.kind == 'many':
        parts.append('Rows *rows')
    else:
        parts.append(f'{query.struct()} *ret')
        if query.kind == 'opt':
            parts.append('bool *ret_found')
    return parts


def prototype(query, tail):
    head = 'CHECKED Rc ' if tail == ');' else 'Rc '
    return wrap(f'{head}q_{query.name}(', parameters(query), tail)


RESULT_DOC = {
    'one': 'RC_NOT_FOUND when there is no row.',
    'opt': '`ret_found` says whether there was a row; `ret` is written only then.',
    'many': 'Read the rows with q_{name}_next, then ask rows_result; close `rows`.',
    'exec': '`ret_changed` may be NULL.',
    'rows': 'Writes `n` rows in their order.',
}


def unit_header(unit, rows):
    out = NOTE.format(source=f'src/{unit.path}.sql') + '#pragma once\n\n'
    includes = {'app/ctx.h'}
    if unit.fragments or any(query.parts for query in unit.queries):
        includes.add('db/part.h')
    for query in unit.queries:
        if query.grant or query.scope:
            includes.add('domain/access/access.h')
        if query.row_name and rows[query.row_name].unit is not unit:
            includes.add(rows[query.row_name].unit.header())
    out += ''.join(f'#include "{name}"\n' for name in sorted(includes)) + '\n'
    for row in unit.rows:
        out += struct_text(row.name, row.columns) + texts_macro(row.name, row.columns) + '\n'
    for fragment in unit.fragments:
        out += f'extern const DbFragment f_{fragment.name};\n'
    out += '\n' if unit.fragments else ''
    for query in unit.queries:
        if query.kind == 'rows':
            out += struct_text(query.struct(), query.params)
        elif query.kind != 'exec' and not query.row_name:
            out += struct_text(query.struct(), query.columns)
        doc = [line.replace('*/', '* /') for line in query.doc]
        doc.append(RESULT_DOC[query.kind].format(name=query.name))
        out += '/* ' + '\n * '.join(doc) + ' */\n'
        out += prototype(query, ');') + '\n'
        if query.kind == 'many':
            out += f'bool q_{query.name}_next(Rows *rows, {query.struct()} *ret);\n'
        out += '\n'
    return out.rstrip('\n') + '\n'


def bind_text(query, name):
    if name.startswith('g_'):
        return 'db_int(g.access_id)'
    if name.startswith('s_person'):
        return 'db_int(s.access_person)'
    param = next(p for p in query.params if p.name == name)
    maker = {'int': 'int', 'ms': 'int', 'bool': 'int', 'real': 'real', 'text': 'text',
             'bytes': 'bytes'}[param.kind]
    value = f'row->{name}' if query.kind == 'rows' else name
    return f'db_{"opt_" if param.empty else ""}{maker}({value})'


def read_text(column, place):
    getter = {'int': 'int', 'ms': 'int', 'bool': 'bool', 'real': 'real', 'text': 'text',
              'bytes': 'bytes'}[column.kind]
    return f'rows_{"opt_" if column.empty else ""}{getter}({{rows}}, {place})'


def rows_function(query):
    """Blocks while there are enough rows, then one after the other."""
    each, name = len(query.bound), query.name
    binds = [bind_text(query, name) for name in query.bound]
    out = f'static void bind_{name}(const {query.struct()} *row, DbValue *to)\n{{\n'
    out += ''.join(f'    to[{i}] = {bind};\n' for i, bind in enumerate(binds)) + '}\n\n'
    out += prototype(query, ')') + '\n{\n'
    if query.grant:
        out += '    UNUSED(g); /* proof of a right; binds nothing */\n'
    return out + f'''    DbValue binds[{BLOCK * each}];
    size_t i = 0;

    for (; n - i >= {BLOCK}; i += {BLOCK}) {{
        for (size_t k = 0; k < {BLOCK}; k++)
            bind_{name}(&rows[i + k], &binds[k * {each}]);
        TRY(db_exec(cx->db, cx->arena, &db_queries[{query.twin.number}], binds, NULL));
    }}
    for (; i < n; i++) {{
        bind_{name}(&rows[i], binds);
        TRY(db_exec(cx->db, cx->arena, &db_queries[{query.number}], binds, NULL));
    }}
    return RC_OK;
}}
'''


def query_function(query):
    if query.kind == 'rows':
        return rows_function(query)
    out = prototype(query, ')') + '\n{\n'
    if query.grant and not (GRANTS[query.grant][1]):
        out += '    UNUSED(g); /* proof of a right; binds nothing */\n'
    if query.bound:
        binds = [bind_text(query, name) for name in query.bound]
        out += wrap('    const DbValue binds[] = { ', binds, ' };') + '\n'
    binds = 'binds' if query.bound else 'NULL'
    number = str(query.number)
    if query.twin:
        out += f'    bool few = false;\n\n    TRY(access_sees_few(cx, s, &few));\n'
        number = f'few ? {query.twin.number} : {query.number}'
    call = f'cx->db, cx->arena, &db_queries[{number}], {binds}'
    if query.parts:
        out += (f'    const DbPart *const parts[] = {{ {", ".join(query.parts)} }};\n'
                '    const DbJoined *joined;\n\n'
                f'    TRY(db_join(cx->arena, &db_queries[{number}], {binds}, parts, {len(query.parts)}, '
                '&joined));\n')
        call = 'cx->db, cx->arena, &joined->query, joined->binds'
    if query.kind == 'exec':
        return out + f'    return db_exec({call}, ret_changed);\n}}\n'
    if query.kind == 'many':
        return (out + f'    return db_query({call}, rows);\n}}\n\n'
                + f'bool q_{query.name}_next(Rows *rows, {query.struct()} *ret)\n{{\n'
                + '    if (!rows_next(rows))\n        return false;\n'
                + fill(query, 'rows') + '    if (rows->rc != RC_OK)\n        return false;\n'
                + '    *ret = row;\n    return true;\n}\n')
    out += '    CLEANUP(rows_close) Rows rows = { 0 };\n\n'
    out += f'    TRY(db_query({call}, &rows));\n'
    out += '    if (!rows_next(&rows)) {\n        TRY(rows_result(&rows));\n'
    if query.kind == 'one':
        out += '        return RC_NOT_FOUND;\n    }\n'
    else:
        out += '        *ret_found = false;\n        return RC_OK;\n    }\n'
    out += fill(query, '&rows') + '    TRY(rows_finish(&rows));\n    *ret = row;\n'
    if query.kind == 'opt':
        out += '    *ret_found = true;\n'
    return out + '    return RC_OK;\n}\n'


def fill(query, rows):
    lines = [f'        .{c.name} = {read_text(c, i).format(rows=rows)},'
             for i, c in enumerate(query.columns)]
    return f'    {query.struct()} row = {{\n' + '\n'.join(lines) + '\n    };\n'


def unit_source(unit):
    out = NOTE.format(source=f'src/{unit.path}.sql') + f'#include "{unit.header()}"\n'
    for fragment in unit.fragments:
        out += (f'\nconst DbFragment f_{fragment.name} = {{\n'
                f'    .sqlite = {c_string(fragment.text[SQLITE], " " * 14)},\n'
                f'    .postgres = {c_string(fragment.text[POSTGRES], " " * 16)},\n'
                f'    .values = {len(fragment.params)},\n}};\n')
    for query in unit.queries:
        out += '\n' + query_function(query)
    return out


# Long texts are literals too: every compiler we use takes them.
LONG = '#pragma GCC diagnostic ignored "-Woverlength-strings"\n'


def queries_source(project):
    out = NOTE.format(source='every .sql file below src/') + '#include "db/db.h"\n\n' + LONG
    out += '\nconst DbQuery db_queries[] = {\n'
    for query in project.queries:
        out += (f'    {{\n        .name = "{query.name}",\n        .number = {query.number},\n'
                f'        .sqlite =\n            {c_string(query.marked[SQLITE], " " * 12)},\n'
                f'        .postgres =\n            {c_string(query.marked[POSTGRES], " " * 12)},\n'
                f'        .binds = {len(query.bound)},\n'
                f'        .columns = {len(query.columns)},\n    }},\n')
    if not project.queries:
        out += '    { .name = "none" },\n'
    return out + f'}};\nconst int db_query_count = {len(project.queries)};\n'


def migrations_source(project):
    out = NOTE.format(source='sql/migrations/') + '#include "db/migrate.h"\n\n' + LONG
    out += '\nconst DbMigration db_migrations[] = {\n'
    for m in project.migrations:
        out += (f'    {{\n        .number = {m.number},\n        .name = "{m.name}",\n'
                f'        .hash = "{m.hash}",\n'
                f'        .sqlite =\n            {c_string(m.text[SQLITE], " " * 12)},\n'
                f'        .postgres =\n            {c_string(m.text[POSTGRES], " " * 12)},\n'
                '    },\n')
    return out + f'}};\nconst int db_migration_count = {len(project.migrations)};\n'


def flat(path):
    """Output names have no folders (Meson allows none); see write_all."""
    return path.replace('/', '.')


def inputs(root, paths):
    folder = os.path.join('sql', 'migrations')
    names = [os.path.join('sql', 'guarded.txt'), os.path.join('sql', 'scopes.sql')]
    names += [os.path.join(folder, name) for name in sorted(os.listdir(os.path.join(root, folder)))]
    return names + [f'src/{path}.sql' for path in paths]


def outputs(paths):
    names = ['queries.c', 'migrations.c']
    for path in paths:
        names += [flat(path) + '_q.h', flat(path) + '_q.c']
    return names


def write_changed(path, text):
    """Leaves an unchanged file alone, so that nothing is compiled again without need."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with open(path, encoding='utf-8') as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def write_forwards(paths, out):
    """OUT/domain/access/access_q.h only includes OUT/domain.access.access_q.h: the build knows the
    second as an output and watches it, the first never changes."""
    for path in paths:
        up = '../' * path.count('/')
        write_changed(os.path.join(out, path + '_q.h'), f'#include "{up}{flat(path)}_q.h"\n')


def write_all(project, out):
    write_changed(os.path.join(out, 'queries.c'), queries_source(project))
    write_changed(os.path.join(out, 'migrations.c'), migrations_source(project))
    for unit in project.units:
        write_changed(os.path.join(out, flat(unit.path) + '_q.h'), unit_header(unit, project.rows))
        write_changed(os.path.join(out, flat(unit.path) + '_q.c'), unit_source(unit))
    write_forwards([unit.path for unit in project.units], out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--root', default='.', help='folder that holds src/ and sql/')
    parser.add_argument('--out', help='write the C files into this folder')
    parser.add_argument('--list-inputs', action='store_true', help='print what is read')
    parser.add_argument('--list-outputs', action='store_true', help='print what --out writes')
    parser.add_argument('--prepare', action='store_true',
                        help='print a PREPARE for every query, for PostgreSQL')
    args = parser.parse_args()
    try:
        paths = list_units(args.root)
        if args.list_inputs:
            print('\n'.join(inputs(args.root, paths)))
            return 0
        if args.list_outputs:
            print('\n'.join(outputs(paths)))
            return 0
        project = Project(args.root)
        if args.prepare:
            for query in project.queries:
                print(f'PREPARE q_{query.name} AS {query.text[POSTGRES]};')
        if args.out:
            write_all(project, args.out)
        return 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
