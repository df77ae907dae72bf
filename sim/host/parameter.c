#include "host/parameter.h"

#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "host/arith.h"
#include "host/expand.h"

struct expansion {
	struct shell *shell;
	const struct streams *streams;
	const struct part *part;
	struct str *out;
};

/* ---- values ---- */

static void
arguments_text(const struct shell *shell, struct str *out)
{
	for (size_t i = 0; i < shell->args.n; i++)
		str_addf(out, "%s%s", i ? " " : "", shell->args.v[i]);
}

/* The parameters that are no variables; false when the name is none of them. */
static bool
special_value(const struct shell *shell, const char *name, bool *set, struct str *out)
{
	unsigned long number;

	*set = true;
	switch (*name) {
	case '?':
		str_addf(out, "%d", shell->status);
		return true;
	case '#':
		str_addf(out, "%zu", shell->args.n);
		return true;
	case '@':
	case '*':
		*set = shell->args.n > 0;
		arguments_text(shell, out);
		return true;
	case '$':
		str_addf(out, "%u", SHELL_PROCESS);
		return true;
	case '!':
		*set = shell->last_job > 0;
		if (*set)
			str_addf(out, "%u", shell->last_job);
		return true;
	case '-':
		shell_options_text(shell, out);
		return true;
	}
	if (!ascii_isdigit(*name))
		return false;
	number = strtoul(name, NULL, 10);
	if (!number)
		str_add(out, shell->zero ? shell->zero : "bash");
	*set = number <= shell->args.n;
	if (number && *set)
		str_add(out, shell->args.v[number - 1]);
	return true;
}

static bool
value_of(const struct shell *shell, const char *name, struct str *out)
{
	const char *value;
	bool set;

	if (special_value(shell, name, &set, out))
		return set;
	value = shell_variable(shell, name);
	if (value)
		str_add(out, value);
	return value != NULL;
}

/* ---- cutting ---- */

/*
 * How much of value the pattern takes from its head or its tail: the shortest piece that matches, or the longest;
 * SIZE_MAX: none.
 */
static size_t
piece(const char *value, const char *pattern, bool head, bool longest)
{
	size_t len = strlen(value);
	char *copy = xstrdup(value);
	size_t found = SIZE_MAX;

	for (size_t i = 0; i <= len && found == SIZE_MAX; i++) {
		size_t n = longest ? len - i : i;
		char kept = copy[n];

		if (head)
			copy[n] = '\0';
		if (glob_match(pattern, head ? copy : copy + len - n))
			found = n;
		copy[n] = kept;
	}
	free(copy);
	return found;
}

static void
cut(struct expansion *e, const char *value, const char *pattern)
{
	bool head = e->part->parameter == PARAMETER_HEAD || e->part->parameter == PARAMETER_HEAD_LONG;
	bool longest = e->part->parameter == PARAMETER_HEAD_LONG || e->part->parameter == PARAMETER_TAIL_LONG;
	size_t n = strlen(value) > 100000 ? SIZE_MAX : piece(value, pattern, head, longest), len = strlen(value);

	n = n == SIZE_MAX ? 0 : n;
	str_addn(e->out, head ? value + n : value, len - n);
}

/* A # before the pattern holds it to the start, a % to the end. */
static void
replace(struct expansion *e, const char *value, const char *pattern, const char *with)
{
	bool all = e->part->parameter == PARAMETER_REPLACE_ALL, start = !all && *pattern == '#';
	bool end = !all && *pattern == '%', done = false;

	if (strlen(value) > 20000 || !pattern[start || end]) {
		str_add(e->out, value);
		return;
	}
	pattern += start || end;
	while (*value && !done) {
		size_t n = end ? (glob_match(pattern, value) ? strlen(value) : SIZE_MAX)
			: piece(value, pattern, true, true);

		if (n == SIZE_MAX || n == 0) {
			str_addch(e->out, *value++);
			done = start;
			continue;
		}
		str_add(e->out, with);
		value += n;
		done = !all;
	}
	str_add(e->out, value);
}

static bool
pattern_form(struct expansion *e, const char *value)
{
	struct str pattern = STR_INIT, with = STR_INIT;
	bool ok = expand_pattern(e->shell, e->streams, e->part->operand, &pattern) &&
		(!e->part->second || expand_text(e->shell, e->streams, e->part->second, &with));

	if (ok && e->part->parameter >= PARAMETER_REPLACE)
		replace(e, value, pattern.buf, with.buf);
	else if (ok)
		cut(e, value, pattern.buf);
	str_release(&pattern);
	str_release(&with);
	return ok;
}

