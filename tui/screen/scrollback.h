/* What a shell has printed: lines, the last ones kept, and how far a person has scrolled back. */
#ifndef SCREEN_SCROLLBACK_H
#define SCREEN_SCROLLBACK_H

#include "svcsim/str.h"
#include "svcsim/vec.h"
#include "term/term.h"

#define SCROLLBACK_LINES 5000

struct scrollback {
	VEC(char *) lines;
	struct str partial;	/* a line without its newline yet: not drawn */
	size_t up;		/* rows scrolled back from the end */
};

void scrollback_init(struct scrollback *scrollback);
void scrollback_release(struct scrollback *scrollback);
void scrollback_clear(struct scrollback *scrollback);
void scrollback_add(struct scrollback *scrollback, const char *text, size_t len);
/* How many rows there are at this width, counted no further than most. */
int scrollback_rows(const struct scrollback *scrollback, int width, int most);
/* Draws the rows that end at the rectangle's lower edge, up rows before the last one. */
void scrollback_draw(const struct scrollback *scrollback, struct cells cells, size_t up);

#endif
