/*
 * Everything is drawn on stdscr within rectangles; ncurses finds out what changed.  Wide characters are drawn by
 * ncursesw from UTF-8 when the locale has it.
 */
#define NCURSES_WIDECHAR 1	/* curses.h gives get_wch only then */
#include "term/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "term/crash.h"
#include "term/safe.h"
#include "term/wrap.h"

static struct {
	SCREEN *screen;
	FILE *nowhere;		/* of a hidden screen */
	bool unicode, colors;
	int cursor_y, cursor_x;	/* -1: hidden */
} term = { .cursor_y = -1 };

/* ---- looks ---- */

enum pair { PAIR_NONE, PAIR_GOOD, PAIR_BAD, PAIR_NOTE };

/* Foregrounds of 256 that read on black and on white, and what stands for them among 8. */
static const struct {
	short many, few;
} shades[] = {
	[PAIR_GOOD] = { 34, COLOR_GREEN },
	[PAIR_BAD] = { 160, COLOR_RED },
	[PAIR_NOTE] = { 133, COLOR_MAGENTA },
};

static const struct {
	chtype attribute;
	enum pair pair;
} looks[] = {
	[STYLE_PLAIN] = { A_NORMAL, PAIR_NONE },
	[STYLE_STRONG] = { A_BOLD, PAIR_NONE },
	[STYLE_FAINT] = { A_DIM, PAIR_NONE },
	[STYLE_GOOD] = { A_BOLD, PAIR_GOOD },
	[STYLE_BAD] = { A_BOLD, PAIR_BAD },
	[STYLE_NOTE] = { A_NORMAL, PAIR_NOTE },
	[STYLE_KEY] = { A_BOLD, PAIR_NONE },
	[STYLE_CHOSEN] = { A_REVERSE, PAIR_NONE },
	[STYLE_BAR] = { A_REVERSE, PAIR_NONE },
};
_Static_assert(sizeof looks / sizeof looks[0] == STYLE_COUNT, "a look for each style");

static const char *const marks[MARK_COUNT][2] = {	/* ASCII, UTF-8 */
	[MARK_PASSED] = { "+", "\u2713" },
	[MARK_FAILED] = { "x", "\u2717" },
	[MARK_OPEN] = { "-", "\u00b7" },
	[MARK_HERE] = { ">", "\u25b8" },
	[MARK_CHOSEN] = { "[x]", "[x]" },
	[MARK_NOT_CHOSEN] = { "[ ]", "[ ]" },
};

const char *
term_mark(enum mark mark)
{
	return marks[mark][term.unicode];
}

static void
prepare_colors(void)
{
	const char *no_color = getenv("NO_COLOR");

	term.colors = has_colors() && !(no_color && *no_color);
	if (!term.colors)
		return;
	start_color();
	use_default_colors();
	for (short i = PAIR_GOOD; i <= PAIR_NOTE; i++)
		init_pair(i, COLORS >= 256 ? shades[i].many : shades[i].few, -1);
}

/* ---- opening and closing ---- */

/* A locale that is named but not installed would lose UTF-8 on a terminal that has it. */
static void
prepare_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *wanted = "";

	if (!setlocale(LC_CTYPE, "")) {
		for (int i = 0; i < 3 && !*wanted; i++)
			wanted = getenv(names[i]) ? getenv(names[i]) : "";
		if (strstr(wanted, "UTF-8") || strstr(wanted, "utf8"))
			setlocale(LC_CTYPE, "C.UTF-8");
	}
	term.unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool
term_unicode(void)
{
	if (!term.screen)
		prepare_locale();
	return term.unicode;
}

#define KEY_PASTE 0x4000	/* far from what ncurses gives to keys of its own */
#define KEY_PASTED 0x4001

static void
prepare_screen(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(40);
	define_key("\033[200~", KEY_PASTE);
	define_key("\033[201~", KEY_PASTED);
	prepare_colors();
}

