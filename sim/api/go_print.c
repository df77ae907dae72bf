/* Follows print.go and format.go of Go's fmt: what a verb with its flags, width and precision makes of a value. */
#include "api/go_printer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/sorted.h"
#include "base/go_text.h"

static void print_value(struct go_printer *printer, const struct go_value *value);

bool
go_printer_is_full(const struct go_printer *printer)
{
	return printer->out->len > GO_TEXT_MAX;
}

/* ---- padding ---- */

static void
add_padding(struct go_printer *printer, int64_t n)
{
	if (n > 0)
		str_addrep(printer->out, printer->zero && !printer->minus ? '0' : ' ', (size_t)n);
}

static void
pad(struct go_printer *printer, const char *text, size_t len)
{
	int64_t missing = printer->has_width ? printer->width - (int64_t)go_rune_count(text, len) : 0;

	if (!printer->minus)
		add_padding(printer, missing);
	str_addn(printer->out, text, len);
	if (printer->minus)
		add_padding(printer, missing);
}

static void
pad_with_blanks(struct go_printer *printer, const char *text, size_t len)
{
	bool zero = printer->zero;

	printer->zero = false;
	pad(printer, text, len);
	printer->zero = zero;
}

/* ---- kinds ---- */

static void
bad_verb(struct go_printer *printer, const struct go_value *value)
{
	uint32_t verb = printer->verb;

	str_add(printer->out, "%!");
	go_add_rune(printer->out, verb);
	if (value->kind == GO_NIL || value->kind == GO_INVALID) {
		str_add(printer->out, "(<nil>)");
		return;
	}
	str_addf(printer->out, "(%s=", go_value_type(value));
	printer->verb = 'v';
	print_value(printer, value);
	printer->verb = verb;
	str_add(printer->out, ")");
}

/* number in base, at least so many digits. */
static void
add_digits(struct str *out, uint64_t number, unsigned base, int64_t least, bool upper)
{
	char text[65];
	size_t at = sizeof text;

	do
		text[--at] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[number % base];
	while (number /= base);
	if (least > (int64_t)(sizeof text - at))
		str_addrep(out, '0', (size_t)least - (sizeof text - at));
	str_addn(out, text + at, sizeof text - at);
}

static void
add_integer(struct go_printer *printer, uint64_t number, bool negative, unsigned base)
{
	struct str digits = STR_INIT, text = STR_INIT;
	bool upper = printer->verb == 'X';
	int64_t least = 0;

	if (printer->has_precision) {
		least = printer->precision;
		if (!least && !number) {
			pad_with_blanks(printer, "", 0);
			return;
		}
	} else if (printer->zero && !printer->minus && printer->has_width) {
		least = printer->width - (negative || printer->plus || printer->space);
	}
	add_digits(&digits, number, base, least, upper);
	str_add(&text, negative ? "-" : printer->plus ? "+" : printer->space ? " " : "");
	if (printer->verb == 'O')
		str_add(&text, "0o");
	if (printer->sharp && (base == 2 || base == 16))
		str_add(&text, base == 2 ? "0b" : upper ? "0X" : "0x");
	if (printer->sharp && base == 8 && *digits.buf != '0')
		str_add(&text, "0");
	str_add(&text, digits.buf);
	pad_with_blanks(printer, text.buf, text.len);
	str_release(&digits);
	str_release(&text);
}

static void
add_unicode(struct go_printer *printer, uint64_t number)
{
	struct str text = STR_INIT;

	str_add(&text, "U+");
	add_digits(&text, number, 16, printer->has_precision && printer->precision > 4 ? printer->precision : 4, true);
	if (printer->sharp && number <= GO_RUNE_MAX && go_is_print((uint32_t)number)) {
		str_add(&text, " '");
		go_add_rune(&text, (uint32_t)number);
		str_add(&text, "'");
	}
	pad_with_blanks(printer, text.buf, text.len);
	str_release(&text);
}

