/*
 * The engine, on small rulesets.  What is expected follows the kernel: net/ipv4/netfilter/ip_tables.c for the walk,
 * xt_mark, xt_statistic, xt_recent and xt_addrtype for the matches.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/map.h"
#include "net/engine.h"

struct bench {
	struct ruleset ruleset;
	struct engine *engine;
	struct engine_call call;
	struct packet packet;
	struct engine_result result;
	struct str log;		/* "chain>target " of each event, unknown ones with ? */
	struct chooser chooser;
	unsigned asked;		/* how often chance was asked, */
	double probability;	/* the last time for what, */
	bool answer;		/* and what it always says */
};

static bool
take(struct chooser *chooser, double probability)
{
	struct bench *bench = (struct bench *)((char *)chooser - offsetof(struct bench, chooser));

	bench->asked++;
	bench->probability = probability;
	return bench->answer;
}

static void
note(void *arg, const struct engine_event *event)
{
	struct bench *bench = arg;

	assert_string_equal(event->table->name, bench->call.table);
	str_addf(&bench->log, "%s:%u%s ", event->rule->chain, event->rule->line, event->unknown ? "?" : "");
}

static void
bench_init(struct bench *bench, const char *text)
{
	struct err err = ERR_INIT;

	memset(bench, 0, sizeof *bench);
	ruleset_init(&bench->ruleset, IP_V4);
	if (ruleset_read(&bench->ruleset, "text", text, strlen(text), &err) ||
			ruleset_link(&bench->ruleset, "text", &err))
		fail_msg("%u: %s", err.line, err.text);
	bench->engine = engine_new(&bench->ruleset);
	bench->log = (struct str)STR_INIT;
	bench->chooser.take = take;
	bench->call = (struct engine_call){ .hook = HOOK_PREROUTING, .table = "nat", .in = "eth0", .out = "",
		.chooser = &bench->chooser, .event = note, .arg = bench };
	bench->packet = (struct packet){ .protocol = PROTOCOL_TCP, .src = ip4(0xc0000201), .dst = ip4(0x0a600001),
		.sport = 40000,
		.dport = 80, .ctstate = CT_NEW };
}

static void
bench_release(struct bench *bench)
{
	engine_free(bench->engine);
	ruleset_release(&bench->ruleset);
	str_release(&bench->log);
}

static enum engine_verdict
walk(struct bench *bench)
{
	str_clear(&bench->log);
	engine_walk(bench->engine, &bench->call, &bench->packet, &bench->result);
	return bench->result.verdict;
}

static void
test_jump_return_goto(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*nat\n:PREROUTING DROP [0:0]\n:a - [0:0]\n:b - [0:0]\n:c - [0:0]\n"	/* lines 1 to 5 */
		"-A PREROUTING -j a\n"			/* 6 */
		"-A PREROUTING -p tcp -j b\n"		/* 7 */
		"-A PREROUTING -j ACCEPT\n"		/* 8 */
		"-A a -p udp -j DROP\n"			/* 9 */
		"-A a -j RETURN\n"			/* 10 */
		"-A a -j DROP\n"			/* 11 */
		"-A b -g c\n"				/* 12 */
		"-A b -j DROP\n"			/* 13: c doesn't come back here */
		"-A c -p tcp\n"				/* 14: counts only */
		"COMMIT\n");
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	assert_string_equal(bench.log.buf, "PREROUTING:6 a:10 PREROUTING:7 b:12 c:14 PREROUTING:8 ");
	assert_int_equal(bench.result.rule->line, 8);
	bench.packet.protocol = PROTOCOL_UDP;
	assert_int_equal(walk(&bench), ENGINE_DROP);
	assert_string_equal(bench.log.buf, "PREROUTING:6 a:9 ");
	bench_release(&bench);
}

static void
test_policy(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT -p udp -j ACCEPT\n-A FORWARD -g a\n"
		"-A OUTPUT -j RETURN\n"
		"-P OUTPUT DROP\nCOMMIT\n");
	bench.call.table = "filter";
	bench.call.hook = HOOK_INPUT;
	assert_int_equal(walk(&bench), ENGINE_DROP);
	assert_null(bench.result.rule);
	bench.call.hook = HOOK_FORWARD;		/* a goto from a built-in chain ends at its policy */
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	bench.call.hook = HOOK_OUTPUT;
	assert_int_equal(walk(&bench), ENGINE_DROP);
	bench.call.hook = HOOK_POSTROUTING;	/* not in this table */
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	bench.call.table = "raw";
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	bench_release(&bench);
}

