/* log.h - one line of JSON per event on stderr.  Ids, never names, addresses or content. */
#pragma once

#include "core/str.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

void log_set_level(LogLevel least);
/* `what` is a fixed text; the rest is printf for details.  User text in details is escaped and the
 * whole line is cut at 1 KiB.  Safe from any thread. */
void log_line(LogLevel level, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define log_info(what, ...)  log_line(LOG_INFO, what, __VA_ARGS__)
#define log_warn(what, ...)  log_line(LOG_WARN, what, __VA_ARGS__)
#define log_error(what, ...) log_line(LOG_ERROR, what, __VA_ARGS__)

/* Logs and ends the process: a broken invariant or a machine out of memory. */
_Noreturn void log_fatal(const char *what, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
