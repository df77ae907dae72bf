/* Follows funcs.go of Go's text/template, and template.go and jsonpath.go of k8s.io/cli-runtime/pkg/printers. */
#include "kubectl/template_functions.h"

#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "base/go_text.h"

/* The text as the function's result. */
static int
give_text(struct arena *arena, struct str *text, struct go_value *out, struct err *err)
{
	int result = 0;

	if (text->len > GO_TEXT_MAX)
		result = err_set(err, ERR_FAILED, "text of more than %zu bytes", GO_TEXT_MAX);
	else
		*out = go_value_text(arena_memdup(arena, text->buf, text->len + 1), text->len);
	str_release(text);
	return result;
}

/* ---- index, slice, len ---- */

/* Where the number points among cap items; the value is not looked for in its box. */
static int
index_argument(const struct go_value *index, size_t cap, size_t *at, struct err *err)
{
	if (index->kind == GO_INVALID)
		return err_set(err, ERR_FAILED, "cannot index slice/array with nil");
	if (index->boxed || !go_value_is_integer(index))
		return err_set(err, ERR_FAILED, "cannot index slice/array with type %s", go_value_type(index));
	if (index->integer < 0 || (uint64_t)index->integer > cap)
		return err_set(err, ERR_FAILED, "index out of range: %lld", (long long)index->integer);
	*at = (size_t)index->integer;
	return 0;
}

static int
index_list(struct go_value *item, const struct go_value *index, struct err *err)
{
	size_t at, len = (size_t)go_value_len(item);

	if (index_argument(index, len, &at, err))
		return -1;
	if (at == len)
		return err_set(err, ERR_FAILED, "reflect: %s index out of range",
			item->kind == GO_STRING ? "string" : "slice");
	if (item->kind == GO_STRING)
		*item = (struct go_value){ .kind = GO_UINT8, .integer = (unsigned char)item->text.at[at] };
	else
		*item = go_value_item(item, at);
	return 0;
}

static int
index_map(struct go_value *item, const struct go_value *index, struct err *err)
{
	const struct value *found;

	if (index->kind == GO_INVALID)
		return err_set(err, ERR_FAILED, "value is nil; should be of type string");
	if (index->kind != GO_STRING)
		return err_set(err, ERR_FAILED, "value has type %s; should be string", go_value_type(index));
	found = value_get(item->map, index->text.at);
	*item = found ? go_value_of(found, true) : (struct go_value){ .kind = GO_NIL, .boxed = true };
	return 0;
}

static int
call_index(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct go_value item = go_value_unboxed(&arguments[0]);

	(void)arena;
	if (item.kind == GO_INVALID)
		return err_set(err, ERR_FAILED, "index of untyped nil");
	for (size_t i = 1; i < n; i++) {
		struct go_value index = go_value_unboxed(&arguments[i]);
		int result;

		if (item.kind == GO_NIL)
			return err_set(err, ERR_FAILED, "index of nil pointer");
		item.boxed = false;
		if (item.kind == GO_MAP)
			result = index_map(&item, &index, err);
		else if (go_value_len(&item) >= 0)
			result = index_list(&item, &index, err);
		else
			result = err_set(err, ERR_FAILED, "can't index item of type %s", go_value_type(&item));
		if (result)
			return -1;
	}
	*out = item;
	return 0;
}

static int
call_slice(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct go_value item = go_value_unboxed(&arguments[0]);
	size_t cap, at[3];

	(void)arena;
	if (item.kind == GO_INVALID)
		return err_set(err, ERR_FAILED, "slice of untyped nil");
	if (n > 4)
		return err_set(err, ERR_FAILED, "too many slice indexes: %zu", n - 1);
	if (item.kind == GO_STRING && n == 4)
		return err_set(err, ERR_FAILED, "cannot 3-index slice a string");
	if (item.kind != GO_STRING && item.kind != GO_SLICE)
		return err_set(err, ERR_FAILED, "can't slice item of type %s", go_value_type(&item));
	cap = item.kind == GO_STRING ? item.text.len : item.slice.cap;
	at[0] = 0;
	at[1] = (size_t)go_value_len(&item);
	at[2] = cap;
	for (size_t i = 1; i < n; i++)
		if (index_argument(&arguments[i], cap, &at[i - 1], err))
			return -1;
	for (size_t i = 0; i < 2; i++)
		if (at[i] > at[i + 1])
			return err_set(err, ERR_FAILED, "invalid slice index: %zu > %zu", at[i], at[i + 1]);
	if (item.kind == GO_STRING) {
		struct str text = STR_INIT;

		str_addn(&text, item.text.at + at[0], at[1] - at[0]);
		return give_text(arena, &text, out, err);
	}
	item.slice.v += at[0] < item.slice.held ? at[0] : item.slice.held;
	item.slice.held -= at[0] < item.slice.held ? at[0] : item.slice.held;
	item.slice.n = at[1] - at[0];
	item.slice.cap = at[2] - at[0];
	*out = item;
	return 0;
}

