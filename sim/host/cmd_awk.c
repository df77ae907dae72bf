/* awk: its options, and the program that they give. */
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"
#include "host/commands.h"
#include "host/options.h"

static void
start_variables(struct awk *awk)
{
	static const struct {
		const char *name, *value;
	} first[] = {
		{ "FS", " " }, { "OFS", " " }, { "RS", "\n" }, { "ORS", "\n" }, { "SUBSEP", "\034" }, { "OFMT", "%.6g" },
		{ "CONVFMT", "%.6g" }, { "FILENAME", "" },
	};
	const struct map_entry *entry;
	struct map *array = awk_array(awk_variable(awk, "ENVIRON"));

	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		awk_set(awk, first[i].name, awk_text(first[i].value));
	awk_set(awk, "NR", awk_number(0));
	awk_set(awk, "FNR", awk_number(0));
	for (size_t i = 0; (entry = map_next(&awk->shell->variables, &i));)
		if (shell_is_exported(awk->shell, entry->key))
			*awk_element(array, entry->key) = awk_input(entry->value);
}

static void
arguments(struct awk *awk)
{
	struct map *array = awk_array(awk_variable(awk, "ARGV"));

	*awk_element(array, "0") = awk_text("awk");
	for (int i = 0; i < awk->nargs; i++) {
		char *key = xasprintf("%d", i + 1);

		*awk_element(array, key) = awk_input(awk->args[i]);
		free(key);
	}
	awk_set(awk, "ARGC", awk_number(awk->nargs + 1));
}

static void
awk_release(struct awk *awk)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&awk->variables, &i));) {
		awk_variable_release(entry->value);
		free(entry->value);
	}
	map_release(&awk->variables);
	for (size_t i = 0; (entry = map_next(&awk->patterns, &i));) {
		pattern_release(entry->value);
		free(entry->value);
	}
	map_release(&awk->patterns);
	for (size_t i = 0; i < awk->fields.n; i++)
		free(awk->fields.v[i]);
	vec_release(&awk->fields);
	awk_value_release(&awk->result);
	str_release(&awk->record);
	str_release(&awk->input);
	str_release(&awk->out);
	awk_program_release(&awk->program);
}

/* -f FILE, which may stand there more than once. */
static bool
read_program(struct awk *awk, const char *path, struct str *program)
{
	enum io_result result = awk->io->files->read(awk->io, path, program);

	if (result != IO_OK)
		awk_fail(awk, "cannot open %s (%s)", path, io_result_text(result));
	str_addch(program, '\n');
	return result == IO_OK;
}

static void
complain(struct io *io, const char *word, bool unknown)
{
	if (unknown)
		sink_printf(io->err, "awk: not an option: %s\n", word);
	else
		sink_printf(io->err, "awk: option %s lacks argument\n", word);
}

static int
run_program(struct awk *awk, const char *text)
{
	if (!awk_parse(&awk->program, text)) {
		sink_printf(awk->io->err, "awk: %s\n", awk->program.error);
		return 2;
	}
	awk_run(awk);
	awk_drop_streams(awk);
	return awk->status;
}

static int
awk_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct awk awk = { .shell = shell, .io = io, .record = STR_INIT, .input = STR_INIT, .out = STR_INIT, .whole = true };
	struct str program = STR_INIT;
	struct options options;
	bool from_file = false;
	int status = 2;

	start_variables(&awk);
	options_init(&options, io, argc, argv, "F:v:f:", NULL);
	options.first_ends = true;
	options.complain = complain;
	while (options_next(&options)) {
		if (options.letter == 'F') {
			char *word = xasprintf("FS=%s", options.value);

			awk_assign_word(&awk, word);
			free(word);
		} else if (options.letter == 'f') {
			from_file = true;
			options.failed |= !read_program(&awk, options.value, &program);
		} else if (!awk_assign_word(&awk, options.value)) {
			sink_printf(io->err, "awk: improper assignment: -v %s\n", options.value);
			options.failed = true;
		}
	}
	if (!options.failed && !from_file && !options.words.n) {
		sink_put(io->err, "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
	} else if (!options.failed) {
		if (!from_file)
			str_add(&program, options.words.v[0]);
		awk.args = options.words.v + !from_file;
		awk.nargs = (int)options.words.n - !from_file;
		arguments(&awk);
		status = run_program(&awk, program.buf);
	}
	options_release(&options);
	str_release(&program);
	awk_release(&awk);
	return status;
}

const struct command command_awk = { .name = "awk", .usage = "[-F C] [-v NAME=VALUE] 'PATTERN { print $1 }' [FILE..]",
	.help = "Fields of lines", .run = awk_main };