static void
test_marks(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*mangle\n"
		"-A PREROUTING -j MARK --or-mark 0x4000\n"
		"-A PREROUTING -m mark ! --mark 0x4000/0x4000 -j DROP\n"
		"-A PREROUTING -j MARK --set-xmark 0x1/0xff\n"
		"-A PREROUTING -m mark --mark 0x4001 -j ACCEPT\n"
		"-A PREROUTING -j DROP\n"
		"-A OUTPUT -j MARK --xor-mark 0x4000\n-A OUTPUT -j MARK --and-mark 0xf0\n"
		"COMMIT\n");
	bench.call.table = "mangle";
	bench.packet.mark = 0x22;
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	assert_int_equal(bench.packet.mark, 0x4001);
	bench.call.hook = HOOK_OUTPUT;
	bench.packet.mark = 0x40ff;
	walk(&bench);
	assert_int_equal(bench.packet.mark, 0xf0);
	bench_release(&bench);
}

/* Each rule alone, on one packet: 192.0.2.1:40000 -> 10.96.0.1:80 TCP, new, from eth0, mark 0. */
static void
check_match(const char *words, bool matches)
{
	struct bench bench;
	char *text = xasprintf("*mangle\n-A PREROUTING %s -j DROP\nCOMMIT\n", words);
	struct ip local = ip4(0x0a600001);

	bench_init(&bench, text);
	bench.call.table = "mangle";
	bench.call.local = &local;
	bench.call.nlocal = 1;
	if ((walk(&bench) == ENGINE_DROP) != matches)
		fail_msg("%s: %s", words, matches ? "doesn't match" : "matches");
	bench_release(&bench);
	free(text);
}