static int
call_len(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct go_value item = go_value_unboxed(&arguments[0]);

	(void)arena;
	(void)n;
	if (arguments[0].boxed && item.kind == GO_INVALID)
		return err_set(err, ERR_FAILED, "len of nil pointer");
	if (item.kind == GO_INVALID)
		return err_set(err, ERR_FAILED, "reflect: call of reflect.Value.Type on zero Value");
	if (go_value_len(&item) < 0)
		return err_set(err, ERR_FAILED, "len of type %s", go_value_type(&item));
	*out = go_value_int(go_value_len(&item));
	return 0;
}

/* ---- comparisons ---- */

static const char bad_comparison[] = "incompatible types for comparison",
	bad_comparison_type[] = "invalid type for comparison";

/* Kinds that can be compared with one another; 0: with none. */
static int
comparison_kind(const struct go_value *value)
{
	switch (value->kind) {
	case GO_BOOL:
		return 1;
	case GO_COMPLEX128:
		return 2;
	case GO_INT:
	case GO_INT64:
	case GO_UINT8:
		return 3;
	case GO_FLOAT64:
		return 4;
	case GO_STRING:
		return 5;
	default:
		return 0;
	}
}

static int
compare_texts(const struct go_value *a, const struct go_value *b)
{
	size_t len = a->text.len < b->text.len ? a->text.len : b->text.len;
	int order = memcmp(a->text.at, b->text.at, len);

	return order ? order : (a->text.len > b->text.len) - (a->text.len < b->text.len);
}

/* Of two values of one kind that can be compared. */
static int
order_of(const struct go_value *a, const struct go_value *b)
{
	switch (a->kind) {
	case GO_BOOL:
		return (int)a->boolean - (int)b->boolean;
	case GO_FLOAT64:
		return (a->number.real > b->number.real) - (a->number.real < b->number.real);
	case GO_COMPLEX128:
		return memcmp(&a->number, &b->number, sizeof a->number);
	case GO_STRING:
		return compare_texts(a, b);
	default:
		return (a->integer > b->integer) - (a->integer < b->integer);
	}
}

/* What has no comparison but that with nil. */
static int
equal_containers(const struct go_value *a, const struct go_value *b, bool *equal, struct err *err)
{
	struct str text = STR_INIT;

	*equal = a->kind == b->kind;
	if (a->kind == GO_INVALID || b->kind == GO_INVALID)
		return 0;
	if (a->kind == b->kind) {
		go_print_value(&text, b, 's', false);
		err_set(err, ERR_FAILED, "non-comparable type %s: %s", text.buf, go_value_type(b));
	} else {
		go_print_value(&text, a, 's', false);
		str_addf(&text, ": %s, %s: ", go_value_type(a), go_value_type(b));
		go_print_value(&text, b, 'v', false);
		err_set(err, ERR_FAILED, "non-comparable types %s", text.buf);
	}
	str_release(&text);
	return -1;
}

static int
equal_to_any(const struct go_value *arguments, size_t n, bool *equal, struct err *err)
{
	struct go_value first = go_value_unboxed(&arguments[0]);
	int kind = comparison_kind(&first);

	*equal = false;
	if (n < 2)
		return err_set(err, ERR_FAILED, "missing argument for comparison");
	for (size_t i = 1; i < n && !*equal; i++) {
		struct go_value other = go_value_unboxed(&arguments[i]);

		if (kind != comparison_kind(&other)) {
			if (first.kind != GO_INVALID && other.kind != GO_INVALID)
				return err_set(err, ERR_FAILED, "%s", bad_comparison);
		} else if (kind) {
			*equal = order_of(&first, &other) == 0;
		} else if (equal_containers(&first, &other, equal, err)) {
			return -1;
		}
	}
	return 0;
}

static int
is_less(const struct go_value *arguments, bool *less, struct err *err)
{
	struct go_value a = go_value_unboxed(&arguments[0]), b = go_value_unboxed(&arguments[1]);
	int left = comparison_kind(&a), right = comparison_kind(&b);

	if (!left || !right)
		return err_set(err, ERR_FAILED, "%s", bad_comparison_type);
	if (left != right)
		return err_set(err, ERR_FAILED, "%s", bad_comparison);
	if (a.kind == GO_BOOL || a.kind == GO_COMPLEX128)
		return err_set(err, ERR_FAILED, "%s", bad_comparison_type);
	*less = order_of(&a, &b) < 0;
	return 0;
}

