/*
 * The 300 most typed argument forms (tests/golden/forms.tsv): each has a spec in tests/golden/forms-*.txt, headed by
 * "# form: " and the form, or a reason there why it has none.  The specs' answers are the real thing's; what depends on
 * chance or the clock is masked on both sides.
 */
#include <dirent.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"
#include "host/vfs.h"

#include "../masks.h"
#include "answers.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)
#define FOLDER "tests/golden"

/* In this order. */
static const struct mask masks[] = {
	{ "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID" },
	{ "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME" },
	{ "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-][0-9]{4}", "TIME" },
	{ "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [+]0000 UTC", "TIME" },
	{ "10[.](9[6-9]|10[0-9]|11[01])[.][0-9]+[.][0-9]+", "CLUSTERIP" },
	{ "192[.]168[.][0-9]+[.][0-9]+", "PODIP" },
	{ "(:|nodePort\"?: |, |^)3[0-2][0-9]{3}(/|$|,)", "\\1NODEPORT\\2" },
	{ "(resourceVersion\"?: ?\"?)[0-9]+", "\\1N" },
	{ "([a-z0-9])-[0-9a-f]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}([^a-z0-9-]|$)", "\\1-POD\\2" },
	{ "([a-z])-[0-9a-f]*[0-9][0-9a-f]*-?([bcdfghjklmnpqrstvwxz2456789]{5})([^a-z0-9-]|$)", "\\1-POD\\3" },
	{ "(pod-template-hash\"?[:=] ?\"?)[0-9a-z]{8,10}", "\\1HASH" },
	{ "([a-z])-[0-9a-f]*[0-9][0-9a-f]{7,9}([^a-z0-9-]|$)", "\\1-HASH\\2" },
	{ "([a-z0-9])-[bcdfghjklmnpqrstvwxz2456789]{5}([^a-z0-9-]|$)", "\\1-SUFFIX\\2" },
	{ "containerd://[0-9a-f]{64}", "containerd://ID" },
	{ "(^|[^A-Za-z0-9.-])[0-9][0-9dhm]*[smhd]( ago)?([^A-Za-z0-9.-]|$)", "\\1AGE\\3" },
	{ "node0[12]", "NODE" },				/* the scheduler breaks ties by chance */
	{ "-----*", "----" },					/* as wide as the widest cell */
	{ "[ \t]+", " " },
	{ " $", "" },
};
#define MASKS (sizeof masks / sizeof masks[0])

struct forms {
	regex_t masks[MASKS];
	struct io_names heads;		/* the forms that head specs */
	struct cluster cluster;
	struct shell shell;
	struct sink_str out, err;
	struct io io;
	size_t wrong;
};

static void
read_text(const char *path, struct str *out)
{
	FILE *file = fopen(path, "r");
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		str_addch(out, (char)c);
	fclose(file);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folder's files that begin with `prefix`, sorted. */
static void
list_files(const char *folder, const char *prefix, struct io_names *out)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && str_starts(entry->d_name, prefix))
			*vec_push(out) = xstrdup(entry->d_name);
	closedir(dir);
	assert_true(out->n > 0);
	qsort(out->v, out->n, sizeof *out->v, compare_names);
}

static bool
same(const struct forms *forms, const char *want, const char *got)
{
	struct str left = STR_INIT, right = STR_INIT;
	bool equal = true;

	while (equal && (*want || *got)) {
		size_t w = strcspn(want, "\n"), g = strcspn(got, "\n");

		str_clear(&left);
		str_clear(&right);
		str_addn(&left, want, w);
		str_addn(&right, got, g);
		masks_apply(masks, forms->masks, MASKS, &left);
		masks_apply(masks, forms->masks, MASKS, &right);
		equal = strcmp(left.buf, right.buf) == 0 && want[w] == got[g];
		want += w + (want[w] == '\n');
		got += g + (got[g] == '\n');
	}
	if (!equal)
		print_error("  want: %s\n  got:  %s\n", left.buf, right.buf);
	str_release(&left);
	str_release(&right);
	return equal;
}

static void
check_answer(struct forms *forms, const char *path, const struct answer *answer)
{
	bool good;
	int status;

	str_clear(&forms->out.str);
	str_clear(&forms->err.str);
	status = shell_line(&forms->shell, answer->line.buf);
	if (forms->out.str.len && forms->out.str.buf[forms->out.str.len - 1] != '\n')
		str_add(&forms->out.str, "\n<<no newline at end>>\n");
	good = same(forms, answer->err.buf, forms->err.str.buf);
	good &= same(forms, answer->out.buf, forms->out.str.buf);
	if (status != answer->status)
		print_error("  exit status %d, not %d\n", status, answer->status);
	if (!good || status != answer->status)
		print_error("%s: %s\n", path, answer->line.buf);
	forms->wrong += !good || status != answer->status;
}

/* `true`, or `sed -i s/OLD/NEW/` with words that stand there once: the editors that the specs have. */
static int
edit(struct io *io, struct io_edit *edit)
{
	char old[64], new[64], *at;
	struct str text = STR_INIT;

	(void)io;
	if (sscanf(edit->editor, "sed -i s/%63[^/]/%63[^/]/", old, new) == 2) {
		at = strstr(edit->text.buf, old);
		assert_non_null(at);
		str_addn(&text, edit->text.buf, (size_t)(at - edit->text.buf));
		str_addf(&text, "%s%s", new, at + strlen(old));
		str_release(&edit->text);
		edit->text = text;
	}
	return 0;
}

