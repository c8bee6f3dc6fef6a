/* part.c - SQL put together of fragments, signs and values. */
#include "db/part.h"

#include <assert.h>

enum { MARK_FIRST = 1 };

/* A text that grows in an arena; the first error stays. */
typedef struct Text {
    Arena *arena;
    char *at;
    size_t n, cap;
    Rc rc;
} Text;

static void put(Text *t, Str s)
{
    if (t->rc == RC_OK)
        t->rc = LIST_ROOM(t->arena, t, t->n + s.len);
    if (t->rc != RC_OK || s.len == 0)
        return;
    memcpy(t->at + t->n, s.ptr, s.len);
    t->n += s.len;
}

struct DbPart {
    Arena *arena;
    DbDialect dialect;
    Text text;
    struct {
        DbValue *at;
        size_t n, cap;
    } values;
    Rc rc;
};

static const char *const words[SQL_WORDS] = {
    [SQL_OPEN] = "(",           [SQL_CLOSE] = ")",
    [SQL_COMMA] = ", ",         [SQL_AND] = " AND ",
    [SQL_OR] = " OR ",          [SQL_NOT_TRUE] = " IS NOT TRUE",
    [SQL_IS_NULL] = " IS NULL", [SQL_NOT_NULL] = " IS NOT NULL",
    [SQL_EQ] = " = ",           [SQL_NE] = " <> ",
    [SQL_LT] = " < ",           [SQL_LE] = " <= ",
    [SQL_GT] = " > ",           [SQL_GE] = " >= ",
    [SQL_IN] = " IN ",          [SQL_TRUE] = "1 = 1",
    [SQL_FALSE] = "1 = 0",      [SQL_DESC] = " DESC",
    [SQL_PLUS] = " + ",         [SQL_CASE] = "CASE ",
    [SQL_WHEN] = " WHEN ",      [SQL_THEN] = " THEN ",
    [SQL_ELSE] = " ELSE ",      [SQL_END] = " END",
};

/* The types of PostgreSQL's parameters; SQLite's have none. */
static const char *const casts[] = {
    [DB_INT] = "::bigint",
    [DB_REAL] = "::double precision",
    [DB_TEXT] = "::text",
    [DB_BYTES] = "::bytea",
};

Rc part_new(Arena *a, DbDialect d, DbPart **ret)
{
    DbPart *p = arena_try(a, sizeof *p);

    if (p == NULL)
        return RC_LIMIT;
    *p = (DbPart){ .arena = a, .dialect = d, .text = { .arena = a } };
    *ret = p;
    return RC_OK;
}

void part_word(DbPart *p, SqlWord w)
{
    assert(w < SQL_WORDS);
    put(&p->text, str_z(words[w]));
}

static void keep(DbPart *p, DbValue v)
{
    Rc rc = p->values.n < PART_VALUES_MAX ? LIST_PUSH(p->arena, &p->values, v) : RC_LIMIT;

    if (p->rc == RC_OK)
        p->rc = rc;
}

void part_value(DbPart *p, DbValue v)
{
    put(&p->text, STR("?"));
    if (p->dialect == DB_POSTGRES)
        put(&p->text, str_z(casts[v.type]));
    keep(p, v);
}

void part_fragment(DbPart *p, const DbFragment *f, const DbValue *values)
{
    put(&p->text, str_z(p->dialect == DB_SQLITE ? f->sqlite : f->postgres));
    for (int i = 0; i < f->values; i++)
        keep(p, values[i]);
}

Rc part_result(const DbPart *p)
{
    return p->rc != RC_OK ? p->rc : p->text.rc;
}

Str part_text(const DbPart *p)
{
    return (Str){ p->text.at, p->text.n };
}

size_t part_values(const DbPart *p)
{
    return p->values.n;
}

/* ---- joining ---- */

static const char marks[] = "\1\2\3\4\5\6\7\10"; /* where the parts stand, from MARK_FIRST on */

typedef struct Joining {
    Text text;
    DbValue *binds;
    size_t n;
} Joining;

/* The part's text with its values numbered after those that are there already. */
static void put_part(Joining *j, const DbPart *p)
{
    Str text = part_text(p);

    for (size_t at = 0, next = 0; at < text.len; next++) {
        const char *mark = memchr(text.ptr + at, '?', text.len - at);
        size_t end = mark != NULL ? (size_t)(mark - text.ptr) : text.len;
        put(&j->text, str_sub(text, at, end));
        at = end + 1;
        if (mark == NULL)
            break;
        j->binds[j->n++] = p->values.at[next];
        put(&j->text, str_fmt(p->arena, "%c%zu", p->dialect == DB_SQLITE ? '?' : '$', j->n));
    }
}

Rc db_join(Arena *a, const DbQuery *q, const DbValue *binds, const DbPart *const *parts, size_t n,
           const DbJoined **ret)
{
    Joining j = { .text = { .arena = a }, .n = (size_t)q->binds };
    DbJoined *made = arena_try(a, sizeof *made);
    DbDialect dialect = parts[0]->dialect;
    size_t most = j.n;

    for (size_t i = 0; i < n; i++) {
        TRY(part_result(parts[i]));
        assert(parts[i]->dialect == dialect);
        most += parts[i]->values.n;
    }
    j.binds = arena_array(a, most, sizeof *j.binds);
    if (made == NULL || (j.binds == NULL && most > 0))
        return RC_LIMIT;
    for (size_t i = 0; i < j.n; i++)
        j.binds[i] = binds[i];
    for (const char *c = dialect == DB_SQLITE ? q->sqlite : q->postgres; *c != '\0';) {
        size_t plain = strcspn(c, marks);
        put(&j.text, (Str){ c, plain });
        c += plain;
        if (*c != '\0')
            put_part(&j, parts[*c++ - MARK_FIRST]);
    }
    put(&j.text, (Str){ "", 1 });
    TRY(j.text.rc);
    *made = (DbJoined){ .query = *q, .binds = j.binds };
    made->query.number = -1;
    made->query.binds = (int)j.n;
    made->query.sqlite = dialect == DB_SQLITE ? j.text.at : q->sqlite;
    made->query.postgres = dialect == DB_POSTGRES ? j.text.at : q->postgres;
    *ret = made;
    return RC_OK;
}
