/* Texts with what depends on chance or the clock replaced: a table of expressions and what stands in for their matches. */
#ifndef TESTS_MASKS_H
#define TESTS_MASKS_H

#include <regex.h>

#include "svcsim/str.h"

struct mask {
	const char *regex, *with;	/* \1 .. \3 of `with` are the expression's groups */
};

/* False: an expression is none. */
static inline bool
masks_compile(const struct mask *masks, regex_t *compiled, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (regcomp(&compiled[i], masks[i].regex, REG_EXTENDED) != 0)
			return false;
	return true;
}

static inline void
masks_release(regex_t *compiled, size_t n)
{
	for (size_t i = 0; i < n; i++)
		regfree(&compiled[i]);
}

static inline void
mask_line(const struct mask *mask, const regex_t *compiled, struct str *line)
{
	regmatch_t groups[4];
	struct str out = STR_INIT;
	const char *at = line->buf;

	for (int flags = 0; regexec(compiled, at, 4, groups, flags) == 0; flags = REG_NOTBOL) {
		str_addn(&out, at, (size_t)groups[0].rm_so);
		for (const char *c = mask->with; *c; c++) {
			const regmatch_t *group = c[0] == '\\' ? &groups[c[1] - '0'] : NULL;

			if (!group)
				str_addch(&out, *c);
			else if (group->rm_so >= 0)
				str_addn(&out, at + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
			c += group != NULL;
		}
		at += groups[0].rm_eo;
		if (groups[0].rm_so == groups[0].rm_eo || !*at)
			break;
	}
	str_add(&out, at);
	str_release(line);
	*line = out;
}

static inline void
masks_apply(const struct mask *masks, const regex_t *compiled, size_t n, struct str *line)
{
	for (size_t i = 0; i < n; i++)
		mask_line(&masks[i], &compiled[i], line);
}

#endif
