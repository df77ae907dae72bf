/*
 * Writes JSON into a str, comma and indent kept by the writer.  indent 0 is compact ({"a":1,"b":[2]}); otherwise as
 * Go's json.MarshalIndent with that many blanks.
 */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svcsim/str.h"

struct json_out {
	struct str *str;
	unsigned indent, depth;
	bool first, after_key;
	bool html;	/* <, > and & are escaped: json.Marshal's way; off after json_out_init */
};

void json_out_init(struct json_out *out, struct str *str, unsigned indent);
void json_out_open(struct json_out *out, char bracket);		/* '{' or '[' */
void json_out_close(struct json_out *out, char bracket);	/* '}' or ']' */
void json_out_key(struct json_out *out, const char *key);
void json_out_string(struct json_out *out, const char *text);	/* NULL writes null */
void json_out_int(struct json_out *out, int64_t value);
void json_out_double(struct json_out *out, double value);
void json_out_bool(struct json_out *out, bool value);
void json_out_null(struct json_out *out);

/* One quoted string as Go's encoding/json writes it; html: also <, >, & as \u003c.. (json.Marshal's way). */
void json_quote(struct str *str, const char *text, size_t len, bool html);

#endif
