/*
 * Values as Go's %#v shows them, which is how v1.32 shows a struct in an "Invalid value".  A pointer inside a struct
 * shows as an address: the ones here are made up, but the same each time.
 */
#include "server/gotypes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "svcsim/str.h"

#define FIRST_ADDRESS 0xc00a4f2018UL
#define ADDRESS_STEP 0x1f8UL

struct printer {
	struct str out;
	unsigned long address;
};

static void print(struct printer *printer, const char *type, const struct value *value);

struct go_quantity
go_quantity(const char *text)
{
	static const struct {
		char suffix;
		int scale;
	} decimal[] = {
		{ 'n', -9 }, { 'u', -6 }, { 'm', -3 }, { 'k', 3 }, { 'M', 6 }, { 'G', 9 }, { 'T', 12 }, { 'P', 15 }, { 'E', 18 },
	};
	const char *suffix = text + strspn(text, "+-0123456789");
	bool binary = *suffix && suffix[1] == 'i';
	struct go_quantity quantity = { strtoll(text, NULL, 10), 0, binary ? "BinarySI" : "DecimalSI" };

	for (size_t i = 0; !binary && i < sizeof decimal / sizeof *decimal; i++)
		if (decimal[i].suffix == *suffix)
			quantity.scale = decimal[i].scale;
	for (const char *power = "KMGTPE"; binary && *power; power++) {
		quantity.value *= 1024;
		if (*power == *suffix)
			break;
	}
	return quantity;
}

static void
print_quantity(struct printer *printer, const char *text)
{
	struct go_quantity quantity = go_quantity(text);

	str_addf(&printer->out,
		"resource.Quantity{i:resource.int64Amount{value:%lld, scale:%d}, "
		"d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"%s\", Format:\"%s\"}",
		quantity.value, quantity.scale, text, quantity.format);
}

static void
print_text(struct printer *printer, const struct value *value)
{
	const char *text = value_text(value);

	json_quote(&printer->out, text ? text : "", text ? strlen(text) : 0, false);
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

static void
print_map(struct printer *printer, const char *type, const char *element, const struct value *map)
{
	struct value_entry *sorted;

	str_add(&printer->out, type);
	if (!value_count(map)) {
		str_add(&printer->out, "(nil)");
		return;
	}
	sorted = xcalloc(map->map.n, sizeof *sorted);
	memcpy(sorted, map->map.v, map->map.n * sizeof *sorted);
	qsort(sorted, map->map.n, sizeof *sorted, compare_keys);
	str_addch(&printer->out, '{');
	for (size_t i = 0; i < map->map.n; i++) {
		str_addf(&printer->out, "%s\"%s\":", i ? ", " : "", sorted[i].key);
		print(printer, element, sorted[i].value);
	}
	str_addch(&printer->out, '}');
	free(sorted);
}

static void
print_slice(struct printer *printer, const char *type, const struct value *list)
{
	str_add(&printer->out, type);
	if (!value_count(list)) {
		str_add(&printer->out, "(nil)");
		return;
	}
	str_addch(&printer->out, '{');
	for (size_t i = 0; i < value_count(list); i++) {
		str_add(&printer->out, i ? ", " : "");
		print(printer, type + 2, value_at(list, i));
	}
	str_addch(&printer->out, '}');
}

static void
print_struct(
	struct printer *printer, const char *type, const struct go_field *fields, size_t n, const struct value *map)
{
	str_addf(&printer->out, "%s{", type);
	for (size_t i = 0; i < n; i++) {
		str_addf(&printer->out, "%s%s:", i ? ", " : "", fields[i].name);
		print(printer, fields[i].type, fields[i].json ? value_get(map, fields[i].json) : map);
	}
	str_addch(&printer->out, '}');
}

static void
print_pointer(struct printer *printer, const char *type, const struct value *value)
{
	if (value_is_null(value)) {
		str_addf(&printer->out, !strcmp(type, "*v1.Time") ? "<nil>" : "(%s)(nil)", type);
		return;
	}
	str_addf(&printer->out, "(%s)(0x%lx)", type, printer->address);
	printer->address += ADDRESS_STEP;
}

static void
print_intstr(struct printer *printer, const struct value *value)
{
	const char *text = value_text(value);

	str_addf(&printer->out, "intstr.IntOrString{Type:%d, IntVal:%lld, StrVal:\"%s\"}", text ? 1 : 0,
		(long long)(value && value->type == VALUE_INT ? value->integer : 0), text ? text : "");
}

static void
print(struct printer *printer, const char *type, const struct value *value)
{
	size_t n;
	const struct go_field *fields = go_fields(type, &n);

	if (*type == '*')
		print_pointer(printer, type, value);
	else if (!strncmp(type, "[]", 2))
		print_slice(printer, type, value);
	else if (fields)
		print_struct(printer, type, fields, n, value);
	else if (!strcmp(type, "map[string]string"))
		print_map(printer, type, "string", value);
	else if (!strcmp(type, "core.ResourceList"))
		print_map(printer, type, "resource.Quantity", value);
	else if (!strcmp(type, "resource.Quantity"))
		print_quantity(printer, value_text(value) ? value_text(value) : "0");
	else if (!strcmp(type, "intstr.IntOrString"))
		print_intstr(printer, value);
	else if (!strcmp(type, "v1.Time"))
		str_add(&printer->out, "time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)");
	else if (!strcmp(type, "bool"))
		str_add(&printer->out, value && value->type == VALUE_BOOL && value->boolean ? "true" : "false");
	else if (!strncmp(type, "int", 3))
		str_addf(&printer->out, "%lld", (long long)(value && value->type == VALUE_INT ? value->integer : 0));
	else
		print_text(printer, value);
}

char *
go_text(const char *type, const struct value *value)
{
	struct printer printer = { STR_INIT, FIRST_ADDRESS };

	print(&printer, type, value);
	return str_detach(&printer.out);
}

struct value *
go_pod_spec(struct arena *arena, const struct value *spec)
{
	static const char *const hosts[] = { "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers" };
	struct value *copy = value_copy(arena, spec);

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct value *field = value_get(copy, hosts[i]);

		if (field)
			value_set(arena, value_make_map(arena, copy, "securityContext"), hosts[i], field);
	}
	return copy;
}
