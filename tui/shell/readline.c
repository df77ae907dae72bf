#include "shell/readline.h"

#include <readline/history.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/vec.h"

static const struct editor_host *typing_for;	/* readline's callbacks carry no argument */

/* ---- completion ---- */

struct candidates {
	const char *prefix;
	VEC(char *) words;
};

static void
add_candidate(void *to, const char *word)
{
	struct candidates *candidates = to;

	if (str_starts(word, candidates->prefix))
		*vec_push(&candidates->words) = xstrdup(word);
}

/* What all have in common at their start. */
static char *
common_start(char *const *words, size_t n)
{
	size_t len = strlen(words[0]);

	for (size_t i = 1; i < n; i++) {
		size_t same = 0;

		while (same < len && words[i][same] == words[0][same])
			same++;
		len = same;
	}
	return xstrndup(words[0], len);
}

/* Readline's form: the common start, then the words, then NULL; all of it readline frees. */
static char **
complete(const char *text, int start, int end)
{
	struct candidates candidates = { text, VEC_INIT };
	char **matches;
	size_t n;

	(void)start;
	rl_attempted_completion_over = 1;
	typing_for->complete(typing_for->arg, rl_line_buffer, (size_t)end, add_candidate, &candidates);
	n = candidates.words.n;
	if (!n) {
		vec_release(&candidates.words);
		return NULL;
	}
	matches = xcalloc(n + 2, sizeof *matches);
	matches[0] = common_start(candidates.words.v, n);
	if (n > 1) {
		memcpy(matches + 1, candidates.words.v, n * sizeof *matches);
	} else {
		free(candidates.words.v[0]);
		rl_completion_suppress_append = *matches[0] && strchr("=/,:", matches[0][strlen(matches[0]) - 1]);
	}
	vec_release(&candidates.words);
	return matches;
}

/* ---- !! and its like ---- */

/* Where bash keeps its hands off: $! ${! [! and whatever stands before "=" or a quote. */
static int
stays(char *line, int at)
{
	return at > 0 && strchr("${[", line[at - 1]);
}

static void
open_events(void)
{
	static char inhibiting[] = " \t\n\r=\"";

	history_quotes_inhibit_expansion = 1;
	history_no_expand_chars = inhibiting;
	history_inhibit_expansion_function = stays;
}

/* The line with what it takes of earlier ones, which is shown; NULL: there is no such event, or it was only to be seen. */
static char *
expand_events(const char *line, void (*say)(void *arg, const char *text), void *arg)
{
	char *whole = xstrdup(line), *expanded = NULL, *said;
	int result = history_expand(whole, &expanded);

	free(whole);
	if (result == 0)
		return expanded;
	said = xasprintf("%s%s\n", result < 0 ? "bash: " : "", expanded);
	say(arg, said);
	free(said);
	if (result == 1)
		return expanded;
	free(expanded);
	return NULL;
}

/* ---- life ---- */

void
editor_readline_open(const struct editor_host *host)
{
	static char breaks[] = " \t\n|&;<>()";

	typing_for = host;
	rl_readline_name = "svcsim";
	rl_initialize();
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = breaks;
	rl_basic_word_break_characters = breaks;
	rl_completer_quote_characters = "\"'";
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_catch_signals = 0;
	editor_history_open();
	open_events();
}

void
editor_readline_close(void)
{
	editor_history_close();
	typing_for = NULL;
}

static bool
is_blank(const char *line)
{
	return line[strspn(line, " \t\n")] == '\0';
}

void
editor_take(const struct editor_host *host, struct editor_pending *pending, const char *line)
{
	if (line)
		str_addf(&pending->text, "%s%s", pending->text.len ? "\n" : "", line);
	if (line && host->wants_more(pending->text.buf))
		return;
	if (!is_blank(pending->text.buf)) {
		char *whole = str_detach(&pending->text);

		if (typing_for)
			editor_history_add(whole);
		pending->status = host->run(host->arg, whole);
		free(whole);
	}
	str_clear(&pending->text);
}

void
editor_take_typed(const struct editor_host *host, struct editor_pending *pending, const char *line,
	void (*say)(void *arg, const char *text), void *arg)
{
	char *expanded = pending->text.len ? xstrdup(line) : expand_events(line, say, arg);

	if (expanded)
		editor_take(host, pending, expanded);
	free(expanded);
}

char *
editor_next_prompt(const struct editor_host *host, const struct editor_pending *pending)
{
	return pending->text.len ? xstrdup("> ") : host->prompt(host->arg);
}