static void
test_matches(void **state)
{
	static const struct {
		const char *words;
		bool matches;
	} rows[] = {
		{ "-s 192.0.2.0/24", true },
		{ "! -s 192.0.2.0/24", false },
		{ "-d 10.96.0.1", true },
		{ "-d 10.96.0.2", false },
		{ "-i eth0", true },
		{ "-i eth+", true },
		{ "-i eth", false },
		{ "-i eth1", false },
		{ "! -i eth0", false },
		{ "-i +", true },
		{ "-o eth0", false },
		{ "! -o eth0", true },
		{ "-p tcp", true },
		{ "! -p tcp", false },
		{ "-p udp", false },
		{ "-p tcp --dport 80", true },
		{ "-p tcp --dport 81", false },
		{ "-p tcp --dport 70:90", true },
		{ "-p tcp ! --dport 80", false },
		{ "-p tcp --sport 1024:", true },
		{ "-p tcp --sport :1023", false },
		{ "-p udp --dport 80", false },
		{ "-p tcp -m multiport --dports 443,70:90", true },
		{ "-p tcp -m multiport --dports 8,443", false },
		{ "-p tcp -m multiport ! --dports 8,443", true },
		{ "-p tcp -m multiport --sports 80", false },
		{ "-p tcp -m multiport --ports 1,40000", true },
		{ "-m conntrack --ctstate NEW", true },
		{ "-m conntrack --ctstate NEW,DNAT", true },
		{ "-m conntrack --ctstate RELATED,ESTABLISHED", false },
		{ "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT", true },
		{ "-m state --state NEW", true },
		{ "-m mark --mark 0", true },
		{ "-m mark --mark 0x4000/0x4000", false },
		{ "-m mark ! --mark 0x4000/0x4000", true },
		{ "-m addrtype --dst-type LOCAL", true },
		{ "-m addrtype --src-type LOCAL", false },
		{ "-m addrtype ! --src-type LOCAL", true },
		{ "-m comment --comment anything", true },
		{ "-m nfacct --nfacct-name counter", true },
		{ "-m statistic --mode random --probability 0", false },
		{ "-m statistic --mode random --probability 1", true },
		{ "-m recent --rcheck --name x", false },
		{ "-m recent --set --name x", true },
		{ "-m set --match-set x src", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_match(rows[i].words, rows[i].matches);
}

/* ICMP has no ports: a rule for ports can't match it. */
static void
test_no_ports(void **state)
{
	static const struct match ports = { .kind = MATCH_DPORT, .port_first = 0, .port_last = UINT16_MAX };
	struct bench bench;

	(void)state;
	bench_init(&bench, "*nat\nCOMMIT\n");
	engine_free(bench.engine);
	table_append(&bench.ruleset, bench.ruleset.tables.v[0], "PREROUTING", &ports, 1,
		&(struct target){ .kind = TARGET_DROP });
	bench.engine = engine_new(&bench.ruleset);
	assert_int_equal(walk(&bench), ENGINE_DROP);
	bench.packet.protocol = PROTOCOL_ICMP;
	bench.packet.sport = bench.packet.dport = 0;
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	bench_release(&bench);
}

static void
test_loopback_is_local(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*mangle\n-A PREROUTING -m addrtype --dst-type LOCAL -j DROP\nCOMMIT\n");
	bench.call.table = "mangle";
	bench.packet.dst = ip4(0x7f000009);
	assert_int_equal(walk(&bench), ENGINE_DROP);
	bench_release(&bench);
}

/* nat ends at the first rule that translates. */
static void
test_nat(void **state)
{
	struct bench bench;
	struct ip want = ip4(0xc0a80105);

	(void)state;
	bench_init(&bench, "*nat\n:svc - [0:0]\n:sep - [0:0]\n"
		"-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j svc\n-A PREROUTING -j DROP\n"
		"-A svc -j sep\n-A svc -j DROP\n"
		"-A sep -p tcp -m tcp -j DNAT --to-destination 192.168.1.5:8080\n-A sep -j DROP\n"
		"-A POSTROUTING -s 10.0.0.0/8 -j SNAT --to-source 192.0.2.9\n"
		"-A POSTROUTING -j MASQUERADE --random-fully\nCOMMIT\n");
	assert_int_equal(walk(&bench), ENGINE_DNAT);
	assert_true(ip_equal(&bench.result.ip, &want));
	assert_int_equal(bench.result.port, 8080);
	assert_int_equal(bench.packet.dport, 80);	/* the caller rewrites */
	bench.call.hook = HOOK_POSTROUTING;
	assert_int_equal(walk(&bench), ENGINE_MASQUERADE);
	bench.packet.src = ip4(0x0a000001);
	want = ip4(0xc0000209);
	assert_int_equal(walk(&bench), ENGINE_SNAT);
	assert_true(ip_equal(&bench.result.ip, &want));
	assert_int_equal(bench.result.port, 0);
	bench_release(&bench);
}

static void
test_reject(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*filter\n-A OUTPUT -j REJECT --reject-with tcp-reset\nCOMMIT\n");
	bench.call.table = "filter";
	bench.call.hook = HOOK_OUTPUT;
	assert_int_equal(walk(&bench), ENGINE_REJECT);
	assert_string_equal(bench.result.rule->target.text, "tcp-reset");
	bench_release(&bench);
}

static void
test_chance(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*nat\n"
		"-A PREROUTING -p udp -m statistic --mode random --probability 0.1 -j DROP\n"	/* 2: not asked */
		"-A PREROUTING -m statistic --mode random --probability 0.5 -j ACCEPT\n"	/* 3 */
		/* 4: not asked */
		"-A PREROUTING -m statistic --mode random --probability 1 -j REJECT\nCOMMIT\n");
	bench.answer = true;
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	assert_int_equal(bench.asked, 1);
	assert_true(bench.probability == 0.5);
	bench.answer = false;
	assert_int_equal(walk(&bench), ENGINE_REJECT);
	assert_int_equal(bench.asked, 2);
	bench_release(&bench);
}

/* --set writes down who came by; --rcheck --seconds finds the one who came at most that long ago. */
static void
test_recent(void **state)
{
	struct bench bench;
	struct map recent = MAP_INIT;
	const struct map_entry *entry;

	(void)state;
	bench_init(&bench, "*nat\n"
		"-A PREROUTING -m recent --name KUBE-SEP-A --rcheck --seconds 10 --reap -j DROP\n"
		"-A OUTPUT -m recent --name KUBE-SEP-A --set -j ACCEPT\nCOMMIT\n");
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);	/* no lists: nobody is known */
	bench.call.recent = &recent;
	bench.call.now = 100 * CLOCK_SECOND;
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	bench.call.hook = HOOK_OUTPUT;
	walk(&bench);
	bench.call.hook = HOOK_PREROUTING;
	bench.call.now = 110 * CLOCK_SECOND;
	assert_int_equal(walk(&bench), ENGINE_DROP);
	bench.call.now = 111 * CLOCK_SECOND;
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	bench.call.now = 105 * CLOCK_SECOND;
	bench.packet.src = ip4(0xc0000202);		/* somebody else */
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	for (size_t i = 0; (entry = map_next(&recent, &i));)
		free(entry->value);
	map_release(&recent);
	bench_release(&bench);
}

