#include "svcsim/err.h"

#include <stdlib.h>

#include "svcsim/str.h"

static const int statuses[] = {
#define ERR_KIND_STATUS(id, status) status,
	ERR_KINDS(ERR_KIND_STATUS)
#undef ERR_KIND_STATUS
};

static void
fill(struct err *err, enum err_kind kind, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

static void
fill(struct err *err, enum err_kind kind, const char *fmt, va_list args)
{
	struct str text = STR_INIT;

	/* printed before the old text goes: it may be one of the arguments */
	str_vaddf(&text, fmt, args);
	err_release(err);
	err->kind = kind;
	err->text = str_detach(&text);
}

int
err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, kind, fmt, args);
	va_end(args);
	return -1;
}

int
err_at(struct err *err, const char *file, unsigned line, unsigned column, const char *fmt, ...)
{
	char *place = file ? xstrdup(file) : NULL;
	va_list args;

	va_start(args, fmt);
	fill(err, ERR_INPUT, fmt, args);
	va_end(args);
	err->file = place;
	err->line = line;
	err->column = column;
	return -1;
}

void
err_release(struct err *err)
{
	free(err->text);
	free(err->file);
	*err = (struct err)ERR_INIT;
}

int
err_status(const struct err *err)
{
	return statuses[err->kind];
}

void
err_print(const struct err *err, struct str *out)
{
	if (err->file)
		str_addf(out, "%s:", err->file);
	if (err->line)
		str_addf(out, "%u:", err->line);
	if (err->line && err->column)
		str_addf(out, "%u:", err->column);
	if (err->file || err->line)
		str_addch(out, ' ');
	str_addf(out, "%s\n", err->text ? err->text : "");
}
