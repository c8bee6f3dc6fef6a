/* gap_web.c - what people look for in vain, for the owners of the catalog. */
#include "domain/catalog/gap_page.h"

#include "http/dispatch.h"
#include "tmpl/gap_list.h"

enum { SHOWN = 100 };

static Rc page_gaps(Call *call)
{
    GrantedCatalog g;
    GapPage p = { 0 };
    PageFrame frame;
    PageOut out;

    TRY(access_catalog(&call->cx, false, 0, &g));
    TRY(gap_list(&call->cx, g, SHOWN, &p.gaps));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("Searched in vain");
    return PAGE(&out, &frame, tmpl_gap_list, &p);
}

extern const RouteTable gap_pages;
const RouteTable gap_pages =
    ROUTES({ HTTP_GET, "/catalog/manage/searches", page_gaps, RIGHT_CATALOG_WRITE, BODY_NONE,
             TX_READ, .text = "What people look for and do not find" }, );
