/* address.h - addresses of clients: text forms, blocks, and how many connections each has. */
#pragma once

#include "core/str.h"

/* IPv6; an IPv4 address stands here as ::ffff:a.b.c.d. */
typedef struct Address {
    uint8_t bytes[16];
} Address;

#define ADDRESS_TEXT_MAX 46 /* with NUL */

CHECKED bool address_parse(Str s, Address *ret);
/* Writes the canonical form, IPv4 as "192.0.2.1". */
void address_text(Address address, char to[ADDRESS_TEXT_MAX]);

/* "10.0.0.0/8", "2001:db8::/32", or one address. */
typedef struct AddressBlock {
    Address base;
    int bits; /* of the IPv6 form */
} AddressBlock;

CHECKED bool address_block_parse(Str s, AddressBlock *ret);
bool address_in(Address address, const AddressBlock *blocks, size_t n);

/* Open connections by peer, shared by the loop threads.  A peer is an IPv4 address or an IPv6 /64,
 * because that is what one client can choose from. */
typedef struct Peers Peers;

Peers *peers_new(void);
void peers_free(Peers *peers); /* NULL is allowed */
/* Counts a connection unless the peer has `max` already (false).  max < 0: no limit. */
bool peers_enter(Peers *peers, Address address, int32_t max);
void peers_leave(Peers *peers, Address address);
