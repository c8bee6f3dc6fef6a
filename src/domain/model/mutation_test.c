#include "domain/model/model_fixture.h"
#include "support/test.h"

/* One slip at a time in a catalog that is clean: every word that means something is written wrongly once,
 * and the checker has to notice.  Left alone are words of people (names, help) and names that nothing
 * else speaks of (ids, sections below the first): another name is as good there. */

static const char *const meaning_keys[] = {
    "model",    "record", "kind",     "service",   "owner",       "team",        "audience",
    "check",    "type",   "show",     "required",  "list",        "required_if", "prefill",
    "when",     "amount", "impact",   "urgency",   "who",         "rule",        "unless",
    "supplier", "after",  "sop",      "sign_off",  "at",          "R",           "A",
    "C",        "I",      "calendar", "currency",  "default",     "item",        "test",
    "accept",   "verify", "feedback", "reapprove", "close_after", "review",      "action",
    "remind",   "close",
};

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || c == '-';
}

static bool is_meaning_key(Str key)
{
    for (size_t i = 0; i < COUNT_OF(meaning_keys); i++)
        if (str_eq_z(key, meaning_keys[i]))
            return true;
    return false;
}

typedef struct Mutations {
    size_t tried, missed;
    Str misses;
} Mutations;

static void try_one(Mutations *m, Str dir, const char *path, Str text, size_t to)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64u << 20);
    CLEANUP(buf_done) Buf b = { 0 };
    CatalogFolder f;
    Diagnostics d;

    buf_init(&b, 1u << 20);
    buf_add(&b, str_sub(text, 0, to));
    buf_add_lit(&b, "q");
    buf_add(&b, str_skip(text, to));
    fixture_write(a, dir, path, buf_str(&b));
    diagnostics_init(&d, a);
    EXPECT_RC(RC_OK, catalog_folder_read(a, dir, &f, &d));
    EXPECT_RC(RC_OK, catalog_folder_lint(&f, &d));
    m->tried++;
    if (d.errors + d.warnings > 0)
        return;
    m->missed++;
    size_t line = to;
    while (line > 0 && text.ptr[line - 1] != '\n')
        line--;
    m->misses = str_fmt(test_arena(), "%.*s%s: %.*sq\n", STR_ARG(m->misses), path,
                        STR_ARG(str_sub(text, line, to)));
}

static void mutate(Mutations *m, Str dir, const char *path)
{
    Str text = fixture_file(
        test_arena(), str_dup_z(test_arena(), str_fmt(test_arena(), FIXTURE_SHOP "/%s", path)));
    Str key = STR("");

    for (size_t at = 0; at < text.len;) {
        if (!is_word_char(text.ptr[at])) {
            at++;
            continue;
        }
        size_t from = at;
        while (at < text.len && is_word_char(text.ptr[at]))
            at++;
        Str word = str_sub(text, from, at);
        if (at < text.len && text.ptr[at] == ':')
            key = word;
        else if (is_meaning_key(key))
            try_one(m, dir, path, text, at);
    }
    fixture_write(test_arena(), dir, path, text);
}

TEST(folder_lint_notices_every_slip)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    Str dir = fixture_folder(a, NULL, 0);
    Mutations m = { 0 };

    mutate(&m, dir, "models/bike.yaml");
    mutate(&m, dir, "models/key.yaml");
    mutate(&m, dir, "bundles/start.yaml");
    fixture_folder_remove(dir);
    if (m.missed > 0)
        test_fail(__FILE__, __LINE__, "not noticed:\n%.*s", STR_ARG(m.misses));
    EXPECT(m.tried > 200);
}