/* %c and %q of a number */
static void
add_character(struct go_printer *printer, uint64_t number)
{
	struct str text = STR_INIT, quoted = STR_INIT;

	go_add_rune(&text, number > GO_RUNE_MAX ? GO_RUNE_ERROR : (uint32_t)number);
	if (printer->verb == 'q')
		go_quote(&quoted, text.buf, text.len, '\'', printer->plus);
	else
		str_addn(&quoted, text.buf, text.len);
	pad(printer, quoted.buf, quoted.len);
	str_release(&text);
	str_release(&quoted);
}

static void
print_integer(struct go_printer *printer, const struct go_value *value)
{
	bool negative = value->integer < 0, sharp = printer->sharp;
	uint64_t bits = (uint64_t)value->integer, number = negative ? 0 - bits : bits;

	switch (printer->verb) {
	case 'v':
		if (printer->sharp_v && value->kind == GO_UINT8) {
			printer->sharp = true;
			add_integer(printer, number, false, 16);
			printer->sharp = sharp;
		} else {
			add_integer(printer, number, negative, 10);
		}
		break;
	case 'd':
		add_integer(printer, number, negative, 10);
		break;
	case 'b':
		add_integer(printer, number, negative, 2);
		break;
	case 'o':
	case 'O':
		add_integer(printer, number, negative, 8);
		break;
	case 'x':
	case 'X':
		add_integer(printer, number, negative, 16);
		break;
	case 'c':
	case 'q':
		add_character(printer, bits);
		break;
	case 'U':
		add_unicode(printer, bits);
		break;
	default:
		bad_verb(printer, value);
	}
}

/* With # a number keeps its point and its zeros: so many digits in all. */
static void
sharpen(struct str *text, char verb, int64_t digits)
{
	struct str tail = STR_INIT;
	bool point = false, counts = false, hexadecimal = verb == 'x' || verb == 'X';
	size_t end = 0;

	for (; end < text->len; end++) {
		char c = text->buf[end];

		if (c == 'p' || c == 'P' || (!hexadecimal && (c == 'e' || c == 'E')))
			break;
		if (c == '.') {
			point = true;
			continue;
		}
		counts = counts || c != '0';
		digits -= counts;
	}
	str_add(&tail, text->buf + end);
	str_truncate(text, end);
	if (!point) {
		digits -= end == 1 && *text->buf == '0';
		str_add(text, ".");
	}
	if (digits > 0)
		str_addrep(text, '0', (size_t)digits);
	str_add(text, tail.buf);
	str_release(&tail);
}

static void
add_float(struct go_printer *printer, double number, char verb, int precision)
{
	struct str signless = STR_INIT, whole = STR_INIT;
	char sign;

	if (printer->has_precision)
		precision = (int)printer->precision;
	go_add_float(&signless, fabs(number), verb, precision);
	sign = signbit(number) ? '-' : printer->plus ? '+' : printer->space ? ' ' : '\0';
	if (printer->sharp && verb != 'b')
		sharpen(&signless, verb, strchr("gGx", verb) ? precision < 0 ? 6 : precision : 0);
	if (sign)
		str_addch(&whole, sign);
	if (sign && printer->zero && !printer->minus && printer->has_width) {
		str_addch(printer->out, sign);
		add_padding(printer, printer->width - 1 - (int64_t)signless.len);
		str_add(printer->out, signless.buf);
	} else {
		str_add(&whole, signless.buf);
		pad(printer, whole.buf, whole.len);
	}
	str_release(&signless);
	str_release(&whole);
}

static void
print_real(struct go_printer *printer, double number)
{
	uint32_t verb = printer->verb;

	if (verb == 'v')
		add_float(printer, number, 'g', -1);
	else if (verb == 'F')
		add_float(printer, number, 'f', 6);
	else
		add_float(printer, number, (char)verb, strchr("feE", (char)verb) ? 6 : -1);
}