/* The terminal then says where pasted text begins and ends; one that doesn't know of it passes over the request. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

static void
bracket_paste(const char *request)
{
	ssize_t put = term.nowhere ? 0 : write(STDOUT_FILENO, request, strlen(request));

	(void)put;
}

static const char *
capability(const char *name)
{
	const char *text = tigetstr(name);

	return text && text != (const char *)-1 ? text : "";
}

int
term_open(struct err *err)
{
	const char *name = getenv("TERM");
	char leave[128];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ERR_INPUT, "a terminal is needed for this screen; --no-tui goes without one");
	if (!name || !*name)
		return err_set(err, ERR_INPUT, "TERM is not set, so the terminal's kind is unknown; --no-tui goes without it");
	prepare_locale();
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen)
		return err_set(err, ERR_INPUT, "no terminal description for TERM=%s; --no-tui goes without one", name);
	reset_shell_mode();
	if (!*capability("cup")) {
		delscreen(term.screen);
		term.screen = NULL;
		return err_set(err, ERR_INPUT, "TERM=%s can't place the cursor; --no-tui goes without it", name);
	}
	snprintf(leave, sizeof leave, PASTE_OFF "%s%s%s%s", capability("sgr0"), capability("rmkx"), capability("cnorm"),
		capability("rmcup"));
	crash_arm(leave);
	reset_prog_mode();
	prepare_screen();
	bracket_paste(PASTE_ON);
	return 0;
}

int
term_open_hidden(int lines, int columns, struct err *err)
{
	prepare_locale();
	term.nowhere = fopen("/dev/null", "r+");
	term.screen = term.nowhere ? newterm("xterm", term.nowhere, term.nowhere) : NULL;
	if (!term.screen)
		return err_set(err, ERR_INPUT, "no hidden screen: is the terminal description of xterm installed?");
	prepare_screen();
	resizeterm(lines, columns);
	return 0;
}

void
term_close(void)
{
	if (!term.screen)
		return;
	bracket_paste(PASTE_OFF);
	endwin();
	delscreen(term.screen);
	term.screen = NULL;
	if (term.nowhere)
		fclose(term.nowhere);
	else
		crash_disarm();
	term.nowhere = NULL;
}

void
term_leave(void)
{
	def_prog_mode();
	bracket_paste(PASTE_OFF);
	endwin();
}

void
term_return(void)
{
	reset_prog_mode();
	bracket_paste(PASTE_ON);
	clearok(curscr, TRUE);
	refresh();
}

/* ---- the whole screen ---- */

struct cells
term_cells(void)
{
	return (struct cells){ 0, 0, LINES, COLS };
}

bool
term_too_small(void)
{
	return LINES < TERM_LEAST_LINES || COLS < TERM_LEAST_COLUMNS;
}

void
term_clear(void)
{
	erase();
	term.cursor_y = -1;
}

void
term_show(void)
{
	if (term.cursor_y >= 0) {
		curs_set(1);
		move(term.cursor_y, term.cursor_x);
	} else {
		curs_set(0);
	}
	refresh();
}

/* ---- keys ---- */

static const struct {
	int curses;
	enum term_key key;
	const char *bytes;	/* as xterm sends it */
} keys[] = {
	{ KEY_UP, TERM_UP, "\033[A" }, { KEY_DOWN, TERM_DOWN, "\033[B" },
	{ KEY_LEFT, TERM_LEFT, "\033[D" }, { KEY_RIGHT, TERM_RIGHT, "\033[C" },
	{ KEY_HOME, TERM_HOME, "\033[H" }, { KEY_END, TERM_END, "\033[F" },
	{ KEY_PPAGE, TERM_PAGE_UP, "" }, { KEY_NPAGE, TERM_PAGE_DOWN, "" },
	{ KEY_DC, TERM_DELETE, "\033[3~" }, { KEY_IC, TERM_INSERT, "" },
	{ KEY_BACKSPACE, TERM_BACKSPACE, "\177" }, { KEY_BTAB, TERM_BACK_TAB, "\033[Z" },
	{ KEY_F(1), TERM_F1, "" }, { KEY_F(2), TERM_F2, "" }, { KEY_F(3), TERM_F3, "" }, { KEY_F(4), TERM_F4, "" },
	{ KEY_F(5), TERM_F5, "" }, { KEY_F(6), TERM_F6, "" }, { KEY_F(7), TERM_F7, "" }, { KEY_F(8), TERM_F8, "" },
	{ KEY_F(9), TERM_F9, "" }, { KEY_F(10), TERM_F10, "" }, { KEY_ENTER, (enum term_key)TERM_ENTER, "\r" },
	{ KEY_SR, TERM_SHIFT_UP, "" }, { KEY_SF, TERM_SHIFT_DOWN, "" },
	{ KEY_PASTE, TERM_PASTE, "" }, { KEY_PASTED, TERM_PASTED, "" },
	{ KEY_RESIZE, TERM_RESIZE, "" },
};

