/* modules.c - what the program is made of: the route rows of every concept. */
#include "cli/modules.h"

#include "api/schema.h"

/* Defined in the *_web.c and *_api.c files, which nobody includes. */
extern const RouteTable system_pages, system_api;
extern const RouteTable gate_pages, profile_pages, people_pages, team_pages, people_api;
extern const RouteTable catalog_pages, catalog_api, calendar_pages, calendar_api;
extern const RouteTable bundle_pages, order_pages, find_pages, portal_pages, approval_pages,
    work_pages, work_request_pages;
extern const RouteTable clock_pages, target_pages, target_api;
extern const RouteTable search_api, gap_pages;
extern const RouteTable similar_pages, similar_api, me_too_pages, me_too_api;
extern const SchemaTable search_schemas, similar_schemas, me_too_schemas;
extern const RouteTable list_pages, view_pages, view_api, board_pages, board_api, agenda_pages,
    agenda_api, digest_pages, digest_api;
extern const SchemaTable board_schemas, agenda_schemas, digest_schemas;
extern const SchemaTable view_schemas;
extern const RouteTable report_pages;
extern const RouteTable query_pages, query_api;
extern const SchemaTable query_schemas;
extern const RouteTable presence_pages, presence_api;
extern const SchemaTable presence_schemas;
extern const RouteTable priority_pages, priority_api;
extern const SchemaTable priority_schemas;
extern const RouteTable assign_pages, assign_api;
extern const SchemaTable assign_schemas;
extern const RouteTable request_api, talk_api, order_api;
extern const RouteTable bulk_pages, bulk_api, split_pages;
extern const SchemaTable bulk_schemas;
extern const RouteTable unsent_api;
extern const SchemaTable unsent_schemas;
extern const RouteTable ready_pages, ready_api;
extern const SchemaTable ready_schemas;
extern const RouteTable macro_pages, macro_api;
extern const SchemaTable macro_schemas;
extern const RouteTable field_pages, field_api;
extern const SchemaTable field_schemas;
extern const RouteTable plan_pages, plan_api;
extern const SchemaTable plan_schemas, target_schemas;
extern const SchemaTable system_schemas, people_schemas, catalog_schemas, calendar_schemas,
    request_schemas;

static const Module system_module = { "system", &system_pages, &system_api, &system_schemas,
                                      "The document itself, health and figures." };
static const Module gate_module = { "sign-in", &gate_pages, NULL, NULL, NULL };
static const Module profile_module = { "profile", &profile_pages, NULL, NULL, NULL };
static const Module team_module = { "teams", &team_pages, NULL, NULL, NULL };
static const Module people_module = { "people", &people_pages, &people_api, &people_schemas,
                                      "Persons, their roles, and teams." };
static const Module presence_module = { "presence", &presence_pages, &presence_api,
                                        &presence_schemas,
                                        "When people are there, and who stands in for them." };
static const Module catalog_module = { "catalog", &catalog_pages, &catalog_api, &catalog_schemas,
                                       "Models and managed lists with their versions." };
static const Module calendar_module = { "calendars", &calendar_pages, &calendar_api,
                                        &calendar_schemas,
                                        "Working time, holidays and their versions." };
static const Module order_module = {
    "ordering", &order_pages, &order_api, NULL,
    "What can be asked for, and bundles: one order, several requests."
};
static const Module find_module = { "search", &find_pages, &search_api, &search_schemas,
                                    "Requests, items and people by words." };
static const Module similar_module = { "similar requests", &similar_pages, &similar_api,
                                       &similar_schemas, "Open requests about the same." };
static const Module me_too_module = { "me too", &me_too_pages, &me_too_api, &me_too_schemas,
                                      "Who has the same as the one who asked." };
static const Module gap_module = { "searches in vain", &gap_pages, NULL, NULL, NULL };
static const Module bundle_module = { "bundles", &bundle_pages, NULL, NULL, NULL };
static const Module portal_module = { "portal", &portal_pages, NULL, NULL, NULL };
static const Module approval_module = { "approvals", &approval_pages, NULL, NULL, NULL };
static const Module work_module = { "workspace", &work_pages, NULL, NULL, NULL };
static const Module request_module = {
    "requests", &work_request_pages, &request_api, &request_schemas,
    "Requests with their approvals and tasks, from the first draft to the end."
};
static const Module target_module = {
    "targets", &target_pages, &target_api, &target_schemas,
    "Targets beside those of models: of teams, of suppliers, for everything."
};
static const Module split_module = { "split", &split_pages, NULL, NULL, NULL };
static const Module clock_module = { "clocks", &clock_pages, NULL, NULL, NULL };
static const Module bulk_module = { "bulk", &bulk_pages, &bulk_api, &bulk_schemas,
                                    "One act on many requests, and back." };
static const Module unsent_module = { "unsent", NULL, &unsent_api, &unsent_schemas,
                                      "What somebody has typed and not sent, and who is writing." };
static const Module ready_module = { "ready replies", &ready_pages, &ready_api, &ready_schemas,
                                     "Texts that are written often." };
static const Module macro_module = { "macros", &macro_pages, &macro_api, &macro_schemas,
                                     "Several acts on a request, run as one." };
static const Module assign_module = { "assignment", &assign_pages, &assign_api, &assign_schemas,
                                      "How work finds its person, and why it was this one." };
static const Module priority_module = { "priorities", &priority_pages, &priority_api,
                                        &priority_schemas,
                                        "How impact and urgency make a priority." };
static const Module talk_module = { "conversation", NULL, &talk_api, NULL,
                                    "What is said and attached, links and participants." };

static const Module plan_module = {
    "planning", &plan_pages, &plan_api, &plan_schemas,
    "Work that is put aside, agreed days, and repeating requests."
};

static const Module field_module = { "fields", &field_pages, &field_api, &field_schemas,
                                     "Fields that teams have for their own requests." };
static const Module list_module = { "lists", &list_pages, NULL, NULL, NULL };
static const Module board_module = { "boards", &board_pages, &board_api, &board_schemas,
                                     "Boards of views: requests in columns, and moves" };
static const Module agenda_module = { "calendars of views", &agenda_pages, &agenda_api,
                                      &agenda_schemas,
                                      "Requests of a view by their dates, and as spans of time" };
static const Module digest_module = { "digests", &digest_pages, &digest_api, &digest_schemas,
                                      "Being told of a view once a day or a week" };
static const Module view_module = { "views", &view_pages, &view_api, &view_schemas,
                                    "Requests by a query, and saved queries with their columns." };

static const Module query_module = { "query language", &query_pages, &query_api, &query_schemas,
                                     "What a query may name." };
static const Module report_module = { "figures", &report_pages, NULL, NULL, NULL };

const Module *const program_modules[] = {
    &system_module,   &gate_module,    &profile_module,  &people_module,   &team_module,
    &presence_module, &catalog_module, &calendar_module, &order_module,    &bundle_module,
    &find_module,     &portal_module,  &approval_module, &work_module,     &request_module,
    &assign_module,   &bulk_module,    &split_module,    &priority_module, &talk_module,
    &plan_module,     &unsent_module,  &ready_module,    &macro_module,    &clock_module,
    &target_module,   &list_module,    &view_module,     &board_module,    &agenda_module,
    &query_module,    &report_module,  &gap_module,      &similar_module,  &field_module,
    &me_too_module,   &digest_module,
};
const size_t program_modules_n = COUNT_OF(program_modules);
