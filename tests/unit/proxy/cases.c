/*
 * Upstream Kubernetes' pkg/proxy/iptables and nftables tests, restated as data in tests/proxy/ (its README says how to
 * read them).  Each folder is a test of its own: what kube-proxy writes, what iptables-save then shows, and where
 * packets go.
 * The folders of another place are run with: cases FOLDER
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>

#include "fixture.h"
#include "proxy/nft.h"

/* node.env */
struct environment {
	char node[64];
	enum ip_family family;
	bool random_fully;
	char nfacct[128], local_ips[256];
};

static char *
case_file(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	char *text = fixture_read(path);

	free(path);
	return text;
}

static void
take(const char *text, const char *key, char *value, size_t size)
{
	size_t len = strlen(key);

	for (; text && *text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL) {
		if (strncmp(text, key, len) == 0 && text[len] == '=') {
			snprintf(value, size, "%.*s", (int)strcspn(text + len + 1, "\n"), text + len + 1);
			return;
		}
	}
	fail_msg("node.env has no %s", key);
}

static struct environment
read_environment(const char *folder)
{
	char *text = case_file(folder, "node.env");
	struct environment environment;
	char word[16];

	assert_non_null(text);
	take(text, "NODE", environment.node, sizeof environment.node);
	take(text, "FAMILY", word, sizeof word);
	environment.family = strcmp(word, "IPv6") == 0 ? IP_V6 : IP_V4;
	take(text, "RANDOM_FULLY", word, sizeof word);
	environment.random_fully = *word == '1';
	take(text, "NFACCT", environment.nfacct, sizeof environment.nfacct);
	take(text, "LOCAL_IPS", environment.local_ips, sizeof environment.local_ips);
	free(text);
	return environment;
}

static void
load_case(struct fixture *fixture, const char *folder, const struct environment *environment)
{
	static const char *const files[] = { "cluster.yaml", "kubeproxy.yaml" };
	char *host = xasprintf("{\"apiVersion\": \"svcsim/v1\", \"kind\": \"NodeHost\", \"metadata\": {\"name\": "
		"\"%s\"}, \"spec\": "
		"{\"localAddresses\": [%s], \"iptables\": {\"randomFully\": %s}, \"nfacct\": [%s]}}", environment->node,
		environment->local_ips, environment->random_fully ? "true" : "false", environment->nfacct);

	fixture_init(fixture);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *text = case_file(folder, files[i]);

		if (!text)
			fail_msg("%s has no %s", folder, files[i]);
		fixture_load(fixture, files[i], text);
		free(text);
	}
	fixture_load(fixture, "NodeHost", host);
	free(host);
}

/* "a,b" as "\"a\",\"b\"" */
static void
quote_words(char *list, size_t size)
{
	struct str text = STR_INIT;

	for (char *word = strtok(list, ","); word; word = strtok(NULL, ","))
		str_addf(&text, "%s\"%s\"", text.len ? "," : "", word);
	snprintf(list, size, "%s", text.buf);
	str_release(&text);
}

/*
 * Upstream's normal form: the order of Services is free, so tables and chains are sorted by name, and in the chains
 * that hold rules of many Services the rules by their comments' Service.
 */
struct line {
	const char *table, *text;
	char chain[40];
	char service[80];
	bool rule, last;
	size_t number;
};
typedef VEC(struct line) line_vec;

static int
chain_rank(const char *name)
{
	if (strcmp(name, "KUBE-NODEPORTS") == 0)
		return 0;
	if (strcmp(name, "KUBE-SERVICES") == 0)
		return 1;
	return strncmp(name, "KUBE-", 5) == 0 ? 2 : 3;
}

static int
compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = strcmp(x->table, y->table);

	if (order == 0)
		order = x->rule - y->rule;
	if (order == 0)
		order = chain_rank(x->chain) - chain_rank(y->chain);
	if (order == 0)
		order = strcmp(x->chain, y->chain);
	if (order == 0)
		order = x->last - y->last;
	if (order == 0)
		order = strcmp(x->service, y->service);
	if (order == 0)
		order = x->number < y->number ? -1 : 1;
	return order;
}

static bool
holds_services(const char *chain)
{
	return strcmp(chain, "KUBE-SERVICES") == 0 || strcmp(chain, "KUBE-NODEPORTS") == 0 ||
		strcmp(chain, "KUBE-EXTERNAL-SERVICES") == 0 || strcmp(chain, "KUBE-PROXY-FIREWALL") == 0;
}

static void
read_line(struct line *line)
{
	const char *name = line->text + (line->rule ? strlen("-A ") : 1);
	const char *comment = strstr(line->text, "--comment ");

	snprintf(line->chain, sizeof line->chain, "%.*s", (int)strcspn(name, " "), name);
	if (!line->rule || !holds_services(line->chain) || !comment)
		return;
	comment += strlen("--comment ");
	comment += *comment == '"';
	snprintf(line->service, sizeof line->service, "%.*s", (int)strcspn(comment, " \""), comment);
	line->last = strstr(line->text, "must be the last rule") != NULL;
}

