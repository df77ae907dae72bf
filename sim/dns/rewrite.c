/*
 * Rules of names alone: those of types, classes, ttl, edns0 and rcode change nothing that is looked at here.  The words
 * of a prefix and of a substring get a final dot like those of whole names, so `prefix foo` is the label foo.
 *
 * Follows plugin/rewrite (CoreDNS 1.11): name.go, rewrite.go, reverter.go.  Patterns are POSIX' extended ones with the
 * most usual classes of Go's.
 */
#include "dns/rewrite.h"

#include <regex.h>
#include <string.h>

#define PATTERN_MAX 200
#define GROUPS_MAX 10
#define WORDS_MAX 40

/* ---- patterns ---- */

static const char *
fill_groups(struct arena *arena, const char *to, const char *text, const regmatch_t *groups)
{
	struct str out = STR_INIT;
	const char *made;

	for (const char *c = to; *c; c++) {
		int group = c[0] == '{' && ascii_isdigit(c[1]) && c[2] == '}' ? c[1] - '0' : -1;

		if (group < 0) {
			str_addch(&out, *c);
			continue;
		}
		if (groups[group].rm_so >= 0)
			str_addn(&out, text + groups[group].rm_so, (size_t)(groups[group].rm_eo - groups[group].rm_so));
		c += 2;
	}
	made = arena_strndup(arena, out.buf, out.len);
	str_release(&out);
	return made;
}

/* \d, \w and \s as POSIX says them, outside brackets. */
static const char *
posix_pattern(struct arena *arena, const char *pattern)
{
	static const struct {
		char letter;
		const char *class;
	} classes[] = { { 'd', "[0-9]" }, { 'w', "[[:alnum:]_]" }, { 's', "[[:space:]]" } };
	struct str out = STR_INIT;
	const char *made;

	for (const char *c = pattern; *c; c++) {
		size_t i = 0;

		if (c[0] != '\\' || !c[1]) {
			str_addch(&out, *c);
			continue;
		}
		c++;
		while (i < sizeof classes / sizeof *classes && classes[i].letter != *c)
			i++;
		if (i < sizeof classes / sizeof *classes)
			str_add(&out, classes[i].class);
		else
			str_addf(&out, ascii_isalnum((unsigned char)*c) || *c == '-' ? "%c" : "\\%c", *c);
	}
	made = arena_strndup(arena, out.buf, out.len);
	str_release(&out);
	return made;
}

const char *
rewrite_pattern(struct arena *arena, const char *pattern, const char *to, const char *text)
{
	regmatch_t groups[GROUPS_MAX];
	const char *made = NULL;
	regex_t regex;

	if (strlen(pattern) > PATTERN_MAX || strchr(pattern, '{') ||
			regcomp(&regex, posix_pattern(arena, pattern), REG_EXTENDED))
		return NULL;
	if (regexec(&regex, text, GROUPS_MAX, groups, 0) == 0)
		made = fill_groups(arena, to, text, groups);
	regfree(&regex);
	return made;
}

/* ---- the question ---- */

const char *
rewrite_normalize(struct arena *arena, const char *name)
{
	char *made = arena_printf(arena, "%s%s", name, str_ends(name, ".") ? "" : ".");

	for (char *c = made; *c; c++)
		*c = (char)ascii_tolower(*c);
	return made;
}

static const char *
question_exact(struct arena *arena, const char *from, const char *to, const char *name)
{
	(void)arena;
	return strcmp(from, name) == 0 ? to : NULL;
}

static const char *
question_prefix(struct arena *arena, const char *from, const char *to, const char *name)
{
	return str_starts(name, from) ? arena_printf(arena, "%s%s", to, name + strlen(from)) : NULL;
}

static const char *
question_suffix(struct arena *arena, const char *from, const char *to, const char *name)
{
	return str_ends(name, from) ? arena_printf(arena, "%.*s%s", (int)(strlen(name) - strlen(from)), name, to) : NULL;
}

static const char *
question_substring(struct arena *arena, const char *from, const char *to, const char *name)
{
	struct str out = STR_INIT;
	const char *made;

	if (!strstr(name, from))
		return NULL;
	for (const char *at; (at = strstr(name, from)); name = at + strlen(from)) {
		str_addn(&out, name, (size_t)(at - name));
		str_add(&out, to);
	}
	str_add(&out, name);
	made = arena_strndup(arena, out.buf, out.len);
	str_release(&out);
	return made;
}

static const struct way {
	const char *name;
	const char *(*rewrite)(struct arena *arena, const char *from, const char *to, const char *name);
	bool pattern;
	bool always_back;	/* without being asked to */
	bool back_by_suffix;
} ways[] = {
	{ "exact", question_exact, false, true, false },
	{ "prefix", question_prefix, false, false, false },
	{ "suffix", question_suffix, false, false, true },
	{ "substring", question_substring, false, false, false },
	{ "regex", rewrite_pattern, true, false, false },
};

static const struct way *
way_find(const char *word)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (ascii_casecmp(ways[i].name, word) == 0)
			return &ways[i];
	}
	return NULL;
}

/* The words of a rule, on its line and in its braces. */
struct rule {
	const char *words[WORDS_MAX];
	size_t n;
	bool goes_on;		/* to the next rule, also after a match */
	const struct way *way;
	const char *from, *to;
	size_t answers;		/* where its rules of answers begin */
};

