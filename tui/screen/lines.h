/*
 * Practising and exams without a screen: the task is printed, each line is one of the scenario's shell, and a line that starts
 * with a colon is for the trainer.
 */
#ifndef SCREEN_LINES_H
#define SCREEN_LINES_H

#include "screen/exam.h"

/* interactive: readline on the terminal, else lines of standard input.  flush is called after each line.  0 when the
 * last check of the last scenario gave all points, else 1. */
int lines_run(struct drill *drill, struct io *io, bool interactive, void (*flush)(void *arg), void *arg);
/* An exam in the same way; 0 when it was passed. */
int lines_run_exam(struct exam *exam, struct io *io, bool interactive, void (*flush)(void *arg), void *arg);

#endif
