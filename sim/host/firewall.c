/*
 * iptables' commands that change rules (iptables(8)).  Only the node's own rules change: a rule of kube-proxy's that
 * somebody deletes is back at its next sync, so here it stays.  Texts are kept as iptables-save prints them, and changed
 * line by line.
 */
#include "host/firewall.h"

#include <string.h>

#include "host/node_host.h"
#include "proxy/ruleset.h"

struct firewall {
	struct io *io;
	const char *command;		/* "iptables" */
	const char *table, *chain;
	const struct change *change;
	size_t number;			/* of -I and -D, from 1; 0: none was given */
	struct str words;		/* the rest: the rule, or the policy */
	char *rule;			/* canonical: "-A INPUT -p tcp .. -j DROP"; NULL */
	const struct ruleset *now;	/* what is on the node */
};

static int change_append(struct firewall *firewall, struct node_rules *rules);
static int change_insert(struct firewall *firewall, struct node_rules *rules);
static int change_delete(struct firewall *firewall, struct node_rules *rules);
static int change_check(struct firewall *firewall, struct node_rules *rules);
static int change_flush(struct firewall *firewall, struct node_rules *rules);
static int change_policy(struct firewall *firewall, struct node_rules *rules);
static int change_new_chain(struct firewall *firewall, struct node_rules *rules);
static int change_delete_chain(struct firewall *firewall, struct node_rules *rules);
static int change_zero(struct firewall *firewall, struct node_rules *rules);

static const struct change {
	const char *letter, *word;
	int (*run)(struct firewall *firewall, struct node_rules *rules);
	bool needs_chain, rule, number;		/* what stands behind the word */
} changes[] = {
	{ "-A", "--append", change_append, true, true, false },
	{ "-I", "--insert", change_insert, true, true, true },
	{ "-D", "--delete", change_delete, true, true, true },
	{ "-C", "--check", change_check, true, true, false },
	{ "-F", "--flush", change_flush, false, false, false },
	{ "-P", "--policy", change_policy, true, false, false },
	{ "-N", "--new-chain", change_new_chain, true, false, false },
	{ "-X", "--delete-chain", change_delete_chain, false, false, false },
	{ "-Z", "--zero", change_zero, false, false, false },
};
#define CHANGES (sizeof changes / sizeof changes[0])

static const struct change *
change_of(const char *word)
{
	for (size_t i = 0; i < CHANGES; i++) {
		if (strcmp(word, changes[i].letter) == 0 || strcmp(word, changes[i].word) == 0)
			return &changes[i];
	}
	return NULL;
}

bool
firewall_is_change(int argc, const char *const *argv)
{
	for (int i = 1; i < argc; i++) {
		if (change_of(argv[i]))
			return true;
	}
	return false;
}

static int PRINTF_LIKE(3, 4)
refuse(const struct firewall *firewall, int status, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_printf(
		firewall->io->err, "%s%s\n", status == 2 ? "iptables v1.8.9 (nf_tables): " : "iptables: ", text.buf);
	if (status == 2)
		sink_printf(firewall->io->err, "Try `%s -h' or '%s --help' for more information.\n", firewall->command,
			firewall->command);
	str_release(&text);
	return status;
}

/* ---- texts ---- */

/* The text of one table as a list of lines, without the frame; other tables stay as they are. */
struct section {
	size_t start, end;	/* of its lines in the text, behind the header and before COMMIT */
};

static void
section_find(struct str *text, const char *table, struct section *section)
{
	char *header = xasprintf("*%s\n", table);
	const char *at = strstr(text->buf, header);

	if (!at) {
		str_addf(text, "%sCOMMIT\n", header);
		at = strstr(text->buf, header);
	}
	section->start = (size_t)(at - text->buf) + strlen(header);
	section->end = (size_t)(strstr(at, "COMMIT\n") - text->buf);
	free(header);
}

static void
text_insert(struct str *text, size_t at, const char *line)
{
	char *tail = xstrdup(text->buf + at);

	str_truncate(text, at);
	str_addf(text, "%s\n%s", line, tail);
	free(tail);
}

