/* csv.h - reads CSV (RFC 4180) record by record, from a stream of any length, and writes cells.
 *
 * Fields are separated by a comma; one in quotes may hold commas, line ends and doubled quotes.  Lines end in
 * LF or CRLF; a byte order mark at the start and empty lines are passed over.  Memory is bounded: a record may
 * have CSV_RECORD_BYTES bytes and CSV_FIELDS fields.
 *
 * A record that breaks these rules is a fault with the number of its first line, and the next one follows: a
 * quoted field that never ends, or goes on behind its closing quote, costs one line, not the rest of the file.
 * Reading then goes on with the line behind the one on which the faulty record began.
 */
#pragma once

#include "core/buf.h"
#include "core/str.h"

enum {
    CSV_RECORD_BYTES = 256 * 1024,
    CSV_FIELDS = 1024,
};

typedef enum CsvFault {
    CSV_FINE,
    CSV_QUOTE_OPEN,   /* a quoted field that does not end (or only beyond CSV_RECORD_BYTES) */
    CSV_QUOTE_BEHIND, /* something else than a comma behind a closing quote */
    CSV_QUOTE_INSIDE, /* a quote within a field that did not begin with one */
    CSV_TOO_LONG,     /* a line longer than CSV_RECORD_BYTES */
    CSV_TOO_MANY,     /* more than CSV_FIELDS fields */
    CSV_NOT_UTF8,
} CsvFault;

/* Fills `to` with at most `n` bytes.  Returns how many, 0 at the end, -1 when it failed. */
typedef long CsvRead(void *arg, char *to, size_t n);

typedef struct CsvRow {
    int64_t  line;  /* the line on which it begins, from 1 */
    CsvFault fault; /* CSV_FINE: `fields` hold it */
    Str     *fields; /* valid until the next csv_next */
    size_t   n;
} CsvRow;

typedef struct Csv Csv;

Csv *csv_open(CsvRead *read, void *arg);
void csv_close(Csv **c); /* for CLEANUP; NULL is allowed */
/* The next record, or RC_NOT_FOUND at the end.  Errors: RC_INTERNAL (the stream failed). */
CHECKED Rc csv_next(Csv *c, CsvRow *ret);

/* A cell in quotes; one that a spreadsheet would calculate (it begins with = + - @, a tab or CR) gets an
 * apostrophe in front.  Commas and line ends (CRLF) are the caller's. */
void csv_cell(Buf *to, Str s);
