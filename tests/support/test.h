/* test.h - unit tests: TEST(name) { ... } anywhere in a *_test.c registers itself.
 *
 * The first failed EXPECT ends its test.  Values stand as (wanted, got).  The _AT forms take the
 * line of a row in a table of cases, so that the report names the row.
 * Run some of them: build/errand-tests PREFIX...
 */
#pragma once

#include "core/clock.h"

typedef void (*TestFn)(void);
void test_register(const char *name, TestFn run);

#define TEST(name)                                                                                 \
    static void test_##name(void);                                                                 \
    __attribute__((constructor)) static void test_register_##name(void)                            \
    {                                                                                              \
        test_register(#name, test_##name);                                                         \
    }                                                                                              \
    static void test_##name(void)

/* Ends the running test as failed, or as skipped for a reason that this machine gives. */
_Noreturn void test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void test_skip(const char *reason);

void test_true(const char *file, int line, const char *text, bool cond);
void test_rc(const char *file, int line, const char *text, Rc want, Rc got);
void test_int(const char *file, int line, const char *text, int64_t want, int64_t got);
void test_str(const char *file, int line, const char *text, Str want, Str got);
void test_ms(const char *file, int line, const char *text, Ms want, Ms got);
/* Runs `fn(data)` in a child and expects it to end by SIGABRT: a broken invariant. */
void test_aborts(const char *file, int line, const char *text, void (*fn)(void *), void *data);

static inline Str test_from_str(Str s) { return s; }
static inline Str test_from_z(const char *s) { return str_z(s); }
#define TEST_STR(x)                                                                                \
    _Generic((x), Str : test_from_str, char * : test_from_z, const char * : test_from_z)(x)

#define EXPECT(cond)                   test_true(__FILE__, __LINE__, #cond, (cond))
#define EXPECT_AT(line, cond)          test_true(__FILE__, (line), #cond, (cond))
#define EXPECT_RC(want, got)           test_rc(__FILE__, __LINE__, #got, (want), (got))
#define EXPECT_RC_AT(line, want, got)  test_rc(__FILE__, (line), #got, (want), (got))
/* Whole numbers of any type; "| 0" refuses pointers and fractions, which the cast would take. */
#define EXPECT_INT(want, got)          EXPECT_INT_AT(__LINE__, want, got)
#define EXPECT_INT_AT(line, want, got)                                                             \
    test_int(__FILE__, (line), #got, (int64_t)((want) | 0), (int64_t)((got) | 0))
#define EXPECT_STR(want, got)                                                                      \
    test_str(__FILE__, __LINE__, #got, TEST_STR(want), TEST_STR(got))
#define EXPECT_STR_AT(line, want, got)                                                             \
    test_str(__FILE__, (line), #got, TEST_STR(want), TEST_STR(got))
#define EXPECT_MS(want, got)           test_ms(__FILE__, __LINE__, #got, (want), (got))
#define EXPECT_MS_AT(line, want, got)  test_ms(__FILE__, (line), #got, (want), (got))
#define EXPECT_ABORT(fn, data)         test_aborts(__FILE__, __LINE__, #fn, (fn), (data))

/* How much of the generated cases runs.  `./dev test --long` sets TEST_LONG; where a checker makes every
 * instruction fifty times as slow it sets TEST_SHORT, and tests that count what their cases came through
 * do not count then: the same cases run whole in the other suites. */
bool test_is_long(void);
bool test_is_short(void);

/* "2030-01-04T10:00Z" (seconds may be left out) as an instant; fails the test otherwise. */
Ms ms(const char *text);
/* An arena of 1 MiB that is released when the running test ends. */
Arena *test_arena(void);
/* From now on the nth malloc, calloc or realloc that our own code makes gives NULL, once; 0 calls it
 * off.  Ends with the test.  Returns whether the last one asked for has happened. */
bool test_fail_allocation(size_t nth);
