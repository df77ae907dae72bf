/*
 * The lines of tests/golden/forms-*.txt mistyped: words dropped, doubled, cut, swapped, flags of other lines put in, by seeds.
 * None crashes; one that fails says why; and one that fails without having told of a change has changed nothing.
 */
#include <dirent.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/kind.h"
#include "api/yaml.h"
#include "base/rng.h"
#include "host/shell.h"

#include "answers.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)
#define FOLDER "tests/golden"
#define CLUSTERS 20
#define LINES_EACH 200		/* then the cluster is made anew: deleted objects make dull lines */
#define WORDS_MAX 24

struct corpus {
	struct io_names lines, words;	/* words: of all lines */
};

struct trial {
	struct rng rng;
	const struct corpus *corpus;
	struct cluster cluster;
	struct shell shell;
	struct sink_str out, err;
	struct io io;
	struct str before, after;	/* what there is, as text */
	size_t failed, wrong;
};

/* ---- the lines ---- */

static bool
is_plain(const char *line)
{
	return str_starts(line, "kubectl ") && !strpbrk(line, "|;<>&$`'\"\\(){}*!~");
}

static void
add_words(struct io_names *words, const char *line)
{
	while (*line) {
		size_t len = strcspn(line, " ");

		if (len)
			*vec_push(words) = xstrndup(line, len);
		line += len + (line[len] == ' ');
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
read_lines(struct corpus *corpus, const char *name)
{
	char *path = xasprintf(FOLDER "/%s", name);
	FILE *file = fopen(path, "r");
	struct answer answer = ANSWER_INIT;

	assert_non_null(file);
	while (next_answer(file, &answer))
		if (is_plain(answer.line.buf)) {
			*vec_push(&corpus->lines) = xstrdup(answer.line.buf);
			add_words(&corpus->words, answer.line.buf + strlen("kubectl "));
		}
	answer_release(&answer);
	fclose(file);
	free(path);
}

static void
read_corpus(struct corpus *corpus)
{
	struct io_names names = VEC_INIT;
	DIR *dir = opendir(FOLDER);
	const struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (str_starts(entry->d_name, "forms-"))
			*vec_push(&names) = xstrdup(entry->d_name);
	closedir(dir);
	assert_true(names.n > 0);
	qsort(names.v, names.n, sizeof *names.v, compare_names);
	for (size_t i = 0; i < names.n; i++)
		read_lines(corpus, names.v[i]);
	io_names_release(&names);
	assert_true(corpus->lines.n > 300);
}

/* ---- mistyping ---- */

static size_t
below(struct trial *trial, size_t n)
{
	return (size_t)rng_below(&trial->rng, n);
}

static void
insert(struct io_names *words, size_t at, const char *word)
{
	(void)vec_push(words);
	memmove(&words->v[at + 1], &words->v[at], (words->n - 1 - at) * sizeof *words->v);
	words->v[at] = xstrdup(word);
}

static void
swap(struct io_names *words, size_t a, size_t b)
{
	char *word = words->v[a];

	words->v[a] = words->v[b];
	words->v[b] = word;
}

static void
mistype(struct trial *trial, struct io_names *words)
{
	const struct io_names *all = &trial->corpus->words;
	size_t at = 1 + below(trial, words->n), len;

	if (at == words->n || words->n >= WORDS_MAX || below(trial, 6) == 0) {
		if (words->n < WORDS_MAX)
			insert(words, at, all->v[below(trial, all->n)]);
		return;
	}
	switch (below(trial, 5)) {
	case 0:
		free(words->v[at]);
		memmove(&words->v[at], &words->v[at + 1], (--words->n - at) * sizeof *words->v);
		break;
	case 1:
		insert(words, at, words->v[at]);
		break;
	case 2:
		len = strlen(words->v[at]);
		words->v[at][below(trial, len + 1)] = '\0';
		break;
	case 3:
		swap(words, at, 1 + below(trial, words->n - 1));
		break;
	default:
		free(words->v[at]);
		words->v[at] = xstrdup(all->v[below(trial, all->n)]);
	}
}

static void
next_line(struct trial *trial, struct str *line)
{
	const struct io_names *lines = &trial->corpus->lines;
	struct io_names words = VEC_INIT;

	add_words(&words, lines->v[below(trial, lines->n)]);
	for (size_t n = 1 + below(trial, 3); n; n--)
		mistype(trial, &words);
	str_clear(line);
	for (size_t i = 0; i < words.n; i++)
		str_addf(line, "%s%s", i ? " " : "", words.v[i]);
	io_names_release(&words);
}

/* ---- what holds behind each ---- */

/* What people write: names and specs.  Time goes on in statuses and events behind any line. */
static void
dump(const struct cluster *cluster, struct str *out)
{
	str_clear(out);
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster->server.store, kind, NULL, &n);

		for (size_t i = 0; i < n && strcmp(kind->kind, "Event") != 0 && strcmp(kind->kind, "Lease") != 0; i++) {
			str_addf(out, "%s %s/%s ", kind->kind, objects[i]->namespace, objects[i]->name);
			if (value_get(objects[i]->root, "spec"))
				json_write(value_get(objects[i]->root, "spec"), 0, out);
			if (value_get(objects[i]->root, "data"))
				json_write(value_get(objects[i]->root, "data"), 0, out);
			if (value_path(objects[i]->root, "metadata.labels"))
				json_write(value_path(objects[i]->root, "metadata.labels"), 0, out);
			str_add(out, "\n");
		}
	}
}

