/* moved.c - functions for the statements of copies.c: the same thing at another time, of other people, in a branch.
 *
 * Each takes the row of `copy` in four numbers: shift, old person, person, branch.  The old person is the one who
 * asked; people who work in the demo's teams become those of the branch.
 */
#include "generate/generate.h"

#include "core/buf.h"

#include <sqlite3.h>

enum { JSON_BYTES = 16 << 20, WHO_BYTES = 64 };

static const World *world;

typedef struct Move {
    int64_t shift, old_person, person;
    size_t branch;
} Move;

static int64_t person_moved(const Move *m, int64_t id)
{
    return id == m->old_person ? m->person : branch_person(world, m->branch, id);
}

bool word_is_in(Str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_z(word, list[i]))
            return true;
    return false;
}

/* What stands behind a key of an event: the number of a team, of a person, or an instant, which has 13 digits. */
static int64_t number_moved(const Move *m, Str key, int64_t n)
{
    static const char *const teams[] = { "team", "owner_team", "to_team", "queue" };
    static const char *const people[] = { "actor",       "person",      "people",   "requester",
                                          "beneficiary", "submitter",   "managers", "signers",
                                          "approver",    "owner_leads", "owners",   "who",
                                          "delegates",   "to" };

    if (n >= 1000000000000)
        return n + m->shift;
    if (word_is_in(key, teams, COUNT_OF(teams)))
        return branch_team(world, m->branch, n);
    return word_is_in(key, people, COUNT_OF(people)) ? person_moved(m, n) : n;
}

/* "2026-11-25T12:00:00Z", "person:7" and "team:7", moved; every other text stays. */
static void add_text_moved(Buf *to, Str s, const Move *m)
{
    char text[CLOCK_RFC3339_BYTES];
    int64_t id = 0;
    Ms at = 0;

    if (s.len >= 20 && s.len <= 30 && s.ptr[10] == 'T' && clock_parse_rfc3339(s, &at))
        buf_add(to, (Str){ text, clock_write_rfc3339(text, at + m->shift) });
    else if (str_starts(s, STR("person:")) && str_to_i64(str_skip(s, 7), &id))
        buf_add_fmt(to, "person:%lld", (long long)person_moved(m, id));
    else if (str_starts(s, STR("team:")) && str_to_i64(str_skip(s, 5), &id))
        buf_add_fmt(to, "team:%lld", (long long)branch_team(world, m->branch, id));
    else
        buf_add(to, s);
}

static size_t text_length(const char *s)
{
    size_t n = 0;

    while (s[n] != '"' && s[n] != '\0')
        n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
    return n;
}

static void add_moved(Buf *to, const char *s, const Move *m)
{
    Str key = STR("");

    while (*s != '\0') {
        size_t digits = strspn(s, "0123456789");
        int64_t number = 0;
        if (*s == '"') {
            Str text = { s + 1, text_length(s + 1) };
            s += text.len + 2;
            buf_add_char(to, '"');
            if (*s == ':') {
                key = text;
                buf_add(to, text);
            } else {
                add_text_moved(to, text, m);
            }
            buf_add_char(to, '"');
        } else if (digits > 0 && str_to_i64((Str){ s, digits }, &number)) {
            buf_add_int(to, number_moved(m, key, number));
            s += digits;
        } else {
            buf_add_char(to, *s++);
        }
    }
}

static Move move_of(sqlite3_value **v)
{
    return (Move){ sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1]), sqlite3_value_int64(v[2]),
                   (size_t)sqlite3_value_int64(v[3]) };
}

/* moved(json, shift, old person, person, branch): every instant, person and team in JSON. */
static void moved(sqlite3_context *c, int argc, sqlite3_value **v)
{
    CLEANUP(buf_done) Buf to = { 0 };
    const char *s = (const char *)sqlite3_value_text(v[0]);
    Move m = move_of(v + 1);

    UNUSED(argc);
    if (s == NULL || s[0] == '\0' || (s[0] == '[' && s[1] == ']')) {
        sqlite3_result_value(c, v[0]);
        return;
    }
    buf_init(&to, JSON_BYTES);
    add_moved(&to, s, &m);
    if (buf_result(&to) != RC_OK)
        sqlite3_result_error_toobig(c);
    else
        sqlite3_result_text(c, to.ptr, (int)to.len, SQLITE_TRANSIENT);
}

/* who_moved(text, ...): "team:7" or "person:7". */
static void who_moved(sqlite3_context *c, int argc, sqlite3_value **v)
{
    CLEANUP(buf_done) Buf to = { 0 };
    const char *s = (const char *)sqlite3_value_text(v[0]);
    Move m = move_of(v + 1);

    UNUSED(argc);
    buf_init(&to, WHO_BYTES);
    add_text_moved(&to, str_z(s != NULL ? s : ""), &m);
    sqlite3_result_text(c, to.len > 0 ? to.ptr : "", (int)to.len, SQLITE_TRANSIENT);
}

/* id_moved(id, kind, shift, old person, person, branch): of a person with 1, of a team with 2, as in 4 * id + kind. */
static void id_moved(sqlite3_context *c, int argc, sqlite3_value **v)
{
    int64_t id = sqlite3_value_int64(v[0]);
    int kind = sqlite3_value_int(v[1]);
    Move m = move_of(v + 2);

    UNUSED(argc);
    if (sqlite3_value_type(v[0]) == SQLITE_NULL)
        sqlite3_result_null(c);
    else
        sqlite3_result_int64(c, kind == 1   ? person_moved(&m, id)
                                : kind == 2 ? branch_team(world, m.branch, id)
                                            : id);
}

bool moved_functions(sqlite3 *db, const World *w)
{
    static const struct {
        const char *name;
        int args;
        void (*fn)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = { { "moved", 5, moved },
                      { "who_moved", 5, who_moved },
                      { "id_moved", 6, id_moved } };

    world = w;
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        if (sqlite3_create_function(db, functions[i].name, functions[i].args,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, functions[i].fn, NULL,
                                    NULL)
            != SQLITE_OK)
            return false;
    return true;
}
