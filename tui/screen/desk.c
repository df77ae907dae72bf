/*
 * The desk: the task, a shell, and what the checks say.  Keys go to the shell's line until Esc; then single letters
 * act, and i or Enter goes back.  F-keys act in both.  A question with answers begins outside the shell.
 */
#include "screen/answers.h"
#include "screen/desk.h"

#include <string.h>

/* ---- the shell's host ---- */

static struct desk *
desk_of(const struct screen *screen)
{
	return screen->state;
}

static void
sink_scrollback(struct sink *sink, const char *text, size_t len)
{
	struct desk *desk = (struct desk *)((char *)sink - offsetof(struct desk, sink));

	scrollback_add(&desk->scrollback, text, len);
}

static void
say(void *arg, const char *text)
{
	struct screen *screen = arg;

	scrollback_add(&desk_of(screen)->scrollback, text, strlen(text));
}

static int
run_line(void *arg, const char *line)
{
	struct screen *screen = arg;
	struct desk *desk = desk_of(screen);
	int columns = term_cells().width, status;

	if (desk_is_word(line))
		return desk_run_word(screen, line);
	desk->io.columns = (unsigned)(columns >= DESK_WIDE ? columns / 2 - 2 : columns);
	status = drill_line(screen->app->drill, &desk->io, line);
	desk_look_at_trail(screen);
	if (strcmp(line, "clear") == 0)
		scrollback_clear(&desk->scrollback);
	if (desk->scrollback.partial.len)
		scrollback_add(&desk->scrollback, "\n", 1);
	desk->exited = drill_exited(screen->app->drill);
	return status;
}

/* The editor has the terminal for as long as it runs. */
static int
edit_text(struct io *io, struct io_edit *edit)
{
	struct desk *desk = (struct desk *)((char *)io - offsetof(struct desk, io));
	int failed;

	term_leave();
	failed = drill_edit(desk->shown, edit);
	term_return();
	return failed;
}

static char *
prompt(void *arg)
{
	return drill_prompt(((struct screen *)arg)->app->drill);
}

static void
complete(void *arg, const char *line, size_t point, void (*fn)(void *to, const char *word), void *to)
{
	if (*line == ':')
		desk_complete_word(arg, line, point, fn, to);
	else
		drill_complete(((struct screen *)arg)->app->drill, line, point, fn, to);
}

static bool
is_over(void *arg)
{
	return desk_of(arg)->exited;
}

/* ---- life ---- */

/* A new scenario, or the same from its start. */
static void
begin(struct screen *screen)
{
	struct desk *desk = desk_of(screen);
	bool over = screen->app->exam->finished;	/* one looks back at its questions */

	scrollback_clear(&desk->scrollback);
	desk->answers = (struct list){ answers_rows(screen->app->drill->attempt), 0 };
	desk->writing = false;
	desk->typing = !desk->answers.n && !over;
	desk->shown = screen->app->drill;
	desk->view = over ? VIEW_CHECKS : VIEW_TASK;
	desk->first = desk->left = 0;
	desk->trail = 0;
	desk_look_at_trail(screen);
}

/* Another question may lie on the desk now. */
static void
again(struct screen *screen)
{
	struct desk *desk = desk_of(screen);
	bool typing = desk->typing;

	if (desk->shown == screen->app->drill)
		return;
	begin(screen);
	desk->typing &= typing;	/* who moves by keys goes on by keys */
	editor_pane_restart();
}

static int
open(struct screen *screen, struct err *err)
{
	struct desk *desk = desk_of(screen);

	(void)err;
	scrollback_init(&desk->scrollback);
	desk->sink.write = sink_scrollback;
	desk->io = (struct io){ .out = &desk->sink, .err = &desk->sink,
		.edit = screen->app->library->io->edit ? edit_text : NULL };
	desk->host = (struct editor_host){ screen, run_line, prompt, complete, sim_wants_more, is_over };
	begin(screen);
	editor_pane_open(&desk->host, say);
	return 0;
}

