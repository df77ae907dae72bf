/* Follows doPrintf in print.go of Go's fmt: formats with their verbs, and what is printed in place of a wrong one. */
#include <string.h>

#include "api/go_printer.h"
#include "base/go_text.h"

#define NUMBER_MAX 1000000	/* a width or precision beyond is none */

struct go_format {
	struct go_printer printer;
	const char *at, *end;
	const struct go_value *values;
	size_t n, next;		/* next: the argument to take */
	bool reordered, good_index, after_index;
};

static bool
is_too_large(int64_t number)
{
	return number > NUMBER_MAX || number < -NUMBER_MAX;
}

/* Decimal digits at *at; an overflow is no number, and swallows everything. */
static bool
read_number(const char **at, const char *end, int64_t *number)
{
	bool found = false;

	for (*number = 0; *at < end && ascii_isdigit((unsigned char)**at); ++*at) {
		if (is_too_large(*number)) {
			*number = 0;
			*at = end;
			return false;
		}
		*number = *number * 10 + (**at - '0');
		found = true;
	}
	return found;
}

/* [3]: the argument to go on with. */
static void
read_index(struct go_format *format)
{
	const char *close, *at = format->at + 1;
	int64_t number;
	bool good;

	format->after_index = false;
	if (format->at == format->end || *format->at != '[')
		return;
	format->reordered = true;
	close = memchr(format->at, ']', (size_t)(format->end - format->at));
	if (!close || format->end - format->at < 3) {
		format->good_index = false;
		format->at++;
		return;
	}
	good = read_number(&at, close, &number) && at == close;
	format->at = close + 1;
	format->after_index = good;
	if (good && number >= 1 && number <= (int64_t)format->n)
		format->next = (size_t)number - 1;
	else
		format->good_index = false;
}

/* A * takes the next argument for the number. */
static bool
star_number(struct go_format *format, int64_t *number)
{
	const struct go_value *value = format->next < format->n ? &format->values[format->next] : NULL;

	*number = 0;
	if (!value)
		return false;
	format->next++;
	if (!go_value_is_integer(value) || is_too_large(value->integer))
		return false;
	*number = value->integer;
	return true;
}

static void
read_flags(struct go_format *format)
{
	struct go_printer *printer = &format->printer;

	*printer = (struct go_printer){ .out = printer->out };
	for (; format->at < format->end; format->at++) {
		switch (*format->at) {
		case '#':
			printer->sharp = true;
			break;
		case '0':
			printer->zero = true;
			break;
		case '+':
			printer->plus = true;
			break;
		case '-':
			printer->minus = true;
			break;
		case ' ':
			printer->space = true;
			break;
		default:
			return;
		}
	}
}

static void
read_width(struct go_format *format)
{
	struct go_printer *printer = &format->printer;

	if (format->at == format->end || *format->at != '*') {
		printer->has_width = read_number(&format->at, format->end, &printer->width);
		if (format->after_index && printer->has_width)
			format->good_index = false;
		return;
	}
	format->at++;
	printer->has_width = star_number(format, &printer->width);
	if (!printer->has_width)
		str_add(printer->out, "%!(BADWIDTH)");
	if (printer->width < 0) {
		printer->width = -printer->width;
		printer->minus = true;
		printer->zero = false;
	}
	format->after_index = false;
}

static void
read_precision(struct go_format *format)
{
	struct go_printer *printer = &format->printer;

	if (format->end - format->at < 2 || *format->at != '.')
		return;
	format->at++;
	if (format->after_index)
		format->good_index = false;
	read_index(format);
	if (format->at == format->end || *format->at != '*') {
		if (!read_number(&format->at, format->end, &printer->precision))
			printer->precision = 0;
		printer->has_precision = true;
		return;
	}
	format->at++;
	printer->has_precision = star_number(format, &printer->precision);
	if (printer->precision < 0) {
		printer->precision = 0;
		printer->has_precision = false;
	}
	if (!printer->has_precision)
		str_add(printer->out, "%!(BADPREC)");
	format->after_index = false;
}

static void
put_verb(struct go_format *format)
{
	struct go_printer *printer = &format->printer;

	if (printer->verb == '%') {
		str_add(printer->out, "%");
	} else if (!format->good_index || format->next >= format->n) {
		str_add(printer->out, "%!");
		go_add_rune(printer->out, printer->verb);
		str_add(printer->out, format->good_index ? "(MISSING)" : "(BADINDEX)");
	} else {
		if (printer->verb == 'v' || printer->verb == 'w') {
			printer->sharp_v = printer->sharp;
			printer->sharp = printer->plus = false;
		}
		go_printer_put(printer, &format->values[format->next++]);
	}
}

static void
put_extra(struct go_format *format)
{
	struct str *out = format->printer.out;
	struct go_printer printer = { .out = out, .verb = 'v' };

	str_add(out, "%!(EXTRA ");
	for (size_t i = format->next; i < format->n; i++) {
		const struct go_value *value = &format->values[i];

		str_add(out, i > format->next ? ", " : "");
		if (value->kind != GO_NIL && value->kind != GO_INVALID)
			str_addf(out, "%s=", go_value_type(value));
		go_printer_put(&printer, value);
	}
	str_add(out, ")");
}

void
go_printf(struct str *out, const char *text, size_t len, const struct go_value *values, size_t n)
{
	struct go_format format = { .printer = { .out = out }, .at = text, .end = text + len, .values = values, .n = n };

	while (format.at < format.end && !go_printer_is_full(&format.printer)) {
		const char *percent = memchr(format.at, '%', (size_t)(format.end - format.at));

		str_addn(out, format.at, (size_t)((percent ? percent : format.end) - format.at));
		if (!percent)
			break;
		format.at = percent + 1;
		format.good_index = true;
		read_flags(&format);
		read_index(&format);
		read_width(&format);
		read_precision(&format);
		if (!format.after_index)
			read_index(&format);
		if (format.at == format.end) {
			str_add(out, "%!(NOVERB)");
			break;
		}
		format.at += go_rune(format.at, (size_t)(format.end - format.at), &format.printer.verb);
		put_verb(&format);
	}
	if (!format.reordered && format.next < n)
		put_extra(&format);
}
