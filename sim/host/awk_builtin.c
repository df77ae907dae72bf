/* awk's own functions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "host/awk.h"
#include "host/date.h"

#define ARGUMENTS_MAX 4

/* Its arguments, evaluated; of split, sub and gsub those that are places are looked at as they stand. */
struct call {
	struct awk *awk;
	const struct awk_node *nodes[ARGUMENTS_MAX];
	size_t n;
};

static char *
text_at(struct call *call, size_t i)
{
	struct awk_value value = awk_eval(call->awk, call->nodes[i]);
	char *text = awk_to_text(call->awk, &value);

	awk_value_release(&value);
	return text;
}

static double
number_at(struct call *call, size_t i)
{
	struct awk_value value;
	double number;

	if (i >= call->n)
		return 0;
	value = awk_eval(call->awk, call->nodes[i]);
	number = awk_to_number(&value);
	awk_value_release(&value);
	return number;
}

/* A pattern as it stands, or a text that is one. */
static const struct pattern *
pattern_at(struct call *call, size_t i)
{
	const struct pattern *pattern;
	char *text;

	if (call->nodes[i]->kind == AWK_REGEX)
		return awk_pattern(call->awk, call->nodes[i]->text);
	text = text_at(call, i);
	pattern = awk_pattern(call->awk, text);
	free(text);
	return pattern;
}

/* ---- texts ---- */

static struct awk_value
length_of(struct call *call)
{
	char *text;
	size_t n;

	if (call->n && (call->nodes[0]->kind == AWK_VARIABLE || call->nodes[0]->kind == AWK_LOCAL)) {
		size_t live;

		if (awk_array_size(call->awk, call->nodes[0], &live))
			return awk_number((double)live);
	}
	text = call->n ? text_at(call, 0) : xstrdup(awk_record(call->awk));
	n = strlen(text);
	free(text);
	return awk_number((double)n);
}

/* Positions count from 1, and are rounded. */
static struct awk_value
substr(struct call *call)
{
	char *text = text_at(call, 0), *piece;
	double from = rint(number_at(call, 1)), len = (double)strlen(text), end = len + 1;

	if (call->n > 2)
		end = from + rint(number_at(call, 2));
	from = from < 1 ? 1 : from;
	end = end > len + 1 ? len + 1 : end;
	piece = end > from ? xstrndup(text + (size_t)from - 1, (size_t)(end - from)) : xstrdup("");
	free(text);
	return awk_text_taken(piece);
}

static struct awk_value
index_of(struct call *call)
{
	char *text = text_at(call, 0), *what = text_at(call, 1);
	const char *found = strstr(text, what);
	double at = found ? (double)(found - text + 1) : 0;

	free(text);
	free(what);
	return awk_number(at);
}

static struct awk_value
change_case(struct call *call, int (*change)(int c))
{
	char *text = text_at(call, 0);

	for (char *c = text; *c; c++)
		*c = (char)change((unsigned char)*c);
	return awk_text_taken(text);
}

static struct awk_value
format(struct call *call, const struct awk_node *list)
{
	VEC(struct awk_value) values = VEC_INIT;
	struct str out = STR_INIT;
	char *text;

	for (; list; list = list->next) {
		struct awk_value value = awk_eval(call->awk, list);

		*vec_push(&values) = value;
	}
	text = awk_to_text(call->awk, &values.v[0]);
	if (!call->awk->failed)
		awk_format(call->awk, "sprintf", text, values.v + 1, values.n - 1, &out);
	free(text);
	for (size_t i = 0; i < values.n; i++)
		awk_value_release(&values.v[i]);
	vec_release(&values);
	return awk_text_taken(str_detach(&out));
}

/* ---- arrays and patterns ---- */

struct pieces {
	struct map *array;
	size_t n;
};

static void
add_piece(void *arg, const char *piece, size_t len)
{
	struct pieces *pieces = arg;
	char *key = xasprintf("%zu", ++pieces->n), *text = xstrndup(piece, len);
	struct awk_value *value = awk_element(pieces->array, key);

	awk_value_release(value);
	*value = awk_input(text);
	free(text);
	free(key);
}