/* The manifests that the specs speak of lie in the shell's folder. */
static void
put_files(struct forms *forms)
{
	struct vfs_state state = { &forms->shell, NULL, NULL };
	struct io io = { .files = &vfs_files, .files_state = &state };
	struct io_names names = VEC_INIT;

	list_files(FOLDER "/forms", "", &names);
	for (size_t i = 0; i < names.n; i++) {
		char *path = xasprintf(FOLDER "/forms/%s", names.v[i]);
		struct str text = STR_INIT;

		read_text(path, &text);
		assert_int_equal(vfs_files.write(&io, names.v[i], text.buf, text.len, false), IO_OK);
		str_release(&text);
		free(path);
	}
	io_names_release(&names);
}

static void
read_heads(struct forms *forms, const char *path)
{
	FILE *file = fopen(path, "r");
	struct str line = STR_INIT;

	assert_non_null(file);
	while (read_line(file, &line))
		if (str_starts(line.buf, "# form: "))
			*vec_push(&forms->heads) = xstrdup(line.buf + strlen("# form: "));
	str_release(&line);
	fclose(file);
}

/* A file's lines run one behind the other in a cluster of three nodes. */
static void
check_file(struct forms *forms, const char *path)
{
	struct cluster_text text = { "cluster.yaml", NULL, 0 };
	struct answer answer = ANSWER_INIT;
	FILE *file = fopen(path, "r");
	struct str nodes = STR_INIT;
	struct err err = ERR_INIT;

	assert_non_null(file);
	read_text("tests/recorded/cluster.yaml", &nodes);
	text.text = nodes.buf;
	text.len = nodes.len;
	assert_int_equal(cluster_make(&forms->cluster, 1, NOW, &text, 1, false, &err), 0);
	forms->io = (struct io){ .out = &forms->out.sink, .err = &forms->err.sink, .edit = edit };
	shell_init(&forms->shell, &forms->cluster, &forms->io);
	put_files(forms);
	while (next_answer(file, &answer))
		check_answer(forms, path, &answer);
	answer_release(&answer);
	shell_release(&forms->shell);
	cluster_release(&forms->cluster);
	str_release(&nodes);
	fclose(file);
}

static void
test_specs(void **state)
{
	struct forms forms = { .heads = VEC_INIT, .out = SINK_STR_INIT, .err = SINK_STR_INIT };
	struct io_names names = VEC_INIT;

	(void)state;
	assert_true(masks_compile(masks, forms.masks, MASKS));
	list_files(FOLDER, "forms-", &names);
	for (size_t i = 0; i < names.n; i++) {
		char *path = xasprintf(FOLDER "/%s", names.v[i]);

		check_file(&forms, path);
		free(path);
	}
	masks_release(forms.masks, MASKS);
	io_names_release(&names);
	str_release(&forms.out.str);
	str_release(&forms.err.str);
	assert_int_equal(forms.wrong, 0);
}

static bool
contains(const struct io_names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return false;
}

/* A row: how often, the form, the table that it is from, and why it has no spec. */
static size_t
check_row(struct forms *forms, char *row, struct io_names *known)
{
	char *form = strchr(row, '\t'), *reason;

	if (row[0] == '#' || !form)
		return 0;
	form++;
	reason = strrchr(form, '\t') + 1;
	form[strcspn(form, "\t")] = '\0';
	*vec_push(known) = xstrdup(form);
	if (contains(&forms->heads, form) != !*reason) {
		print_error("%s: %s\n", form, *reason ? "has a spec, and a reason why not" : "has no spec and no reason why not");
		forms->wrong++;
	}
	return contains(&forms->heads, form);
}

static void
test_each_form_has_a_spec(void **state)
{
	struct forms forms = { .heads = VEC_INIT };
	struct io_names names = VEC_INIT, known = VEC_INIT;
	FILE *file = fopen(FOLDER "/forms.tsv", "r");
	struct str line = STR_INIT;
	size_t with_spec = 0;

	(void)state;
	assert_non_null(file);
	list_files(FOLDER, "forms-", &names);
	for (size_t i = 0; i < names.n; i++) {
		char *path = xasprintf(FOLDER "/%s", names.v[i]);

		read_heads(&forms, path);
		free(path);
	}
	while (read_line(file, &line))
		with_spec += check_row(&forms, line.buf, &known);
	for (size_t i = 0; i < forms.heads.n; i++)
		if (!contains(&known, forms.heads.v[i])) {
			print_error("%s: heads a spec, and is no form of forms.tsv\n", forms.heads.v[i]);
			forms.wrong++;
		}
	print_message("%zu forms, %zu with a spec\n", known.n, with_spec);
	fclose(file);
	str_release(&line);
	io_names_release(&names);
	io_names_release(&known);
	io_names_release(&forms.heads);
	assert_int_equal(forms.wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specs),
		cmocka_unit_test(test_each_form_has_a_spec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
