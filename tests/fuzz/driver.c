/*
 * Runs a fuzz target where there is no libFuzzer: each file of the corpus as it is, then mutations of them, drawn from a seed.
 *
 *	fuzz-TARGET RUNS SEED FILE..
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <unistd.h>

#include "base/rng.h"
#include "svcsim/str.h"

#define LONGEST 65536	/* bytes of an input */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct str input = STR_INIT;	/* that is being tried, for the report */

static void
keep_input(int number)
{
	static const char path[] = "build/fuzz-crash";
	FILE *file = fopen(path, "wb");

	if (file) {
		fwrite(input.buf, 1, input.len, file);
		fclose(file);
	}
	if (write(STDERR_FILENO, "fuzz: the input is in build/fuzz-crash\n", 39) < 0)
		_exit(3);
	signal(number, SIG_DFL);
	raise(number);
}

static void
read_file(const char *path, struct str *out)
{
	FILE *file = fopen(path, "rb");
	char bytes[4096];
	size_t n;

	if (!file) {
		fprintf(stderr, "fuzz: %s can't be read\n", path);
		exit(2);
	}
	while ((n = fread(bytes, 1, sizeof bytes, file)) > 0 && out->len < LONGEST)
		str_addn(out, bytes, n);
	fclose(file);
}

/* ---- mutations: each changes the text at one place ---- */

static void
splice(size_t at, size_t removed, const char *text, size_t len)
{
	struct str tail = STR_INIT;

	str_addn(&tail, input.buf + at + removed, input.len - at - removed);
	str_truncate(&input, at);
	str_addn(&input, text, len);
	str_addn(&input, tail.buf, tail.len);
	str_release(&tail);
}

static void
flip_byte(struct rng *rng)
{
	size_t at = (size_t)rng_below(rng, input.len);

	input.buf[at] = (char)(input.buf[at] ^ (1 << rng_below(rng, 8)));
}

static void
line_around(struct rng *rng, size_t *start, size_t *len)
{
	size_t at = (size_t)rng_below(rng, input.len);

	while (at > 0 && input.buf[at - 1] != '\n')
		at--;
	*start = at;
	*len = strcspn(input.buf + at, "\n");
	*len += at + *len < input.len;
}

static void
drop_line(struct rng *rng)
{
	size_t start, len;

	line_around(rng, &start, &len);
	splice(start, len, "", 0);
}

static void
repeat_line(struct rng *rng)
{
	size_t start, len;
	struct str line = STR_INIT;

	line_around(rng, &start, &len);
	str_addn(&line, input.buf + start, len);
	splice(start, 0, line.buf, line.len);
	str_release(&line);
}

/* What follows a colon becomes something else. */
static void
swap_value(struct rng *rng)
{
	static const char *const values[] = { " null\n", " []\n", " {}\n", " -1\n", " 99999999999999999999\n", " true\n", " \"\"\n",
		" 1.5e300\n", " &a [*a]\n", " !!binary x\n", " 0x10\n", " ~\n", " \"\\u0000\"\n" };
	size_t start, len;
	const char *colon, *value = values[rng_below(rng, sizeof values / sizeof values[0])];

	line_around(rng, &start, &len);
	colon = memchr(input.buf + start, ':', len);
	if (colon)
		splice((size_t)(colon - input.buf) + 1, start + len - (size_t)(colon - input.buf) - 1, value, strlen(value));
}

static void
cut(struct rng *rng)
{
	str_truncate(&input, (size_t)rng_below(rng, input.len));
}

static void
indent(struct rng *rng)
{
	size_t start, len;

	line_around(rng, &start, &len);
	splice(start, 0, "  ", (size_t)rng_below(rng, 3));
}

static void
nest(struct rng *rng)
{
	static const char deep[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{{{{{{{{{{{{{{{{";

	splice((size_t)rng_below(rng, input.len), 0, deep, (size_t)rng_below(rng, sizeof deep));
}

static void (*const mutations[])(struct rng *rng) = { flip_byte, drop_line, repeat_line, swap_value, swap_value, cut, indent, nest };

static void
mutate(struct rng *rng)
{
	for (uint64_t n = 1 + rng_below(rng, 4); n > 0 && input.len; n--)
		mutations[rng_below(rng, sizeof mutations / sizeof mutations[0])](rng);
}

static void
run(void)
{
	LLVMFuzzerTestOneInput((const uint8_t *)input.buf, input.len);
}

int
main(int argc, char **argv)
{
	long runs = argc > 3 ? strtol(argv[1], NULL, 10) : 0;
	struct rng rng;

	if (argc < 4) {
		fprintf(stderr, "usage: %s RUNS SEED FILE..\n", argv[0]);
		return 2;
	}
	signal(SIGABRT, keep_input);
	signal(SIGSEGV, keep_input);
	rng_init(&rng, strtoul(argv[2], NULL, 10));
	for (int i = 3; i < argc; i++) {
		str_clear(&input);
		read_file(argv[i], &input);
		run();
	}
	for (long i = 0; i < runs; i++) {
		str_clear(&input);
		read_file(argv[3 + rng_below(&rng, (uint64_t)(argc - 3))], &input);
		mutate(&rng);
		run();
	}
	printf("%s: %ld mutations of %d files, none failed\n", strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0], runs,
		argc - 3);
	return 0;
}
