/*
 * The terminal is given back when the program is ended by a signal or a bug: what the terminal was set to, and the
 * bytes that leave the screen, are kept ready, since a signal handler may do little more than write them.
 */
#ifndef TERM_CRASH_H
#define TERM_CRASH_H

/* leave: bytes that end the full screen.  The terminal's settings are read now. */
void crash_arm(const char *leave);
void crash_disarm(void);

#endif
