/*
 * Go's text/tabwriter: cells end with a tab, a column is a run of adjacent lines that have such a cell, and the text
 * after the last tab of a line belongs to no column.  Widths count code points.
 */
#ifndef KUBECTL_TABS_H
#define KUBECTL_TABS_H

#include "svcsim/str.h"
#include "svcsim/vec.h"

/* kubectl's tables: six wide at least, three blanks apart; describe: two blanks apart. */
#define TABS_TABLE 6, 3
#define TABS_DESCRIBE 0, 2

/* Appends text, its tabs turned into blanks. */
void tabs_align(const char *text, size_t min_width, size_t padding, struct str *out);
/* Text after text: no column becomes narrower than it was (github.com/liggitt/tabwriter's RememberWidths). */
typedef VEC(size_t) tab_widths;
void tabs_align_on(const char *text, size_t min_width, size_t padding, tab_widths *widths, struct str *out);

#endif
