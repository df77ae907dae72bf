#include "cli/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "term/safe.h"

#define CLEAR "\033[H\033[2J"	/* to the corner, and all of it gone: what every terminal of today obeys */

/* On one terminal both streams keep the order in which they were written. */
static void
stream_write(struct sink *sink, const char *text, size_t len)
{
	struct stream *stream = (struct stream *)sink;

	if (stream->first && stream->terminal && stream->first->terminal && !stream->first->failed)
		stream = stream->first;
	if (!stream->failed)
		str_addn(&stream->held, text, len);
}

void
stream_init(struct stream *stream, int fd, struct stream *first)
{
	*stream = (struct stream){ .sink = { stream_write }, .fd = fd, .terminal = fd >= 0 && isatty(fd), .first = first,
		.held = STR_INIT };
}

void
stream_release(struct stream *stream)
{
	str_release(&stream->held);
}

void
stream_drop(struct stream *stream)
{
	str_clear(&stream->held);
}

static void
put(struct stream *stream, const char *text, size_t len)
{
	while (len && !stream->failed) {
		ssize_t done = write(stream->fd, text, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			stream->failed = true;
			stream->error = errno;
			return;
		}
		text += done;
		len -= (size_t)done;
	}
}

void
stream_flush(struct stream *stream)
{
	struct str safe = STR_INIT;

	if (stream->first)
		stream_flush(stream->first);
	if (!stream->held.len)
		return;
	if (stream->terminal) {
		safe_add(&safe, stream->held.buf, stream->held.len, SAFE_LINES | SAFE_COLORS);
		put(stream, safe.buf, safe.len);
		str_release(&safe);
	} else {
		put(stream, stream->held.buf, stream->held.len);
	}
	str_clear(&stream->held);
}

void
stream_clear(struct stream *stream)
{
	stream_flush(stream);
	if (stream->terminal)
		put(stream, CLEAR, strlen(CLEAR));
}
