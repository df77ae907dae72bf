/* Cells of RFC 4180, with a leading apostrophe where a table would take a text for a formula. */
#ifndef EXAM_CSV_H
#define EXAM_CSV_H

#include "svcsim/str.h"

#define CSV_END "\r\n"

void csv_cell(struct str *out, const char *text);

#endif
