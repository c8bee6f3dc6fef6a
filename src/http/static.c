#include "http/static.h"

#include "http/encoding.h"

const Asset *asset_find(AssetTable table, Str path)
{
    size_t low = 0, high = table.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(path, table.at[middle].path);
        if (order == 0)
            return &table.at[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Weak comparison of RFC 9110, section 13.1.2. */
static bool has_etag(Str list, Str etag)
{
    while (!str_is_null(list)) {
        Str one = str_trim(str_cut(&list, ','));
        if (str_starts(one, STR("W/")))
            one = str_skip(one, 2);
        if (str_eq(one, etag) || str_eq(one, STR("*")))
            return true;
    }
    return false;
}

void asset_answer(const HttpCall *call, const Asset *asset, HttpAnswer *answer)
{
    bool unchanged = has_etag(http_header(call, STR("if-none-match")), asset->etag);
    bool packed =
        asset->gzip.len > 0 && http_accepts_gzip(http_header(call, STR("accept-encoding")));

    http_answer_init(answer, unchanged ? 304 : 200);
    http_answer_header(answer, STR("ETag"), asset->etag);
    http_answer_header(answer, STR("Cache-Control"),
                       asset->is_hashed ? STR("public, max-age=31536000, immutable")
                                        : STR("public, no-cache"));
    if (asset->gzip.len > 0)
        http_answer_header(answer, STR("Vary"), STR("Accept-Encoding"));
    if (unchanged)
        return;
    http_answer_header(answer, STR("Content-Type"), asset->type);
    http_answer_header(answer, STR("X-Content-Type-Options"), STR("nosniff"));
    http_answer_header(answer, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    if (packed)
        http_answer_header(answer, STR("Content-Encoding"), STR("gzip"));
    answer->fixed = packed ? asset->gzip : asset->bytes;
}
