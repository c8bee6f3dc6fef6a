/* test.c - registers, filters, runs and counts tests on top of cmocka. */
#include <stdlib.h>
#include <setjmp.h> /* these come before banned.h: a macro of cmocka.h holds setjmp */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/test.h"

#include "core/log.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

typedef struct Entry {
    const char *name;
    TestFn run;
} Entry;

static Entry *entries;
static size_t entry_count, entry_cap;
static size_t passed, skipped;
static Arena *arena;

void test_register(const char *name, TestFn run)
{
    if (entry_count == entry_cap) {
        entry_cap = entry_cap == 0 ? 256 : entry_cap * 2;
        entries = realloc(entries, entry_cap * sizeof *entries);
        if (entries == NULL)
            log_fatal("out of memory", "test_register");
    }
    entries[entry_count++] = (Entry){ name, run };
}

void test_fail(const char *file, int line, const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_error("%s\n", text);
    _fail(file, line); /* jumps back into cmocka */
    abort();
}

void test_skip(const char *reason)
{
    print_message("skipped: %s\n", reason);
    skipped++;
    _skip(__FILE__, __LINE__);
    abort();
}

void test_true(const char *file, int line, const char *text, bool cond)
{
    if (!cond)
        test_fail(file, line, "not true: %s", text);
}

void test_rc(const char *file, int line, const char *text, Rc want, Rc got)
{
    if (want != got)
        test_fail(file, line, "%s\n  wanted %s\n  got    %s", text, rc_name(want), rc_name(got));
}

void test_int(const char *file, int line, const char *text, int64_t want, int64_t got)
{
    if (want != got)
        test_fail(file, line, "%s\n  wanted %lld\n  got    %lld", text, (long long)want,
                  (long long)got);
}

void test_str(const char *file, int line, const char *text, Str want, Str got)
{
    if (!str_eq(want, got) || str_is_null(want) != str_is_null(got))
        test_fail(file, line, "%s\n  wanted %s\"%.*s\"\n  got    %s\"%.*s\"", text,
                  str_is_null(want) ? "(null) " : "", STR_ARG(want),
                  str_is_null(got) ? "(null) " : "", STR_ARG(got));
}

void test_ms(const char *file, int line, const char *text, Ms want, Ms got)
{
    if (want != got)
        test_fail(file, line, "%s\n  wanted %lld %.*s\n  got    %lld %.*s", text, (long long)want,
                  STR_ARG(clock_rfc3339(test_arena(), want)), (long long)got,
                  STR_ARG(clock_rfc3339(test_arena(), got)));
}

void test_aborts(const char *file, int line, const char *text, void (*fn)(void *), void *data)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        struct rlimit none = { 0, 0 };
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(2);
        fn(data);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        test_fail(file, line, "could not run a child for %s", text);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
        test_fail(file, line, "%s did not abort", text);
}

Ms ms(const char *text)
{
    Str s = str_z(text);
    Ms at = 0;

    if (s.len == sizeof "2030-01-04T10:00Z" - 1)
        s = str_fmt(test_arena(), "%.16s:00Z", text);
    if (!clock_parse_rfc3339(s, &at))
        test_fail(__FILE__, __LINE__, "not an instant: %s", text);
    return at;
}

static bool env_says(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

bool test_is_long(void)
{
    return env_says("TEST_LONG");
}

bool test_is_short(void)
{
    return env_says("TEST_SHORT");
}

Arena *test_arena(void)
{
    if (arena == NULL)
        arena = arena_new(1u << 20);
    return arena;
}

/* ---- allocations that fail: the linker leads our code here (--wrap in meson.build) ---- */

static _Atomic size_t allocations_left; /* until the one that fails; 0: none will */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails_now(void)
{
    return allocations_left > 0 && atomic_fetch_sub(&allocations_left, 1) == 1;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

bool test_fail_allocation(size_t nth)
{
    bool happened = allocations_left == 0;

    allocations_left = nth;
    return happened;
}

/* ---- running ---- */

static void run_one(void **state)
{
    const Entry *e = *state;

    e->run();
    passed++;
}

static int clean_up(void **state)
{
    UNUSED(state);
    allocations_left = 0;
    arena_free_at(&arena);
    return 0;
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (str_starts(str_z(name), str_z(argv[i])))
            return true;
    return argc < 2;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Entry *)a)->name, ((const Entry *)b)->name);
}

int main(int argc, char **argv)
{
    size_t n = 0;

    /* Constructors run in link order; by name the report reads the same in every build. */
    qsort(entries, entry_count, sizeof *entries, by_name);
    struct CMUnitTest *tests = calloc(entry_count + 1, sizeof *tests);
    if (tests == NULL)
        return 3;
    for (size_t i = 0; i < entry_count; i++) {
        if (i > 0 && strcmp(entries[i].name, entries[i - 1].name) == 0) {
            fprintf(stderr, "two tests are called %s\n", entries[i].name);
            return 3;
        }
        if (wanted(entries[i].name, argc, argv))
            tests[n++] = (struct CMUnitTest){
                .name = entries[i].name,
                .test_func = run_one,
                .teardown_func = clean_up,
                .initial_state = &entries[i],
            };
    }
    log_set_level(LOG_ERROR);
    _cmocka_run_group_tests("errand", tests, n, NULL, NULL);
    free(tests);
    free(entries);
    size_t failed = n - passed - skipped;
    printf("%zu passed, %zu failed, %zu skipped\n", passed, failed, skipped);
    return failed > 0 || n == 0;
}
