/* A diagnosis for people and for programs. */
#include <string.h>

#include "doctor/patient.h"

#define NAMED_MAX 8	/* connections that failed are listed up to here */

static void
paint(bool color, const char *code, const char *text, struct str *out)
{
	str_addf(out, "%s%s%s", color ? code : "", text, color ? "\033[0m" : "");
}

static void
print_connections(const struct diagnosis *diagnosis, struct str *out)
{
	size_t named = 0;

	for (size_t i = 0; i < diagnosis->connections.n; i++) {
		const struct connection *connection = diagnosis->connections.v[i];

		if (connection->trace.verdict == VERDICT_ANSWERED || named++ >= NAMED_MAX)
			continue;
		str_addf(out, "  %-11s  %s -> %s\n", verdict_name(connection->trace.verdict),
			connection->trace.from_text, connection->to);
	}
	if (named > NAMED_MAX)
		str_addf(out, "  and %zu more\n", named - NAMED_MAX);
}

static void
print_finding(const struct finding *finding, size_t number, bool color, struct str *out)
{
	str_addf(out, "\n%zu. ", number);
	paint(color, "\033[1m", finding->text, out);
	str_addf(out, "\n   %s %s%s%s", finding->kind, finding->namespace, finding->namespace[0] ? "/" : "",
		finding->name);
	if (finding->field[0])
		str_addf(out, "  %s", finding->field);
	if (finding->value[0])
		str_addf(out, "%s %s", finding->field[0] ? " =" : " ", finding->value);
	str_addch(out, '\n');
	if (!finding->command[0])
		return;
	str_add(out, "   mend it: ");
	if (finding->node[0])
		str_addf(out, "ssh %s ", finding->node);
	paint(color, "\033[32m", finding->command, out);
	str_addch(out, '\n');
}

void
diagnosis_print_text(const struct diagnosis *diagnosis, bool color, struct str *out)
{
	size_t tried = diagnosis->connections.n;

	if (!diagnosis->findings.n && !diagnosis->failed) {
		str_addf(out, "%s: answers (%zu connection%s tried)\n", diagnosis->name, tried, tried == 1 ? "" : "s");
		return;
	}
	if (tried)
		str_addf(out, "%s: %zu of %zu connections fail\n", diagnosis->name, diagnosis->failed, tried);
	else
		str_addf(out, "%s: not there\n", diagnosis->name);
	print_connections(diagnosis, out);
	for (size_t i = 0; i < diagnosis->findings.n; i++)
		print_finding(&diagnosis->findings.v[i], i + 1, color, out);
	if (!diagnosis->findings.n)
		str_add(out, "\nNothing that doctor knows of explains it; see each step: svcsim trace\n");
}

static void
put(struct json_out *out, const char *key, const char *text)
{
	json_out_key(out, key);
	json_out_string(out, text);
}

void
diagnosis_print_json(const struct diagnosis *diagnosis, struct json_out *out)
{
	json_out_open(out, '{');
	put(out, "of", diagnosis->name);
	json_out_key(out, "answers");
	json_out_bool(out, !diagnosis->findings.n && !diagnosis->failed);
	json_out_key(out, "connections");
	json_out_open(out, '[');
	for (size_t i = 0; i < diagnosis->connections.n; i++) {
		const struct connection *connection = diagnosis->connections.v[i];

		json_out_open(out, '{');
		put(out, "from", connection->trace.from_text);
		put(out, "to", connection->to);
		put(out, "protocol", protocol_name(connection->trace.walk.protocol));
		put(out, "verdict", verdict_name(connection->trace.verdict));
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
	json_out_key(out, "findings");
	json_out_open(out, '[');
	for (size_t i = 0; i < diagnosis->findings.n; i++) {
		const struct finding *finding = &diagnosis->findings.v[i];

		json_out_open(out, '{');
		put(out, "cause", finding->look);
		put(out, "kind", finding->kind);
		put(out, "namespace", finding->namespace);
		put(out, "name", finding->name);
		put(out, "field", finding->field);
		put(out, "value", finding->value);
		put(out, "text", finding->text);
		put(out, "node", finding->node);
		put(out, "command", finding->command);
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
	json_out_close(out, '}');
}
