#include "host/pattern.h"

#include <stdlib.h>
#include <string.h>

#define PATTERN_MAX 4096
#define REPEATS_MAX 20000	/* what regcomp would build for nested {n} */

/* The product of all {n,m}: regcomp copies what they stand behind so many times. */
static unsigned long
repeats_of(const char *text)
{
	unsigned long product = 1;

	for (const char *c = text; *c && product <= REPEATS_MAX; c++)
		if (*c == '{' && ascii_isdigit(c[1])) {
			const char *comma = c + 1 + strspn(c + 1, "0123456789");
			unsigned long n = strtoul(c + 1, NULL, 10);
			unsigned long m = *comma == ',' ? strtoul(comma + 1, NULL, 10) : 0;

			n = n > m ? n : m;
			product *= n > 1 ? (n > REPEATS_MAX ? REPEATS_MAX + 1 : n) : 1;
		}
	return product;
}

bool
pattern_compile(struct pattern *pattern, const char *text, bool extended, bool ignore_case, struct str *why)
{
	int code;
	char reason[128];

	pattern->compiled = false;
	if (strlen(text) > PATTERN_MAX || repeats_of(text) > REPEATS_MAX) {
		str_add(why, "Regular expression too big");
		return false;
	}
	code = regcomp(&pattern->regex, text, (extended ? REG_EXTENDED : 0) | (ignore_case ? REG_ICASE : 0));
	if (code) {
		regerror(code, &pattern->regex, reason, sizeof reason);
		str_add(why, reason);
		return false;
	}
	pattern->compiled = true;
	return true;
}

void
pattern_release(struct pattern *pattern)
{
	if (pattern->compiled)
		regfree(&pattern->regex);
	pattern->compiled = false;
}

bool
pattern_match(const struct pattern *pattern, const char *text, bool begin, regmatch_t groups[static PATTERN_GROUPS])
{
	return regexec(&pattern->regex, text, PATTERN_GROUPS, groups, begin ? 0 : REG_NOTBOL) == 0;
}

bool
pattern_match_from(const struct pattern *pattern, const char *text, size_t from, regmatch_t groups[static PATTERN_GROUPS])
{
#ifdef REG_STARTEND	/* else \b and \< take the place for the text's begin */
	groups[0] = (regmatch_t){ .rm_so = (regoff_t)from, .rm_eo = (regoff_t)(from + strlen(text + from)) };
	return regexec(&pattern->regex, text, PATTERN_GROUPS, groups, REG_STARTEND) == 0;
#else
	if (!pattern_match(pattern, text + from, from == 0, groups))
		return false;
	for (size_t i = 0; i < PATTERN_GROUPS; i++)
		if (groups[i].rm_so >= 0) {
			groups[i].rm_so += (regoff_t)from;
			groups[i].rm_eo += (regoff_t)from;
		}
	return true;
#endif
}
