/* figures.h - the thread of the server that counts figures for pages (report_turn of domain/report). */
#pragma once

#include "db/db.h"

CHECKED Rc figures_start(Db *db);
/* Waits for the count that runs; before db_close.  Does nothing when it was not started. */
void figures_stop(void);
