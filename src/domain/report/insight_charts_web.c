/* insight_charts_web.c - charts drawn as SVG, in whole units of a fixed field. */
#include "domain/report/report_page.h"

enum {
    FIELD_W = 560, /* of the field with its numbers at the left and words below */
    FIELD_H = 224,
    LEFT = 44,
    TOP = 10,
    BOTTOM = 196,
    BARS_MAX = 24,    /* months that have room */
    POINTS_MAX = 240, /* of the line */
};

/* The least of 1, 2, 5, 10, 20 ... times four that holds a value. */
static int64_t top_of(int64_t most)
{
    static const int steps[] = { 1, 2, 5 };

    for (int64_t ten = 1; ten <= INT64_MAX / 200; ten *= 10)
        for (size_t i = 0; i < COUNT_OF(steps); i++)
            if (4 * steps[i] * ten >= most)
                return 4 * steps[i] * ten;
    return most;
}

static int64_t y_of(int64_t n, int64_t top)
{
    double share = top > 0 ? (double)n / (double)top : 0;
    return BOTTOM - (int64_t)(share * (BOTTOM - TOP) + 0.5);
}

static void number(PageOut *o, const char *name, int64_t v)
{
    buf_add_fmt(o->buf, " %s=\"%lld\"", name, (long long)v);
}

static void label(PageOut *o, int64_t x, int64_t y, const char *anchor, Str text)
{
    OUT_LIT(o, "<text");
    number(o, "x", x);
    number(o, "y", y);
    buf_add_fmt(o->buf, " text-anchor=\"%s\">", anchor);
    out_str(o, text);
    OUT_LIT(o, "</text>");
}

static void grid(PageOut *o, int64_t top)
{
    for (int i = 0; i <= 4; i++) {
        int64_t y = y_of(top * i / 4, top);
        OUT_LIT(o, "<line class=\"c-grid\"");
        number(o, "x1", LEFT);
        number(o, "x2", FIELD_W);
        number(o, "y1", y);
        number(o, "y2", y);
        OUT_LIT(o, "/>");
        label(o, LEFT - 6, y + 4, "end", words_number(o->arena, &o->reader, top * i / 4));
    }
}

static void begin(PageOut *o, const char *id, const char *title, const Text *say)
{
    buf_add_fmt(
        o->buf,
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s %sd\"><title id=\"%s\">",
        FIELD_W, FIELD_H, id, id, id);
    out_msg(o, title);
    buf_add_fmt(o->buf, "</title><desc id=\"%sd\">", id);
    if (say->msgid != NULL)
        out_text(o, *say);
    OUT_LIT(o, "</desc>");
}

static void bar(PageOut *o, const char *css, int64_t x, int64_t width, int64_t n, int64_t top)
{
    int64_t y = y_of(n, top);

    buf_add_fmt(o->buf, "<rect class=\"%s\"", css);
    number(o, "x", x);
    number(o, "y", y);
    number(o, "width", width);
    number(o, "height", BOTTOM - y);
    OUT_LIT(o, " rx=\"1\"/>");
}

Rc chart_months(PageOut *o, const InsightPage *p)
{
    size_t end = p->months.n;
    while (end > 1 && p->months.at[end - 1].opened + p->months.at[end - 1].closed == 0)
        end--;
    size_t first = end > BARS_MAX ? end - BARS_MAX : 0, n = end - first;
    int64_t most = 1;

    if (n == 0)
        return page_result(o);
    for (size_t i = first; i < end; i++) {
        const InsightMonth *m = &p->months.at[i];
        most = m->opened > most ? m->opened : most;
        most = m->closed > most ? m->closed : most;
    }
    int64_t top = top_of(most), step = (FIELD_W - LEFT) / (int64_t)n, width = step * 2 / 5;
    if (width > 24)
        width = 24;
    begin(o, "ch-months", T("Opened and closed in each month"), &p->months_say);
    grid(o, top);
    for (size_t i = 0; i < n; i++) {
        const InsightMonth *m = &p->months.at[first + i];
        int64_t x = LEFT + step * (int64_t)i + step / 2;
        bar(o, "c-b", x - width, width - 1, m->opened, top);
        bar(o, "c-a", x + 1, width - 1, m->closed, top);
        if (m->changes.len > 0)
            label(o, x, TOP + 4, "middle", STR("\xE2\x97\x86")); /* a diamond */
        label(o, x, BOTTOM + 14, "middle", str_fmt(o->arena, "%d", m->month));
        if (m->month == 1 || i == 0)
            label(o, x, BOTTOM + 27, "middle", str_fmt(o->arena, "%d", m->year));
    }
    OUT_LIT(o, "</svg>");
    return page_result(o);
}