static int
call_eq(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	bool equal = false;

	(void)arena;
	if (equal_to_any(arguments, n, &equal, err))
		return -1;
	*out = go_value_bool(equal);
	return 0;
}

static int
call_ne(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	if (call_eq(arena, arguments, n, out, err))
		return -1;
	out->boolean = !out->boolean;
	return 0;
}

static int
call_lt(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	bool less = false;

	(void)arena;
	(void)n;
	if (is_less(arguments, &less, err))
		return -1;
	*out = go_value_bool(less);
	return 0;
}

static int
call_le(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	if (call_lt(arena, arguments, n, out, err))
		return -1;
	return out->boolean ? 0 : call_eq(arena, arguments, n, out, err);
}

static int
call_gt(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	if (call_le(arena, arguments, n, out, err))
		return -1;
	out->boolean = !out->boolean;
	return 0;
}

static int
call_ge(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	if (call_lt(arena, arguments, n, out, err))
		return -1;
	out->boolean = !out->boolean;
	return 0;
}

static int
call_not(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	(void)arena;
	(void)n;
	(void)err;
	*out = go_value_bool(!go_value_truth(&arguments[0]));
	return 0;
}

/* ---- texts ---- */

static int
call_print(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str text = STR_INIT;

	go_print(&text, arguments, n);
	return give_text(arena, &text, out, err);
}

static int
call_println(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str text = STR_INIT;

	go_println(&text, arguments, n);
	return give_text(arena, &text, out, err);
}

static int
call_printf(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str text = STR_INIT;

	go_printf(&text, arguments[0].text.at, arguments[0].text.len, arguments + 1, n - 1);
	return give_text(arena, &text, out, err);
}

/* What is escaped: as print has it, with "<no value>" for nil. */
static struct str
plain_text(const struct go_value *arguments, size_t n)
{
	static const char no_value[] = "<no value>";
	struct go_value *shown = xcalloc(n + 1, sizeof *shown);
	struct str text = STR_INIT;

	for (size_t i = 0; i < n; i++)
		shown[i] = arguments[i].kind == GO_NIL ? go_value_text(no_value, sizeof no_value - 1) : arguments[i];
	go_print(&text, shown, n);
	free(shown);
	return text;
}

static int
call_html(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str plain = plain_text(arguments, n), text = STR_INIT;

	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.buf[i];
		const char *escape = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&#34;" :
			c == '\'' ? "&#39;" : c == '\0' ? "\xef\xbf\xbd" : NULL;

		if (escape)
			str_add(&text, escape);
		else
			str_addch(&text, c);
	}
	str_release(&plain);
	return give_text(arena, &text, out, err);
}

static int
call_js(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str plain = plain_text(arguments, n), text = STR_INIT;
	uint32_t code;

	for (size_t i = 0, len; i < plain.len; i += len) {
		len = go_rune(plain.buf + i, plain.len - i, &code);
		if (code == '\\' || code == '\'' || code == '"')
			str_addf(&text, "\\%c", (char)code);
		else if (code < ' ' || code == '<' || code == '>' || code == '&' || code == '=' ||
		    (code >= 0x80 && !go_is_print(code)))
			str_addf(&text, "\\u%04X", (unsigned)code);
		else
			str_addn(&text, plain.buf + i, len);
	}
	str_release(&plain);
	return give_text(arena, &text, out, err);
}

static int
call_urlquery(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str plain = plain_text(arguments, n), text = STR_INIT;

	for (size_t i = 0; i < plain.len; i++) {
		unsigned char c = (unsigned char)plain.buf[i];

		if (ascii_isalnum(c) || (c && strchr("-_.~", c)))
			str_addch(&text, (char)c);
		else if (c == ' ')
			str_addch(&text, '+');
		else
			str_addf(&text, "%%%02X", (unsigned)c);
	}
	str_release(&plain);
	return give_text(arena, &text, out, err);
}

/* ---- kubectl's own ---- */