static void
take_words(struct rule *rule, const struct corefile_line *line, size_t from)
{
	for (size_t i = from; i < line->n && rule->n < WORDS_MAX; i++)
		rule->words[rule->n++] = line->words[i];
}

/* [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO [answer ..]; false: another kind of rule. */
static bool
rule_read(struct rule *rule, struct arena *arena, const struct corefile_plugin *plugin)
{
	size_t at = 0;

	*rule = (struct rule){ .n = 0 };
	take_words(rule, &plugin->head, 1);
	for (size_t i = 0; i < plugin->body.n; i++)
		take_words(rule, &plugin->body.v[i], 0);
	if (rule->n > 0 && (ascii_casecmp(rule->words[0], "continue") == 0 || ascii_casecmp(rule->words[0], "stop") == 0))
		rule->goes_on = ascii_tolower(rule->words[at++][0]) == 'c';
	if (rule->n < at + 3 || ascii_casecmp(rule->words[at], "name") != 0)
		return false;
	at++;
	rule->way = rule->n == at + 2 ? &ways[0] : way_find(rule->words[at++]);
	if (!rule->way || rule->n < at + 2)
		return false;
	rule->from = rule->way->pattern ? rule->words[at] : rewrite_normalize(arena, rule->words[at]);
	rule->to = rewrite_normalize(arena, rule->words[at + 1]);
	rule->answers = at + 2;
	return true;
}

/* answer auto, answer name FROM TO, answer value FROM TO; one `answer` may lead several. */
static bool
take_answers(const struct rule *rule, struct arena *arena, rewriter_vec *out)
{
	bool automatic = false;

	for (size_t at = rule->answers; at < rule->n; at++) {
		const char *word = rule->words[at];
		bool value = strcmp(word, "value") == 0;

		if (strcmp(word, "auto") == 0)
			automatic = true;
		if ((!value && strcmp(word, "name") != 0) || at + 2 >= rule->n)
			continue;
		*vec_push(out) = (struct rewriter){ REWRITER_REGEX, rule->words[at + 1],
			rewrite_normalize(arena, rule->words[at + 2]), !value, value };
		at += 2;
	}
	return automatic;
}

static void
turn_back(const struct rule *rule, struct arena *arena, const char *asked, const char *name, rewriter_vec *back)
{
	rewriter_vec answers = VEC_INIT;
	bool automatic = take_answers(rule, arena, &answers) || rule->way->always_back;

	if (automatic && rule->way->back_by_suffix)
		*vec_push(back) = (struct rewriter){ REWRITER_SUFFIX, rule->to, rule->from, true, true };
	else if (automatic)
		*vec_push(back) = (struct rewriter){ REWRITER_REMAP, name, asked, true, true };
	for (size_t i = 0; i < answers.n; i++)
		*vec_push(back) = answers.v[i];
	vec_release(&answers);
}

const char *
rewrite_question(const struct corefile_block *block, struct arena *arena, const char *name, rewriter_vec *back)
{
	const char *asked = rewrite_normalize(arena, name);
	bool done = false;

	for (size_t i = 0; i < block->plugins.n && !done; i++) {
		const struct corefile_plugin *plugin = &block->plugins.v[i];
		const char *other;
		struct rule rule;

		if (strcmp(plugin->head.words[0], "rewrite") != 0 || !rule_read(&rule, arena, plugin))
			continue;
		other = rule.way->rewrite(arena, rule.from, rule.to, asked);
		if (!other)
			continue;
		turn_back(&rule, arena, asked, other, back);
		name = other;
		asked = rewrite_normalize(arena, other);
		done = !rule.goes_on;
	}
	return name;
}

/* ---- the answer ---- */

/* The name, changed or not. */
static const char *
rewrite_name(const struct rewriter *rewriter, struct arena *arena, const char *name)
{
	size_t len = strlen(name), from = strlen(rewriter->from);
	const char *made;

	if (rewriter->kind == REWRITER_REGEX) {
		made = rewrite_pattern(arena, rewriter->from, rewriter->to, name);
		return made ? made : name;
	}
	if (!str_ends(name, rewriter->from) ||
			(rewriter->kind == REWRITER_REMAP && len > from && name[len - from - 1] != '.'))
		return name;
	return arena_printf(arena, "%.*s%s", (int)(len - from), name, rewriter->to);
}

static void
rewrite_record(const rewriter_vec *back, struct arena *arena, struct dns_record *record)
{
	for (size_t i = 0; i < back->n; i++) {
		const struct rewriter *rewriter = &back->v[i];

		if (rewriter->names)
			record->name = rewrite_name(rewriter, arena, record->name);
		if (rewriter->values && record->target)
			record->target = rewrite_name(rewriter, arena, record->target);
	}
}

void
rewrite_answer(const rewriter_vec *back, struct dns_answer *answer, size_t before)
{
	for (size_t i = before; i < answer->records.n; i++)
		rewrite_record(back, &answer->arena, &answer->records.v[i]);
	for (size_t i = 0; i < answer->additional.n; i++)
		rewrite_record(back, &answer->arena, &answer->additional.v[i]);
}