static void
print_float(struct go_printer *printer, const struct go_value *value)
{
	bool plus = printer->plus;

	if (!printer->verb || printer->verb > 'z' || !strchr("vbgGxXfFeE", (int)printer->verb)) {
		bad_verb(printer, value);
	} else if (value->kind == GO_FLOAT64) {
		print_real(printer, value->number.real);
	} else {
		str_add(printer->out, "(");
		print_real(printer, value->number.real);
		printer->plus = true;
		print_real(printer, value->number.imaginary);
		printer->plus = plus;
		str_add(printer->out, "i)");
	}
}

/* ---- texts ---- */

/* The bytes of the first precision characters. */
static size_t
truncated(const struct go_printer *printer, const char *text, size_t len)
{
	size_t at = 0;
	uint32_t code;

	if (!printer->has_precision)
		return len;
	for (int64_t n = printer->precision; n > 0 && at < len; n--)
		at += go_rune(text + at, len - at, &code);
	return at;
}

static void
add_hexadecimal(struct go_printer *printer, const char *text, size_t len)
{
	const char *digits = printer->verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *prefix = printer->verb == 'X' ? "0X" : "0x";
	struct str out = STR_INIT;

	if (printer->has_precision && (size_t)printer->precision < len)
		len = (size_t)printer->precision;
	for (size_t i = 0; i < len; i++) {
		str_add(&out, i && printer->space ? " " : "");
		str_add(&out, printer->sharp && (!i || printer->space) ? prefix : "");
		str_addch(&out, digits[(unsigned char)text[i] >> 4]);
		str_addch(&out, digits[text[i] & 15]);
	}
	pad(printer, out.buf, out.len);
	str_release(&out);
}

/* strconv.CanBackquote */
static bool
can_backquote(const char *text, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t code;

		n = go_rune(text + i, len - i, &code);
		if ((code < ' ' && code != '\t') || code == '`' || code == 0x7f || code == 0xfeff ||
		    (code == GO_RUNE_ERROR && n == 1))
			return false;
	}
	return true;
}

static void
add_quoted(struct go_printer *printer, const char *text, size_t len)
{
	struct str quoted = STR_INIT;

	len = truncated(printer, text, len);
	if (printer->sharp && can_backquote(text, len)) {
		str_addch(&quoted, '`');
		str_addn(&quoted, text, len);
		str_addch(&quoted, '`');
	} else {
		go_quote(&quoted, text, len, '"', printer->plus);
	}
	pad(printer, quoted.buf, quoted.len);
	str_release(&quoted);
}

static void
print_text(struct go_printer *printer, const struct go_value *value)
{
	const char *text = value->text.at;
	size_t len = value->text.len;

	if (printer->verb == 'q' || (printer->verb == 'v' && printer->sharp_v))
		add_quoted(printer, text, len);
	else if (printer->verb == 'x' || printer->verb == 'X')
		add_hexadecimal(printer, text, len);
	else if (printer->verb == 's' || printer->verb == 'v')
		pad(printer, text, truncated(printer, text, len));
	else
		bad_verb(printer, value);
}

/* ---- lists and maps ---- */

static void
print_inner(struct go_printer *printer, const struct go_value *value)
{
	struct go_value inner = go_value_unboxed(value);

	if (go_printer_is_full(printer))
		return;
	if (value->kind == GO_NIL)
		str_add(printer->out, printer->sharp_v ? "interface {}(nil)" : "<nil>");
	else
		print_value(printer, &inner);
}

static void
print_slice(struct go_printer *printer, const struct go_value *value)
{
	str_addf(printer->out, "%s%s", printer->sharp_v ? go_value_type(value) : "", printer->sharp_v ? "{" : "[");
	for (size_t i = 0; i < value->slice.n; i++) {
		struct go_value item = go_value_item(value, i);

		str_add(printer->out, !i ? "" : printer->sharp_v ? ", " : " ");
		print_inner(printer, &item);
	}
	str_add(printer->out, printer->sharp_v ? "}" : "]");
}

