/* kubectl kustomize; follows sigs.k8s.io/kustomize/kustomize/commands/build. */
#include <string.h>

#include "base/clock.h"
#include "kubectl/kustomize.h"
#include "kubectl/verb_list.h"

static const struct flag kustomize_flags[] = {
	{ "output", 'o', FLAG_STRING, "", NULL, "@file", "A file for the output." },
	FLAGS_END,
};
static const struct flag *const kustomize_tables[] = { kustomize_flags, NULL };

/* kustomize is a command of its own inside of kubectl, whose failures are lines of the log. */
static int
log_failure(struct kubectl *kubectl, const char *text)
{
	char when[CLOCK_TEXT];
	struct str quoted = STR_INIT;

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			str_addch(&quoted, '\\');
		str_addch(&quoted, *text);
	}
	clock_format(kubectl->cluster->server.clock.now, when);
	sink_printf(kubectl->io->err, "E%.2s%.2s %.8s.000000       1 run.go:72] \"command failed\" err=\"%s\"\n", when + 5, when + 8,
		when + 11, quoted.buf);
	str_release(&quoted);
	return 1;
}

static int
kustomize_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *file = flag_string(flags, "output");
	struct arena arena = ARENA_INIT;
	value_vec objects = VEC_INIT;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	if (flags->nargs > 1)
		return log_failure(kubectl, "specify one path to kustomization.yaml");
	if (kustomize_build(kubectl, flags->nargs ? flags->args[0] : ".", &arena, &objects, &err)) {
		status = log_failure(kubectl, err.text);
	} else {
		for (size_t i = 0; i < objects.n; i++) {
			str_add(&text, i ? "---\n" : "");
			yaml_write(objects.v[i], &text);
		}
		if (!*file)
			sink_write(kubectl->io->out, text.buf, text.len);
		else if (kubectl->io->files->write(kubectl->io, file, text.buf, text.len, false) != IO_OK)
			status = log_failure(kubectl, "the output file cannot be written");
	}
	err_release(&err);
	str_release(&text);
	vec_release(&objects);
	arena_release(&arena);
	return status;
}

const struct verb verb_kustomize = {
	.name = "kustomize",
	.aliases = "",
	.usage = "kustomize DIR",
	.summary = "Show what a kustomization makes",
	.help = "Shows the objects that the kustomization.yaml of a folder makes: resources, generators and what changes them.",
	.examples = "kubectl kustomize overlays/dev",
	.flags = kustomize_tables,
	.args = "",
	.run = kustomize_run,
	.asks = ASKS_NOBODY,
};