/* What can't be judged is named when all else matches, throws no dice, and the packet goes on. */
static void
test_unknown(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench, "*nat\n"
		"-A PREROUTING -p udp -m set --match-set x src -j DROP\n"
		"-A PREROUTING -p tcp -m set --match-set x src -m statistic --mode random --probability 0.5 -j DROP\n"
		"-A PREROUTING -j LOG --log-prefix \"x: \"\n"
		"-A PREROUTING -j ACCEPT\nCOMMIT\n");
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	assert_string_equal(bench.log.buf, "PREROUTING:3? PREROUTING:4 PREROUTING:5 ");
	assert_int_equal(bench.asked, 0);
	bench_release(&bench);
}

static void
note_after(void *arg, const struct engine_event *event)
{
	*(struct packet *)arg = event->after;
}

static void
test_event_shows_packet_after(void **state)
{
	struct bench bench;
	struct packet after = { .dport = 0 };
	struct ip want = ip4(0x0a000001);

	(void)state;
	bench_init(&bench, "*nat\n-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:81\nCOMMIT\n");
	bench.call.event = note_after;
	bench.call.arg = &after;
	engine_walk(bench.engine, &bench.call, &bench.packet, &bench.result);
	assert_true(ip_equal(&after.dst, &want));
	assert_int_equal(after.dport, 81);
	bench_release(&bench);
}

/* Enough rules for an index, of all its sorts, with verdicts that tell which rule came first. */
#define PORTS 40
static void
add_services(struct str *text)
{
	str_add(text, "*nat\n:x - [0:0]\n");
	for (int i = 0; i < PORTS; i++) {
		str_addf(text, "-A x -d 10.96.0.%d/32 -p tcp -m tcp --dport 80 -j MARK --or-mark 0x1\n", i);
		str_addf(text, "-A x -p tcp -m tcp --dport %d -j MARK --or-mark 0x2\n", 60 + i);
		str_addf(text, "-A x -d 10.96.0.%d/32 -j MARK --or-mark 0x4\n", i);
		str_addf(text, "-A x -s 192.0.2.%d/32 -j MARK --or-mark 0x8\n", i);
		str_addf(text, "-A x ! -d 10.96.0.%d/32 -p udp -m udp --dport 70:%d -j MARK --or-mark 0x10\n", i,
			60 + i + 10);
	}
	str_add(text, "-A PREROUTING -j x\n-A PREROUTING -j ACCEPT\nCOMMIT\n");
}

/* The rules of chain x that match, tried one by one. */
static void
log_by_trying(const struct bench *bench, struct str *log)
{
	const struct chain *chain = table_find_chain(bench->ruleset.tables.v[0], "x");

	str_add(log, "PREROUTING:203 ");
	for (size_t i = 0; i < chain->rules.n; i++) {
		struct str rule = STR_INIT;
		struct bench alone;
		char *text;

		rule_write_save(chain->rules.v[i], &rule);
		text = xasprintf("*nat\n-A PREROUTING%s\nCOMMIT\n", rule.buf + strlen("-A x"));
		bench_init(&alone, text);
		alone.packet = bench->packet;
		alone.packet.mark = 0;
		walk(&alone);
		if (alone.log.len)
			str_addf(log, "x:%u ", chain->rules.v[i]->line);
		bench_release(&alone);
		str_release(&rule);
		free(text);
	}
	str_add(log, "PREROUTING:204 ");
}

static void
test_index_keeps_order(void **state)
{
	static const struct {
		enum protocol protocol;
		uint32_t src, dst;
		uint16_t dport;
	} packets[] = {
		{ PROTOCOL_TCP, 0xc0000201, 0x0a600001, 80 }, { PROTOCOL_TCP, 0xc0000205, 0x0a600014, 61 },
		{ PROTOCOL_UDP, 0xc0000207, 0x0a600003, 80 }, { PROTOCOL_UDP, 0x01010101, 0x08080808, 75 },
		{ PROTOCOL_TCP, 0x01010101, 0x08080808, 7 }, { PROTOCOL_ICMP, 0xc0000202, 0x0a600002, 0 },
	};
	struct str text = STR_INIT, want = STR_INIT;
	struct bench bench;

	(void)state;
	add_services(&text);
	bench_init(&bench, text.buf);
	for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
		bench.packet = (struct packet){ .protocol = packets[i].protocol, .src = ip4(packets[i].src),
			.dst = ip4(packets[i].dst), .dport = packets[i].dport };
		str_clear(&want);
		log_by_trying(&bench, &want);
		assert_int_equal(walk(&bench), ENGINE_ACCEPT);
		assert_string_equal(bench.log.buf, want.buf);
	}
	str_release(&text);
	str_release(&want);
	bench_release(&bench);
}

