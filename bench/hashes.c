/* hashes.c - how many passwords this machine can hash a second: the limit of signing in.
 *
 *     build/bench-hashes SECONDS
 *
 * As many hashes at once as the program allows itself (domain/identity/password.c), with its own
 * parameters and nothing around them.  Prints hashes per second.
 */
#include "core/clock.h"
#include "domain/identity/inner.h"

#include <pthread.h>

enum { AT_ONCE = 2 };

typedef struct Turn {
    Ms until_ms;
    int64_t done;
} Turn;

static void *hash_on(void *arg)
{
    Turn *t = arg;

    while (clock_monotonic_ms() < t->until_ms) {
        bool same = false;
        if (password_verify(password_nobody, STR("errand-demo-only"), &same) != RC_OK || same)
            exit(3);
        t->done++;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[AT_ONCE];
    Turn turns[AT_ONCE];
    int64_t seconds = 0, done = 0;

    if (argc != 2 || !str_to_i64(str_z(argv[1]), &seconds) || seconds < 1 || seconds > 600) {
        fprintf(stderr, "bench-hashes SECONDS\n");
        return 2;
    }
    Ms from = clock_monotonic_ms();
    for (int i = 0; i < AT_ONCE; i++) {
        turns[i] = (Turn){ .until_ms = from + seconds * MS_SECOND };
        if (pthread_create(&threads[i], NULL, hash_on, &turns[i]) != 0)
            return 3;
    }
    for (int i = 0; i < AT_ONCE; i++) {
        pthread_join(threads[i], NULL);
        done += turns[i].done;
    }
    printf("%.1f\n", (double)done * 1000 / (double)(clock_monotonic_ms() - from));
    return 0;
}