static struct awk_value
split(struct call *call)
{
	struct awk *awk = call->awk;
	char *text = text_at(call, 0), *separator;
	struct map *array = awk_array_of(awk, call->nodes[1]);
	struct pieces pieces = { array, 0 };

	if (call->n > 2 && call->nodes[2]->kind == AWK_REGEX)
		separator = call->nodes[2]->text[0] && !call->nodes[2]->text[1] ? xasprintf("[%s]", call->nodes[2]->text)
			: xstrdup(call->nodes[2]->text);
	else
		separator = call->n > 2 ? text_at(call, 2) : awk_variable_text(awk, "FS");
	if (array) {
		awk_array_clear(array);
		awk_split(awk, text, separator, add_piece, &pieces);
	}
	free(separator);
	free(text);
	return awk_number((double)pieces.n);
}

static struct awk_value
match(struct call *call)
{
	char *text = text_at(call, 0);
	const struct pattern *pattern = pattern_at(call, 1);
	regmatch_t groups[PATTERN_GROUPS];
	double start = 0, len = -1;

	if (pattern && pattern_match(pattern, text, true, groups)) {
		start = (double)groups[0].rm_so + 1;
		len = (double)(groups[0].rm_eo - groups[0].rm_so);
	}
	awk_set(call->awk, "RSTART", awk_number(start));
	awk_set(call->awk, "RLENGTH", awk_number(len));
	free(text);
	return awk_number(start);
}

/* What replaces: & is what matched, \& an &. */
static void
add_replacement(const char *with, const char *found, size_t len, struct str *out)
{
	for (; *with; with++)
		if (with[0] == '\\' && (with[1] == '&' || with[1] == '\\'))
			str_addch(out, *++with);
		else if (*with == '&')
			str_addn(out, found, len);
		else
			str_addch(out, *with);
}

/* How often it was replaced.  An empty match next to the one before is none. */
static size_t
replace(const struct pattern *pattern, const char *text, const char *with, bool all, struct str *out)
{
	regmatch_t groups[PATTERN_GROUPS];
	size_t n = 0, at = 0;

	while ((all || !n) && out->len < SHELL_BUFFER_MAX && pattern_match_from(pattern, text, at, groups)) {
		size_t begin = (size_t)groups[0].rm_so, end = (size_t)groups[0].rm_eo;

		str_addn(out, text + at, begin - at);
		add_replacement(with, text + begin, end - begin, out);
		n++;
		at = end;
		if (!text[at])
			break;
		if (end == begin)
			str_addch(out, text[at++]);
	}
	str_add(out, text + at);
	return n;
}

static struct awk_value
substitute(struct call *call, bool all)
{
	static const struct awk_node zero = { .kind = AWK_NUMBER }, record = { .kind = AWK_FIELD, .a = (struct awk_node *)&zero };
	struct awk *awk = call->awk;
	const struct pattern *pattern = pattern_at(call, 0);
	char *with = text_at(call, 1), *text;
	struct str out = STR_INIT;
	size_t n = 0;

	if (call->n < 3)
		call->nodes[2] = &record;
	text = text_at(call, 2);
	if (pattern)
		n = replace(pattern, text, with, all, &out);
	if (n && (call->nodes[2]->kind == AWK_VARIABLE || call->nodes[2]->kind == AWK_LOCAL || call->nodes[2]->kind == AWK_FIELD ||
		call->nodes[2]->kind == AWK_ELEMENT))
		awk_assign(awk, call->nodes[2], awk_text(out.buf));
	str_release(&out);
	free(text);
	free(with);
	return awk_number((double)n);
}

/* ---- the world ---- */

static struct awk_value
seed(struct call *call)
{
	struct awk *awk = call->awk;
	double before = awk->seed;

	awk->seed = call->n ? number_at(call, 0) : (double)(awk->shell->cluster->server.clock.now / CLOCK_SECOND);
	rng_init(&awk->random, (uint64_t)(int64_t)fmod(awk->seed, 1e15));
	return awk_number(before);
}

static struct awk_value
run_command(struct call *call)
{
	char *command = text_at(call, 0);
	int status = call->awk->failed ? 0 : awk_command(call->awk, command, NULL, 0, NULL);

	free(command);
	return awk_number(status);
}

static struct awk_value
close_stream(struct call *call)
{
	char *name = text_at(call, 0);
	int status = awk_close(call->awk, name);

	free(name);
	return awk_number(status);
}

