/*
 * One rule's line, read: first cut into words, then block by block into matches and a target.  The words' own columns
 * make the errors.
 */
#ifndef PROXY_RULE_READ_H
#define PROXY_RULE_READ_H

#include "proxy/ruleset.h"

struct word {
	const char *text;	/* without quotes */
	const char *raw;	/* as it stands in the line */
	size_t raw_len;
	unsigned column;
};

struct rule_reader {
	enum ip_family family;
	const char *file;
	struct err *err;
	unsigned line;
	struct word words[RULESET_WORDS_MAX];	/* of the line that was cut last */
	size_t n;
	char *text;		/* the words' texts */
	size_t text_size;
	struct arena arena;	/* texts of matches and targets that are not a word */
	VEC(struct match) matches;	/* of the rule that was read last; the texts are good until the next line */
	struct target target;
	unsigned seen;		/* one bit for each match_kind that may stand only once */
};

#define rule_fail(reader, column, ...) err_at((reader)->err, (reader)->file, (reader)->line, column, __VA_ARGS__)

MUST_CHECK int rule_cut(struct rule_reader *reader, const char *line, size_t len);
bool rule_word_is(const struct rule_reader *reader, size_t i, const char *text);	/* false past the end */
const char *rule_raw_words(struct rule_reader *reader, size_t first, size_t end);	/* as they stand in the line */
/* The matches and the target that stand from word `first` on. */
MUST_CHECK int rule_read(struct rule_reader *reader, size_t first);
void rule_reader_release(struct rule_reader *reader);

/* Numbers, as xtables_strtoui reads them but for octal; *text moves behind it. */
bool rule_parse_number(const char **text, uint32_t max, uint32_t *value);
bool rule_parse_masked(const char *text, uint32_t *value, uint32_t *mask);	/* "0x4000/0x4000" */
/* "80", "80:90", ":80", "80:"; between is - in NAT targets */
bool rule_parse_ports(const char *text, char between, uint16_t *first, uint16_t *last);
bool rule_parse_probability(const char *text, double *probability);
bool rule_is_name(const char *text);	/* needs no quotes: of chains, devices, lists */
bool rule_parse_address(enum ip_family family, const char *text, struct match *match);	/* also 10.0.0.0/255.0.0.0 */

#endif