static void
close(struct screen *screen)
{
	struct desk *desk = desk_of(screen);

	editor_pane_close();
	scrollback_release(&desk->scrollback);
	if (!screen->app->exam->n)
		drill_close(screen->app->drill);
	else if (!screen->app->exam->finished)
		exam_close(screen->app->exam);
	screen->app->drill = screen->app->practice;
}

/* ---- what may be done ---- */

static bool
is_typing(const struct screen *screen)
{
	return desk_of(screen)->typing;
}

static bool
is_not_typing(const struct screen *screen)
{
	return !desk_of(screen)->typing && !desk_of(screen)->writing;
}

/* The row that the mark is on, of questions of one of two kinds. */
static bool
marks(const struct screen *screen, enum question_kind one, enum question_kind other)
{
	const struct desk *desk = desk_of(screen);
	struct answer_row row;

	if (desk->typing || !desk->answers.n || screen->app->exam->finished)
		return false;
	row = answers_row(screen->app->drill->attempt, desk->answers.at);
	return row.question.kind == one || row.question.kind == other;
}

static bool
marks_option(const struct screen *screen)
{
	return marks(screen, QUESTION_ONE, QUESTION_MANY);
}

static bool
marks_item(const struct screen *screen)
{
	return marks(screen, QUESTION_ORDER, QUESTION_ORDER);
}

static bool
marks_blank(const struct screen *screen)
{
	return !desk_of(screen)->writing && marks(screen, QUESTION_TEXT, QUESTION_TEXT);
}

static bool
is_writing(const struct screen *screen)
{
	return desk_of(screen)->writing;
}

static bool
is_taking_text(const struct screen *screen)
{
	return desk_of(screen)->typing || desk_of(screen)->writing;
}

static bool
is_not_taking_text(const struct screen *screen)
{
	return !is_taking_text(screen);
}

static bool
is_scrolled_sideways(const struct screen *screen)
{
	return !is_taking_text(screen) && desk_shows_model(screen);
}

/* A scenario being practised, no question of an exam. */
static bool
is_practice(const struct screen *screen)
{
	return !screen->app->exam->n;
}

static bool
is_asked(const struct screen *screen)
{
	return is_practice(screen) && screen->app->drill->of > 0;
}

static bool
is_question(const struct screen *screen)
{
	return screen->app->exam->n;
}

static bool
has_hint(const struct screen *screen)
{
	return is_practice(screen) && screen->app->drill->hints < screen->app->drill->info.nhints;
}

static bool
has_next(const struct screen *screen)
{
	return is_practice(screen) && drill_has_next(screen->app->drill);
}

/* The solution is shown after a try, not instead of one. */
static bool
was_checked(const struct screen *screen)
{
	return screen->app->drill->checked_at != 0 && !screen_is_sitting(screen);
}

/* ---- acting ---- */

/* One of its questions, where there are any. */
static bool
is_answered(const struct attempt *attempt)
{
	size_t n = attempt_questions(attempt);
	bool answered = n == 0;

	for (size_t q = 0; q < n && !answered; q++)
		answered = *attempt_words(attempt, q) != '\0';
	return answered;
}

static enum after
check(struct screen *screen)
{
	struct drill *drill = screen->app->drill;
	struct err err = ERR_INIT;

	if (!is_answered(drill->attempt) && !app_sure(screen->app, check,
			"Nothing is answered yet.  The same key again judges it as it is"))
		return AFTER_STAY;
	desk_show(screen, VIEW_CHECKS);
	if (drill_check(drill, &err)) {
		app_note_err(screen->app, &err);
		return AFTER_STAY;
	}
	if (drill_solved(drill))
		app_note(screen->app, false, "Solved: %d of %d points; F7 says why%s", drill->points, drill->of,
			drill_has_next(drill) ? ", F8 goes on" : "");
	return AFTER_STAY;
}

static enum after
hint(struct screen *screen)
{
	struct drill *drill = screen->app->drill;
	int cost = attempt_hint_cost(drill->attempt, drill->hints);

	if (cost && !app_sure(screen->app, hint, "The next hint costs %d %s.  The same key again shows it", cost,
		cost == 1 ? "point" : "points"))
		return AFTER_STAY;
	drill_hint(drill);
	desk_show(screen, VIEW_HINTS);
	return AFTER_STAY;
}

