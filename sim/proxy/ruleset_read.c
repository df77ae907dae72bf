/*
 * The reader of iptables-save and iptables-restore text, of any cluster: Calico's, Flannel's, Docker's and a vendor's
 * chains come along with Kubernetes'. The text is read to its end into a list of steps before the first of them is
 * done, so that a bad line changes nothing.
 */
#include "proxy/ruleset.h"

#include <string.h>

#include "base/utf8.h"
#include "proxy/rule_read.h"

enum step_kind { STEP_CHAIN, STEP_APPEND, STEP_INSERT, STEP_FLUSH, STEP_DELETE };
struct step {
	enum step_kind kind;
	const char *table, *chain;	/* chain NULL of STEP_FLUSH: every chain */
	const char *policy;
	size_t position;
	const struct match *matches;
	size_t nmatches;
	struct target target;
	unsigned line;
};

struct reader {
	struct ruleset *ruleset;
	struct rule_reader rule;
	struct arena arena;	/* of the steps; gone when they are done */
	VEC(struct step) steps;
	const char *table;	/* NULL outside *table .. COMMIT */
	struct map declared;	/* the chains that the text has named so far in this table */
};

#define fail(reader, ...) rule_fail(&(reader)->rule, __VA_ARGS__)

static const struct word *
word_at(const struct reader *reader, size_t i)
{
	return &reader->rule.words[i];
}

static struct step *
add_step(struct reader *reader, enum step_kind kind, const char *chain)
{
	struct step *step = vec_push(&reader->steps);

	step->kind = kind;
	step->table = reader->table;
	step->chain = chain ? arena_strdup(&reader->arena, chain) : NULL;
	step->line = reader->rule.line;
	return step;
}

static bool
is_builtin(const struct reader *reader, const char *chain)
{
	for (const char *const *name = table_builtins(reader->table); *name; name++) {
		if (strcmp(*name, chain) == 0)
			return true;
	}
	return false;
}

static bool
is_chain(const struct reader *reader, const char *name)
{
	const struct table *table = ruleset_find_table(reader->ruleset, reader->table);

	return map_get(&reader->declared, name) || is_builtin(reader, name) || (table && table_find_chain(table, name));
}

static int
check_chain(struct reader *reader, size_t i)
{
	const struct word *word = word_at(reader, i);

	if (strlen(word->text) > CHAIN_NAME_MAX)
		return fail(reader, word->column, "the chain name %s is longer than %d characters", word->text,
			CHAIN_NAME_MAX);
	if (!is_chain(reader, word->text))
		return fail(reader, word->column, "table %s has no chain %s", reader->table, word->text);
	return 0;
}

/* The rule that was read last, with texts that outlive its line. */
static void
keep_rule(struct reader *reader, struct step *step)
{
	const struct rule_reader *rule = &reader->rule;
	struct match *matches;

	step->target = rule->target;
	if (rule->target.text)
		step->target.text = arena_strdup(&reader->arena, rule->target.text);
	if (rule->matches.n == 0)
		return;
	matches = arena_memdup(&reader->arena, rule->matches.v, rule->matches.n * sizeof *matches);
	for (size_t i = 0; i < rule->matches.n; i++) {
		if (matches[i].text)
			matches[i].text = arena_strdup(&reader->arena, matches[i].text);
	}
	step->matches = matches;
	step->nmatches = rule->matches.n;
}

/* "-A CHAIN .." and "-I CHAIN [number] ..", the words from `at` */
static int
read_rule(struct reader *reader, size_t at)
{
	bool insert = rule_word_is(&reader->rule, at, "-I") || rule_word_is(&reader->rule, at, "--insert");
	const char *number = insert && at + 2 < reader->rule.n ? word_at(reader, at + 2)->text : "";
	uint32_t position = 1;
	struct step *step;
	size_t i = at + 2;

	if (check_chain(reader, at + 1) != 0)
		return -1;
	if (ascii_isdigit((unsigned char)*number)) {
		if (!rule_parse_number(&number, UINT32_MAX, &position) || *number || position == 0)
			return fail(reader, word_at(reader, i)->column, "\"%s\" is not a rule number",
				word_at(reader, i)->text);
		i++;
	}
	if (rule_read(&reader->rule, i) != 0)
		return -1;
	step = add_step(reader, insert ? STEP_INSERT : STEP_APPEND, word_at(reader, at + 1)->text);
	step->position = position - 1;
	keep_rule(reader, step);
	return 0;
}

/* Lines. */

