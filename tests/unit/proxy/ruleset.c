/*
 * Reading and writing rules. What iptables 1.8.9 prints for a rule was tried with iptables-restore and iptables-save
 * in a network namespace.
 */
#include "fixture.h"

static char *
must_read(const char *path)
{
	char *text = fixture_read(path);

	if (!text)
		fail_msg("can't read %s", path);
	return text;
}

static void
read_text(struct ruleset *ruleset, const char *text)
{
	struct err err = ERR_INIT;

	if (ruleset_read(ruleset, "text", text, strlen(text), &err) != 0)
		fixture_fail(&err);
}

/* A dump that is read and printed again is the same text. */
static void
test_dumps(void **state)
{
	static const char *const files[] = { "tests/proxy/dumps/node01.save", "tests/proxy/dumps/mixed.save" };

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct ruleset ruleset;
		struct str out = STR_INIT;
		struct err err = ERR_INIT;
		char *text = must_read(files[i]);

		ruleset_init(&ruleset, IP_V4);
		read_text(&ruleset, text);
		ruleset_write_save(&ruleset, &out);
		assert_string_equal(out.buf, text);
		assert_int_equal(ruleset_link(&ruleset, files[i], &err), 0);
		str_release(&out);
		ruleset_release(&ruleset);
		free(text);
	}
}

/* kube-proxy's own text comes back word for word, too. */
static void
test_restore_text(void **state)
{
	struct ruleset ruleset;
	struct str out = STR_INIT;
	char *text = must_read("tests/proxy/01-overall/rules.expected");

	(void)state;
	ruleset_init(&ruleset, IP_V4);
	read_text(&ruleset, text);
	ruleset_write_restore(&ruleset, &out);
	assert_string_equal(out.buf, text);
	str_release(&out);
	ruleset_release(&ruleset);
	free(text);
}

static void
check_saved(enum ip_family family, const char *written, const char *saved)
{
	struct ruleset ruleset;
	struct str out = STR_INIT;
	char *text = xasprintf("*nat\n:x - [0:0]\n:y - [0:0]\n-A x %s\nCOMMIT\n", written);
	char *want = xasprintf("-A x %s", saved);

	ruleset_init(&ruleset, family);
	read_text(&ruleset, text);
	rule_write_save(ruleset.tables.v[0]->rules.v[0], &out);
	assert_string_equal(out.buf, want);
	str_release(&out);
	ruleset_release(&ruleset);
	free(text);
	free(want);
}

