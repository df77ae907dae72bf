/*
 * Readline in a pane: it reads from a queue of bytes and draws nothing; the pane asks for the line and draws it.  So
 * editing, history, Ctrl-R and completion are readline's own.
 */
#include <stdio.h>

#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "shell/readline.h"

static struct {
	const struct editor_host *host;
	void (*say)(void *arg, const char *text);
	struct editor_pending pending;
	struct str queue;	/* bytes typed and not read yet */
	size_t at;
	FILE *nowhere;
} pane;

static int
next_byte(FILE *from)
{
	(void)from;
	return pane.at < pane.queue.len ? (unsigned char)pane.queue.buf[pane.at++] : EOF;
}

/* Readline asks this to know whether an Esc stands alone. */
static int
byte_waits(void)
{
	return pane.at < pane.queue.len;
}

static void
draw_nothing(void)
{
}

static void
prepare_nothing(int meta)
{
	(void)meta;
}

static void on_line(char *line);

static void
ask(void)
{
	char *prompt = editor_next_prompt(pane.host, &pane.pending);

	rl_callback_handler_install(prompt, on_line);
	free(prompt);
}

static void
echo(const char *line)
{
	char *text = xasprintf("%s%s\n", rl_display_prompt ? rl_display_prompt : "", line);

	pane.say(pane.host->arg, text);
	free(text);
}

/* Ctrl-D on an empty line gives NULL: that is `exit` for the shell. */
static void
on_line(char *line)
{
	echo(line ? line : "exit");
	rl_callback_handler_remove();
	if (line)
		editor_take_typed(pane.host, &pane.pending, line, pane.say, pane.host->arg);
	else
		editor_take(pane.host, &pane.pending, "exit");
	free(line);
	ask();
}

/* As ls would set them, in eighty columns. */
static void
show_matches(char **matches, int n, int longest)
{
	struct str text = STR_INIT;
	int columns = 78 / (longest + 2);

	echo(rl_line_buffer);
	for (int i = 1; i <= n; i++) {
		bool last = i == n || columns < 2 || i % columns == 0;

		str_addf(&text, "%-*s%s", last ? 0 : longest + 2, matches[i], last ? "\n" : "");
	}
	pane.say(pane.host->arg, text.buf);
	str_release(&text);
}

void
editor_pane_open(const struct editor_host *host, void (*say)(void *arg, const char *text))
{
	pane.host = host;
	pane.say = say;
	str_init(&pane.pending.text);
	str_init(&pane.queue);
	pane.nowhere = fopen("/dev/null", "r+");
	if (!pane.nowhere)
		BUG("/dev/null can't be opened");
	rl_instream = rl_outstream = pane.nowhere;
	rl_getc_function = next_byte;
	rl_input_available_hook = byte_waits;
	rl_redisplay_function = draw_nothing;
	rl_prep_term_function = prepare_nothing;
	rl_deprep_term_function = draw_nothing;
	rl_completion_display_matches_hook = show_matches;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	editor_readline_open(host);
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("show-all-if-ambiguous", "on");
	ask();
}

void
editor_pane_close(void)
{
	rl_callback_handler_remove();
	editor_readline_close();
	fclose(pane.nowhere);
	str_release(&pane.queue);
	str_release(&pane.pending.text);
	pane.host = NULL;
}

void
editor_pane_restart(void)
{
	rl_callback_handler_remove();
	str_clear(&pane.pending.text);
	ask();
}

void
editor_pane_type(const char *bytes, size_t len)
{
	str_addn(&pane.queue, bytes, len);
	while (pane.at < pane.queue.len) {
		if (pane.queue.buf[pane.at] == 'C' - '@') {
			pane.at++;
			rl_callback_sigcleanup();	/* out of a search */
			echo(rl_line_buffer);
			rl_free_line_state();
			editor_pane_restart();
			continue;
		}
		rl_callback_read_char();
	}
	pane.at = 0;
	str_clear(&pane.queue);
}

size_t
editor_pane_line(struct str *out)
{
	size_t before;

	str_add(out, rl_display_prompt ? rl_display_prompt : "");
	before = out->len;
	str_add(out, rl_line_buffer);
	return before + (size_t)rl_point;
}
