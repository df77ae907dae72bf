/* Searching in a screen's list, as less and vim do it: / and words, n for the next. */
#ifndef SCREEN_SEARCH_H
#define SCREEN_SEARCH_H

#include "screen/screen.h"

/* Whether the key was for the search: that begins with / where there is a list, and goes on until Enter or Esc. */
bool search_key(struct app *app, int key);
void search_draw(const struct app *app, struct cells line);

#endif