static enum after
solution(struct screen *screen)
{
	screen->app->drill->explained = true;
	desk_show(screen, VIEW_SOLUTION);
	return AFTER_STAY;
}

/* Work is lost, so it is asked twice. */
static enum after
reset(struct screen *screen)
{
	struct err err = ERR_INIT;

	if (!app_sure(screen->app, reset, "Put the cluster back as it was at the start?  The same key again does it"))
		return AFTER_STAY;
	if (drill_reset(screen->app->drill, &err)) {
		app_note_err(screen->app, &err);
		return AFTER_STAY;
	}
	begin(screen);
	editor_pane_restart();
	app_note(screen->app, false, "Everything is as it was at the start");
	return AFTER_STAY;
}

static enum after
next(struct screen *screen)
{
	struct err err = ERR_INIT;

	if (drill_next(screen->app->drill, &err)) {
		app_note_err(screen->app, &err);
		return AFTER_STAY;
	}
	begin(screen);
	editor_pane_restart();
	return AFTER_STAY;
}

/* ---- in an exam ---- */

static enum after
go(struct screen *screen, size_t at)
{
	if (screen_go(screen->app, at))
		again(screen);
	return AFTER_STAY;
}

static enum after
next_question(struct screen *screen)
{
	const struct exam *exam = screen->app->exam;

	return go(screen, (exam->at + 1) % exam->n);
}

static enum after
question_before(struct screen *screen)
{
	const struct exam *exam = screen->app->exam;

	return go(screen, (exam->at + exam->n - 1) % exam->n);
}

static enum after
flag(struct screen *screen)
{
	struct err err = ERR_INIT;

	if (exam_flag(screen->app->exam, &err))
		app_note_err(screen->app, &err);
	return AFTER_STAY;
}

static enum after
questions(struct screen *screen)
{
	screen_push(screen->app, &screen_questions);
	return AFTER_STAY;
}

/* The exam is broken off, which is asked twice; everything else is just left. */
static enum after
leave(struct screen *screen)
{
	return !screen_is_sitting(screen) ||
		app_sure(screen->app, leave, "Break the exam off?  The clock stands meanwhile; the same key again does it")
		? AFTER_BACK : AFTER_STAY;
}

static enum after
to_keys(struct screen *screen)
{
	desk_of(screen)->typing = false;
	return AFTER_STAY;
}

static enum after
to_shell(struct screen *screen)
{
	desk_of(screen)->typing = true;
	return AFTER_STAY;
}

static enum after
other_focus(struct screen *screen)
{
	return desk_of(screen)->typing ? to_keys(screen) : to_shell(screen);
}

static enum after
back_in_shell(struct screen *screen)
{
	struct scrollback *scrollback = &desk_of(screen)->scrollback;

	scrollback->up += 5;
	if (scrollback->up > scrollback->lines.n)
		scrollback->up = scrollback->lines.n;
	return AFTER_STAY;
}

static enum after
on_in_shell(struct screen *screen)
{
	struct scrollback *scrollback = &desk_of(screen)->scrollback;

	scrollback->up -= scrollback->up < 5 ? scrollback->up : 5;
	return AFTER_STAY;
}

static enum after
pick(struct screen *screen)
{
	struct attempt *attempt = screen->app->drill->attempt;
	struct answer_row row = answers_row(attempt, desk_of(screen)->answers.at);

	if (desk_find_mark(screen))
		return AFTER_STAY;	/* nobody chooses what they don't see */
	attempt_pick(attempt, row.q, row.at, !attempt_picked(attempt, row.q, row.at));
	return AFTER_STAY;
}

/* A capital letter is an option's name; of several questions the marked one is meant. */
static bool
pick_by_letter(struct screen *screen, int code)
{
	struct desk *desk = desk_of(screen);
	struct answer_row row;
	size_t option = (size_t)(code - 'A');

	if (code < 'A' || !marks_option(screen))
		return false;
	row = answers_row(screen->app->drill->attempt, desk->answers.at);
	if (option >= row.question.noptions)
		return false;
	desk->answers.at = desk->answers.at - row.at + option;
	pick(screen);
	return true;
}

