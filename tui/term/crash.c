#include "term/crash.h"

#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "svcsim/mem.h"

static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGTERM };

static struct {
	volatile sig_atomic_t armed;
	struct termios settings;
	char leave[128];
	size_t len;
} kept;

/* Only async-signal-safe calls. */
static void
give_back(void)
{
	ssize_t put;

	if (!kept.armed)
		return;
	kept.armed = 0;
	put = write(STDOUT_FILENO, kept.leave, kept.len);
	(void)put;
	tcsetattr(STDIN_FILENO, TCSANOW, &kept.settings);
}

static void
on_signal(int number)
{
	give_back();
	raise(number);	/* the handler was for once: this ends the program, with the signal as its status */
}

void
crash_arm(const char *leave)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	if (tcgetattr(STDIN_FILENO, &kept.settings))
		return;
	kept.len = strnlen(leave, sizeof kept.leave);
	memcpy(kept.leave, leave, kept.len);
	kept.armed = 1;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		sigaction(numbers[i], &action, NULL);
	die_callback(give_back);
}

void
crash_disarm(void)
{
	kept.armed = 0;
	die_callback(NULL);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		signal(numbers[i], SIG_DFL);
}
