/*
 * Any bytes as iptables-save text: what is read and written reads back, and is then written the same; the walk of what
 * links comes to an end.  The first byte picks the family.
 * Covers sim/proxy/ruleset.c, ruleset_read.c, rule_read.c, rule_words.c, ruleset_write.c, sim/net/engine.c and
 * engine_compile.c.
 */
#include <stdint.h>
#include <string.h>

#include "net/engine.h"
#include "proxy/ruleset.h"

static bool
never(struct chooser *chooser, double probability)
{
	(void)chooser;
	return probability > 1;
}

static void
walk(struct ruleset *ruleset)
{
	static const char *const tables[] = { "raw", "mangle", "nat", "filter" };
	struct err err = ERR_INIT;
	struct chooser chooser = { never };
	struct engine *engine;

	if (ruleset_link(ruleset, "fuzz", &err) != 0) {
		err_release(&err);
		return;
	}
	engine = engine_new(ruleset);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct engine_call call = { .table = tables[i], .in = "eth0", .out = "", .chooser = &chooser };
		struct packet packet = { .protocol = PROTOCOL_TCP, .src = ip4(0x0a000001), .dst = ip4(0x0a600001), .dport = 80 };
		struct engine_result result;

		for (call.hook = HOOK_PREROUTING; call.hook < HOOK_COUNT; call.hook++)
			engine_walk(engine, &call, &packet, &result);
	}
	engine_free(engine);
}

static void
check(const struct ruleset *ruleset, void (*write)(const struct ruleset *ruleset, struct str *out))
{
	struct ruleset again;
	struct str text = STR_INIT, second = STR_INIT;
	struct err err = ERR_INIT;

	write(ruleset, &text);
	ruleset_init(&again, ruleset->family);
	if (ruleset_read(&again, "again", text.buf, text.len, &err) != 0)
		BUG("%u:%u: what was written can't be read: %s\n%s", err.line, err.column, err.text, text.buf);
	write(&again, &second);
	if (strcmp(text.buf, second.buf) != 0)
		BUG("written otherwise the second time:\n%s\n%s", text.buf, second.buf);
	ruleset_release(&again);
	str_release(&text);
	str_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset ruleset;
	struct err err = ERR_INIT;

	if (size == 0)
		return 0;
	ruleset_init(&ruleset, *data & 1 ? IP_V6 : IP_V4);
	if (ruleset_read(&ruleset, "fuzz", (const char *)data + 1, size - 1, &err) == 0) {
		check(&ruleset, ruleset_write_save);
		check(&ruleset, ruleset_write_restore);
		walk(&ruleset);
	}
	err_release(&err);
	ruleset_release(&ruleset);
	return 0;
}
