#include "host/dump.h"

#include <string.h>

#include "svcsim/vec.h"

#define BLANKS " \t\r\n"
#define NAMES_MAX 8	/* interfaces that are told */

/* -d or -s with an address of IPv6, or what only ip6tables-save writes. */
static bool
is_ipv6(const char *text)
{
	bool found = strstr(text, "ip6tables-save") || strstr(text, "icmp6-");

	for (const char *at = text; !found && (at = strchr(at, ' ')); at++) {
		const char *colon;

		if (!str_starts(at, " -d ") && !str_starts(at, " -s "))
			continue;
		colon = memchr(at + 4, ':', strcspn(at + 4, BLANKS));
		found = colon && memchr(colon + 1, ':', strcspn(colon + 1, BLANKS));
	}
	return found;
}

int
dump_check(const char *file, const char *text, struct err *err)
{
	const char *at = text + strspn(text, BLANKS);

	while (*at == '#') {	/* comments and warnings stand before the tables */
		at += strcspn(at, "\n");
		at += strspn(at, BLANKS);
	}
	if (!*at)
		return err_at(err, file, 0, 0, "no table is in it; the text of iptables-save has lines such as *nat and COMMIT");
	if (is_ipv6(text))
		return err_at(err, file, 0, 0, "this is of ip6tables-save, and --rules is for IPv4: take iptables-save's");
	return 0;
}

/* ---- interfaces ---- */

struct name {
	const char *text;
	size_t len;
};

/* A name that ends in + stands for all that begin so. */
static bool
covers(const char *pattern, size_t len, const struct name *name)
{
	if (len && pattern[len - 1] == '+')
		return name->len + 1 >= len && strncmp(pattern, name->text, len - 1) == 0;
	return len == name->len && strncmp(pattern, name->text, len) == 0;
}

/* Those of our nodes; and the container runtime's own bridges, over which no pod's packet goes anywhere. */
static bool
is_strange(const struct name *name)
{
	static const char *const known[] = { "lo", "eth0", "cni0", "docker0", "br-+", "eth+", "virbr+" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (covers(known[i], strlen(known[i]), name))
			return false;
	return true;
}

void
dump_strange_interfaces(const char *text, struct str *out)
{
	VEC(struct name) names = VEC_INIT;

	for (const char *at = text; (at = strchr(at, ' ')); at++) {
		struct name name = { at + 4, 0 };
		bool told = false;

		if (!str_starts(at, " -i ") && !str_starts(at, " -o "))
			continue;
		name.len = strcspn(name.text, BLANKS);
		for (size_t i = 0; i < names.n; i++)
			told |= covers(names.v[i].text, names.v[i].len, &name);
		if (!told && is_strange(&name) && names.n < NAMES_MAX)
			*vec_push(&names) = name;
	}
	for (size_t i = 0; i < names.n; i++)
		str_addf(out, "%s%.*s", i ? ", " : "", (int)names.v[i].len, names.v[i].text);
	if (names.n == NAMES_MAX)
		str_add(out, " and others");
	vec_release(&names);
}
