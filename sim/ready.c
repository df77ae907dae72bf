#include "ready.h"

#include <string.h>

#include "base/json_out.h"

/* What the API prints of times near zero; nothing else in the cluster looks like that. */
static const char epoch[] = "1970-01-01T00:00:";

struct writer {
	struct str *out;
	size_t values;			/* written so far: the next one's number */
	VEC(const char *) times;	/* the cluster's */
};

static void
write_text(struct writer *writer, const char *text, size_t len)
{
	json_quote(writer->out, text, len, false);
}

static size_t write_value(struct writer *writer, const struct value *value);

static void
write_list(struct writer *writer, const struct value *list, struct str *tail)
{
	VEC(size_t) numbers = VEC_INIT;
	size_t own;

	for (size_t i = 0; i < list->list.n; i++)
		*vec_push(&numbers) = write_value(writer, list->list.v[i]);
	own = writer->values;
	str_addf(writer->out, "static struct value *l%zu[] = {", own);
	for (size_t i = 0; i < numbers.n; i++)
		str_addf(writer->out, " &v%zu,", numbers.v[i]);
	str_add(writer->out, numbers.n ? " };\n" : " NULL };\n");
	str_addf(tail, ".type = VALUE_LIST, .list = { l%zu, %zu, %zu }", own, numbers.n, numbers.n);
	vec_release(&numbers);
}

static void
write_map(struct writer *writer, const struct value *map, struct str *tail)
{
	VEC(size_t) numbers = VEC_INIT;
	size_t own;

	for (size_t i = 0; i < map->map.n; i++)
		*vec_push(&numbers) = write_value(writer, map->map.v[i].value);
	own = writer->values;
	str_addf(writer->out, "static struct value_entry m%zu[] = {", own);
	for (size_t i = 0; i < numbers.n; i++) {
		str_add(writer->out, " { ");
		write_text(writer, map->map.v[i].key, strlen(map->map.v[i].key));
		str_addf(writer->out, ", &v%zu, 0, 0 },", numbers.v[i]);
	}
	str_add(writer->out, numbers.n ? " };\n" : " { NULL, NULL, 0, 0 } };\n");
	str_addf(tail, ".type = VALUE_MAP, .map = { m%zu, %zu, %zu }", own, numbers.n, numbers.n);
	vec_release(&numbers);
}

/* Times stand together in an array of their own, each once, so that moving them is quick and touches few pages. */
static size_t
time_number(struct writer *writer, const char *text)
{
	size_t i = 0;

	while (i < writer->times.n && strcmp(writer->times.v[i], text) != 0)
		i++;
	if (i == writer->times.n)
		*vec_push(&writer->times) = text;
	return i;
}

static void
write_string(struct writer *writer, const struct value *value, struct str *tail)
{
	struct writer text = { .out = tail };

	str_add(tail, ".type = VALUE_STRING, .string = { ");
	if (str_starts(value->string.text, epoch))
		str_addf(tail, "times[%zu]", time_number(writer, value->string.text));
	else
		write_text(&text, value->string.text, value->string.len);
	str_addf(tail, ", %zu }", value->string.len);
}

/* Children first; gives the value's number. */
static size_t
write_value(struct writer *writer, const struct value *value)
{
	struct str tail = STR_INIT;

	switch (value->type) {
	case VALUE_NULL:
		str_add(&tail, ".type = VALUE_NULL");
		break;
	case VALUE_BOOL:
		str_addf(&tail, ".type = VALUE_BOOL, .boolean = %d", value->boolean);
		break;
	case VALUE_INT:
		str_addf(&tail, ".type = VALUE_INT, .integer = %lld", (long long)value->integer);
		break;
	case VALUE_FLOAT:
		str_addf(&tail, ".type = VALUE_FLOAT, .real = { %.17g, NULL }", value->real.number);
		break;
	case VALUE_STRING:
		write_string(writer, value, &tail);
		break;
	case VALUE_LIST:
		write_list(writer, value, &tail);
		break;
	case VALUE_MAP:
		write_map(writer, value, &tail);
		break;
	}
	str_addf(writer->out, "static struct value v%zu = { %s };\n", writer->values, tail.buf);
	str_release(&tail);
	return writer->values++;
}

static void
write_names(struct writer *writer, const char *array, const size_t *numbers, size_t n)
{
	str_addf(writer->out, "static struct value *const %s[] = {", array);
	for (size_t i = 0; i < n; i++)
		str_addf(writer->out, " &v%zu,", numbers[i]);
	str_add(writer->out, " };\n");
}

static void
write_times(const struct writer *writer, struct str *out)
{
	str_addf(out, "static char times[%zu][CLOCK_TEXT] = {\n", writer->times.n);
	for (size_t i = 0; i < writer->times.n; i++)
		str_addf(out, "\t\"%s\",\n", writer->times.v[i]);
	str_add(out, "};\n");
}

void
ready_write(struct str *out)
{
	struct str values = STR_INIT;
	struct writer writer = { .out = &values };
	VEC(size_t) roots = VEC_INIT;
	struct cluster cluster;
	struct err err = ERR_INIT;

	if (cluster_make(&cluster, READY_SEED, 0, NULL, 0, false, &err))
		BUG("the README's cluster can't be made: %s", err.text);
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster.server.store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			*vec_push(&roots) = write_value(&writer, objects[i]->root);
	}
	write_names(&writer, "roots", roots.v, roots.n);
	str_add(out, "#include \"ready.h\"\n\nextern const struct ready svcsim_ready;\n\n");
	write_times(&writer, out);
	str_addn(out, values.buf, values.len);
	str_addf(out, "const struct ready svcsim_ready = { UINT64_C(%llu), %llu, INT64_C(%lld), roots, %zu, times, %zu };\n",
		(unsigned long long)cluster.server.rng.state, (unsigned long long)store_version(cluster.server.store),
		(long long)cluster.server.clock.now, roots.n, writer.times.n);
	vec_release(&roots);
	vec_release(&writer.times);
	str_release(&values);
	cluster_release(&cluster);
}

/* ---- taking it ---- */

/* Each text is as long as the one that was there. */
static void
move_times(const struct ready *ready, int64_t now)
{
	for (size_t i = 0; i < ready->ntimes; i++) {
		int64_t when;

		if (!clock_parse(ready->times[i], &when))
			BUG("%s is no time", ready->times[i]);
		if (strchr(ready->times[i], '.'))
			clock_format_micro(now + when, ready->times[i]);
		else
			clock_format(now + when, ready->times[i]);
	}
}

bool
ready_take(const struct ready *ready, struct cluster *cluster, int64_t now)
{
	static bool taken;
	struct err err = ERR_INIT;

	if (taken)
		return false;
	taken = true;
	move_times(ready, now);
	if (cluster_restore(cluster, READY_SEED, now + ready->now, NULL, &err))
		BUG("the ready made cluster: %s", err.text);
	for (size_t i = 0; i < ready->nobjects; i++) {
		struct value *root = ready->objects[i];
		struct object *object =
			object_new(kind_by_gvk(value_get_text(root, "apiVersion"), value_get_text(root, "kind")));

		object->root = root;
		object_seal(object);
		store_load(cluster->server.store, object);
	}
	store_set_version(cluster->server.store, ready->version);
	cluster->server.rng.state = ready->rng;
	cluster_restored(cluster, true);
	return true;
}