static bool
number_of(struct expansion *e, const struct word *word, int64_t *number)
{
	struct str text = STR_INIT;
	bool ok = expand_text(e->shell, e->streams, word, &text) && arith_eval(e->shell, e->streams, text.buf, number);

	str_release(&text);
	return ok;
}

/* ${v:offset:length}; below zero both count from the end. */
static bool
substring(struct expansion *e, const char *value)
{
	int64_t len = (int64_t)strlen(value), from = 0, n = len;

	if (!number_of(e, e->part->operand, &from) || (e->part->second && !number_of(e, e->part->second, &n)))
		return false;
	from = from < 0 ? from + len : from;
	if (from < 0 || from > len)
		return true;
	if (n < 0 && len + n < from) {
		shell_error(e->streams, 1, "%lld: substring expression < 0", (long long)n);
		return false;
	}
	n = n < 0 ? len + n - from : n;
	n = n > len - from ? len - from : n;
	str_addn(e->out, value + from, (size_t)n);
	return true;
}

static void
change_case(struct expansion *e, const char *value)
{
	bool upper = e->part->parameter <= PARAMETER_UPPER_ALL;
	bool all = e->part->parameter == PARAMETER_UPPER_ALL || e->part->parameter == PARAMETER_LOWER_ALL;

	for (size_t i = 0; value[i]; i++) {
		char c = value[i];

		if (i && !all)
			str_addch(e->out, c);
		else
			str_addch(e->out, (char)(upper ? ascii_toupper(c) : ascii_tolower(c)));
	}
}

/* ---- forms ---- */

static bool
complain(struct expansion *e)
{
	struct str why = STR_INIT;

	if (expand_text(e->shell, e->streams, e->part->operand, &why))
		shell_error(e->streams, 1, "%s: %s", e->part->text, why.len ? why.buf : "parameter null or not set");
	str_release(&why);
	return false;
}

/* - = ? +: is there a value? */
static bool
standard_form(struct expansion *e, const char *value, bool set)
{
	bool there = set && (!e->part->colon || *value);
	size_t start = e->out->len;

	if (e->part->parameter == PARAMETER_OTHER)
		return there ? expand_text(e->shell, e->streams, e->part->operand, e->out) : true;
	if (there) {
		str_add(e->out, value);
		return true;
	}
	if (e->part->parameter == PARAMETER_ERROR)
		return complain(e);
	if (!expand_text(e->shell, e->streams, e->part->operand, e->out))
		return false;
	if (e->part->parameter == PARAMETER_ASSIGN && name_length(e->part->text))
		shell_set_variable(e->shell, e->part->text, e->out->buf + start);
	return true;
}

static bool
form_text(struct expansion *e, const struct str *value, bool set)
{
	switch (e->part->parameter) {
	case PARAMETER_VALUE:
		str_addn(e->out, value->buf, value->len);
		return true;
	case PARAMETER_LENGTH:
		str_addf(e->out, "%zu", strchr("@*", *e->part->text) ? e->shell->args.n : value->len);
		return true;
	case PARAMETER_STANDARD:
	case PARAMETER_ASSIGN:
	case PARAMETER_ERROR:
	case PARAMETER_OTHER:
		return standard_form(e, value->buf, set);
	case PARAMETER_HEAD:
	case PARAMETER_HEAD_LONG:
	case PARAMETER_TAIL:
	case PARAMETER_TAIL_LONG:
	case PARAMETER_REPLACE:
	case PARAMETER_REPLACE_ALL:
		return pattern_form(e, value->buf);
	case PARAMETER_SUBSTRING:
		return substring(e, value->buf);
	case PARAMETER_UPPER:
	case PARAMETER_UPPER_ALL:
	case PARAMETER_LOWER:
	case PARAMETER_LOWER_ALL:
		change_case(e, value->buf);
		return true;
	}
	return true;
}

bool
parameter_text(struct shell *shell, const struct streams *streams, const struct part *part, struct str *out)
{
	struct expansion e = { shell, streams, part, out };
	struct str value = STR_INIT;
	bool set = value_of(shell, part->text, &value), ok = true;

	if (!set && shell->options.nounset && (part->parameter < PARAMETER_STANDARD ||
		part->parameter > PARAMETER_OTHER)) {
		shell_error(streams, 1, "%s: unbound variable", part->text);
		ok = false;
	} else {
		ok = form_text(&e, &value, set);
	}
	str_release(&value);
	return ok;
}