static enum after
move_item(struct screen *screen, bool up)
{
	struct desk *desk = desk_of(screen);
	struct attempt *attempt = screen->app->drill->attempt;
	struct answer_row row = answers_row(attempt, desk->answers.at);

	if (desk_find_mark(screen) || (up ? row.at == 0 : row.at + 1 == row.question.noptions))
		return AFTER_STAY;
	attempt_move(attempt, row.q, row.at, up ? row.at - 1 : row.at + 1);
	desk->answers.at += up ? (size_t)-1 : 1;
	desk_find_mark(screen);
	return AFTER_STAY;
}

static enum after
move_up(struct screen *screen)
{
	return move_item(screen, true);
}

static enum after
move_down(struct screen *screen)
{
	return move_item(screen, false);
}

static enum after
write_blank(struct screen *screen)
{
	desk_of(screen)->writing = true;
	desk_find_mark(screen);
	return AFTER_STAY;
}

static enum after
end_writing(struct screen *screen)
{
	desk_of(screen)->writing = false;
	return AFTER_STAY;
}

/* ---- keys ---- */

static enum after
type(struct screen *screen, int code)
{
	struct desk *desk = desk_of(screen);
	struct str bytes = STR_INIT;

	if (code == TERM_TAB && screen->app->pasting)
		str_addch(&bytes, 'V' - '@');	/* what is pasted completes nothing */
	term_key_bytes(code, &bytes);
	if (code == 'L' - '@') {
		scrollback_clear(&desk->scrollback);
	} else if (bytes.len) {
		desk->scrollback.up = 0;
		editor_pane_type(bytes.buf, bytes.len);
	}
	str_release(&bytes);
	return desk->exited ? AFTER_BACK : AFTER_STAY;
}

/* The mark moves on only when it is seen: the task is read from its top. */
static void
move_mark(struct screen *screen, int code)
{
	struct desk *desk = desk_of(screen);

	if (desk->answers.at == 0 && (code == TERM_UP || code == 'k'))
		desk_scroll_up(screen);
	else if (!desk_find_mark(screen) && list_key(&desk->answers, code))
		desk_find_mark(screen);
}

/* A key into the marked blank; Enter and Esc end it. */
static void
write_key(struct screen *screen, int code)
{
	struct desk *desk = desk_of(screen);
	struct attempt *attempt = screen->app->drill->attempt;
	struct answer_row row = answers_row(attempt, desk->answers.at);
	struct str words = STR_INIT;
	struct err err = ERR_INIT;

	str_add(&words, attempt_words(attempt, row.q));
	if (code == TERM_ENTER)
		desk->writing = false;
	if (code == TERM_ENTER && list_key(&desk->answers, TERM_DOWN))
		desk_find_mark(screen);
	else if (code == TERM_BACKSPACE && words.len)
		str_truncate(&words, words.len - 1);
	else if (code >= ' ' && code < 127)
		str_addch(&words, (char)code);
	if (attempt_answer(attempt, row.q, words.buf, &err))
		app_note_err(screen->app, &err);
	str_release(&words);
}

static enum after
key(struct screen *screen, int code)
{
	struct desk *desk = desk_of(screen);

	if (code == TERM_PASTE && !desk->writing)
		desk->typing = true;	/* text is for the shell, and its letters are no keys */
	if (desk->typing)
		return type(screen, code);
	if (desk->writing)
		write_key(screen, code);
	else if (pick_by_letter(screen, code))
		return AFTER_STAY;
	else if (desk->answers.n && desk->view == VIEW_TASK)
		move_mark(screen, code);
	else if (code == TERM_UP || code == 'k')
		desk_scroll_up(screen);
	else if (code == TERM_DOWN || code == 'j')
		desk_scroll_down(screen);
	return AFTER_STAY;
}