/* Chains of every table hang at a hook by their priority, those of one priority as they came. */
static void
test_chains_of_a_hook(void **state)
{
	static const struct {
		const char *name;
		bool nat;
		int priority;
	} rows[] = { { "late", false, -90 }, { "nat", true, -100 }, { "early", false, -110 } };
	static const struct {
		bool nat;
		int priority;
	} want[] = {
		{ false, -300 }, { false, -150 }, { false, -110 }, { true, -100 }, { true, -100 }, { false, -90 }, { false, 0 },
	};
	struct bench bench;
	struct table *table;

	(void)state;
	bench_init(&bench, "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
		"COMMIT\n*raw\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*mangle\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n");
	engine_free(bench.engine);
	table = ruleset_nft_table(&bench.ruleset, "t", NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		chain_set_base(
			table_chain(&bench.ruleset, table, rows[i].name), rows[i].nat, HOOK_OUTPUT, rows[i].priority);
	bench.engine = engine_new(&bench.ruleset);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct engine_base *base = engine_base(bench.engine, HOOK_OUTPUT, i);

		assert_non_null(base);
		assert_int_equal(base->priority, want[i].priority);
		assert_int_equal(base->nat, want[i].nat);
	}
	assert_null(engine_base(bench.engine, HOOK_OUTPUT, sizeof want / sizeof *want));
	assert_int_equal(engine_base(bench.engine, HOOK_POSTROUTING, 0)->priority, 100);
	bench_release(&bench);
}

/* A map decides for what is in it, and lets everything else go on to the next rule. */
static void
test_maps(void **state)
{
	struct bench bench;
	struct table *table;
	struct set *map;
	struct element *element;
	struct err err = ERR_INIT;

	(void)state;
	bench_init(&bench, "*nat\nCOMMIT\n");
	engine_free(bench.engine);
	table = ruleset_nft_table(&bench.ruleset, "t", NULL);
	chain_set_base(table_chain(&bench.ruleset, table, "base"), false, HOOK_PREROUTING, 0);
	map = table_set(&bench.ruleset, table, "m", SET_ADDRESS_PORT, true, NULL);
	element = set_add(map);
	element->ip = bench.packet.dst;
	element->protocol = PROTOCOL_TCP;
	element->port = 80;
	element->verdict = (struct target){ .kind = TARGET_GOTO, .text = "refuse" };
	element = set_add(map);
	element->ip = bench.packet.dst;
	element->protocol = PROTOCOL_TCP;
	element->port = 81;
	element->verdict.kind = TARGET_DROP;
	table_append(&bench.ruleset, table, "base", NULL, 0, &(struct target){ .kind = TARGET_VMAP, .set = map });
	table_append(&bench.ruleset, table, "base", NULL, 0, &(struct target){ .kind = TARGET_MARK_OR, .value = 1, .mask = 1 });
	table_append(&bench.ruleset, table, "refuse", NULL, 0, &(struct target){ .kind = TARGET_REJECT });
	assert_int_equal(ruleset_link(&bench.ruleset, "nft", &err), 0);
	bench.engine = engine_new(&bench.ruleset);
	bench.call.table = "t";
	bench.call.base = engine_base(bench.engine, HOOK_PREROUTING, 0);
	assert_int_equal(walk(&bench), ENGINE_REJECT);
	assert_string_equal(bench.log.buf, "base:0 refuse:0 ");
	bench.packet.dport = 81;
	assert_int_equal(walk(&bench), ENGINE_DROP);
	assert_int_equal(bench.packet.mark, 0);
	bench.packet.dport = 82;
	assert_int_equal(walk(&bench), ENGINE_ACCEPT);
	assert_int_equal(bench.packet.mark, 1);
	bench_release(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jump_return_goto),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_no_ports),
		cmocka_unit_test(test_loopback_is_local),
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_chance),
		cmocka_unit_test(test_recent),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_event_shows_packet_after),
		cmocka_unit_test(test_index_keeps_order),
		cmocka_unit_test(test_chains_of_a_hook),
		cmocka_unit_test(test_maps),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
