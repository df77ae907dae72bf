/* jq's builtins in C that know texts: their characters, parts, dates and regular expressions. */
#include <string.h>

#include "base/clock.h"
#include "host/jq_internal.h"
#include "host/pattern.h"

static bool
do_explode(const struct jq_call *call)
{
	struct value *list = value_list(jq_arena(call));

	if (!jq_is_text(call->input))
		return jq_fail(call->jq, "%s%s cannot be exploded", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	for (const unsigned char *c = (const unsigned char *)call->input->string.text; *c;) {
		unsigned more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;
		int64_t code = more ? *c & (0x3f >> more) : *c;

		for (c++; more && (*c & 0xc0) == 0x80; more--)
			code = code << 6 | (*c++ & 0x3f);
		value_append(jq_arena(call), list, value_int(jq_arena(call), code));
	}
	return jq_give(call, list);
}

static bool
do_implode(const struct jq_call *call)
{
	struct str text = STR_INIT;
	bool ok = call->input->type == VALUE_LIST;

	for (size_t i = 0; ok && i < value_count(call->input); i++) {
		const struct value *item = value_at(call->input, i);
		unsigned code = jq_is_number(item) && jq_number(item) > 0 &&
			jq_number(item) < 0x110000 ? (unsigned)jq_number(item) : 0;

		if (code >= 0x10000)
			str_addf(&text, "%c%c%c%c", (char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 63)),
				(char)(0x80 | (code >> 6 & 63)), (char)(0x80 | (code & 63)));
		else if (code >= 0x800)
			str_addf(&text, "%c%c%c", (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
			(char)(0x80 | (code & 63)));
		else if (code >= 0x80)
			str_addf(&text, "%c%c", (char)(0xc0 | code >> 6), (char)(0x80 | (code & 63)));
		else if (code)
			str_addch(&text, (char)code);
	}
	ok = ok ? jq_give(call, value_string(jq_arena(call), text.buf))
		: jq_fail(call->jq, "%s cannot be imploded, must be an array of codepoints", jq_type_name(call->input));
	str_release(&text);
	return ok;
}

static bool
do_fromdate(const struct jq_call *call)
{
	int64_t when;

	if (!jq_is_text(call->input) || !clock_parse(call->input->string.text, &when))
		return jq_fail(call->jq, "date %s does not match format \"%%Y-%%m-%%dT%%H:%%M:%%SZ\"",
			jq_excerpt(call->jq, call->input) + 1);
	return jq_give(call, value_int(jq_arena(call), when / CLOCK_SECOND));
}

static bool
do_trim(const struct jq_call *call)
{
	const char *name = call->node->text, *start, *end;

	if (!jq_is_text(call->input))
		return jq_fail(call->jq, "%s%s cannot be trimmed", jq_type_name(call->input),
		jq_excerpt(call->jq, call->input));
	start = call->input->string.text;
	end = start + strlen(start);
	while (*name != 'r' && ascii_isspace(*start))
		start++;
	while (*name != 'l' && end > start && ascii_isspace(end[-1]))
		end--;
	return jq_give(call, value_stringf(jq_arena(call), "%.*s", (int)(end - start), start));
}

static bool
affix(const struct jq_call *call, const struct value *text)
{
	bool start = call->node->text[0] == 's';

	if (!jq_is_text(call->input) || !jq_is_text(text))
		return jq_fail(call->jq, "%s() requires string inputs", call->node->text);
	return jq_give(call, value_bool(jq_arena(call), (start ? str_starts : str_ends)(call->input->string.text,
		text->string.text)));
}

static bool
do_affix(const struct jq_call *call)
{
	return jq_each_argument(call, 0, affix);
}

static bool
split(const struct jq_call *call, const struct value *separator)
{
	if (!jq_is_text(call->input) || !jq_is_text(separator))
		return jq_fail(call->jq, "split input and separator must be strings");
	return jq_give(call, jq_binary(call->jq, JQ_DIVIDE, call->input, separator));
}

static bool
do_split(const struct jq_call *call)
{
	return jq_each_argument(call, 0, split);
}

static bool
indices(const struct jq_call *call, const struct value *wanted)
{
	struct value *list = value_list(jq_arena(call));
	const struct value *input = call->input;

	if (jq_is_text(input) && jq_is_text(wanted) && wanted->string.len)
		for (const char *at = input->string.text; (at = strstr(at, wanted->string.text)); at++)
			value_append(jq_arena(call), list, value_int(jq_arena(call), at - input->string.text));
	for (size_t i = 0; input->type == VALUE_LIST && i < value_count(input); i++)
		if (jq_compare(value_at(input, i), wanted) == 0)
			value_append(jq_arena(call), list, value_int(jq_arena(call), (int64_t)i));
	return jq_give(call, list);
}

static bool
do_indices(const struct jq_call *call)
{
	return jq_each_argument(call, 0, indices);
}

static bool
date_text(const struct jq_call *call, const struct value *format)
{
	char iso[CLOCK_TEXT];
	struct str out = STR_INIT;
	bool ok;

	if (!jq_is_number(call->input) || !jq_is_text(format))
		return jq_fail(call->jq, "strftime/1 requires parsed datetime inputs");
	clock_format((int64_t)jq_number(call->input) * CLOCK_SECOND, iso);
	for (const char *c = format->string.text; *c; c++)
		if (*c != '%' || !c[1])
			str_addch(&out, *c);
		else if (*++c == 'Y')
			str_addf(&out, "%.4s", iso);
		else if (strchr("mdHMS", *c))
			str_addf(&out, "%.2s", iso + (*c == 'm' ? 5 : *c == 'd' ? 8 : *c == 'H' ? 11 : *c == 'M' ? 14
			: 17));
		else if (*c == 'F' || *c == 'T')
			str_addf(&out, *c == 'F' ? "%.10s" : "%.8s", *c == 'F' ? iso : iso + 11);
		else
			str_addch(&out, *c);
	ok = jq_give(call, value_string(jq_arena(call), out.buf));
	str_release(&out);
	return ok;
}

static bool
do_strftime(const struct jq_call *call)
{
	return jq_each_argument(call, 0, date_text);
}

/* ---- regular expressions ---- */

struct matching {
	const struct jq_call *call;
	const struct value *regex;
	bool (*fn)(const struct jq_call *call, const char *text, const struct pattern *pattern, bool global);
};

/* \d \w \s, which POSIX has other names for; (?<name> and (?: become plain groups. */
static void
posix_regex(const char *text, struct str *out)
{
	static const struct {
		const char *from, *to;
	} names[] = { { "\\d", "[0-9]" }, { "\\D", "[^0-9]" }, { "\\w", "[A-Za-z0-9_]" }, { "\\W", "[^A-Za-z0-9_]" },
		{ "\\s", "[ \t\r\n]" }, { "\\S", "[^ \t\r\n]" }, { "(?:", "(" } };

	while (*text) {
		size_t i = 0;

		while (i < sizeof names / sizeof names[0] && !str_starts(text, names[i].from))
			i++;
		if (i < sizeof names / sizeof names[0]) {
			str_add(out, names[i].to);
			text += strlen(names[i].from);
		} else if (str_starts(text, "(?<") && strchr(text, '>')) {
			str_addch(out, '(');
			text = strchr(text, '>') + 1;
		} else {
			if (*text == '\\' && text[1])
				str_addch(out, *text++);
			str_addch(out, *text++);
		}
	}
}

static bool
flags_emit(void *arg, const struct value *flags, const struct jq_path *path)
{
	const struct matching *m = arg;
	const struct jq_call *call = m->call;
	const char *letters = jq_is_text(flags) ? flags->string.text : "";
	struct str regex = STR_INIT, why = STR_INIT;
	struct pattern pattern;
	bool ok;

	(void)path;
	if (!jq_is_text(call->input) || !jq_is_text(m->regex))
		return jq_fail(call->jq, "%s%s cannot be matched, as it is not a string", jq_type_name(call->input),
			jq_excerpt(call->jq, call->input));
	posix_regex(m->regex->string.text, &regex);
	ok = pattern_compile(&pattern, regex.buf, true, strchr(letters, 'i') != NULL, &why);
	if (!ok)
		jq_fail(call->jq, "%s (at offset 0) is not a valid regex: %s", m->regex->string.text, why.buf);
	ok = ok && m->fn(call, call->input->string.text, &pattern, strchr(letters, 'g') != NULL);
	pattern_release(&pattern);
	str_release(&regex);
	str_release(&why);
	return ok;
}

static bool
match_text(const struct jq_call *call, const char *text, const struct pattern *pattern, bool global)
{
	regmatch_t groups[PATTERN_GROUPS];

	(void)global;
	return jq_give(call, value_bool(jq_arena(call), pattern_match(pattern, text, true, groups)));
}

/* The name of the n-th group of the regex; NULL. */
static struct value *
group_name(const struct jq_call *call, const char *regex, size_t n)
{
	size_t seen = 0;

	for (const char *c = regex; *c; c++) {
		if (*c == '\\' && c[1]) {
			c++;
		} else if (*c == '(' && !str_starts(c, "(?:") && ++seen == n) {
			if (str_starts(c, "(?<") && strchr(c, '>'))
				return value_stringf(jq_arena(call), "%.*s", (int)strcspn(c + 3, ">"), c + 3);
			break;
		}
	}
	return value_null(jq_arena(call));
}

static struct value *
match_value(const struct jq_call *call, const char *text, size_t at, const regmatch_t *group)
{
	struct arena *arena = jq_arena(call);
	struct value *match = value_map(arena);
	size_t len = group->rm_so < 0 ? 0 : (size_t)(group->rm_eo - group->rm_so);

	value_set_int(arena, match, "offset", group->rm_so < 0 ? -1 : (int64_t)at + group->rm_so);
	value_set_int(arena, match, "length", (int64_t)len);
	value_set(arena, match, "string", group->rm_so < 0 ? value_null(arena)
		: value_stringf(arena, "%.*s", (int)len, text + at + group->rm_so));
	return match;
}

static bool
match_all(const struct jq_call *call, const char *text, const struct pattern *pattern, bool global)
{
	const char *regex = call->jq->regex;
	struct arena *arena = jq_arena(call);
	regmatch_t groups[PATTERN_GROUPS];
	size_t at = 0;

	do {
		struct value *match, *captures = value_list(arena);

		if (!pattern_match(pattern, text + at, at == 0, groups))
			break;
		match = match_value(call, text, at, &groups[0]);
		for (size_t i = 1; i <= pattern->regex.re_nsub && i < PATTERN_GROUPS; i++) {
			struct value *capture = match_value(call, text, at, &groups[i]);

			value_set(arena, capture, "name", group_name(call, regex, i));
			value_append(arena, captures, capture);
		}
		value_set(arena, match, "captures", captures);
		if (!jq_give(call, match))
			return false;
		at += (size_t)groups[0].rm_eo + (groups[0].rm_eo == groups[0].rm_so);
	} while (global && at <= strlen(text) && text[at ? at - 1 : 0]);
	return true;
}

static bool
regex_given(const struct jq_call *call, const struct value *regex)
{
	struct matching m = { call, regex, call->node->text[0] == 't' ? match_text : match_all };

	call->jq->regex = jq_is_text(regex) ? regex->string.text : "";
	return jq_eval(call->jq, call->node->list[1], call->env, call->input, NULL, flags_emit, &m);
}

static bool
do_match(const struct jq_call *call)
{
	return jq_each_argument(call, 0, regex_given);
}

const struct jq_builtin jq_texts[] = {
	{ "explode", 0, do_explode }, { "implode", 0, do_implode }, { "fromdateiso8601", 0, do_fromdate },
	{ "trim", 0, do_trim }, { "ltrim", 0, do_trim }, { "rtrim", 0, do_trim }, { "startswith", 1, do_affix },
	{ "endswith", 1, do_affix }, { "split", 1, do_split }, { "indices", 1, do_indices },
	{ "strftime", 1, do_strftime }, { "test", 2, do_match }, { "match", 2, do_match },
	{ NULL, 0, NULL },
};