static void
test_spelling(void **state)
{
	static const struct {
		const char *written, *saved;
	} rows[] = {
		{ "-m comment --comment abc -j RETURN", "-m comment --comment abc -j RETURN" },
		{ "-m comment --comment a/b -j RETURN", "-m comment --comment \"a/b\" -j RETURN" },
		{ "-m comment --comment a.b-c_d -j RETURN", "-m comment --comment \"a.b-c_d\" -j RETURN" },
		{ "-m comment --comment \"a\\\"b\" -j RETURN", "-m comment --comment \"a\\\"b\" -j RETURN" },
		{ "-m comment --comment \"a'b\" -j RETURN", "-m comment --comment \"a\\'b\" -j RETURN" },
		{ "-m comment --comment \"\" -j RETURN", "-m comment --comment \"\" -j RETURN" },
		{ "-m comment --comment ns1/x:p -m tcp -p tcp -j DNAT --to-destination 1.2.3.4:80-90",
			"-p tcp -m comment --comment \"ns1/x:p\" -m tcp -j DNAT --to-destination 1.2.3.4:80-90" },
		{ "-p 6 -j REDIRECT --to-ports 15001", "-p tcp -j REDIRECT --to-ports 15001" },
		{ "-p tcp -j MASQUERADE --to-ports 1000 --random", "-p tcp -j MASQUERADE --to-ports 1000 --random" },
		{ "-j DNAT --to-destination 1.2.3.4", "-j DNAT --to-destination 1.2.3.4" },
		{ "-g y", "-g y" },
		{ "-j MARK --or-mark 0x4000", "-j MARK --set-xmark 0x4000/0x4000" },
		{ "-j MARK --and-mark 0x4000", "-j MARK --set-xmark 0x0/0xffffbfff" },
		{ "-j MARK --xor-mark 0x4000", "-j MARK --set-xmark 0x4000/0x0" },
		{ "-j MARK --set-mark 0x4000", "-j MARK --set-xmark 0x4000/0xffffffff" },
		{ "-j MARK --set-mark 0x4000/0x1", "-j MARK --set-xmark 0x4000/0x4001" },
		{ "-m mark --mark 1 -j RETURN", "-m mark --mark 0x1 -j RETURN" },
		{ "-m mark ! --mark 0x00004000/0x00004000 -j RETURN", "-m mark ! --mark 0x4000/0x4000 -j RETURN" },
		{ "-m statistic --mode random --probability 1 -j RETURN",
			"-m statistic --mode random --probability 1.00000000000 -j RETURN" },
		{ "-m statistic --mode random --probability 0.0000100000 -j RETURN",
			"-m statistic --mode random --probability 0.00001000008 -j RETURN" },
		{ "-m statistic --mode random --probability 0.3333333333 -j RETURN",
			"-m statistic --mode random --probability 0.33333333349 -j RETURN" },
		{ "-m statistic --mode random ! --probability 0.3 -j RETURN",
			"-m statistic --mode random ! --probability 0.29999999981 -j RETURN" },
		{ "-m addrtype ! --dst-type LOCAL -j RETURN", "-m addrtype ! --dst-type LOCAL -j RETURN" },
		{ "-p tcp -m tcp --sport 1:5 --dport 80: -j RETURN", "-p tcp -m tcp --sport 1:5 --dport 80:65535 -j "
		"RETURN" },
		{ "-p tcp --dport :80 -j RETURN", "-p tcp -m tcp --dport 0:80 -j RETURN" },
		{ "-p tcp -m comment --comment x --dport 80 -m mark --mark 1 -j DROP",
			"-p tcp -m comment --comment x -m tcp --dport 80 -m mark --mark 0x1 -j DROP" },
		{ "-p tcp -m tcp --syn --dport 80 -j RETURN", "-p tcp -m tcp --dport 80 --syn -j RETURN" },
		{ "-p tcp -m tcp -m tcp --dport 80", "-p tcp -m tcp -m tcp --dport 80" },
		{ "-p udp -m udp ! --dport 53 -j RETURN", "-p udp -m udp ! --dport 53 -j RETURN" },
		{ "-i eth+ ! -o lo -j RETURN", "-i eth+ ! -o lo -j RETURN" },
		{ "-s 10.0.0.1/24 -d 0.0.0.0/0 -j RETURN", "-s 10.0.0.0/24 -j RETURN" },
		{ "-s 10.0.0.0/255.255.0.0 -j RETURN", "-s 10.0.0.0/16 -j RETURN" },
		{ "-d 10.0.0.1 ! -s 10.0.0.2 -j ACCEPT", "! -s 10.0.0.2/32 -d 10.0.0.1/32 -j ACCEPT" },
		{ "-p 132 -j RETURN", "-p sctp -j RETURN" },
		{ "-p all -m conntrack --ctstate NEW,SNAT,DNAT,UNTRACKED -j RETURN",
			"-m conntrack --ctstate NEW,UNTRACKED,SNAT,DNAT -j RETURN" },
		{ "-m conntrack --ctstate NEW,RELATED,ESTABLISHED,INVALID -j DROP",
			"-m conntrack --ctstate INVALID,NEW,RELATED,ESTABLISHED -j DROP" },
		{ "-j REJECT", "-j REJECT --reject-with icmp-port-unreachable" },
		{ "-p tcp -j REJECT --reject-with tcp-reset", "-p tcp -j REJECT --reject-with tcp-reset" },
		{ "-c 5 6 -j ACCEPT", "-j ACCEPT" },
		{ "-m recent --name x --rcheck --seconds 10800 --reap -j DROP",
			"-m recent --rcheck --seconds 10800 --reap --name x --mask 255.255.255.255 --rsource -j DROP" },
		{ "-m recent --name x --set -j DROP", "-m recent --set --name x --mask 255.255.255.255 --rsource -j "
		"DROP" },
		{ "-m comment --comment -j -m comment --comment \"-m x\" -j RETURN",
			"-m comment --comment -j -m comment --comment \"-m x\" -j RETURN" },
		{ "-j ACCEPT -m comment --comment behind", "-m comment --comment behind -j ACCEPT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_saved(IP_V4, rows[i].written, rows[i].saved);
}

static void
test_spelling_ipv6(void **state)
{
	(void)state;
	check_saved(IP_V6, "-m recent --name a --set -j RETURN",
		"-m recent --set --name a --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j RETURN");
	check_saved(IP_V6, "-m tcp -p tcp -d ::1 -j DNAT --to-destination [fd00::1]:80",
		"-d ::1/128 -p tcp -m tcp -j DNAT --to-destination [fd00::1]:80");
	check_saved(IP_V6, "-p tcp -j DNAT --to-destination fd00::1", "-p tcp -j DNAT --to-destination fd00::1");
	check_saved(IP_V6, "-j REJECT", "-j REJECT --reject-with icmp6-port-unreachable");
}

/* Tables and built-in chains come in the order of the nft variant, whatever the order of the text. */
static void
test_order(void **state)
{
	struct ruleset ruleset;
	struct str out = STR_INIT;

	(void)state;
	ruleset_init(&ruleset, IP_V4);
	read_text(&ruleset, "# a comment\n*nat\n:b - [0:0]\n:POSTROUTING ACCEPT [5:300]\n:a - [0:0]\nCOMMIT\n"
		"*mangle\nCOMMIT\n*raw\n:B - [0:0]\nCOMMIT\n*filter\n:INPUT DROP [1:2]\n[7:8] -A INPUT -j "
		"ACCEPT\nCOMMIT\n");
	ruleset_write_save(&ruleset, &out);
	assert_string_equal(out.buf,
		"*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
		":POSTROUTING ACCEPT [0:0]\nCOMMIT\n"
		"*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:B - [0:0]\nCOMMIT\n"
		"*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n"
		"*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
		":a - [0:0]\n:b - [0:0]\nCOMMIT\n");
	str_release(&out);
	ruleset_release(&ruleset);
}

/* As iptables-restore --noflush: a chain line empties the chain, -X takes it away, -I puts a rule on top. */
static void
test_on_top_of_another(void **state)
{
	struct ruleset ruleset;
	struct str out = STR_INIT;

	(void)state;
	ruleset_init(&ruleset, IP_V4);
	read_text(&ruleset, "*filter\n:a - [0:0]\n:b - [0:0]\n:c - [0:0]\n-A INPUT -j a\n-A a -j DROP\n-A b -j DROP\n"
		"-A c -j DROP\nCOMMIT\n");
	read_text(&ruleset, "*filter\n:a - [0:0]\n:b - [0:0]\n-A a -j ACCEPT\n-I INPUT -j RETURN\n-I INPUT 2 -i lo "
		"-j ACCEPT\n"
		"-F c\n-X b\n-P FORWARD DROP\n-N d\nCOMMIT\n");
	ruleset_write_save(&ruleset, &out);
	assert_string_equal(out.buf,
		"*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n:c - [0:0]\n:d "
		"- [0:0]\n"
		"-A INPUT -j RETURN\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j a\n-A a -j ACCEPT\nCOMMIT\n");
	str_release(&out);
	ruleset_release(&ruleset);
}

static void
check_refused(const char *text, size_t len, unsigned line, unsigned column, const char *words)
{
	struct ruleset ruleset;
	struct err err = ERR_INIT;

	ruleset_init(&ruleset, IP_V4);
	assert_int_equal(ruleset_read(&ruleset, "dump.txt", text, len, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.file, "dump.txt");
	if (!strstr(err.text, words))
		fail_msg("want \"%s\", got \"%s\"", words, err.text);
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	assert_int_equal(ruleset.tables.n, 0);
	err_release(&err);
	ruleset_release(&ruleset);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *words;
	} rows[] = {
		{ "hello\n", 1, 1, "not the text of iptables-save" },
		{ "-A INPUT -j DROP\n", 1, 1, "outside of a table" },
		{ ":INPUT ACCEPT [0:0]\n", 1, 1, "outside of a table" },
		{ "COMMIT\n", 1, 1, "COMMIT outside of a table" },
		{ "*fliter\n", 1, 1, "\"fliter\" is not a table" },
		{ "*filter\n-A INPUT -j DROP\n", 2, 0, "has no COMMIT" },
		{ "*filter\n*nat\n", 2, 1, "table filter has no COMMIT" },
		{ "*filter\n-A bar -j DROP\nCOMMIT\n", 2, 4, "table filter has no chain bar" },
		{ "*filter\n-A\nCOMMIT\n", 2, 1, "-A needs a chain" },
		{ "*filter\n:foo\nCOMMIT\n", 2, 1, "expected \":CHAIN POLICY" },
		{ "*filter\n:foo ACCEPT [0:0]\nCOMMIT\n", 2, 6, "chain foo is not built in" },
		{ "*filter\n:INPUT - [0:0]\nCOMMIT\n", 2, 8, "the policy of INPUT" },
		{ "*filter\n:AAAAAAAAAAAAAAAAAAAAAAAAAAAAA - [0:0]\nCOMMIT\n", 2, 1, "1 to 28 characters" },
		{ "*filter\n-A INPUT -s 10.0.0.300 -j DROP\nCOMMIT\n", 2, 13, "\"10.0.0.300\" is not an IPv4 address" },
		{ "*filter\n-A INPUT -s fd00::1 -j DROP\nCOMMIT\n", 2, 13, "\"fd00::1\" is not an IPv4 address" },
		{ "*filter\n-A INPUT -j\nCOMMIT\n", 2, 10, "-j needs a target" },
		{ "*filter\n-A INPUT -m\nCOMMIT\n", 2, 10, "-m needs the name of a match" },
		{ "*filter\n-A INPUT -s\nCOMMIT\n", 2, 10, "-s needs a value" },
		{ "*filter\n-A INPUT junk -j DROP\nCOMMIT\n", 2, 10, "\"junk\" is not an option" },
		{ "*filter\n-A INPUT -m comment --comment \"open -j DROP\nCOMMIT\n", 2, 31,
		"a quote that is not closed" },
		{ "*filter\n-A INPUT -s 10.0.0.1 -s 10.0.0.2\nCOMMIT\n", 2, 22, "-s twice in one rule" },
		{ "*filter\n-A INPUT -j DROP -j DROP\nCOMMIT\n", 2, 18, "a second target" },
		{ "*filter\n-A INPUT --dport 80 -p tcp\nCOMMIT\n", 2, 10, "--dport needs -p tcp, udp or sctp before" },
		{ "*filter\n-A INPUT -p tcp --dport ssh\nCOMMIT\n", 2, 25, "\"ssh\" is not a port number" },
		{ "*filter\n-A INPUT -p tcp --dport 9:8\nCOMMIT\n", 2, 25, "\"9:8\" is not a port number" },
		{ "*filter\n-A INPUT -p udp -m tcp\nCOMMIT\n", 2, 0, "-m tcp needs -p tcp" },
		{ "*filter\n-A INPUT -p icmp --dport 80\nCOMMIT\n", 2, 18, "--dport needs -p tcp" },
		{ "*filter\n-A INPUT -i \"my nic\"\nCOMMIT\n", 2, 13, "\"my nic\" is not a device" },
		{ "*filter\n-A INPUT -i sixteencharacter\nCOMMIT\n", 2, 13, "is not a device: 1 to 15 characters" },
		{ "*filter\n-D INPUT -j DROP\nCOMMIT\n", 2, 1, "-D is not read here" },
		{ "*filter\n-I INPUT 0 -j DROP\nCOMMIT\n", 2, 10, "\"0\" is not a rule number" },
		{ "*filter\n-P foo DROP\nCOMMIT\n", 2, 4, "foo is not a built-in chain" },
		{ "*filter\n\x7f" "ELF\n", 2, 1, "byte 0x7f: this is not text" },
		{ "*filter\n\xff\xfe\n", 2, 0, "not valid UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_refused(rows[i].text, strlen(rows[i].text), rows[i].line, rows[i].column, rows[i].words);
	check_refused("*filter\n\0\0\n", 11, 2, 1, "byte 0x00: this is not text");
}

static void
test_limits(void **state)
{
	struct str text = STR_INIT;

	(void)state;
	str_add(&text, "*filter\n-A INPUT");
	for (int i = 0; i < RULESET_WORDS_MAX; i++)
		str_add(&text, " x");
	check_refused(text.buf, text.len, 2, 10 + 2 * (RULESET_WORDS_MAX - 2), "more than 255 words");
	str_clear(&text);
	str_add(&text, "*filter\n#");
	str_addrep(&text, 'x', RULESET_LINE_MAX);
	check_refused(text.buf, text.len, 2, 0, "a line longer than");
	check_refused("", (size_t)RULESET_BYTES_MAX + 1, 0, 0, "longer than");
	str_release(&text);
}

/* A bad line changes nothing, also of what was there before it. */
static void
test_all_or_nothing(void **state)
{
	static const char bad[] = "*filter\n:a - [0:0]\n-A INPUT -j ACCEPT\n-A INPUT -j\nCOMMIT\n";
	struct ruleset ruleset;
	struct str before = STR_INIT, after = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	ruleset_init(&ruleset, IP_V4);
	read_text(&ruleset, "*filter\n:a - [0:0]\n-A a -j DROP\nCOMMIT\n");
	ruleset_write_save(&ruleset, &before);
	assert_int_equal(ruleset_read(&ruleset, "bad", bad, sizeof bad - 1, &err), -1);
	ruleset_write_save(&ruleset, &after);
	assert_string_equal(after.buf, before.buf);
	err_release(&err);
	str_release(&before);
	str_release(&after);
	ruleset_release(&ruleset);
}

static void
check_unlinked(const char *text, unsigned line, const char *words)
{
	struct ruleset ruleset;
	struct err err = ERR_INIT;

	ruleset_init(&ruleset, IP_V4);
	read_text(&ruleset, text);
	assert_int_equal(ruleset_link(&ruleset, "dump.txt", &err), -1);
	if (!strstr(err.text, words))
		fail_msg("want \"%s\", got \"%s\"", words, err.text);
	assert_int_equal(err.line, line);
	err_release(&err);
	ruleset_release(&ruleset);
}

static void
test_link(void **state)
{
	struct str deep = STR_INIT;

	(void)state;
	check_unlinked("*filter\n-A INPUT -j nope\nCOMMIT\n", 2, "jumps to nope, which table filter doesn't have");
	check_unlinked("*nat\n:a - [0:0]\nCOMMIT\n*filter\n-A INPUT -g a\nCOMMIT\n", 5, "jumps to a, which");
	check_unlinked("*filter\n:a - [0:0]\n-A a -j a\nCOMMIT\n", 3, "from a to a closes a circle");
	check_unlinked("*filter\n:a - [0:0]\n:b - [0:0]\n-A a -j b\n-A b -g a\nCOMMIT\n", 5,
		"from b to a closes a circle");
	str_add(&deep, "*filter\n");
	for (int i = 0; i <= RULESET_DEPTH_MAX; i++)
		str_addf(&deep, ":c%d - [0:0]\n", i);
	for (int i = 0; i < RULESET_DEPTH_MAX; i++)
		str_addf(&deep, "-A c%d -j c%d\n", i, i + 1);
	str_add(&deep, "COMMIT\n");
	check_unlinked(deep.buf, 2 * RULESET_DEPTH_MAX + 2, "from c63 on, chains jump more than 64 deep");
	str_release(&deep);
}

static const struct rule *
first_rule(const struct ruleset *ruleset)
{
	return ruleset->tables.v[0]->rules.v[0];
}

/* Words that svcsim doesn't model stay in one piece, blanks and quotes and all. */
static void
test_unknown(void **state)
{
	struct ruleset ruleset;
	const struct rule *rule;

	(void)state;
	ruleset_init(&ruleset, IP_V4);
	read_text(&ruleset, "*filter\n-A INPUT -s 10.0.0.1/32 -m set  --match-set \"a b\" src,dst -m comment "
		"--comment x "
		"-j LOG --log-prefix \"in: \"\nCOMMIT\n");
	rule = first_rule(&ruleset);
	assert_int_equal(rule->nmatches, 3);
	assert_int_equal(rule->matches[1].kind, MATCH_OTHER);
	assert_string_equal(rule->matches[1].text, "-m set  --match-set \"a b\" src,dst");
	assert_int_equal(rule->matches[2].kind, MATCH_COMMENT);
	assert_int_equal(rule->target.kind, TARGET_OTHER);
	assert_string_equal(rule->target.text, "LOG --log-prefix \"in: \"");
	assert_int_equal(rule->line, 2);
	ruleset_release(&ruleset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dumps), cmocka_unit_test(test_restore_text), cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_spelling_ipv6), cmocka_unit_test(test_order),
		cmocka_unit_test(test_on_top_of_another),
		cmocka_unit_test(test_errors), cmocka_unit_test(test_limits), cmocka_unit_test(test_all_or_nothing),
		cmocka_unit_test(test_link), cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("ruleset", tests, NULL, NULL);
}
