/*
 * kubectl completion: a script for the person's shell that asks kubectl's hidden `__complete` for candidates, as cobra's
 * scripts do.  The scripts are our own.
 */
#include <string.h>

#include "kubectl/complete.h"
#include "kubectl/failures.h"
#include "kubectl/verb_list.h"

static const struct {
	const char *shell, *script;
} scripts[] = {
	{ "bash",
		"# bash completion for kubectl\n"
		"__start_kubectl()\n"
		"{\n"
		"    local candidates\n"
		"    candidates=$(\"${COMP_WORDS[0]}\" __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null | grep -v '^:' | cut -f1)\n"
		"    mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
		"}\n"
		"complete -o default -F __start_kubectl kubectl\n" },
	{ "zsh",
		"#compdef kubectl\n"
		"compdef _kubectl kubectl\n"
		"_kubectl()\n"
		"{\n"
		"    local -a candidates\n"
		"    candidates=(${(f)\"$(${words[1]} __complete ${words[2,CURRENT]} 2>/dev/null | grep -v '^:' | cut -f1)\"})\n"
		"    compadd -a candidates\n"
		"}\n" },
	{ "fish",
		"# fish completion for kubectl\n"
		"function __kubectl_candidates\n"
		"    set -l words (commandline -opc) (commandline -ct)\n"
		"    $words[1] __complete $words[2..-1] 2>/dev/null | string match -v ':*'\n"
		"end\n"
		"complete -c kubectl -f -a '(__kubectl_candidates)'\n" },
	{ "powershell", NULL },
};
#define NSCRIPTS (sizeof scripts / sizeof *scripts)

static const struct flag *const no_tables[] = { NULL };

static int
completion_run(struct kubectl *kubectl, const struct flags *flags)
{
	if (flags->nargs != 1)
		return print_usage_error(kubectl->io, kubectl->command, flags->nargs ?
			"Too many arguments. Expected only the shell type." : "Shell not specified.");
	for (size_t i = 0; i < NSCRIPTS; i++) {
		if (strcmp(scripts[i].shell, flags->args[0]) != 0)
			continue;
		if (!scripts[i].script)
			return print_failure(kubectl->io, "there is no script for %s here", flags->args[0]);
		sink_put(kubectl->io->out, scripts[i].script);
		return 0;
	}
	return print_usage_error(kubectl->io, kubectl->command, "Unsupported shell type \"%s\".", flags->args[0]);
}

const struct verb verb_completion = {
	.name = "completion",
	.aliases = "",
	.usage = "completion SHELL",
	.summary = "Print a script that completes kubectl's words (bash, zsh, fish)",
	.help = "Prints a script for bash, zsh or fish that completes the words of kubectl.",
	.examples = "source <(kubectl completion bash)",
	.flags = no_tables,
	.args = "words:bash,zsh,fish,powershell",
	.run = completion_run,
	.asks = ASKS_NOBODY,
};

/* ---- __complete ---- */

static const struct {
	unsigned bit;
	const char *name;
} directives[] = {
	{ COMPLETE_NO_SPACE, "NoSpace" }, { COMPLETE_NO_FILES, "NoFileComp" }, { COMPLETE_EXTENSIONS, "FilterFileExt" },
};

static void
put_candidate(void *arg, const char *candidate, const char *help)
{
	struct kubectl *kubectl = arg;

	sink_printf(kubectl->io->out, "%s%s%.*s\n", candidate, *help ? "\t" : "", (int)strcspn(help, "\n"), help);
}

int
run_complete(struct kubectl *kubectl, int argc, const char *const *argv)
{
	struct str names = STR_INIT;
	unsigned directive;

	if (!argc)
		return print_failure(kubectl->io, "requires at least 1 arg(s), only received 0");
	directive = kubectl_complete(kubectl, argc, argv, put_candidate, kubectl);
	sink_printf(kubectl->io->out, ":%u\n", directive);
	for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
		if (directive & directives[i].bit)
			str_addf(&names, "%sShellCompDirective%s", names.len ? ", " : "", directives[i].name);
	sink_printf(kubectl->io->err, "Completion ended with directive: %s\n", names.len ? names.buf : "ShellCompDirectiveDefault");
	str_release(&names);
	return 0;
}