static bool
is_node_own(const char *text)
{
	static const char *const names[] = {
		":PREROUTING", ":INPUT", ":OUTPUT", ":FORWARD", ":POSTROUTING", ":KUBE-KUBELET-CANARY",
			":KUBE-PROXY-CANARY",
		":KUBE-IPTABLES-HINT",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strncmp(text, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

/* The text is cut apart. */
static char *
iptables_form(char *text)
{
	struct str out = STR_INIT;
	line_vec lines = VEC_INIT;
	const char *table = "";

	for (char *at = strtok(text, "\n"); at; at = strtok(NULL, "\n")) {
		struct line *line;

		if (*at == '*')
			table = at + 1;
		if ((*at != ':' && *at != '-') || is_node_own(at))
			continue;
		line = vec_push(&lines);
		line->table = table;
		line->text = at;
		line->rule = *at == '-';
		line->number = lines.n;
		read_line(line);
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof *lines.v, compare_lines);
	for (size_t i = 0; i < lines.n; i++)
		str_addf(&out, "%s %s\n", lines.v[i].table, lines.v[i].text);
	vec_release(&lines);
	return str_detach(&out);
}

/* Of nft's commands only the rules of one chain have an order.  NULL: no rule; otherwise from its family on. */
static const char *
rule_place(const char *command)
{
	static const char add_rule[] = "add rule ";

	return strncmp(command, add_rule, strlen(add_rule)) == 0 ? command + strlen(add_rule) : NULL;
}

/* "ip kube-proxy CHAIN " */
static size_t
place_length(const char *place)
{
	size_t len = 0;

	for (int words = 0; words < 3; words++)
		len += strcspn(place + len, " ") + 1;
	return len;
}

static int
compare_commands(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	const char *p = rule_place(x->text), *q = rule_place(y->text);

	if (p && q && strncmp(p, q, place_length(p)) == 0)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->text, y->text);
}

static char *
nft_form(char *text)
{
	struct str out = STR_INIT;
	line_vec lines = VEC_INIT;

	for (char *at = strtok(text, "\n"); at; at = strtok(NULL, "\n")) {
		struct line *line = vec_push(&lines);

		line->text = at;
		line->number = lines.n;
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof *lines.v, compare_commands);
	for (size_t i = 0; i < lines.n; i++)
		str_addf(&out, "%s\n", lines.v[i].text);
	vec_release(&lines);
	return str_detach(&out);
}

static void
check_text(const char *folder, const char *name, char *(*normal_form)(char *text), struct str *got)
{
	char *want = case_file(folder, name), *normal_want, *normal_got;

	if (!want) {
		str_release(got);
		return;
	}
	normal_want = normal_form(want);
	normal_got = normal_form(got->buf);
	if (strcmp(normal_want, normal_got) != 0) {
		const char *w = normal_want, *g = normal_got;

		while (*w && *w == *g)
			w++, g++;
		while (w > normal_want && w[-1] != '\n')
			w--, g--;
		fail_msg("%s/%s: want\n%.*s\ngot\n%.*s", folder, name, (int)strcspn(w, "\n"), w, (int)strcspn(g,
			"\n"), g);
	}
	free(want);
	free(normal_want);
	free(normal_got);
	str_release(got);
}

static void
test_restore(const char *folder, struct environment environment)
{
	struct fixture fixture;
	struct ruleset ruleset;
	struct str text = STR_INIT;

	load_case(&fixture, folder, &environment);
	ruleset_init(&ruleset, environment.family);
	iptables_sync(&(struct proxy_input){ fixture.store, &fixture.settings, environment.node, environment.family, NULL },
		&ruleset, NULL);
	ruleset_write_restore(&ruleset, &text);
	check_text(folder, "rules.expected", iptables_form, &text);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
}

/* rules.saved was taken on a kernel with --random-fully and without the nfacct counters. */
static void
test_save(const char *folder, struct environment environment)
{
	struct fixture fixture;
	struct ruleset ruleset;
	struct str text = STR_INIT;

	environment.random_fully = true;
	*environment.nfacct = '\0';
	load_case(&fixture, folder, &environment);
	ruleset_init(&ruleset, environment.family);
	iptables_node(&(struct proxy_input){ fixture.store, &fixture.settings, environment.node, environment.family, NULL },
		&ruleset, NULL);
	ruleset_write_save(&ruleset, &text);
	check_text(folder, "rules.saved", iptables_form, &text);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
}

/* name, source, protocol, destination, port, expected, masquerade */
#define COLUMNS 7
static void
check_flow(const char *folder, const struct engine *engine, char *const *columns, const struct ip *local, size_t nlocal)
{
	struct packet packet = { .sport = 40000, .dport = (uint16_t)atoi(columns[4]) };
	struct arena arena = ARENA_INIT;
	struct str got = STR_INIT;
	struct tables_walk walk;
	const char *want = strcmp(columns[5], "NOMATCH") == 0 ? "ACCEPT" : columns[5];

	assert_true(protocol_parse(columns[2], &packet.protocol));
	assert_true(ip_parse(columns[1], &packet.src));
	assert_true(ip_parse(columns[3], &packet.dst));
	engine_tables_walk(engine, &packet, local, nlocal, &arena, &walk);
	for (size_t i = 0; i < walk.ndnat; i++)
		str_addf(&got, "%s%s", i ? ", " : "", walk.dnat[i]);
	if (walk.ndnat == 0)
		str_add(&got, walk.verdict);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s, flow \"%s\": want %s, got %s", folder, columns[0], want, got.buf);
	if (walk.ndnat > 0 && walk.masquerade != (strcmp(columns[6], "yes") == 0))
		fail_msg("%s, flow \"%s\": masquerade %s", folder, columns[0], walk.masquerade ? "yes" : "no");
	str_release(&got);
	arena_release(&arena);
}

static void
run_flows(const char *folder, char *text, const struct engine *engine, const struct ip *local, size_t nlocal)
{
	char *line = text ? strchr(text, '\n') : NULL;

	while (line && *++line) {
		char *columns[COLUMNS], *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		for (size_t i = 0; i < COLUMNS; i++) {
			columns[i] = line;
			line += strcspn(line, "\t");
			if (*line)
				*line++ = '\0';
		}
		check_flow(folder, engine, columns, local, nlocal);
		line = end;
	}
	free(text);
}

static void
test_flows(const char *folder, struct environment environment)
{
	struct fixture fixture;
	struct ruleset ruleset;
	struct err err = ERR_INIT;
	struct node_host host;
	struct engine *engine;

	load_case(&fixture, folder, &environment);
	ruleset_init(&ruleset, environment.family);
	iptables_node(&(struct proxy_input){ fixture.store, &fixture.settings, environment.node, environment.family, NULL },
		&ruleset, NULL);
	if (ruleset_link(&ruleset, "node", &err) != 0)
		fixture_fail(&err);
	engine = engine_new(&ruleset);
	host = settings_host(&fixture.settings, environment.node);
	run_flows(folder, case_file(folder, "flows.tsv"), engine, host.local_addresses, host.nlocal_addresses);
	engine_free(engine);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
}

/* Of folders elsewhere only those that speak of nftables. */
static bool elsewhere;

/* The same Services in the nftables mode: packets go the same ways unless nft.flows.tsv says others. */
static void
test_nftables(const char *folder, struct environment environment)
{
	struct fixture fixture;
	struct ruleset ruleset;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct node_host host;
	struct engine *engine;
	char *flows = case_file(folder, "nft.flows.tsv");

	load_case(&fixture, folder, &environment);
	fixture.settings.proxy.mode = PROXY_NFTABLES;
	ruleset_init(&ruleset, environment.family);
	nftables_sync(&(struct proxy_input){ fixture.store, &fixture.settings, environment.node, environment.family, NULL },
		&ruleset);
	if (ruleset_link(&ruleset, "node", &err) != 0)
		fixture_fail(&err);
	nft_write_commands(&ruleset, &text);
	check_text(folder, "nft.expected", nft_form, &text);
	engine = engine_new(&ruleset);
	host = settings_host(&fixture.settings, environment.node);
	if (!flows && !elsewhere)
		flows = case_file(folder, "flows.tsv");
	run_flows(folder, flows, engine, host.local_addresses, host.nlocal_addresses);
	engine_free(engine);
	ruleset_release(&ruleset);
	fixture_release(&fixture);
}

static void
test_case(void **state)
{
	const char *folder = *state;
	struct environment environment = read_environment(folder);

	quote_words(environment.nfacct, sizeof environment.nfacct);
	quote_words(environment.local_ips, sizeof environment.local_ips);
	test_restore(folder, environment);
	test_save(folder, environment);
	test_flows(folder, environment);
	test_nftables(folder, environment);
}

typedef VEC(struct CMUnitTest) test_vec;

static void
add_tests(const char *root, struct dirent **names, int n, test_vec *tests)
{
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (ascii_isdigit((unsigned char)*name)) {
			struct CMUnitTest *test = vec_push(tests);

			test->name = xstrdup(name);
			test->test_func = test_case;
			test->initial_state = xasprintf("%s/%s", root, name);
		}
		free(names[i]);
	}
	free(names);
}

int
main(int argc, char **argv)
{
	const char *root = argc > 1 ? argv[1] : "tests/proxy";
	struct dirent **names;
	int n = scandir(root, &names, NULL, alphasort), failed;
	test_vec tests = VEC_INIT;

	if (n < 0) {
		perror(root);
		return 1;
	}
	elsewhere = argc > 1;
	add_tests(root, names, n, &tests);
	failed = tests.n == 0 || _cmocka_run_group_tests("proxy cases", tests.v, tests.n, NULL, NULL);
	for (size_t i = 0; i < tests.n; i++) {
		free((char *)tests.v[i].name);
		free(tests.v[i].initial_state);
	}
	vec_release(&tests);
	return failed;
}
