#include "cluster/logs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void
logs_release(struct logs *logs)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&logs->texts, &i));) {
		str_release(entry->value);
		free(entry->value);
	}
	map_release(&logs->texts);
}

static char *
key_of(const struct pod *pod, const char *container)
{
	const char *uid = value_text(value_path(pod->object->root, "metadata.uid"));

	return xasprintf("%s/%s", uid ? uid : pod->object->name, container);
}

static struct str *
text_of(struct logs *logs, const char *key)
{
	struct str *text = map_get(&logs->texts, key);

	if (text)
		return text;
	text = xcalloc(1, sizeof *text);
	str_init(text);
	map_set(&logs->texts, key, text);
	return text;
}

/* Half of the lines go at once, so that this is rare. */
static void
forget_oldest(struct str *text)
{
	size_t lines = 0;
	const char *at = text->buf;
	struct str kept = STR_INIT;

	for (const char *c = text->buf; *c; c++)
		lines += *c == '\n';
	if (lines <= LOG_LINES_MAX)
		return;
	for (size_t i = 0; i < LOG_LINES_MAX / 2; i++)
		at = strchr(at, '\n') + 1;
	str_add(&kept, at);
	str_release(text);
	*text = kept;
}

void
logs_append(struct logs *logs, const struct pod *pod, const char *container, int64_t when, const char *line)
{
	char *key = key_of(pod, container), time[CLOCK_TEXT];
	struct str *text = text_of(logs, key);

	clock_format(when, time);
	str_addf(text, "%.19s.%09lldZ %s\n", time, (long long)(when % CLOCK_SECOND), line);
	forget_oldest(text);
	free(key);
}

const struct str *
logs_of(const struct logs *logs, const struct pod *pod, const char *container)
{
	char *key = key_of(pod, container);
	const struct str *text = map_get(&logs->texts, key);

	free(key);
	return text;
}

void
logs_put(struct logs *logs, const char *key, const char *text)
{
	struct str *entry = text_of(logs, key);

	str_clear(entry);
	str_add(entry, text);
}
