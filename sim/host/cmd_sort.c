/* sort: keys as GNU sort takes them; bytes are compared as they are (the C locale). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/lines.h"

/* How two keys are compared. */
struct order {
	bool blanks, dictionary, fold, general, human, months, numbers, random, version, reverse;
};
struct key {
	size_t field, character;	/* from 1; field 0: the whole line */
	size_t last, last_character;	/* 0: to the line's end; last_character 0: to the field's */
	bool last_blanks;		/* b behind the comma */
	bool own;			/* has letters of its own */
	struct order order;
};
struct sort {
	struct io *io;
	VEC(struct key) keys;
	struct order order;	/* of keys without letters, and of whole lines */
	bool unique, stable;
	char separator;		/* 0: blanks */
};

/* ---- keys ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *c, const char *end)
{
	while (c < end && is_blank(*c))
		c++;
	return c;
}

/* Behind so many fields. */
static const char *
skip_fields(const struct sort *sort, const char *c, const char *end, size_t fields, bool past_separator)
{
	for (; fields && c < end; fields--) {
		if (sort->separator) {
			while (c < end && *c != sort->separator)
				c++;
			if (c < end && (fields > 1 || past_separator))
				c++;
		} else {
			c = skip_blanks(c, end);
			while (c < end && !is_blank(*c))
				c++;
		}
	}
	return c;
}

/* The part of a line that the key names. */
static struct line
key_of(const struct sort *sort, const struct key *key, const struct line *line)
{
	const char *end = line->text + line->len, *start, *stop = end;

	if (!key->field)
		return *line;
	start = skip_fields(sort, line->text, end, key->field - 1, true);
	if (key->order.blanks)
		start = skip_blanks(start, end);
	start = (size_t)(end - start) < key->character - 1 ? end : start + key->character - 1;
	if (key->last && !key->last_character) {
		stop = skip_fields(sort, line->text, end, key->last, false);
	} else if (key->last) {
		stop = skip_fields(sort, line->text, end, key->last - 1, true);
		if (key->last_blanks)
			stop = skip_blanks(stop, end);
		stop = (size_t)(end - stop) < key->last_character ? end : stop + key->last_character;
	}
	return (struct line){ start, stop > start ? (size_t)(stop - start) : 0 };
}

/* ---- comparing ---- */

/* A decimal number at the line's head; *behind: what follows it. */
static double
number_of(const struct line *line, size_t *behind)
{
	double value = 0, unit = 1;
	bool minus, point = false;
	size_t i = 0;

	while (i < line->len && is_blank(line->text[i]))
		i++;
	minus = i < line->len && line->text[i] == '-';
	for (i += minus; i < line->len; i++) {
		char c = line->text[i];

		if (c == '.' && !point)
			point = true;
		else if (!ascii_isdigit(c))
			break;
		else if (point)
			value += (unit /= 10) * (c - '0');
		else
			value = value * 10 + (c - '0');
	}
	*behind = i;
	return minus ? -value : value;
}

static int
sign_of(double difference)
{
	return (difference > 0) - (difference < 0);
}

/* 2K is more than 1023, whatever the numbers. */
static int
compare_human(const struct line *a, const struct line *b)
{
	static const char units[] = "KMGTPEZY";
	const struct line *both[] = { a, b };
	double values[2];
	int ranks[2];

	for (int i = 0; i < 2; i++) {
		size_t behind;
		const char *found;
		char unit;

		values[i] = number_of(both[i], &behind);
		unit = behind < both[i]->len ? both[i]->text[behind] : '\0';
		found = unit ? strchr(units, unit == 'k' ? 'K' : unit) : NULL;
		ranks[i] = values[i] == 0 ? 0 : (found ? (int)(found - units) + 1 : 0) * (values[i] < 0 ? -1 : 1);
	}
	if (sign_of(values[0]) != sign_of(values[1]))
		return sign_of(values[0]) - sign_of(values[1]);
	return ranks[0] != ranks[1] ? ranks[0] - ranks[1] : sign_of(values[0] - values[1]);
}