static void
text_remove(struct str *text, size_t at)
{
	char *tail = xstrdup(text->buf + at + strcspn(text->buf + at, "\n") + 1);

	str_truncate(text, at);
	str_add(text, tail);
	free(tail);
}

/* The line of the section where the n-th rule of the chain is (from 1), or the rule itself; SIZE_MAX: none. */
static size_t
section_rule(const struct str *text, const struct section *section, const char *chain, size_t number, const char *rule)
{
	char *prefix = xasprintf("-A %s ", chain);
	size_t found = SIZE_MAX;

	for (size_t at = section->start; at < section->end && found == SIZE_MAX;
		at += strcspn(text->buf + at, "\n") + 1) {
		size_t len = strcspn(text->buf + at, "\n");

		if (!str_starts(text->buf + at, prefix))
			continue;
		if (rule ? strlen(rule) == len && strncmp(text->buf + at, rule, len) == 0 : number-- == 1)
			found = at;
	}
	free(prefix);
	return found;
}

static size_t
text_count(const struct firewall *firewall, struct str *text)
{
	struct section section;
	size_t n = 0;

	section_find(text, firewall->table, &section);
	while (section_rule(text, &section, firewall->chain, n + 1, NULL) != SIZE_MAX)
		n++;
	return n;
}

/* ---- reading ---- */

/* Words that are neither a known match nor the options of a module: a slip of the fingers. */
static int
refuse_strangers(const struct firewall *firewall, const struct rule *rule)
{
	for (size_t i = 0; i < rule->nmatches; i++) {
		const char *text = rule->matches[i].kind == MATCH_OTHER ? rule->matches[i].text : "-m";
		int len = (int)strcspn(text, " ");

		if (text[0] != '-')
			return refuse(firewall, 2, "Bad argument `%.*s'", len, text);
		if (strncmp(text, "-m", 2) != 0 && strncmp(text, "--match", 7) != 0)
			return refuse(firewall, 2, "unknown option \"%.*s\"", len, text);
	}
	return 0;
}

/* The words behind -A, -I and the like: a chain, and for some a number. */
static int
read_change(struct firewall *firewall, const struct change *change, int argc, const char *const *argv, int *at)
{
	firewall->change = change;
	if (*at + 1 < argc && argv[*at + 1][0] != '-')
		firewall->chain = argv[++*at];
	if (!firewall->chain && change->needs_chain)
		return refuse(firewall, 2, "option \"%s\" requires an argument", argv[*at]);
	if (change->number && *at + 1 < argc && ascii_isdigit(argv[*at + 1][0]))
		firewall->number = (size_t)strtoul(argv[++*at], NULL, 10);
	return 0;
}

static int
firewall_read(struct firewall *firewall, int argc, const char *const *argv)
{
	firewall->table = "filter";
	for (int i = 1; i < argc; i++) {
		const struct change *change = firewall->change ? NULL : change_of(argv[i]);

		if ((strcmp(argv[i], "-t") == 0 || strcmp(argv[i], "--table") == 0) && i + 1 < argc)
			firewall->table = argv[++i];
		else if (change) {
			if (read_change(firewall, change, argc, argv, &i))
				return 2;
		} else if (strcmp(argv[i], "-w") != 0 && strcmp(argv[i], "--wait") != 0)
			str_addf(&firewall->words, strchr(argv[i], ' ') ? " \"%s\"" : " %s", argv[i]);
	}
	if (!table_builtins(firewall->table))
		return refuse(
			firewall, 2, "can't initialize iptables table `%s': Table does not exist", firewall->table);
	return 0;
}

