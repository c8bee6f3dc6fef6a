/* Any bytes are a model or are refused with errors that have a known code and a place; what is accepted
 * is written in the canonical form, which reads back to an equal model and the same bytes. */
#include "fuzz/fuzz.h"

#include "core/buf.h"
#include "domain/model/model.h"

static void expect_diagnoses(const Diagnostics *d)
{
    for (size_t i = 0; i < d->n; i++) {
        assert(diagnostic_is_known(d->at[i].code));
        assert(d->at[i].text.len > 0 && str_is_utf8(d->at[i].text));
        assert(d->at[i].pos.line >= 1 && d->at[i].pos.column >= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64u << 20);
    CLEANUP(buf_done) Buf first = { 0 };
    CLEANUP(buf_done) Buf again = { 0 };
    const ModelVersion *m = NULL, *back = NULL;
    MissingTexts missing;
    SheetParts parts;
    Diagnostics d;

    diagnostics_init(&d, a);
    Rc rc = model_parse(a, (Str){ (const char *)data, size }, STR("x.yaml"), &m, &d);
    expect_diagnoses(&d);
    if (rc != RC_OK) {
        assert(m == NULL && (rc == RC_LIMIT || (rc == RC_INVALID && d.errors > 0)));
        return 0;
    }
    rc = model_missing_texts(a, m, &missing);
    assert(rc == RC_OK);
    rc = model_sheet_missing(a, m, &parts);
    assert(rc == RC_OK);
    buf_init(&first, 16u << 20);
    buf_init(&again, 16u << 20);
    model_export(m, &first);
    rc = buf_result(&first);
    assert(rc == RC_OK);
    if (first.len > MODEL_BYTES_MAX) /* indentation may take it over the bound of what is read */
        return 0;
    rc = model_parse(a, buf_str(&first), STR("x.yaml"), &back, &d);
    assert(rc == RC_OK);
    model_export(back, &again);
    assert(str_eq(buf_str(&first), buf_str(&again)));
    return 0;
}
