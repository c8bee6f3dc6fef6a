/* socket.h - a command line carried to the server that has the database, and its answer back.
 *
 * The server listens on FILE.sock beside the database FILE.  Only the user who runs it may connect:
 * the socket has mode 0600 and the peer's user id is checked.  A call is the words of the command
 * line, the working folder and standard input; the answer is standard output, standard error and the
 * exit code.  Each message is a letter, a length of four bytes (big-endian) and that many bytes:
 *
 *   client: W folder (once), A word ..., I input ..., X (empty: run it)
 *   server: O output ..., E errors ..., R exit code (one byte)
 *
 * A message out of order, an unknown letter or more than the bounds below ends the call.
 */
#pragma once

#include "core/buf.h"

enum {
    SOCKET_WORDS        = 256,        /* words of a command line */
    SOCKET_WORD_BYTES   = 64 * 1024,  /* of one word, and of the folder's name */
    SOCKET_LINE_BYTES   = 1 << 20,    /* of all words together */
    SOCKET_INPUT_BYTES  = 8 << 20,    /* standard input */
    SOCKET_OUTPUT_BYTES = 32 << 20,   /* standard output, and standard error */
    SOCKET_CALLS        = 4,          /* at the same time; others wait */
    SOCKET_ARENA_BYTES  = 64 << 20,   /* what a call may take on the server */
    SOCKET_SEND_MS      = 10 * 1000,  /* the longest silence within a message */
};

/* What is called; everything lives until the handler returns. */
typedef struct SocketCall {
    Arena     *arena;
    Str        folder; /* the client's working folder, absolute: what names of files refer to */
    const Str *words;
    size_t     words_n;
    Str        in;
    Buf       *out, *err;
} SocketCall;

/* Runs on one of the server's threads, several at the same time.  Returns the exit code, 0..255. */
typedef int (*SocketHandler)(SocketCall *call, void *arg);

typedef struct CliSocket CliSocket;

/* Listens at `path`.  The caller holds the database's lock, so a socket that is there already was left
 * by a process that is gone: it is replaced.  `why` gets a sentence.
 * Errors: RC_INVALID (the path cannot be a socket), RC_INTERNAL. */
CHECKED Rc cli_socket_serve(Arena *a, const char *path, SocketHandler handler, void *arg,
                            CliSocket **ret, Str *why);
/* Waits for the calls that run and removes the socket.  NULL is allowed. */
void cli_socket_stop(CliSocket *s);

/* Calls the server at `path`; `call->arena`, `out` and `err` are the caller's.  `why` gets a sentence.
 * Errors: RC_NOT_FOUND (nobody listens there), RC_FORBIDDEN (another user's), RC_LIMIT (more than the
 * bounds above), RC_INTERNAL (the server ended meanwhile; the command may have been carried out). */
CHECKED Rc cli_socket_call(const char *path, SocketCall *call, int *ret_exit, Str *why);
