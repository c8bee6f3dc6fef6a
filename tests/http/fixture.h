/* fixture.h - a small server and a raw client on loopback, for tests of src/http.
 *
 * The server answers, whatever the method:
 *   /echo       "METHOD path query\n" and the body; body in memory, at most 1 MiB
 *   /file       the same, with the body in a file
 *   /none       "none"; takes no body
 *   /early      403 "early" before any body is read
 *   /park       keeps the call until the test answers it: wire_parked
 *   /stream     an event stream: wire_stream
 *   /bytes?N    N bytes 'x' from memory           /sendfile?N    the same from a file
 *   /bad        an answer whose header would split the head
 *   /close      "bye", and the connection ends
 *   /peer       the client's address and "http" or "https"
 *   /page?N     N bytes of text, compressed if the client likes
 *   /asset      a static file                     other paths: 404 "nothing here"
 */
#pragma once

#include "http/server.h"
#include "support/test.h"

typedef struct Wire Wire;

/* `change` (may be NULL) adjusts the configuration: 127.0.0.1, two loops, hosts "test" and
 * "127.0.0.1".  A failure to start fails the test. */
Wire *wire_start(void (*change)(HttpConfig *config));
void wire_stop(Wire *w);
HttpStats wire_stats(const Wire *w);
int wire_port(const Wire *w);
/* Calls that reached on_call. */
int wire_calls(const Wire *w);
/* Waits for a call of /park and takes it. */
HttpCall *wire_parked(Wire *w);
/* Answers 200 with that text, from this thread. */
void wire_answer(HttpCall *call, const char *text);
/* Waits for a stream to be opened and takes it. */
HttpStream *wire_stream(Wire *w);
/* Waits until that many streams have ended. */
void wire_await_closed_streams(Wire *w, int n);
/* Waits until as many connections are open. */
void wire_await_connections(Wire *w, int64_t n);

/* A raw connection.  Waiting ends after ten seconds and fails the test: generous, for slow
 * machines. */
typedef struct Client {
    int fd;
    char *in;
    size_t len, cap;
} Client;

typedef struct Reply {
    int status; /* 0: the connection ended instead */
    Str head;   /* both live until the test ends; bodies over 64 KiB are cut off there */
    Str body;
    size_t length;
} Reply;

Client client_connect(int port);
Client wire_connect(Wire *w);
void client_done(Client *c); /* for CLEANUP */
void client_send(Client *c, Str bytes);
void client_send_z(Client *c, const char *bytes);
void client_shut(Client *c); /* sends no more */
/* The next answer; `to_head`: to a HEAD request, so without body. */
Reply client_reply(Client *c, bool to_head);
/* The value of a header of a reply; STR_NULL when absent. */
Str reply_header(const Reply *r, const char *name);
/* Waits for bytes that are not framed, up to and with `text`; what came before is dropped. */
void client_await(Client *c, const char *text);
/* Waits for the end of the connection, reading whatever comes; true when nothing came. */
bool client_ended(Client *c);
/* Whether nothing comes for that time. */
bool client_is_quiet(Client *c, int ms);
/* connect, send, one reply, end */
Reply wire_ask(Wire *w, const char *bytes);
