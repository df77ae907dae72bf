/* The part of POSIX sh (XCU 2.3, 2.9, 2.10) that the commands of containers are written in. */
#include "control/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/str.h"

#define ROUNDS_MAX 1000			/* of a loop; more is taken for one without an end */
#define DEPTH_MAX 20

void
timeline_release(struct timeline *script)
{
	arena_release(&script->arena);
	vec_release(&script->tokens);
	vec_release(&script->changes);
}

void
timeline_pass(struct timeline *script, int64_t time)
{
	if (time == CLOCK_NEVER || script->clock > CLOCK_NEVER - time) {
		script->clock = CLOCK_NEVER;
		script->ended = true;
	} else
		script->clock += time;
}

void
timeline_set_file(struct timeline *script, const char *path, bool there)
{
	*vec_push(&script->changes) = (struct timeline_change){ path, script->clock, there };
}

/* ---- a shell's words ---- */

static bool
is_operator(char c)
{
	return c && strchr(";&|()\n<>", c);
}

/* Past a quoted part or a $( ), whose closing sign is c. */
static const char *
skip_to(const char *at, char c)
{
	int depth = 0;

	for (; *at; at++) {
		if (*at == '\\' && c != '\'' && at[1])
			at++;
		else if (*at == c && !depth)
			return at;
		else if (c == ')' && (*at == '(' || *at == ')'))
			depth += *at == '(' ? 1 : -1;
	}
	return at;
}

/* One word, its quotes taken off; gives the place after it. */
static const char *
read_word(const char *at, struct str *word)
{
	while (*at && *at != ' ' && *at != '\t' && !is_operator(*at)) {
		const char *end = at;

		if (*at == '\'' || *at == '"' || *at == '`')
			end = skip_to(at + 1, *at);
		else if (at[0] == '$' && at[1] == '(')
			end = skip_to(at + 2, ')');
		if (end == at) {
			if (*at == '\\' && at[1])
				at++;
			str_addch(word, *at++);
			continue;
		}
		if (*at == '$' || *at == '`')
			str_addn(word, at, (size_t)(end - at) + (*end != '\0'));
		else
			str_addn(word, at + 1, (size_t)(end - at - 1));
		at = end + (*end != '\0');
	}
	return at;
}

static const char *
read_operator(const char *at, char text[static 3])
{
	text[0] = *at == '\n' ? ';' : *at;
	text[1] = text[2] = '\0';
	if (at[1] == at[0] && strchr(";&|>", *at))
		text[1] = *at++;
	return at + 1;
}

static void
read_tokens(struct timeline *script, const char *at)
{
	while (*at) {
		struct str word = STR_INIT;
		char operator[3];
		bool is_word = !is_operator(*at);

		if (*at == ' ' || *at == '\t') {
			at++;
			continue;
		}
		if (*at == '#') {
			at += strcspn(at, "\n");
			continue;
		}
		at = is_word ? read_word(at, &word) : read_operator(at, operator);
		*vec_push(&script->tokens) = (struct timeline_token){
			arena_printf(&script->arena, "%s", is_word ? word.buf ? word.buf : "" : operator), is_word };
		str_release(&word);
	}
}

/* ---- a shell's grammar ---- */

static const char *
peek(const struct timeline *script)
{
	return script->at < script->tokens.n ? script->tokens.v[script->at].text : "";
}

static bool
next_is(const struct timeline *script, const char *text)
{
	return script->at < script->tokens.n && strcmp(script->tokens.v[script->at].text, text) == 0;
}

static bool
take(struct timeline *script, const char *text)
{
	if (!next_is(script, text))
		return false;
	script->at++;
	return true;
}

static bool
at_end_of_list(const struct timeline *script)
{
	static const char *const ends[] = { "do", "done", "then", "else", "elif", "fi", "}", ")", "esac" };

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (next_is(script, ends[i]))
			return true;
	return script->at >= script->tokens.n;
}

static void run_list(struct timeline *script);

/* Words and redirections up to an operator. */
static void
run_simple(struct timeline *script)
{
	VEC(const char *) words = VEC_INIT;
	const char *made = NULL;
	bool background;

	for (; script->at < script->tokens.n; script->at++) {
		const struct timeline_token *token = &script->tokens.v[script->at];
		bool redirects = strchr("<>", token->text[0]) && !token->word;

		if (redirects && script->at + 1 < script->tokens.n) {
			if (token->text[0] == '>')
				made = script->tokens.v[script->at + 1].text;
			script->at++;
			if (next_is(script, "&"))	/* 2>&1 */
				script->at++;
		} else if (!token->word)
			break;
		else if (!(ascii_isdigit(token->text[0]) && !token->text[1] && script->at + 1 < script->tokens.n &&
				 strchr("<>", script->tokens.v[script->at + 1].text[0])))
			*vec_push(&words) = token->text;
	}
	background = next_is(script, "&");
	if (background)	/* it goes on beside the rest */
		script->at++;
	else
		if (words.n && !script->skip && !script->ended)
		script->run(script, words.v, words.n);
	if (made && !script->skip && made[0] == '/')
		timeline_set_file(script, made, true);
	vec_release(&words);
}

