/*
 * Readline on the terminal itself, by its callback interface: the loop is ours, so that Ctrl-C clears the line.  While
 * a line runs, Ctrl-C ends that line.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>

#include <readline/readline.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/readline.h"

static volatile sig_atomic_t interrupted;

static struct {
	const struct editor_host *host;
	struct editor_pending pending;
	bool asking, ended;
} typing;

/* A second time, while the line that runs has not heard the first: then the program ends. */
static void
on_interrupt(int number)
{
	if (interrupted) {
		signal(number, SIG_DFL);
		raise(number);
	}
	interrupted = 1;
}

bool
editor_interrupted(void)
{
	return interrupted;
}

static void
catch_interrupt(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}

static void
say(void *arg, const char *text)
{
	(void)arg;
	fputs(text, rl_outstream);
	fflush(rl_outstream);
}

/* Readline has given the terminal back when this is called. */
static void
on_line(char *line)
{
	rl_callback_handler_remove();
	typing.asking = false;
	interrupted = 0;
	if (!line)
		fputs("exit\n", rl_outstream);
	/* The end of input ends the innermost shell, as bash has it. */
	if (!line && typing.pending.text.len)
		str_clear(&typing.pending.text);
	else if (!line)
		editor_take(typing.host, &typing.pending, "exit");
	else
		editor_take_typed(typing.host, &typing.pending, line, say, NULL);
	interrupted = 0;
	free(line);
}

static void
ask(void)
{
	char *prompt = editor_next_prompt(typing.host, &typing.pending);

	catch_interrupt(on_interrupt);
	rl_callback_handler_install(prompt, on_line);
	typing.asking = true;
	free(prompt);
}

/* The line is forgotten, and what it went on from. */
static void
clear_line(void)
{
	interrupted = 0;
	rl_callback_sigcleanup();	/* out of a search */
	rl_point = rl_end;		/* below all rows of a long line */
	rl_redisplay();
	fputs("^C\n", rl_outstream);
	fflush(rl_outstream);
	rl_free_line_state();
	rl_callback_handler_remove();
	typing.asking = false;
	str_clear(&typing.pending.text);
}

enum io_result
editor_read(bool line, struct str *out)
{
	size_t before = out->len;
	char block[4096];
	ssize_t got = 1;

	while (got > 0 && !interrupted && out->len - before < IO_FILE_MAX) {
		got = read(STDIN_FILENO, block, sizeof block);
		if (got > 0)
			str_addn(out, block, (size_t)got);
		if (got > 0 && line && block[got - 1] == '\n')
			break;
	}
	if (interrupted)
		str_truncate(out, before);
	return line && out->len == before ? IO_NOT_FOUND : IO_OK;
}

/* Waits for one line, the end of input or Ctrl-C. */
static void
wait_line(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	ask();
	while (typing.asking) {
		int ready = poll(&input, 1, -1);

		if (interrupted)
			clear_line();
		else if (ready > 0 && input.revents & POLLIN)
			rl_callback_read_char();
		else if (ready < 0 ? errno != EINTR : ready > 0)
			typing.asking = false, typing.ended = true;
	}
}

int
editor_terminal(const struct editor_host *host)
{
	int status;

	typing.host = host;
	typing.ended = false;
	typing.pending = (struct editor_pending){ STR_INIT, 0 };
	signal(SIGTSTP, SIG_IGN);	/* as a shell that somebody has logged in to */
	editor_readline_open(host);
	while (!typing.ended && !host->over(host->arg))
		wait_line();
	editor_readline_close();
	signal(SIGTSTP, SIG_DFL);
	status = typing.pending.status;
	str_release(&typing.pending.text);
	return status;
}