static int
declare_chain(struct reader *reader, const struct word *name, const char *text, const char *policy, unsigned column)
{
	bool builtin = is_builtin(reader, text);
	bool standard = strcmp(policy, "ACCEPT") == 0 || strcmp(policy, "DROP") == 0;

	if (!rule_is_name(text) || strlen(text) > CHAIN_NAME_MAX)
		return fail(reader, name->column, "a chain name has 1 to %d characters and no blanks", CHAIN_NAME_MAX);
	if (builtin ? !standard : strcmp(policy, "-") != 0)
		return fail(reader, column, builtin ? "the policy of %s is ACCEPT or DROP, not \"%s\"" :
			"chain %s is not built in and has no policy but \"-\", not \"%s\"", text, policy);
	map_set(&reader->declared, text, reader);
	add_step(reader, STEP_CHAIN, text)->policy = arena_strdup(&reader->ruleset->arena, policy);
	return 0;
}

static int
read_append(struct reader *reader, size_t at)
{
	if (at + 1 >= reader->rule.n)
		return fail(reader, word_at(reader, at)->column, "%s needs a chain", word_at(reader, at)->text);
	return read_rule(reader, at);
}

static int
read_new(struct reader *reader, size_t at)
{
	if (at + 1 >= reader->rule.n)
		return fail(reader, word_at(reader, at)->column, "%s needs a chain", word_at(reader, at)->text);
	return declare_chain(reader, word_at(reader, at + 1), word_at(reader, at + 1)->text, "-",
		word_at(reader, at + 1)->column);
}

static int
read_policy(struct reader *reader, size_t at)
{
	if (at + 2 >= reader->rule.n)
		return fail(reader, word_at(reader, at)->column, "%s needs a chain and a policy",
			word_at(reader, at)->text);
	if (!is_builtin(reader, word_at(reader, at + 1)->text))
		return fail(reader, word_at(reader, at + 1)->column, "%s is not a built-in chain of table %s",
			word_at(reader, at + 1)->text, reader->table);
	return declare_chain(reader, word_at(reader, at + 1), word_at(reader, at + 1)->text,
		word_at(reader, at + 2)->text, word_at(reader, at + 2)->column);
}

static int
read_flush(struct reader *reader, size_t at)
{
	if (at + 1 < reader->rule.n && check_chain(reader, at + 1) != 0)
		return -1;
	add_step(reader, STEP_FLUSH, at + 1 < reader->rule.n ? word_at(reader, at + 1)->text : NULL);
	return 0;
}

static int
read_delete_chain(struct reader *reader, size_t at)
{
	if (at + 1 >= reader->rule.n)
		return fail(reader, word_at(reader, at)->column, "%s needs a chain", word_at(reader, at)->text);
	if (check_chain(reader, at + 1) != 0)
		return -1;
	add_step(reader, STEP_DELETE, word_at(reader, at + 1)->text);
	return 0;
}

static const struct {
	const char *name, *long_name;
	int (*read)(struct reader *reader, size_t at);
} commands[] = {
	{ "-A", "--append", read_append },
	{ "-I", "--insert", read_append },
	{ "-N", "--new-chain", read_new },
	{ "-P", "--policy", read_policy },
	{ "-F", "--flush", read_flush },
	{ "-X", "--delete-chain", read_delete_chain },
};

static int
read_command(struct reader *reader)
{
	size_t at = word_at(reader, 0)->text[0] == '[' && reader->rule.n > 1;	/* counters */
	const struct word *word = word_at(reader, at);

	if (*word->text != '-')
		return fail(reader, word->column, "expected \"*table\", \":CHAIN\", \"-A CHAIN\" or \"COMMIT\"; "
			"this is not the text of iptables-save");
	if (!reader->table)
		return fail(reader, word->column, "a rule outside of a table: \"*nat\" or another table's line "
			"comes first, as in the text of iptables-save");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(commands[i].name, word->text) == 0 || strcmp(commands[i].long_name, word->text) == 0)
			return commands[i].read(reader, at);
	}
	return fail(reader, word->column, "%s is not read here; -A, -I, -N, -P, -F and -X are", word->text);
}

static int
open_table(struct reader *reader)
{
	const char *name = word_at(reader, 0)->text + 1;

	if (reader->table)
		return fail(reader, 1, "table %s has no COMMIT", reader->table);
	if (!table_builtins(name))
		return fail(reader, word_at(reader, 0)->column, "\"%s\" is not a table; filter, nat, mangle, raw and "
			"security are", name);
	reader->table = arena_strdup(&reader->arena, name);
	map_release(&reader->declared);
	/* a table exists from its first line on, also without chains */
	add_step(reader, STEP_CHAIN, NULL);
	return 0;
}