/* A list whose commands are read and not run. */
static void
skip_list(struct timeline *script)
{
	script->skip++;
	run_list(script);
	script->skip--;
}

static void
run_loop(struct timeline *script, bool until)
{
	size_t begin = script->at, end = begin;

	for (int round = 0;; round++) {
		bool goes_on;
		int64_t before = script->clock;

		script->at = begin;
		run_list(script);
		take(script, "do");
		goes_on = !script->skip && !script->ended && (script->status == 0) != until;
		if (!goes_on) {
			skip_list(script);
			take(script, "done");
			break;
		}
		run_list(script);
		take(script, "done");
		end = script->at;
		if (!script->ended && (round == ROUNDS_MAX || (round > 2 && before == script->clock)))
			timeline_pass(script, CLOCK_NEVER);
		if (script->ended)
			break;
	}
	if (end > script->at)
		script->at = end;
	if (!script->ended)
		script->status = 0;
}

/* How many words: those written, {1..5}, $(seq 5). */
static long
count_words(const char *word)
{
	const char *dots = strstr(word, "..");
	long a, b;
	int n;

	if (word[0] == '{' && dots) {
		a = strtol(word + 1, NULL, 10);
		b = strtol(dots + 2, NULL, 10);
		return (b > a ? b - a : a - b) + 1;
	}
	n = sscanf(word, "$(seq %ld %ld", &a, &b);
	return n == 1 ? a : n == 2 ? b - a + 1 : 1;
}

static void
run_for(struct timeline *script)
{
	long rounds = 0;
	size_t begin;

	script->at++;	/* the variable */
	take(script, "in");
	for (; script->at < script->tokens.n && script->tokens.v[script->at].word && !next_is(script, "do"); script->at++)
		rounds += count_words(peek(script));
	take(script, ";");
	take(script, "do");
	begin = script->at;
	skip_list(script);
	for (long i = 0; i < rounds && i < ROUNDS_MAX && !script->skip && !script->ended; i++) {
		script->at = begin;
		run_list(script);
	}
	take(script, "done");
}

static void
run_if(struct timeline *script)
{
	bool done = false;

	do {
		run_list(script);
		take(script, "then");
		if (!done && !script->skip && !script->ended && script->status == 0) {
			done = true;
			run_list(script);
		} else
			skip_list(script);
	} while (take(script, "elif"));
	if (take(script, "else")) {
		if (done)
			skip_list(script);
		else
			run_list(script);
	}
	take(script, "fi");
}

static void
run_group(struct timeline *script, const char *end)
{
	run_list(script);
	take(script, end);
	if (take(script, "&"))
		return;
}

static void
run_command(struct timeline *script)
{
	bool no = take(script, "!");

	if (take(script, "while"))
		run_loop(script, false);
	else if (take(script, "until"))
		run_loop(script, true);
	else if (take(script, "for"))
		run_for(script);
	else if (take(script, "if"))
		run_if(script);
	else if (take(script, "{"))
		run_group(script, "}");
	else if (take(script, "("))
		run_group(script, ")");
	else
		run_simple(script);
	if (no && !script->skip)
		script->status = !script->status;
}

static void
run_pipeline(struct timeline *script)
{
	run_command(script);
	while (take(script, "|"))
		run_command(script);
}

static void
run_and_or(struct timeline *script)
{
	run_pipeline(script);
	while (next_is(script, "&&") || next_is(script, "||")) {
		bool wanted = next_is(script, "&&") ? script->status == 0 : script->status != 0;

		script->at++;
		take(script, ";");
		script->skip += !wanted;
		run_pipeline(script);
		script->skip -= !wanted;
	}
}

static void
run_list(struct timeline *script)
{
	if (++script->depth > DEPTH_MAX)
		script->at = script->tokens.n;
	while (!at_end_of_list(script)) {
		size_t before = script->at;

		run_and_or(script);
		while (take(script, ";") || take(script, "&") || take(script, ";;"))
			;
		if (script->at == before)
			script->at++;
	}
	script->depth--;
}

void
timeline_run(struct timeline *script, const char *text)
{
	read_tokens(script, text);
	run_list(script);
}
