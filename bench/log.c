/* log.c - multiplies the log of another system, for measuring how fast it is replayed.
 *
 *     build/bench-log FILE.csv COPIES > LARGE.csv
 *
 * Writes the file COPIES times under other numbers (the first column: INC0000063, INC20000063, INC30000063 ...),
 * and the first line once.  The same input always gives the same output.  Fields of the first column must stand without quotes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    long copies = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    char *line = NULL;
    size_t room = 0;

    if (copies < 1 || file == NULL) {
        fprintf(stderr, "usage: bench-log FILE.csv COPIES\n");
        return 2;
    }
    for (long n = 1; n <= copies; n++) {
        bool names = true; /* the first line names the columns */
        ssize_t len;
        rewind(file);
        while ((len = getline(&line, &room, file)) > 0) {
            const char *comma = memchr(line, ',', (size_t)len);
            int number = comma != NULL ? (int)(comma - line) : 0;
            while (number > 0 && line[number - 1] >= '0' && line[number - 1] <= '9')
                number--;
            if (n == 1)
                fwrite(line, 1, (size_t)len, stdout);
            else if (!names)
                printf("%.*s%ld%.*s", number, line, n, (int)len - number, line + number);
            names = false;
        }
    }
    free(line);
    return fclose(file) == 0 && fflush(stdout) == 0 ? 0 : 3;
}