static int
read_chain_line(struct reader *reader)
{
	const struct word *name = word_at(reader, 0);

	if (!reader->table)
		return fail(reader, name->column, "a chain outside of a table: \"*nat\" or another table's line "
			"comes first");
	if (reader->rule.n < 2)
		return fail(reader, name->column, "expected \":CHAIN POLICY [packets:bytes]\"");
	return declare_chain(reader, name, name->text + 1, word_at(reader, 1)->text, word_at(reader, 1)->column);
}

static int
check_bytes(struct reader *reader, const char *line, size_t len)
{
	if (len > RULESET_LINE_MAX)
		return fail(reader, 0, "a line longer than %u bytes", RULESET_LINE_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return fail(reader, (unsigned)i + 1, "byte 0x%02x: this is not text", c);
	}
	if (!utf8_valid(line, len))
		return fail(reader, 0, "not valid UTF-8: this is not text");
	return 0;
}

static int
read_line(struct reader *reader, const char *line, size_t len)
{
	while (len > 0 && line[len - 1] == '\r')
		len--;
	if (check_bytes(reader, line, len) != 0)
		return -1;
	if (len > 0 && *line == '#')
		return 0;
	if (rule_cut(&reader->rule, line, len) != 0)
		return -1;
	if (reader->rule.n == 0)
		return 0;
	switch (*word_at(reader, 0)->text) {
	case '*':
		return open_table(reader);
	case ':':
		return read_chain_line(reader);
	default:
		break;
	}
	if (!rule_word_is(&reader->rule, 0, "COMMIT"))
		return read_command(reader);
	if (!reader->table)
		return fail(reader, word_at(reader, 0)->column, "COMMIT outside of a table");
	reader->table = NULL;
	return 0;
}

static void
flush_all(struct table *table)
{
	for (size_t i = 0; i < table->chains.n; i++)
		table_flush_chain(table, table->chains.v[i]);
}

static void
do_chain_step(struct ruleset *ruleset, struct table *table, const struct step *step)
{
	struct chain *chain;

	if (!step->chain)
		return;
	chain = table_chain(ruleset, table, step->chain);
	if (*step->policy == '-')
		table_flush_chain(table, chain);
	chain->policy = step->policy;
}

static void
do_step(struct ruleset *ruleset, const struct step *step)
{
	struct table *table = ruleset_table(ruleset, step->table);
	struct rule *rule;

	switch (step->kind) {
	case STEP_CHAIN:
		do_chain_step(ruleset, table, step);
		break;
	case STEP_APPEND:
		rule = table_append(ruleset, table, step->chain, step->matches, step->nmatches, &step->target);
		rule->line = step->line;
		break;
	case STEP_INSERT:
		rule = table_insert(ruleset, table, step->chain, step->position, step->matches, step->nmatches,
			&step->target);
		rule->line = step->line;
		break;
	case STEP_FLUSH:
		if (step->chain)
			table_flush_chain(table, table_chain(ruleset, table, step->chain));
		else
			flush_all(table);
		break;
	case STEP_DELETE:
		*vec_push(&table->removed) = arena_strdup(&ruleset->arena, step->chain);
		break;
	}
}

static int
read_lines(struct reader *reader, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		reader->rule.line++;
		if (read_line(reader, text, (size_t)(stop - text)) != 0)
			return -1;
		text = newline ? newline + 1 : end;
	}
	if (reader->table)
		return fail(reader, 0, "table %s has no COMMIT", reader->table);
	return 0;
}

int
ruleset_read(struct ruleset *ruleset, const char *file, const char *text, size_t len, struct err *err)
{
	struct reader reader = { .ruleset = ruleset, .rule = { .family = ruleset->family, .file = file, .err = err },
		.declared = MAP_INIT };
	int result;

	if (len > RULESET_BYTES_MAX)
		return err_at(err, file, 0, 0, "longer than %u bytes", RULESET_BYTES_MAX);
	result = read_lines(&reader, text, len);
	for (size_t i = 0; result == 0 && i < reader.steps.n; i++)
		do_step(ruleset, &reader.steps.v[i]);
	vec_release(&reader.steps);
	map_release(&reader.declared);
	rule_reader_release(&reader.rule);
	arena_release(&reader.arena);
	return result;
}