Rc chart_arrivals(PageOut *o, const InsightPage *p)
{
    enum { CELL_W = 19, CELL_H = 24, NAMES = 92 };
    const Text none = { 0 };
    int64_t most = 1;

    for (size_t i = 0; i < FIGURE_HOURS; i++)
        most = p->figures->arrivals[i] > most ? p->figures->arrivals[i] : most;
    begin(o, "ch-arrivals", T("When requests arrive"), &none);
    for (size_t d = 0; d < p->arrivals.n; d++) {
        int64_t y = TOP + CELL_H * (int64_t)d;
        Text name = TEXT("{0}", p->arrivals.at[d].name);
        label(o, NAMES - 6, y + 16, "end", words_text(o->arena, &o->reader, &name));
        for (size_t h = 0; h < 24; h++) {
            int64_t n = p->figures->arrivals[d * 24 + h];
            OUT_LIT(o, "<rect class=\"c-a\"");
            number(o, "x", NAMES + CELL_W * (int64_t)h);
            number(o, "y", y);
            number(o, "width", CELL_W - 1);
            number(o, "height", CELL_H - 1);
            /* The least that is not nothing can be seen, and so can nothing. */
            buf_add_fmt(o->buf, " fill-opacity=\"0.%02d\"/>",
                        n == 0 ? 4 : (int)(15 + 84 * n / most));
        }
    }
    for (size_t h = 0; h < 24; h += 3)
        label(o, NAMES + CELL_W * (int64_t)h, TOP + 7 * CELL_H + 16, "start",
              words_number(o->arena, &o->reader, (int64_t)h));
    OUT_LIT(o, "</svg>");
    return page_result(o);
}

/* Points of the line; where there are too many, each stands for the highest of its days. */
static int64_t point(const FigureDays *d, size_t i, size_t n)
{
    size_t from = i * d->n / n, to = (i + 1) * d->n / n;
    int64_t most = 0;

    for (size_t k = from; k < to || k == from; k++)
        most = d->at[k] > most ? d->at[k] : most;
    return most;
}

static void path(PageOut *o, const FigureDays *d, size_t n, int64_t top, bool area)
{
    OUT_LIT(o, "<path");
    buf_add_fmt(o->buf, " class=\"%s\" d=\"", area ? "c-area" : "c-line");
    for (size_t i = 0; i < n; i++) {
        int64_t x = LEFT + (int64_t)i * (FIELD_W - LEFT) / (n > 1 ? (int64_t)n - 1 : 1);
        buf_add_fmt(o->buf, "%c%lld %lld", i == 0 ? 'M' : 'L', (long long)x,
                    (long long)y_of(point(d, i, n), top));
    }
    if (area)
        buf_add_fmt(o->buf, "L%d %dL%d %dz", FIELD_W, BOTTOM, LEFT, BOTTOM);
    OUT_LIT(o, "\"/>");
}

Rc chart_backlog(PageOut *o, const InsightPage *p)
{
    const FigureDays *d = &p->figures->days;
    size_t n = d->n > POINTS_MAX ? POINTS_MAX : d->n;
    int64_t most = 1;

    if (n < 2)
        return page_result(o);
    for (size_t i = 0; i < d->n; i++)
        most = d->at[i] > most ? d->at[i] : most;
    int64_t top = top_of(most);
    begin(o, "ch-backlog", T("Open at each midnight"), &p->backlog_say);
    grid(o, top);
    path(o, d, n, top, true);
    path(o, d, n, top, false);
    label(o, LEFT, BOTTOM + 16, "start", clock_date(o->arena, d->first * MS_DAY));
    label(o, FIELD_W, BOTTOM + 16, "end",
          clock_date(o->arena, (d->first + (int64_t)d->n - 1) * MS_DAY));
    OUT_LIT(o, "</svg>");
    return page_result(o);
}