/* The rule's words in the form that iptables-save has for them. */
static int
firewall_rule(struct firewall *firewall)
{
	struct str text = STR_INIT, saved = STR_INIT;
	struct err err = ERR_INIT;
	struct ruleset rules;
	int status;

	ruleset_init(&rules, IP_V4);
	str_addf(&text, "*%s\n-A %s%s\nCOMMIT\n", firewall->table, firewall->chain, firewall->words.buf);
	if (ruleset_read(&rules, "iptables", text.buf, text.len, &err)) {
		status = refuse(firewall, 2, "%s", err.text);
		err_release(&err);
	} else {
		const struct chain *chain =
			table_find_chain(ruleset_find_table(&rules, firewall->table), firewall->chain);

		status = refuse_strangers(firewall, chain->rules.v[0]);
		rule_write_save(chain->rules.v[0], &saved);
		firewall->rule = xasprintf("%.*s", (int)strcspn(saved.buf, "\n"), saved.buf);
	}
	ruleset_release(&rules);
	str_release(&text);
	str_release(&saved);
	return status;
}

/* ---- changing ---- */

static int
no_such_rule(const struct firewall *firewall)
{
	if (firewall->number)
		return refuse(firewall, 1, "Index of %s too big.",
			firewall->change->run == change_insert ? "insertion" : "deletion");
	return refuse(firewall, 1, "Bad rule (does a matching rule exist in that chain?).");
}

static int
change_insert(struct firewall *firewall, struct node_rules *rules)
{
	size_t before = text_count(firewall, &rules->first);
	struct section section;
	size_t at;

	section_find(&rules->first, firewall->table, &section);
	if (firewall->number > before + 1) {	/* behind kube-proxy's */
		section_find(&rules->last, firewall->table, &section);
		text_insert(&rules->last, section.end, firewall->rule);
		return 0;
	}
	at = section_rule(&rules->first, &section, firewall->chain, firewall->number ? firewall->number : 1, NULL);
	text_insert(&rules->first, at == SIZE_MAX ? section.end : at, firewall->rule);
	return 0;
}

static int
change_append(struct firewall *firewall, struct node_rules *rules)
{
	struct section section;

	section_find(&rules->last, firewall->table, &section);
	text_insert(&rules->last, section.end, firewall->rule);
	return 0;
}

/* How many rules the chain has on the node, kube-proxy's too. */
static size_t
chain_length(const struct firewall *firewall)
{
	const struct table *table = ruleset_find_table(firewall->now, firewall->table);
	const struct chain *chain = table ? table_find_chain(table, firewall->chain) : NULL;

	return chain ? chain->rules.n : 0;
}

/* The text and the line where the rule that is meant stands; NULL: it is kube-proxy's, or there is none. */
static struct str *
find_rule(struct firewall *firewall, struct node_rules *rules, size_t *at)
{
	size_t before = text_count(firewall, &rules->first), after = text_count(firewall, &rules->last);
	size_t length = chain_length(firewall), number = firewall->number;
	struct section section;

	section_find(&rules->first, firewall->table, &section);
	if (!number || number <= before) {
		*at = section_rule(&rules->first, &section, firewall->chain, number, number ? NULL : firewall->rule);
		if (*at != SIZE_MAX)
			return &rules->first;
	}
	section_find(&rules->last, firewall->table, &section);
	if (!number || number + after > length) {
		*at = section_rule(&rules->last, &section, firewall->chain, number + after - length,
			number ? NULL : firewall->rule);
		if (*at != SIZE_MAX)
			return &rules->last;
	}
	return NULL;
}

static int
change_check(struct firewall *firewall, struct node_rules *rules)
{
	size_t at;

	return find_rule(firewall, rules, &at) ? 0 : no_such_rule(firewall);
}

static int
change_delete(struct firewall *firewall, struct node_rules *rules)
{
	size_t at;
	struct str *text;

	if (firewall->number > chain_length(firewall))
		return no_such_rule(firewall);
	text = find_rule(firewall, rules, &at);
	if (text)
		text_remove(text, at);
	return text || firewall->number ? 0 : no_such_rule(firewall);
}

