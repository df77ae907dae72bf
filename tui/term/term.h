/*
 * The terminal: keys in, cells out, given back however the program ends.  Text goes through term/safe.h, so that no
 * control character of a manifest or a pod reaches it.  Lines and marks are drawn in ASCII where the locale has no
 * UTF-8; nothing but weight is used where NO_COLOR is set; only the foreground is coloured, in shades that read on
 * dark and light backgrounds.
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svcsim/err.h"
#include "svcsim/str.h"

#define TERM_LEAST_COLUMNS 80
#define TERM_LEAST_LINES 24

/* Keys that are no character; characters are their code point, Ctrl-A is 1. */
#define TERM_KEYS(X) \
	X(TERM_NONE, "") /* nothing came in time */ \
	X(TERM_UP, "Up") X(TERM_DOWN, "Down") X(TERM_LEFT, "Left") X(TERM_RIGHT, "Right") \
	X(TERM_HOME, "Home") X(TERM_END, "End") X(TERM_PAGE_UP, "PgUp") X(TERM_PAGE_DOWN, "PgDn") \
	X(TERM_DELETE, "Del") X(TERM_INSERT, "Ins") X(TERM_BACKSPACE, "Backspace") X(TERM_BACK_TAB, "Shift-Tab") \
	X(TERM_F1, "F1") X(TERM_F2, "F2") X(TERM_F3, "F3") X(TERM_F4, "F4") X(TERM_F5, "F5") X(TERM_F6, "F6") \
	X(TERM_F7, "F7") X(TERM_F8, "F8") X(TERM_F9, "F9") X(TERM_F10, "F10") \
	X(TERM_SHIFT_UP, "Shift-Up") X(TERM_SHIFT_DOWN, "Shift-Down") \
	X(TERM_PASTE, "Paste") X(TERM_PASTED, "Pasted") /* around what was pasted */ \
	X(TERM_RESIZE, "Resize") \
	X(TERM_GONE, "Gone") /* the terminal was closed */
enum term_key {
	TERM_KEYS_BEFORE = 0x10ffff,
#define TERM_KEY_ENUM(id, name) id,
	TERM_KEYS(TERM_KEY_ENUM)
#undef TERM_KEY_ENUM
	TERM_KEYS_END
};
#define TERM_ESCAPE 27
#define TERM_ENTER 13
#define TERM_TAB 9

/* What a stretch of text is for; the terminal decides how that looks. */
#define TERM_STYLES(X) \
	X(STYLE_PLAIN) X(STYLE_STRONG) X(STYLE_FAINT) X(STYLE_GOOD) X(STYLE_BAD) X(STYLE_NOTE) X(STYLE_KEY) \
	X(STYLE_CHOSEN) X(STYLE_BAR)
enum style {
#define TERM_STYLE_ENUM(id) id,
	TERM_STYLES(TERM_STYLE_ENUM)
#undef TERM_STYLE_ENUM
	STYLE_COUNT
};

/* A rectangle of the screen; nothing is drawn outside it. */
struct cells {
	int y, x, height, width;
};

/* No TERM, an unknown one, or no terminal: err.  Below the least size it opens all the same (term_too_small). */
MUST_CHECK int term_open(struct err *err);
/* A screen of this size that nobody sees, for tests. */
MUST_CHECK int term_open_hidden(int lines, int columns, struct err *err);
void term_close(void);
/* Another program has the terminal from the one to the other. */
void term_leave(void);
void term_return(void);

struct cells term_cells(void);		/* all of it */
bool term_unicode(void);		/* the locale has UTF-8; also where nothing is open */
bool term_too_small(void);
void term_clear(void);
void term_show(void);			/* what was drawn since term_clear */
/* A key, or TERM_NONE after so many ms. */
int term_key(int timeout_ms);
/* "Ctrl-C", "F1", "a" appended. */
void term_key_name(int key, struct str *out);
/* The key as bytes that a terminal would send, for a line editor; nothing for keys without any. */
void term_key_bytes(int key, struct str *out);

struct cells cells_inside(struct cells cells, int top, int left, int height, int width);
/* One line of text, cut at the width; returns the columns used.  y and x count from the rectangle's corner. */
int cells_text(struct cells cells, int y, int x, enum style style, const char *text);
/* The same, and what is cut off is seen to be. */
int cells_title(struct cells cells, int y, int x, enum style style, const char *text);
int cells_textn(struct cells cells, int y, int x, enum style style, const char *text, size_t len);
void cells_fill(struct cells cells, int y, enum style style);	/* a whole line of blanks */
/* A frame with a title in its upper line; returns what is inside. */
struct cells cells_frame(struct cells cells, const char *title, bool focused);
/* Only the upper line, so that what is below has all columns. */
struct cells cells_rule(struct cells cells, const char *title, bool focused);
void cells_cursor(struct cells cells, int y, int x);		/* shown there until the next term_clear */

/* A mark for lists, in UTF-8 or ASCII. */
enum mark { MARK_PASSED, MARK_FAILED, MARK_OPEN, MARK_HERE, MARK_CHOSEN, MARK_NOT_CHOSEN, MARK_COUNT };
const char *term_mark(enum mark mark);

/* A hidden screen's line as text, without blanks at its end. */
void term_read_line(int y, struct str *out);

#endif
