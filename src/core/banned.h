/* banned.h - functions that must not be used turn into compile errors.
 *
 * Use str_*, buf_*, clock_* and arena_* instead.  System headers that declare these names are
 * included before the poison, so that only our own use of a name fails.  A library's header that
 * has such a word (a member called random) is included before ours, with a remark.
 */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef ERRAND_ALLOW_BANNED
/* Macros in their headers; a macro cannot be poisoned. */
#undef alloca
#undef setjmp
#undef sprintf
#undef vsprintf
#pragma GCC poison gets strcpy strcat strncpy strncat sprintf vsprintf strtok strtok_r
#pragma GCC poison atoi atol atoll atof alloca system popen mktemp tmpnam tempnam
#pragma GCC poison rand srand random srandom gmtime localtime ctime asctime
#pragma GCC poison scanf fscanf sscanf vscanf vfscanf vsscanf
#pragma GCC poison execl execlp execle execv execvp execvpe fexecve setjmp longjmp
#endif
