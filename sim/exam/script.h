/*
 * A script typed into an attempt's shell a complete line at a time; after each line the cluster comes to rest, as if its
 * author had waited.  A line `answer [NAME] WORDS` answers a question.
 */
#ifndef EXAM_SCRIPT_H
#define EXAM_SCRIPT_H

#include "svcsim/exam.h"

/* strict: the first line that fails ends it, and err holds the line and what it printed; else lines may fail. */
MUST_CHECK int script_type(struct attempt *attempt, const char *script, bool strict, struct err *err);

#endif
