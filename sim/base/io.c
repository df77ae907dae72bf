#include "svcsim/io.h"

#include <string.h>

void
sink_write(struct sink *sink, const char *text, size_t len)
{
	if (len)
		sink->write(sink, text, len);
}

void
sink_put(struct sink *sink, const char *text)
{
	sink_write(sink, text, strlen(text));
}

void
sink_printf(struct sink *sink, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_write(sink, text.buf, text.len);
	str_release(&text);
}

void
sink_str_write(struct sink *sink, const char *text, size_t len)
{
	str_addn(&((struct sink_str *)sink)->str, text, len);
}

const char *
io_result_text(enum io_result result)
{
	static const char *const texts[] = {
		[IO_OK] = "Success",
		[IO_NOT_FOUND] = "No such file or directory",
		[IO_IS_DIR] = "Is a directory",
		[IO_DENIED] = "Permission denied",
		[IO_TOO_LARGE] = "File too large",
		[IO_FAILED] = "Input/output error",
		[IO_NOT_DIR] = "Not a directory",
	};

	return texts[result];
}

void
io_names_release(struct io_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	vec_release(names);
}