/* All own rules of the chain, or of the table's chains. */
static int
change_flush(struct firewall *firewall, struct node_rules *rules)
{
	struct str *texts[] = { &rules->first, &rules->last };

	for (size_t i = 0; i < 2; i++) {
		struct section section;

		section_find(texts[i], firewall->table, &section);
		for (size_t at = section.start; at < section.end;) {
			size_t len = strcspn(texts[i]->buf + at, "\n") + 1;
			bool rule = str_starts(texts[i]->buf + at, "-A ");
			size_t name = firewall->chain ? strlen(firewall->chain) : 0;

			if (rule && (!name || (strncmp(texts[i]->buf + at + 3, firewall->chain, name) == 0 &&
				texts[i]->buf[at + 3 + name] == ' '))) {
				text_remove(texts[i], at);
				section.end -= len;
			} else
				at += len;
		}
	}
	return 0;
}

/* The chain's own line: its policy, "-" for one of one's own; text NULL takes it away. */
static void
put_chain(struct firewall *firewall, struct node_rules *rules, const char *policy)
{
	char *prefix = xasprintf(":%s ", firewall->chain), *line;
	struct section section;

	section_find(&rules->first, firewall->table, &section);
	for (size_t at = section.start; at < section.end; at += strcspn(rules->first.buf + at, "\n") + 1) {
		if (!str_starts(rules->first.buf + at, prefix))
			continue;
		text_remove(&rules->first, at);
		break;
	}
	if (policy) {
		line = xasprintf("%s%s [0:0]", prefix, policy);
		text_insert(&rules->first, section.start, line);
		free(line);
	}
	free(prefix);
}

static int
change_policy(struct firewall *firewall, struct node_rules *rules)
{
	const char *policy = firewall->words.len ? firewall->words.buf + 1 : "";
	const char *const *builtins = table_builtins(firewall->table);

	while (*builtins && strcmp(*builtins, firewall->chain) != 0)
		builtins++;
	if (strcmp(policy, "ACCEPT") != 0 && strcmp(policy, "DROP") != 0)
		return refuse(firewall, 1, "Bad policy name. Run `dmesg' for more information.");
	if (!*builtins)
		return refuse(firewall, 1, "Bad built-in chain name.");
	put_chain(firewall, rules, policy);
	return 0;
}

static bool
chain_is_there(const struct firewall *firewall)
{
	const struct table *table = ruleset_find_table(firewall->now, firewall->table);

	return table && table_find_chain(table, firewall->chain);
}

static int
change_new_chain(struct firewall *firewall, struct node_rules *rules)
{
	if (chain_is_there(firewall))
		return refuse(firewall, 1, "Chain already exists.");
	put_chain(firewall, rules, "-");
	return 0;
}

static int
change_delete_chain(struct firewall *firewall, struct node_rules *rules)
{
	if (!firewall->chain)
		return 0;
	if (chain_length(firewall))
		return refuse(
			firewall, 4, "CHAIN_USER_DEL failed (Device or resource busy): chain %s", firewall->chain);
	put_chain(firewall, rules, NULL);
	return 0;
}

/* Counters are at zero already. */
static int
change_zero(struct firewall *firewall, struct node_rules *rules)
{
	(void)firewall;
	(void)rules;
	return 0;
}

static int
firewall_check(struct firewall *firewall)
{
	if (strcmp(firewall->command, "ip6tables") == 0)
		return refuse(firewall, 1, "the IPv6 rules of this node can only be looked at here.");
	if (firewall->chain && firewall->change->run != change_new_chain && firewall->change->run != change_policy &&
		!chain_is_there(firewall))
		return refuse(firewall, 1, "No chain/target/match by that name.");
	if (firewall->change->rule && (firewall->words.len || !firewall->number))
		return firewall_rule(firewall);
	return 0;
}

int
firewall_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct firewall firewall = { .io = io, .command = argv[0], .words = STR_INIT };
	struct world_node *node = node_here(shell);
	struct node_rules rules;
	int status = node ? firewall_read(&firewall, argc, argv) : 1;

	if (!status) {
		firewall.now = world_rules(&shell->cluster->world, node, IP_V4);
		status = firewall_check(&firewall);
	}
	if (!status) {
		node_rules_get(shell, &rules);
		status = firewall.change->run(&firewall, &rules);
		if (!status)
			node_rules_put(shell, &rules);
		node_rules_release(&rules);
	}
	str_release(&firewall.words);
	free(firewall.rule);
	return status;
}