static int
by_key(const void *a, const void *b)
{
	const struct value_entry *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static void
print_map(struct go_printer *printer, const struct go_value *value)
{
	size_t n = value->map->map.n;
	const struct value_entry **entries = sorted_entries(value->map, by_key);

	str_addf(printer->out, "%s%s", printer->sharp_v ? go_value_type(value) : "map", printer->sharp_v ? "{" : "[");
	for (size_t i = 0; i < n; i++) {
		struct go_value key = go_value_text(entries[i]->key, strlen(entries[i]->key));
		struct go_value item = go_value_of(entries[i]->value, true);

		str_add(printer->out, !i ? "" : printer->sharp_v ? ", " : " ");
		print_value(printer, &key);
		str_add(printer->out, ":");
		print_inner(printer, &item);
	}
	str_add(printer->out, printer->sharp_v ? "}" : "]");
	free(entries);
}

static void
print_value(struct go_printer *printer, const struct go_value *value)
{
	switch (value->kind) {
	case GO_INVALID:
	case GO_NIL:
		if (printer->verb == 'v' || printer->verb == 'T')
			pad(printer, "<nil>", strlen("<nil>"));
		else
			bad_verb(printer, value);
		break;
	case GO_BOOL:
		if (printer->verb == 't' || printer->verb == 'v')
			pad(printer, value->boolean ? "true" : "false", value->boolean ? 4 : 5);
		else
			bad_verb(printer, value);
		break;
	case GO_INT:
	case GO_INT64:
	case GO_UINT8:
		print_integer(printer, value);
		break;
	case GO_FLOAT64:
	case GO_COMPLEX128:
		print_float(printer, value);
		break;
	case GO_STRING:
		print_text(printer, value);
		break;
	case GO_SLICE:
		print_slice(printer, value);
		break;
	case GO_MAP:
		print_map(printer, value);
		break;
	}
}

void
go_printer_put(struct go_printer *printer, const struct go_value *value)
{
	const char *type = go_value_type(value);
	bool nil = value->kind == GO_NIL || value->kind == GO_INVALID;

	if (go_printer_is_full(printer))
		return;
	if (printer->verb == 'T' && !nil)
		pad(printer, type, truncated(printer, type, strlen(type)));
	else if (printer->verb == 'w' && (value->kind == GO_SLICE || value->kind == GO_MAP))	/* is for errors only */
		bad_verb(printer, value);
	else if (printer->verb == 'p' && (nil || (value->kind != GO_SLICE && value->kind != GO_MAP)))
		bad_verb(printer, value);
	else if (printer->verb == 'p')
		pad(printer, "0xc000000000", strlen("0xc000000000"));	/* where it lies is chance */
	else
		print_value(printer, value);
}

void
go_print_value(struct str *out, const struct go_value *value, char verb, bool sharp)
{
	struct go_printer printer = { .out = out, .verb = (unsigned char)verb, .sharp_v = sharp };

	print_value(&printer, value);
}

void
go_print_tree(struct str *out, const struct value *tree, bool sharp)
{
	struct go_value value = go_value_of(tree, false);

	if (value.kind == GO_NIL && sharp)
		str_add(out, "interface {}(nil)");
	else
		go_print_value(out, &value, 'v', sharp);
}

void
go_print(struct str *out, const struct go_value *values, size_t n)
{
	struct go_printer printer = { .out = out, .verb = 'v' };

	for (size_t i = 0; i < n; i++) {
		if (i && values[i].kind != GO_STRING && values[i - 1].kind != GO_STRING)
			str_add(out, " ");
		go_printer_put(&printer, &values[i]);
	}
}

void
go_println(struct str *out, const struct go_value *values, size_t n)
{
	struct go_printer printer = { .out = out, .verb = 'v' };

	for (size_t i = 0; i < n; i++) {
		str_add(out, i ? " " : "");
		go_printer_put(&printer, &values[i]);
	}
	str_add(out, "\n");
}
