/* Follows parsePorts of k8s.io/kubectl/pkg/cmd/create/create_service.go and Go's strconv. */
#include "kubectl/ports.h"

#include <stdlib.h>
#include <string.h>

#include "server/strategy.h"

/* Digits only, a sign where signed; more than nineteen are out of range whatever they are. */
static const char *
read_number(const char *text, bool is_signed, int64_t *number)
{
	const char *digits = text + (is_signed && (*text == '-' || *text == '+'));
	size_t len = strspn(digits, "0123456789");

	if (!len || digits[len])
		return "invalid syntax";
	if (len > 18)
		return "value out of range";
	*number = strtoll(text, NULL, 10);
	return NULL;
}

int
ports_parse_number(const char *text, int64_t *number, struct err *err)
{
	const char *why = read_number(text, true, number);

	return why ? err_set(err, ERR_FAILED, "strconv.Atoi: parsing \"%s\": %s", text, why) : 0;
}

struct value *
ports_target(struct arena *arena, const char *text)
{
	int64_t number;

	return read_number(text, true, &number) ? value_string(arena, text) : value_int(arena, number);
}

static int
check_target(const char *text, struct value *target, struct err *err)
{
	struct str why = STR_INIT;
	int result = 0;

	if (target->type == VALUE_INT) {
		if (target->integer < 1 || target->integer > 65535)
			return err_set(err, ERR_FAILED, "must be between 1 and 65535, inclusive");
		return 0;
	}
	if (check_port_name(text, &why)) {
		for (char *c = why.buf; *c; c++)
			if (*c == '\n')
				*c = c[1] ? ',' : '\0';
		result = err_set(err, ERR_FAILED, "%s", why.buf);
	}
	str_release(&why);
	return result;
}

int
ports_parse_pair(struct arena *arena, const char *text, int64_t *port, struct value **target, struct err *err)
{
	size_t len = strcspn(text, ":");
	const char *first = arena_strndup(arena, text, len);
	const char *why = read_number(first, false, port);
	const char *second;

	if (!why && *port > UINT16_MAX)
		why = "value out of range";
	if (why)
		return err_set(err, ERR_FAILED, "strconv.ParseUint: parsing \"%s\": %s", first, why);
	*target = value_int(arena, *port);
	if (!text[len])
		return 0;
	second = arena_strndup(arena, text + len + 1, strcspn(text + len + 1, ":"));
	*target = ports_target(arena, second);
	return check_target(second, *target, err);
}
