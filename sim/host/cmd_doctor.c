/* doctor: what is wrong with a Service, or with all of them. */
#include <string.h>

#include "doctor/doctor.h"
#include "host/commands.h"
#include "svcsim/flag.h"

static const struct flag doctor_flags[] = {
	{ .name = "from", .type = FLAG_STRING, .complete = "@source",
		.help = "Who can't reach it: external, pod/[NS/]NAME, node/NAME, an address; else whoever the Service is for" },
	{ .name = "namespace", .letter = 'n', .type = FLAG_STRING, .complete = "@namespace",
		.help = "Where names without a namespace are looked for" },
	{ .name = "protocol", .type = FLAG_STRING, .complete = "tcp,udp,sctp",
		.help = "tcp, udp or sctp; else the Service's own" },
	{ .name = "output", .letter = 'o', .type = FLAG_STRING, .standard = "text", .complete = "text,json",
		.help = "text, or json (for programs)" },
	{ .name = NULL },
};
static const struct flag *const doctor_tables[] = { doctor_flags, NULL };

struct practice {
	struct shell *shell;
	struct io *io;
	struct doctor_request request;
	bool json;
	struct str text;
	struct json_out out;
	bool sick;
};

static int
examine(struct practice *practice, struct err *err)
{
	struct diagnosis diagnosis;

	if (doctor_run(practice->shell->cluster, &practice->request, &diagnosis, err))
		return -1;
	practice->sick = practice->sick || diagnosis.failed || diagnosis.findings.n;
	if (practice->json)
		diagnosis_print_json(&diagnosis, &practice->out);
	else
		diagnosis_print_text(&diagnosis, practice->io->color, &practice->text);
	diagnosis_release(&diagnosis);
	return 0;
}

/* Each Service of the namespace, or of all. */
static int
examine_all(struct practice *practice, struct err *err)
{
	size_t n;
	const struct object *const *services = store_list(practice->shell->cluster->server.store, kind_by_kind("Service"),
		practice->request.namespace, &n);
	int failed = 0;

	if (practice->json)
		json_out_open(&practice->out, '[');
	for (size_t i = 0; i < n && !failed; i++) {
		char *to = xasprintf("svc/%s/%s", services[i]->namespace, services[i]->name);

		practice->request.to = to;
		failed = examine(practice, err);
		free(to);
	}
	if (practice->json)
		json_out_close(&practice->out, ']');
	return failed;
}

static int
doctor_do(struct practice *practice, const struct flags *flags, struct err *err)
{
	const char *protocol = flag_string(flags, "protocol"), *output = flag_string(flags, "output");
	const char *namespace = flag_string(flags, "namespace");

	if (flags->nargs > 1)
		return err_set(err, ERR_USAGE, "one Service at a time, or none for all");
	if (protocol && (!protocol_parse(protocol, &practice->request.protocol) ||
		practice->request.protocol == PROTOCOL_ICMP))
		return err_set(err, ERR_USAGE, "--protocol: \"%s\" is neither tcp nor udp nor sctp", protocol);
	if (strcmp(output, "json") != 0 && strcmp(output, "text") != 0)
		return err_set(err, ERR_USAGE, "-o: \"%s\" is neither text nor json", output);
	practice->json = strcmp(output, "json") == 0;
	practice->request.protocol_given = protocol != NULL;
	practice->request.from = flag_string(flags, "from");
	practice->request.namespace = namespace ? namespace : practice->shell->context_namespace;
	json_out_init(&practice->out, &practice->text, 2);
	if (!flags->nargs)
		return examine_all(practice, err);
	practice->request.to = flags->args[0];
	return examine(practice, err);
}

static int
doctor_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct practice practice = { .shell = shell, .io = io, .text = STR_INIT };
	struct err err = ERR_INIT;
	struct flags flags;
	int status;

	if (flags_parse(&flags, doctor_tables, argc - 1, argv + 1, &err))
		return command_fail(io, "doctor", &err);
	if (doctor_do(&practice, &flags, &err))
		status = command_fail(io, "doctor", &err);
	else {
		if (practice.json)
			str_addch(&practice.text, '\n');
		sink_write(io->out, practice.text.buf, practice.text.len);
		status = practice.sick ? 1 : 0;
	}
	str_release(&practice.text);
	flags_release(&flags);
	return status;
}

const struct command command_doctor = { .name = "doctor", .usage = "[SERVICE]",
	.help = "What is wrong with a Service, and what mends it", .flags = doctor_tables, .run = doctor_main };