/* Nobody is at the other end any more. */
static bool
is_gone(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	return !term.nowhere && poll(&input, 1, 0) > 0 && input.revents & (POLLHUP | POLLERR | POLLNVAL);
}

int
term_key(int timeout_ms)
{
	wint_t wide;
	int kind;

	timeout(timeout_ms);
	kind = get_wch(&wide);
	if (kind == ERR)
		return is_gone() ? TERM_GONE : TERM_NONE;
	if (kind != KEY_CODE_YES)
		return wide == 127 || wide == '\b' ? TERM_BACKSPACE : wide == '\n' ? TERM_ENTER : (int)wide;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].curses == (int)wide)
			return (int)keys[i].key;
	return TERM_NONE;
}

static void
add_utf8(struct str *out, int code)
{
	if (code < 0x80) {
		str_addch(out, (char)code);
	} else if (code < 0x800) {
		str_addch(out, (char)(0xc0 | code >> 6));
		str_addch(out, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		str_addch(out, (char)(0xe0 | code >> 12));
		str_addch(out, (char)(0x80 | (code >> 6 & 0x3f)));
		str_addch(out, (char)(0x80 | (code & 0x3f)));
	} else {
		str_addch(out, (char)(0xf0 | code >> 18));
		str_addch(out, (char)(0x80 | (code >> 12 & 0x3f)));
		str_addch(out, (char)(0x80 | (code >> 6 & 0x3f)));
		str_addch(out, (char)(0x80 | (code & 0x3f)));
	}
}

void
term_key_bytes(int key, struct str *out)
{
	if (key <= TERM_KEYS_BEFORE) {
		add_utf8(out, key);
		return;
	}
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if ((int)keys[i].key == key)
			str_add(out, keys[i].bytes);
}

void
term_key_name(int key, struct str *out)
{
	static const char *const names[] = {
#define TERM_KEY_NAME(id, name) name,
		TERM_KEYS(TERM_KEY_NAME)
#undef TERM_KEY_NAME
	};

	if (key > TERM_KEYS_BEFORE && key < TERM_KEYS_END)
		str_add(out, names[key - TERM_KEYS_BEFORE - 1]);
	else if (key == TERM_ESCAPE)
		str_add(out, "Esc");
	else if (key == TERM_ENTER)
		str_add(out, "Enter");
	else if (key == TERM_TAB)
		str_add(out, "Tab");
	else if (key == ' ')
		str_add(out, "Space");
	else if (key < ' ')
		str_addf(out, "Ctrl-%c", key + '@');
	else
		add_utf8(out, key);
}

/* ---- cells ---- */

struct cells
cells_inside(struct cells cells, int top, int left, int height, int width)
{
	struct cells in = { cells.y + top, cells.x + left, height, width };

	if (in.height > cells.height - top)
		in.height = cells.height - top;
	if (in.width > cells.width - left)
		in.width = cells.width - left;
	if (in.height < 0)
		in.height = 0;
	if (in.width < 0)
		in.width = 0;
	return in;
}

static void
set_style(enum style style)
{
	chtype look = looks[style].attribute;

	if (term.colors)
		look |= (chtype)COLOR_PAIR(looks[style].pair);
	attrset((int)look);
}

int
cells_textn(struct cells cells, int y, int x, enum style style, const char *text, size_t len)
{
	struct str safe = STR_INIT;
	size_t fits = 0, size;
	int columns = 0;

	if (y < 0 || y >= cells.height || x < 0 || x >= cells.width)
		return 0;
	safe_add(&safe, text, len, SAFE_NOTHING);
	for (; fits < safe.len; fits += size) {
		int32_t code = safe_decode(safe.buf + fits, safe.len - fits, &size);
		int more = wrap_columns(safe.buf + fits, size);

		if (columns + more > cells.width - x)
			break;
		if (code > 0x7f && !term.unicode)
			safe.buf[fits] = '?';
		columns += more;
	}
	set_style(style);
	mvaddnstr(cells.y + y, cells.x + x, safe.buf, (int)fits);
	set_style(STYLE_PLAIN);
	str_release(&safe);
	return columns;
}

int
cells_text(struct cells cells, int y, int x, enum style style, const char *text)
{
	return cells_textn(cells, y, x, style, text, strlen(text));
}

int
cells_title(struct cells cells, int y, int x, enum style style, const char *text)
{
	int room = cells.width - x;
	int used = cells_text(cells, y, x, style, text);

	if (wrap_columns(text, strlen(text)) > room)
		cells_text(cells, y, cells.width - 2, style, "..");
	return used;
}

void
cells_fill(struct cells cells, int y, enum style style)
{
	if (y < 0 || y >= cells.height || cells.width <= 0)
		return;
	set_style(style);
	mvhline(cells.y + y, cells.x, ' ', cells.width);
	set_style(STYLE_PLAIN);
}

enum line { ACROSS, DOWN, UPPER_LEFT, UPPER_RIGHT, LOWER_LEFT, LOWER_RIGHT };

static const char *
line_text(enum line line)
{
	static const char *const sets[2][6] = {
		{ "-", "|", "+", "+", "+", "+" },
		{ "\u2500", "\u2502", "\u250c", "\u2510", "\u2514", "\u2518" },
	};

	return sets[term.unicode][line];
}

static void
frame_line(struct cells cells, int y, enum line left, enum line right, enum style style)
{
	cells_text(cells, y, 0, style, line_text(left));
	for (int x = 1; x < cells.width - 1; x++)
		cells_text(cells, y, x, style, line_text(ACROSS));
	cells_text(cells, y, cells.width - 1, style, line_text(right));
}

static void
frame_title(struct cells cells, const char *title, bool focused)
{
	struct cells room = cells_inside(cells, 0, 2, 1, cells.width - 4);
	int used;

	if (!*title)
		return;
	cells_text(room, 0, 0, STYLE_PLAIN, " ");
	used = 1 + cells_text(cells_inside(room, 0, 0, 1, room.width - 1), 0, 1, focused ? STYLE_STRONG : STYLE_PLAIN, title);
	cells_text(room, 0, used, STYLE_PLAIN, " ");
}

struct cells
cells_frame(struct cells cells, const char *title, bool focused)
{
	enum style style = focused ? STYLE_STRONG : STYLE_FAINT;

	if (cells.height < 2 || cells.width < 4)
		return cells_inside(cells, 0, 0, 0, 0);
	frame_line(cells, 0, UPPER_LEFT, UPPER_RIGHT, style);
	frame_line(cells, cells.height - 1, LOWER_LEFT, LOWER_RIGHT, style);
	for (int y = 1; y < cells.height - 1; y++) {
		cells_text(cells, y, 0, style, line_text(DOWN));
		cells_text(cells, y, cells.width - 1, style, line_text(DOWN));
	}
	frame_title(cells, title, focused);
	return cells_inside(cells, 1, 1, cells.height - 2, cells.width - 2);
}

struct cells
cells_rule(struct cells cells, const char *title, bool focused)
{
	frame_line(cells, 0, ACROSS, ACROSS, focused ? STYLE_STRONG : STYLE_FAINT);
	frame_title(cells, title, focused);
	return cells_inside(cells, 1, 0, cells.height - 1, cells.width);
}

void
cells_cursor(struct cells cells, int y, int x)
{
	if (y < 0 || y >= cells.height || x < 0 || x >= cells.width)
		return;
	term.cursor_y = cells.y + y;
	term.cursor_x = cells.x + x;
}

void
term_read_line(int y, struct str *out)
{
	size_t start = out->len;
	char text[4096];

	if (mvinnstr(y, 0, text, sizeof text - 1) == ERR)
		return;
	str_add(out, text);
	while (out->len > start && out->buf[out->len - 1] == ' ')
		str_truncate(out, out->len - 1);
}
