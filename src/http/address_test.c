#include "http/address.h"
#include "support/test.h"

static Address address(const char *text)
{
    Address a = { { 0 } };

    EXPECT(address_parse(str_z(text), &a));
    return a;
}

TEST(address_has_one_text_form)
{
    static const char *const same[][2] = {
        { "192.0.2.1", "192.0.2.1" },
        { "::ffff:192.0.2.1", "192.0.2.1" },
        { "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
        { "::", "::" },
    };
    static const char *const wrong[] = {
        "",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1 ",
        "192.0.2.01x",
        "::g",
        "[::1]",
        "192.0.2.1:80",
        "fe80::1%eth0",
        "1234567890123456789012345678901234567890123456789",
    };
    char text[ADDRESS_TEXT_MAX];
    Address a;

    for (size_t i = 0; i < COUNT_OF(same); i++) {
        address_text(address(same[i][0]), text);
        EXPECT_STR(same[i][1], text);
    }
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        EXPECT(!address_parse(str_z(wrong[i]), &a));
}

TEST(address_block_holds_its_addresses)
{
    static const struct {
        int line;
        bool in;
        const char *block, *address;
    } cases[] = {
        { __LINE__, true, "192.0.2.1", "192.0.2.1" },
        { __LINE__, false, "192.0.2.1", "192.0.2.2" },
        { __LINE__, true, "10.0.0.0/8", "10.255.255.255" },
        { __LINE__, false, "10.0.0.0/8", "11.0.0.0" },
        { __LINE__, true, "172.16.0.0/12", "172.31.255.255" },
        { __LINE__, false, "172.16.0.0/12", "172.32.0.0" },
        { __LINE__, true, "0.0.0.0/0", "203.0.113.9" },
        { __LINE__, false, "0.0.0.0/0", "2001:db8::1" },
        { __LINE__, true, "::/0", "203.0.113.9" },
        { __LINE__, true, "2001:db8::/33", "2001:db8:7fff::1" },
        { __LINE__, false, "2001:db8::/33", "2001:db8:8000::1" },
        { __LINE__, true, "::1/128", "::1" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AddressBlock block;
        EXPECT_AT(cases[i].line, address_block_parse(str_z(cases[i].block), &block));
        EXPECT_AT(cases[i].line, cases[i].in == address_in(address(cases[i].address), &block, 1));
    }
}

/* A client with an IPv6 network of its own must not get a new allowance for each address of it. */
TEST(address_peers_are_counted_by_ipv4_address_and_ipv6_network)
{
    Peers *peers = peers_new();

    EXPECT(peers_enter(peers, address("192.0.2.1"), 2));
    EXPECT(peers_enter(peers, address("192.0.2.1"), 2));
    EXPECT(!peers_enter(peers, address("192.0.2.1"), 2));
    EXPECT(peers_enter(peers, address("192.0.2.2"), 2));
    EXPECT(peers_enter(peers, address("192.0.2.1"), -1));
    peers_leave(peers, address("192.0.2.1"));
    EXPECT(!peers_enter(peers, address("192.0.2.1"), 2));
    peers_leave(peers, address("192.0.2.1"));
    EXPECT(peers_enter(peers, address("192.0.2.1"), 2));

    EXPECT(peers_enter(peers, address("2001:db8:0:1::1"), 1));
    EXPECT(!peers_enter(peers, address("2001:db8:0:1:ffff::2"), 1));
    EXPECT(peers_enter(peers, address("2001:db8:0:2::1"), 1));
    peers_leave(peers, address("2001:db8:0:1:abcd::9"));
    EXPECT(peers_enter(peers, address("2001:db8:0:1::1"), 1));
    peers_free(peers);
    peers_free(NULL);
}