static struct awk_value
time_text(struct call *call)
{
	int64_t now = call->awk->shell->cluster->server.clock.now;
	char *text = call->n ? text_at(call, 0) : xstrdup("%c");
	struct str out = STR_INIT;

	if (call->n > 1)
		now = (int64_t)fmod(number_at(call, 1), 1e9 * 9) * CLOCK_SECOND;
	date_format(text, now, &out);
	free(text);
	return awk_text_taken(str_detach(&out));
}

/* ---- calls ---- */

static const struct {
	unsigned char least, most;
} counts[] = {
	[AWK_LENGTH] = { 0, 1 }, [AWK_SUBSTR] = { 2, 3 }, [AWK_INDEX] = { 2, 2 }, [AWK_SPLIT] = { 2, 3 }, [AWK_SUB] = { 2, 3 },
	[AWK_GSUB] = { 2, 3 }, [AWK_MATCH_FN] = { 2, 2 }, [AWK_SPRINTF] = { 1, 255 }, [AWK_TOUPPER] = { 1, 1 },
	[AWK_TOLOWER] = { 1, 1 }, [AWK_INT] = { 1, 1 }, [AWK_SQRT] = { 1, 1 }, [AWK_EXP] = { 1, 1 }, [AWK_LOG] = { 1, 1 },
	[AWK_SIN] = { 1, 1 }, [AWK_COS] = { 1, 1 }, [AWK_ATAN2] = { 2, 2 }, [AWK_RAND] = { 0, 0 }, [AWK_SRAND] = { 0, 1 },
	[AWK_SYSTEM] = { 1, 1 }, [AWK_CLOSE] = { 1, 1 }, [AWK_FFLUSH] = { 0, 1 }, [AWK_SYSTIME] = { 0, 0 },
	[AWK_STRFTIME] = { 0, 3 },
};

static struct awk_value
call_number(struct call *call, enum awk_builtin builtin)
{
	double x = number_at(call, 0);

	switch (builtin) {
	case AWK_INT:
		return awk_number(trunc(x));
	case AWK_SQRT:
		return awk_number(sqrt(x));
	case AWK_EXP:
		return awk_number(exp(x));
	case AWK_LOG:
		return awk_number(log(x));
	case AWK_SIN:
		return awk_number(sin(x));
	case AWK_COS:
		return awk_number(cos(x));
	default:
		return awk_number(atan2(x, number_at(call, 1)));
	}
}

struct awk_value
awk_call(struct awk *awk, const struct awk_node *node)
{
	enum awk_builtin builtin = (enum awk_builtin)node->op;
	struct call call = { .awk = awk };
	size_t n = 0;

	for (const struct awk_node *argument = node->list; argument; argument = argument->next, n++)
		if (n < ARGUMENTS_MAX)
			call.nodes[call.n++] = argument;
	if (n < counts[builtin].least || n > counts[builtin].most) {
		awk_fail(awk, "wrong number of arguments in call to %s", node->text);
		return awk_number(0);
	}
	switch (builtin) {
	case AWK_LENGTH:
		return length_of(&call);
	case AWK_SUBSTR:
		return substr(&call);
	case AWK_INDEX:
		return index_of(&call);
	case AWK_SPLIT:
		return split(&call);
	case AWK_SUB:
	case AWK_GSUB:
		return substitute(&call, builtin == AWK_GSUB);
	case AWK_MATCH_FN:
		return match(&call);
	case AWK_SPRINTF:
		return format(&call, node->list);
	case AWK_TOUPPER:
	case AWK_TOLOWER:
		return change_case(&call, builtin == AWK_TOUPPER ? ascii_toupper : ascii_tolower);
	case AWK_RAND:
		return awk_number(rng_unit(&awk->random));
	case AWK_SRAND:
		return seed(&call);
	case AWK_SYSTEM:
		return run_command(&call);
	case AWK_CLOSE:
		return close_stream(&call);
	case AWK_FFLUSH:
		awk_flush(awk);
		return awk_number(0);
	case AWK_SYSTIME:
		return awk_number((double)(awk->shell->cluster->server.clock.now / CLOCK_SECOND));
	case AWK_STRFTIME:
		return time_text(&call);
	default:
		return call_number(&call, builtin);
	}
}
