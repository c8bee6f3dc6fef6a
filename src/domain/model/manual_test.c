#include "domain/model/model_fixture.h"
#include "support/test.h"

/* Every example of the manual is read by the reader it describes.  Pieces of a model are put behind a
 * head with the questions that the examples speak of. */

#define ARENA_BYTES (32u << 20)

#define HEAD "model: x\nrecord: request\nkind: goods\nteam: t\nowner: t\nname: { en: X }\n"
#define FORM                                                                                       \
    HEAD "form:\n"                                                                                 \
         "  - { id: seat, ask: { en: S }, type: choice, options: { quiet: { en: Q }, open: { en: " \
         "O } } }\n"                                                                               \
         "  - { id: guests, ask: { en: G }, type: number }\n"                                      \
         "  - { id: until, ask: { en: U }, type: date }\n"                                         \
         "  - { id: how_soon, ask: { en: H }, type: choice, options: { low: { en: L }, critical: " \
         "{ en: C } } }\n"
#define ASSESS "assess:\n  - { id: fits, ask: { en: F }, type: yes_no }\n"

typedef struct Example {
    const char *begins;
    const char *before; /* NULL: a whole document of its own */
} Example;

static const Example examples[] = {
    { "model:", NULL },
    { "bundle:", NULL },
    { "list:", NULL },
    { "calendar:", NULL },
    { "  - id:", HEAD "form:\n" },
    { "entitlement:", FORM },
    { "cost:", FORM },
    { "risk:", FORM },
    { "assess:", FORM },
    { "plan:", FORM ASSESS },
    { "show:", "" },
};

static void read_whole(Arena *a, Str text, Diagnostics *d)
{
    const ModelVersion *m;
    const BundleVersion *b;
    const ManagedList *l;
    const CalendarDoc *c;
    Rc rc = str_starts(text, STR("model:"))    ? model_parse(a, text, STR("manual"), &m, d)
            : str_starts(text, STR("bundle:")) ? bundle_parse(a, text, STR("manual"), &b, d)
            : str_starts(text, STR("list:"))   ? list_parse(a, text, STR("manual"), &l, d)
                                               : calendar_parse(a, text, STR("manual"), &c, d);
    if (rc != RC_OK)
        test_fail(__FILE__, __LINE__, "%.*s%.*s", STR_ARG(text), STR_ARG(fixture_print(d)));
}

static bool read_example(Arena *a, Str text)
{
    Diagnostics d;

    diagnostics_init(&d, a);
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        if (!str_starts(text, str_z(examples[i].begins)))
            continue;
        if (examples[i].before == NULL)
            read_whole(a, text, &d);
        else if (examples[i].before[0] != '\0')
            (void)fixture_model(a, str_fmt(a, "%s%.*s", examples[i].before, STR_ARG(text)));
        return true;
    }
    return false;
}

TEST(manual_examples_are_read)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    Str text = fixture_file(a, "docs/models.md");
    size_t n = 0;

    for (size_t at = 0; at + 8 < text.len; at++) {
        Str rest = str_skip(text, at);
        if (!str_starts(rest, STR("```yaml\n")))
            continue;
        rest = str_skip(rest, 8);
        size_t end = 0;
        while (end + 3 < rest.len && !str_starts(str_skip(rest, end), STR("```")))
            end++;
        if (!read_example(a, str_sub(rest, 0, end)))
            test_fail(__FILE__, __LINE__, "an example of an unknown kind: %.*s",
                      STR_ARG(str_sub(rest, 0, end)));
        n++;
        at += 8 + end;
    }
    EXPECT_INT(12, (int64_t)n);
}