static double
general_of(const struct line *line, bool *is_number)
{
	char *text = xstrndup(line->text, line->len), *end;
	double value = strtod(text, &end);

	*is_number = end != text;
	free(text);
	return value;
}

static int
compare_general(const struct line *a, const struct line *b)
{
	bool x_is, y_is;
	double x = general_of(a, &x_is), y = general_of(b, &y_is);

	return x_is != y_is ? x_is - y_is : x_is ? sign_of(x - y) : 0;
}

static int
month_of(const struct line *line)
{
	static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
	const char *c = skip_blanks(line->text, line->text + line->len);

	for (int i = 0; line->text + line->len - c >= 3 && i < 12; i++)
		if (ascii_toupper(c[0]) == months[3 * i] && ascii_toupper(c[1]) == months[3 * i + 1] && ascii_toupper(c[2]) == months[3 * i + 2])
			return i + 1;
	return 0;
}

static int
version_rank(char c)
{
	return ascii_isdigit(c) || !c ? 0 : c == '~' ? -1 : ascii_isalpha(c) ? (unsigned char)c : (unsigned char)c + 256;
}

/* Runs of digits as numbers, the rest by letters, which come before other signs; ~ comes before everything. */
static int
compare_version(const struct line *left, const struct line *right)
{
	char *copies[] = { xstrndup(left->text, left->len), xstrndup(right->text, right->len) };
	const char *a = copies[0], *b = copies[1];
	int order = 0;

	while (!order && (*a || *b)) {
		while (!order && ((*a && !ascii_isdigit(*a)) || (*b && !ascii_isdigit(*b)))) {
			order = version_rank(*a) - version_rank(*b);
			a += *a && !ascii_isdigit(*a);
			b += *b && !ascii_isdigit(*b);
		}
		if (!order) {
			size_t x, y;

			a += strspn(a, "0");
			b += strspn(b, "0");
			x = strspn(a, "0123456789");
			y = strspn(b, "0123456789");
			order = x != y ? (x > y) - (x < y) : strncmp(a, b, x);
			a += x;
			b += y;
		}
	}
	free(copies[0]);
	free(copies[1]);
	return order;
}

/* -d: letters, digits and blanks alone count. */
static struct line
dictionary_of(const struct line *line, char **copy)
{
	size_t n = 0;

	*copy = xstrndup(line->text, line->len);
	for (size_t i = 0; i < line->len; i++)
		if (ascii_isalnum(line->text[i]) || is_blank(line->text[i]))
			(*copy)[n++] = line->text[i];
	return (struct line){ *copy, n };
}

static uint32_t
hash_of(const struct line *line)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < line->len; i++)
		hash = (hash ^ (unsigned char)line->text[i]) * 16777619u;
	return hash;
}

static int
compare_texts(const struct order *order, const struct line *a, const struct line *b)
{
	char *copies[2] = { NULL, NULL };
	struct line x = *a, y = *b;
	int result;

	if (order->dictionary) {
		x = dictionary_of(a, &copies[0]);
		y = dictionary_of(b, &copies[1]);
	}
	result = order->fold ? line_compare_folded(&x, &y) : line_compare(&x, &y);
	free(copies[0]);
	free(copies[1]);
	return result;
}

static int
compare_key(const struct sort *sort, const struct key *key, const struct line *a, const struct line *b)
{
	struct line x = key_of(sort, key, a), y = key_of(sort, key, b);
	const struct order *order = &key->order;
	size_t behind;
	int result;

	if (order->numbers)
		result = sign_of(number_of(&x, &behind) - number_of(&y, &behind));
	else if (order->human)
		result = compare_human(&x, &y);
	else if (order->general)
		result = compare_general(&x, &y);
	else if (order->months)
		result = month_of(&x) - month_of(&y);
	else if (order->version)
		result = compare_version(&x, &y);
	else if (order->random)
		result = (hash_of(&x) > hash_of(&y)) - (hash_of(&x) < hash_of(&y));
	else
		result = compare_texts(order, &x, &y);
	return order->reverse ? -result : result;
}