/* exists VALUE INDEX..: whether index would find something there */
static int
call_exists(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct go_value item = arguments[0];

	(void)arena;
	(void)err;
	for (size_t i = 1; i < n; i++) {
		const struct go_value *index = &arguments[i];
		const struct value *found = NULL;

		*out = go_value_bool(false);
		if (item.kind == GO_MAP && (index->kind == GO_STRING || index->kind == GO_NIL)) {
			found = value_get(item.map, index->kind == GO_STRING ? index->text.at : "");
			item = go_value_of(found, true);
			item.boxed = true;
		} else if (item.kind != GO_MAP && go_value_len(&item) >= 0 && go_value_is_integer(index) &&
		    index->integer >= 0 && index->integer < go_value_len(&item)) {
			item = item.kind == GO_SLICE ? go_value_item(&item, (size_t)index->integer) : go_value_int(0);
		} else {
			return 0;
		}
	}
	*out = go_value_bool(!item.boxed || (item.kind != GO_NIL && item.kind != GO_INVALID));
	return 0;
}

static int
digit_of(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static size_t
skip_line_ends(const char *text, size_t len, size_t at)
{
	while (at < len && (text[at] == '\n' || text[at] == '\r'))
		at++;
	return at;
}

/* Behind the first = of a group of which so many digits are read; false: *at is where it goes wrong. */
static bool
padding_ends(const char *text, size_t len, size_t *at, int digits)
{
	if (digits < 2) {
		--*at;
		return false;
	}
	*at = skip_line_ends(text, len, *at);
	if (digits == 2) {
		if (*at == len)
			return false;
		if (text[*at] != '=') {
			--*at;
			return false;
		}
		*at = skip_line_ends(text, len, *at + 1);
	}
	return *at == len;
}

/* Line ends are skipped; *at: where it is wrong. */
static bool
decode_base64(const char *text, size_t len, struct str *out, size_t *at)
{
	unsigned bits = 0;
	int digits = 0;

	for (*at = 0; *at < len; ) {
		char c = text[(*at)++];
		int digit = digit_of(c);

		if (c == '\n' || c == '\r')
			continue;
		if (digit < 0 && c != '=') {
			--*at;
			return false;
		}
		if (digit < 0) {
			if (!padding_ends(text, len, at, digits))
				return false;
			str_addch(out, (char)(bits >> (digits == 2 ? 4 : 10)));
			if (digits == 3)
				str_addch(out, (char)(bits >> 2));
			return true;
		}
		bits = bits << 6 | (unsigned)digit;
		if (++digits < 4)
			continue;
		for (int shift = 16; shift >= 0; shift -= 8)
			str_addch(out, (char)(bits >> shift));
		bits = 0;
		digits = 0;
	}
	*at = len - (size_t)digits;
	return !digits;
}

static int
call_base64decode(struct arena *arena, const struct go_value *arguments, size_t n, struct go_value *out, struct err *err)
{
	struct str text = STR_INIT;
	size_t at;

	(void)n;
	if (decode_base64(arguments[0].text.at, arguments[0].text.len, &text, &at))
		return give_text(arena, &text, out, err);
	str_release(&text);
	return err_set(err, ERR_FAILED, "base64 decode failed: illegal base64 data at input byte %zu", at);
}

#define VALUE PARAMETER_VALUE
#define ANY PARAMETER_ANY
static const struct template_function functions[] = {
	{ "and", 1, true, VALUE, VALUE, NULL },
	{ "base64decode", 1, false, PARAMETER_STRING, ANY, call_base64decode },
	{ "call", 1, true, VALUE, VALUE, NULL },
	{ "eq", 1, true, VALUE, VALUE, call_eq },
	{ "exists", 1, true, ANY, ANY, call_exists },
	{ "ge", 2, false, VALUE, VALUE, call_ge },
	{ "gt", 2, false, VALUE, VALUE, call_gt },
	{ "html", 0, true, ANY, ANY, call_html },
	{ "index", 1, true, VALUE, VALUE, call_index },
	{ "js", 0, true, ANY, ANY, call_js },
	{ "le", 2, false, VALUE, VALUE, call_le },
	{ "len", 1, false, VALUE, VALUE, call_len },
	{ "lt", 2, false, VALUE, VALUE, call_lt },
	{ "ne", 2, false, VALUE, VALUE, call_ne },
	{ "not", 1, false, VALUE, VALUE, call_not },
	{ "or", 1, true, VALUE, VALUE, NULL },
	{ "print", 0, true, ANY, ANY, call_print },
	{ "printf", 1, true, PARAMETER_STRING, ANY, call_printf },
	{ "println", 0, true, ANY, ANY, call_println },
	{ "slice", 1, true, VALUE, VALUE, call_slice },
	{ "urlquery", 0, true, ANY, ANY, call_urlquery },
};

const struct template_function *
template_function_find(const char *name)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}