static void
complain(struct trial *trial, const char *line, const char *what)
{
	print_error("%s: %s\n  stdout: %s\n  stderr: %s\n", line, what, trial->out.str.buf, trial->err.str.buf);
	trial->wrong++;
}

static void
try_line(struct trial *trial, const char *line)
{
	int status;

	cluster_rest(&trial->cluster);
	cluster_settle(&trial->cluster);
	dump(&trial->cluster, &trial->before);
	str_clear(&trial->out.str);
	str_clear(&trial->err.str);
	status = shell_line(&trial->shell, line);
	while (trial->shell.place != PLACE_CLIENT)
		(void)shell_leave(&trial->shell);
	if (!status)
		return;
	trial->failed++;
	if (!trial->err.str.len && !trial->out.str.len)
		complain(trial, line, "failed without a word");
	/* The pod of `run -i` is there, and it is its command that failed. */
	if (trial->out.str.len || strstr(line, " run "))
		return;
	/* Several verbs change the object, and look at -o when it is to be printed. */
	if (strstr(trial->err.str.buf, "unable to match a printer") || strstr(trial->err.str.buf, "no template given"))
		return;
	dump(&trial->cluster, &trial->after);
	if (strcmp(trial->before.buf, trial->after.buf) != 0)
		complain(trial, line, "failed, told of no change and made one");
}

static void
run_cluster(struct trial *trial, uint64_t seed)
{
	static const char objects[] =
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: dev}\n---\n"
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n"
		"  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
		"    spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}\n---\n"
		"apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n"
		"apiVersion: v1\nkind: Pod\nmetadata: {name: p1, labels: {app: p}}\n"
		"spec: {containers: [{name: p1, image: nginx}]}\n---\n"
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {a: b}\n";
	struct cluster_text text = { "objects.yaml", objects, sizeof objects - 1 };
	struct str line = STR_INIT;
	struct err err = ERR_INIT;

	rng_init(&trial->rng, seed);
	assert_int_equal(cluster_make(&trial->cluster, seed, NOW, &text, 1, false, &err), 0);
	trial->io = (struct io){ .out = &trial->out.sink, .err = &trial->err.sink };
	shell_init(&trial->shell, &trial->cluster, &trial->io);
	for (size_t i = 0; i < LINES_EACH; i++) {
		next_line(trial, &line);
		try_line(trial, line.buf);
	}
	str_release(&line);
	shell_release(&trial->shell);
	cluster_release(&trial->cluster);
}

static void
test_mistyped_lines(void **state)
{
	struct corpus corpus = { VEC_INIT, VEC_INIT };
	struct trial trial = { .corpus = &corpus, .out = SINK_STR_INIT, .err = SINK_STR_INIT, .before = STR_INIT,
		.after = STR_INIT };

	(void)state;
	read_corpus(&corpus);
	for (uint64_t seed = 1; seed <= CLUSTERS; seed++)
		run_cluster(&trial, seed);
	print_message("%d mistyped lines, %zu refused\n", CLUSTERS * LINES_EACH, trial.failed);
	str_release(&trial.before);
	str_release(&trial.after);
	str_release(&trial.out.str);
	str_release(&trial.err.str);
	io_names_release(&corpus.lines);
	io_names_release(&corpus.words);
	assert_true(trial.failed > LINES_EACH);
	assert_int_equal(trial.wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistyped_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