static const struct action actions[] = {
	{ TERM_RIGHT, '.', "step", "Packet: a hop further", desk_has_packet, desk_step_forth },
	{ TERM_LEFT, ',', "back", "Packet: a hop back", desk_has_packet, desk_step_back },
	{ 'P', 0, "play", "Packet: hop by hop by itself, or no longer", desk_has_packet, desk_toggle_play },
	{ 'b', 0, "branch", "Packet: the next branch of `trace --all`", desk_has_branches, desk_next_branch },
	{ 'c', TERM_F2, "check", "Check: judge what was done, by the points of the task", is_asked, check },
	{ 'h', TERM_F3, "hint", "Show the next hint (asks when it costs points)", has_hint, hint },
	{ ' ', 'x', "choose", "Choose or take back the marked answer; a capital letter the one of that name", marks_option, pick },
	{ 'K', 0, "up", "Move the marked item up", marks_item, move_up },
	{ 'J', 0, "down", "Move the marked item down", marks_item, move_down },
	{ ' ', 'a', "write", "Write in the marked blank, until Enter", marks_blank, write_blank },
	{ TERM_ENTER, TERM_ESCAPE, "written", "The blank is written; Enter goes on below it", is_writing, end_writing },
	{ 'v', TERM_F4, "view", "Show the next view: task, checks, hints, solution", NULL, desk_next_page },
	{ 'e', TERM_F7, "solution", "After a check: the solution, and what it teaches", was_checked, solution },
	{ 'n', TERM_F8, "next", "The next scenario of the pack", has_next, next },
	{ 'n', TERM_F8, "next", "The next question", is_question, next_question },
	{ 'o', TERM_F9, "questions", "All questions, and handing in", screen_is_sitting, questions },
	{ 'f', TERM_F5, "flag", "Flag the question to come back to it, or no longer", screen_is_sitting, flag },
	{ 'p', TERM_F3, "before", "The question before", is_question, question_before },
	{ 'r', TERM_F5, "reset", "Put the cluster back as it was at the start (asks)", is_practice, reset },
	{ TERM_ESCAPE, 0, "keys", "Out of the shell's line: letters are then these keys", is_typing, to_keys },
	{ 'i', TERM_ENTER, "shell", "Back to the shell's line", is_not_typing, to_shell },
	{ TERM_F6, 0, NULL, "Change between the shell's line and keys", NULL, other_focus },
	{ TERM_SHIFT_UP, 0, NULL, "Scroll the view back; out of the shell's line, Up and k, too", NULL, desk_scroll_up },
	{ TERM_SHIFT_DOWN, 0, NULL, "Scroll the view on; out of the shell's line, Down and j, too", NULL, desk_scroll_down },
	{ TERM_PAGE_UP, 0, NULL, "Scroll the shell back", NULL, back_in_shell },
	{ TERM_PAGE_DOWN, 0, NULL, "Scroll the shell on", NULL, on_in_shell },
	{ '?', TERM_F1, "help", "This help; in the shell, Tab completes and Ctrl-R searches", NULL, action_help },
	{ 'q', TERM_F10, "leave", "Leave the scenario", NULL, leave },
	{ TERM_TAB, TERM_BACK_TAB, "cluster", "Show the next view of the cluster; each has a digit:", NULL,
		desk_next_model },
#define DESK_VIEW_ACTION(id, name, title, key, help, function) \
	{ key, 0, NULL, "View " name ": " help, is_not_taking_text, desk_show_##id },
	VIEW_MODELS(DESK_VIEW_ACTION)
	DESK_PAGES(DESK_VIEW_ACTION)
#undef DESK_VIEW_ACTION
	{ TERM_HOME, 0, NULL, "Packet: to its first hop", desk_has_packet, desk_step_first },
	{ TERM_END, 0, NULL, "Packet: to its last hop", desk_has_packet, desk_step_last },
	{ TERM_LEFT, '<', NULL, "Scroll the view to the left", is_scrolled_sideways, desk_scroll_left },
	{ TERM_RIGHT, '>', NULL, "Scroll the view to the right", is_scrolled_sideways, desk_scroll_right },
	ACTIONS_END,
};

const struct screen_ops screen_desk = {
	.name = "desk",
	.state_size = sizeof(struct desk),
	.actions = actions,
	.open = open,
	.draw = desk_draw,
	.key = key,
	.types = is_taking_text,
	.again = again,
	.tick = desk_play,
	.close = close,
};