static int
compare_keys(const struct sort *sort, const struct line *a, const struct line *b)
{
	int order = 0;

	for (size_t i = 0; !order && i < sort->keys.n; i++)
		order = compare_key(sort, &sort->keys.v[i], a, b);
	return order;
}

/* Equal keys are ordered by the whole line, unless the order of the input is to stay. */
static int
compare(const struct sort *sort, const struct line *a, const struct line *b)
{
	int order = compare_keys(sort, a, b);

	if (order || sort->unique || sort->stable)
		return order;
	order = line_compare(a, b);
	return sort->order.reverse ? -order : order;
}

/* A stable merge; qsort(3) has no place for the options. */
static void
merge_sort(const struct sort *sort, struct line *v, struct line *spare, size_t n)
{
	size_t half = n / 2, i = 0, j = half;

	if (n < 2)
		return;
	merge_sort(sort, v, spare, half);
	merge_sort(sort, v + half, spare, n - half);
	for (size_t k = 0; k < n; k++)
		spare[k] = j >= n || (i < half && compare(sort, &v[i], &v[j]) <= 0) ? v[i++] : v[j++];
	memcpy(v, spare, n * sizeof *v);
}

/* ---- options ---- */

static bool
order_letter(struct order *order, char letter)
{
	const struct {
		char letter;
		bool *set;
	} rows[] = {
		{ 'b', &order->blanks }, { 'd', &order->dictionary }, { 'f', &order->fold }, { 'g', &order->general },
		{ 'h', &order->human }, { 'M', &order->months }, { 'n', &order->numbers }, { 'R', &order->random },
		{ 'V', &order->version }, { 'r', &order->reverse },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].letter == letter)
			return *rows[i].set = true;
	return letter == 'i';
}

static bool
key_fail(struct options *options, const char *what, const char *how)
{
	sink_printf(options->io->err, "sort: %s: %s '%s'\n", what, how, options->value);
	options->failed = true;
	return false;
}

/* F[.C][letters][,F[.C][letters]] */
static bool
read_key(struct sort *sort, struct options *options)
{
	struct key key = { .character = 1 };
	char *end;

	if (!ascii_isdigit(options->value[0]))
		return key_fail(options, "invalid number at field start", "invalid count at start of");
	key.field = strtoul(options->value, &end, 10);
	if (!key.field)
		return key_fail(options, "field number is zero", "invalid field specification");
	if (*end == '.') {
		key.character = strtoul(end + 1, &end, 10);
		if (!key.character)
			return key_fail(options, "character offset is zero", "invalid field specification");
	}
	for (; *end && *end != ',' && order_letter(&key.order, *end); end++)
		key.own = true;
	if (*end == ',') {
		key.last = strtoul(end + 1, &end, 10);
		if (!key.last)
			return key_fail(options, "field number is zero", "invalid field specification");
		if (*end == '.')
			key.last_character = strtoul(end + 1, &end, 10);
		for (; *end && (*end == 'b' || order_letter(&key.order, *end)); end++) {
			key.own = true;
			key.last_blanks |= *end == 'b';
		}
	}
	if (*end)
		return key_fail(options, "stray character in field spec", "invalid field specification");
	*vec_push(&sort->keys) = key;
	return true;
}

static void
finish_keys(struct sort *sort)
{
	if (!sort->keys.n)
		*vec_push(&sort->keys) = (struct key){ .character = 1 };
	for (size_t i = 0; i < sort->keys.n; i++)
		if (!sort->keys.v[i].own) {
			sort->keys.v[i].order = sort->order;
			sort->keys.v[i].last_blanks = sort->order.blanks;
		}
}

/* What else there is beside the order. */
struct task {
	bool check, quiet, zero;
	const char *output;	/* NULL */
};

static bool
read_separator(struct sort *sort, struct options *options)
{
	const char *text = strcmp(options->value, "\\0") == 0 ? "" : options->value;

	sort->separator = *text;
	if (*text && !text[1])
		return true;
	if (*text)
		sink_printf(options->io->err, "sort: multi-character tab '%s'\n", text);
	else
		sink_put(options->io->err, "sort: empty tab\n");
	options->failed = true;
	return false;
}

