#include "http/address.h"

#include "core/log.h"
#include "core/random.h"

#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>

static const uint8_t v4_prefix[12] = { [10] = 0xff, [11] = 0xff };

static bool is_v4(const Address *address)
{
    return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

bool address_parse(Str s, Address *ret)
{
    char text[ADDRESS_TEXT_MAX];
    Address address = { { 0 } };

    if (s.len == 0 || s.len >= sizeof text)
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    if (inet_pton(AF_INET, text, address.bytes + 12) == 1)
        memcpy(address.bytes, v4_prefix, sizeof v4_prefix);
    else if (inet_pton(AF_INET6, text, address.bytes) != 1)
        return false;
    *ret = address;
    return true;
}

void address_text(Address address, char to[ADDRESS_TEXT_MAX])
{
    const char *text = is_v4(&address)
                           ? inet_ntop(AF_INET, address.bytes + 12, to, ADDRESS_TEXT_MAX)
                           : inet_ntop(AF_INET6, address.bytes, to, ADDRESS_TEXT_MAX);
    assert(text != NULL);
}

bool address_block_parse(Str s, AddressBlock *ret)
{
    Str base = str_cut(&s, '/');
    Address address = { { 0 } };
    int64_t bits = 0;

    if (!address_parse(base, &address))
        return false;
    const int64_t most = is_v4(&address) ? 32 : 128;
    if (str_is_null(s))
        bits = most;
    else if (!str_to_i64(s, &bits) || bits < 0 || bits > most)
        return false;
    *ret = (AddressBlock){ address, (int)(bits + 128 - most) };
    return true;
}

static bool in_block(const Address *address, const AddressBlock *block)
{
    const size_t whole = (size_t)block->bits / 8;
    const int rest = block->bits % 8;

    if (memcmp(address->bytes, block->base.bytes, whole) != 0)
        return false;
    return rest == 0 || (address->bytes[whole] ^ block->base.bytes[whole]) >> (8 - rest) == 0;
}

bool address_in(Address address, const AddressBlock *blocks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (in_block(&address, &blocks[i]))
            return true;
    }
    return false;
}

/* --- peers ------------------------------------------------------------------------------------ */

typedef struct Peer Peer;
struct Peer {
    Peer *next;
    Address group;
    int32_t n;
};

/* As many as a third of the connections there may be: chains stay short, and clients cannot make
 * them long, because they do not know `seed`. */
#define BUCKETS 4096

struct Peers {
    pthread_mutex_t mutex;
    uint64_t seed;
    Peer *buckets[BUCKETS];
};

Peers *peers_new(void)
{
    Peers *peers = calloc(1, sizeof *peers);

    if (peers == NULL)
        log_fatal("http.memory", "no memory for the table of peers");
    pthread_mutex_init(&peers->mutex, NULL);
    random_bytes(&peers->seed, sizeof peers->seed);
    return peers;
}

void peers_free(Peers *peers)
{
    if (peers == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (Peer *p = peers->buckets[i], *next; p != NULL; p = next) {
            next = p->next;
            free(p);
        }
    }
    pthread_mutex_destroy(&peers->mutex);
    free(peers);
}

static Peer **find(Peers *peers, Address address, Address *ret_group)
{
    struct {
        uint64_t seed;
        Address group;
    } key = { peers->seed, address };

    if (!is_v4(&address))
        memset(key.group.bytes + 8, 0, 8);
    uint64_t hash = str_hash((Str){ (const char *)&key, sizeof key });
    Peer **at = &peers->buckets[(hash ^ hash >> 32) % BUCKETS];
    while (*at != NULL && memcmp(&(*at)->group, &key.group, sizeof key.group) != 0)
        at = &(*at)->next;
    *ret_group = key.group;
    return at;
}

bool peers_enter(Peers *peers, Address address, int32_t max)
{
    Address group;
    bool entered = false;

    assert(max != 0);
    pthread_mutex_lock(&peers->mutex);
    Peer **at = find(peers, address, &group);
    if (*at == NULL) {
        *at = calloc(1, sizeof **at);
        if (*at == NULL)
            log_fatal("http.memory", "no memory for a peer");
        (*at)->group = group;
    }
    if (max < 0 || (*at)->n < max) {
        (*at)->n++;
        entered = true;
    }
    pthread_mutex_unlock(&peers->mutex);
    return entered;
}

void peers_leave(Peers *peers, Address address)
{
    Address group;

    pthread_mutex_lock(&peers->mutex);
    Peer **at = find(peers, address, &group);
    Peer *peer = *at;
    assert(peer != NULL && peer->n > 0);
    if (--peer->n == 0) {
        *at = peer->next;
        free(peer);
    }
    pthread_mutex_unlock(&peers->mutex);
}
