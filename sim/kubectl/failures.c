/*
 * Errors as kubectl prints them; follows checkErr, StandardErrorMessage and MultilineError of
 * k8s.io/kubectl/pkg/cmd/util/helpers.go.
 */
#include "kubectl/failures.h"

#include <stdlib.h>
#include <string.h>

void
failures_release(struct failures *failures)
{
	for (size_t i = 0; i < failures->list.n; i++) {
		status_release(&failures->list.v[i].status);
		free(failures->list.v[i].text);
	}
	vec_release(&failures->list);
}

void
failures_drop_last(struct failures *failures)
{
	struct failure *last = &failures->list.v[--failures->list.n];

	status_release(&last->status);
	free(last->text);
}

void
failures_add(struct failures *failures, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	*vec_push(&failures->list) = (struct failure){ .status = STATUS_INIT, .text = str_detach(&text) };
}

void
failures_add_verbatim(struct failures *failures, const char *text)
{
	failures_add(failures, "%s", text);
	failures->list.v[failures->list.n - 1].verbatim = true;
}

void
failures_add_status(struct failures *failures, struct status *status, const char *context)
{
	struct failure *failure = vec_push(&failures->list);
	const char *reason = status_reason_text(status->reason);
	const char *message = status->message ? status->message : "";

	failure->text = xasprintf("Error from server%s%s%s: %s%s%s", *reason ? " (" : "", reason, *reason ? ")" : "",
		context, *context ? ": " : "", message);
	failure->status = *status;
	*status = (struct status)STATUS_INIT;
}

void
failures_move(struct failures *failures, struct failures *from)
{
	for (size_t i = 0; i < from->list.n; i++)
		*vec_push(&failures->list) = from->list.v[i];
	failures->nested |= from->nested;
	vec_release(&from->list);
}

/* A text that an earlier cause has already said is said once (cmdutil.statusCausesToAggrError). */
static bool
is_repeated(const struct status *status, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(status->causes.v[j].text, status->causes.v[i].text) == 0)
			return true;
	return false;
}

static void
print_invalid(struct io *io, const struct status *status)
{
	size_t n = 0;

	for (size_t i = 0; i < status->causes.n; i++)
		n += !is_repeated(status, i);
	if (status->kind || (status->name && *status->name))
		sink_printf(io->err, "The %s \"%s\" is invalid", status->kind ? status->kind->kind : "",
			status->name ? status->name : "");
	else
		sink_printf(io->err, "The request is invalid%s%s", n ? "" : ": ", n ? "" : status->message);
	sink_put(io->err, n > 1 ? ": \n" : n ? ": " : "\n");
	for (size_t i = 0; i < status->causes.n; i++)
		if (!is_repeated(status, i))
			sink_printf(io->err, "%s%s\n", n > 1 ? "* " : "", status->causes.v[i].text);
}

/* Alone it begins with "error: " and ends with one newline; among others it is printed as it is. */
static void
print_line(struct io *io, const struct failure *failure, bool alone)
{
	bool said = failure->status.reason != STATUS_OK || failure->verbatim ||
		str_starts(failure->text, "error: ");

	sink_printf(io->err, "%s%s%s", alone && !said ? "error: " : "", failure->text,
		alone && str_ends(failure->text, "\n") ? "" : "\n");
}

int
failures_print(struct failures *failures, struct io *io)
{
	bool alone = failures->list.n == 1 && !failures->nested;
	int exit_status = failures->list.n ? 1 : 0;

	for (size_t i = 0; i < failures->list.n; i++) {
		const struct failure *failure = &failures->list.v[i];

		if (alone && failure->status.reason == STATUS_INVALID)
			print_invalid(io, &failure->status);
		else
			print_line(io, failure, alone);
	}
	failures_release(failures);
	return exit_status;
}

int
print_failure(struct io *io, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_printf(io->err, "error: %s%s", text.buf, str_ends(text.buf, "\n") ? "" : "\n");
	str_release(&text);
	return 1;
}

int
print_usage_error(struct io *io, const char *command, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_printf(io->err, "error: %s\nSee 'kubectl %s -h' for help and examples\n", text.buf, command);
	str_release(&text);
	return 1;
}

void
print_warnings(struct io *io, struct status *status)
{
	for (size_t i = 0; i < status->warnings.n; i++) {
		sink_printf(io->err, "Warning: %s\n", status->warnings.v[i]);
		free(status->warnings.v[i]);
	}
	vec_clear(&status->warnings);
}
