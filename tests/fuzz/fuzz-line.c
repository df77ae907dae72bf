/*
 * libFuzzer: whole lines in a shell (sim/host) over a small cluster.  No line crashes or runs for ever, and one that
 * can't be parsed leaves the cluster as it was.  The cluster is the same for all lines: what one changes, the next finds.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "host/parse.h"
#include "host/shell.h"

#define LINE_MAX 400	/* longer ones only take longer */
#define NOW (INT64_C(1795407176) * CLOCK_SECOND)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cluster cluster;

static void
discard(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	(void)text;
	(void)len;
}

static bool
parses(const char *line)
{
	struct script script;
	bool good = script_parse(&script, line, strlen(line));

	script_release(&script);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sink nowhere = { discard };
	struct io io = { .out = &nowhere, .err = &nowhere };
	struct err err = ERR_INIT;
	struct shell shell;
	uint64_t version;
	char line[LINE_MAX + 1];
	size_t len = size < LINE_MAX ? size : LINE_MAX;

	if (!cluster.server.store && cluster_make(&cluster, 1, NOW, NULL, 0, false, &err))
		return 0;
	memcpy(line, data, len);
	line[len] = '\0';
	shell_init(&shell, &cluster, &io);
	version = store_version(cluster.server.store);
	shell_line(&shell, line);
	if (!parses(line) && version != store_version(cluster.server.store))
		BUG("a line that doesn't parse changed the cluster: %s", line);
	shell_release(&shell);
	return 0;
}