static void
read_options(struct sort *sort, struct options *options, struct task *task)
{
	while (options_next(options))
		switch (options->letter) {
		case 'k':
			read_key(sort, options);
			break;
		case 't':
			read_separator(sort, options);
			break;
		case 'u':
			sort->unique = true;
			break;
		case 's':
			sort->stable = true;
			break;
		case 'c':
		case 'C':
			task->check = true;
			task->quiet = options->letter == 'C';
			break;
		case 'z':
			task->zero = true;
			break;
		case 'o':
			task->output = options->value;
			break;
		default:
			order_letter(&sort->order, options->letter);
			break;
		}
	finish_keys(sort);
}

/* ---- sort ---- */

static int
check(const struct sort *sort, const struct task *task, const struct options *options, const struct lines *lines)
{
	for (size_t i = 1; i < lines->v.n; i++) {
		int order = sort->unique ? compare_keys(sort, &lines->v.v[i - 1], &lines->v.v[i])
			: compare(sort, &lines->v.v[i - 1], &lines->v.v[i]);

		if (order < 0 || (!order && !sort->unique))
			continue;
		if (!task->quiet)
			sink_printf(sort->io->err, "sort: %s:%zu: disorder: %.*s\n", options->words.n ? options->words.v[0] : "-", i + 1,
				(int)lines->v.v[i].len, lines->v.v[i].text);
		return 1;
	}
	return 0;
}

static int
put_sorted(const struct sort *sort, const struct task *task, struct lines *lines)
{
	struct line *spare = xcalloc(lines->v.n + 1, sizeof *spare);
	struct str out = STR_INIT;
	enum io_result result = IO_OK;

	merge_sort(sort, lines->v.v, spare, lines->v.n);
	free(spare);
	for (size_t i = 0; i < lines->v.n; i++) {
		if (i && sort->unique && compare_keys(sort, &lines->v.v[i - 1], &lines->v.v[i]) == 0) {
			lines->v.v[i] = lines->v.v[i - 1];	/* the first of its kind stays */
			continue;
		}
		str_addn(&out, lines->v.v[i].text, lines->v.v[i].len);
		str_addch(&out, task->zero ? '\0' : '\n');
	}
	if (task->output)
		result = sort->io->files->write(sort->io, task->output, out.buf, out.len, false);
	else
		sink_write(sort->io->out, out.buf, out.len);
	if (result != IO_OK)
		sink_printf(sort->io->err, "sort: open failed: %s: %s\n", task->output, io_result_text(result));
	str_release(&out);
	return result == IO_OK ? 0 : 2;
}

static int
sort_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "numeric-sort=n", "reverse=r", "unique=u", "key=k", "field-separator=t",
		"ignore-case=f", "human-numeric-sort=h", "version-sort=V", "general-numeric-sort=g", "month-sort=M",
		"random-sort=R", "ignore-leading-blanks=b", "dictionary-order=d", "stable=s", "check=c", "output=o", "merge=m",
		"zero-terminated=z", NULL };
	struct sort sort = { .io = io };
	struct task task = { .output = NULL };
	struct options options;
	struct lines lines;
	int status = 2;

	(void)shell;
	options_init(&options, io, argc, argv, "bdfghiMnRVrk:t:uscCmo:z", longs);
	read_options(&sort, &options, &task);
	if (!options.failed) {
		if (lines_read(&lines, io, &options, 0, task.zero ? '\0' : '\n'))
			status = task.check ? check(&sort, &task, &options, &lines) : put_sorted(&sort, &task, &lines);
		lines_release(&lines);
	}
	vec_release(&sort.keys);
	options_release(&options);
	return status;
}

const struct command command_sort = { .name = "sort", .usage = "[-nruhV] [-k N] [-t C] [FILE..]",
	.help = "Sorts lines", .run = sort_main };
