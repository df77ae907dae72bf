/* One verb at work: what api/go_printf.c reads of a format, and api/go_print.c prints a value by. */
#ifndef API_GO_PRINTER_H
#define API_GO_PRINTER_H

#include <stdint.h>

#include "api/go_print.h"

struct go_printer {
	struct str *out;
	uint32_t verb;
	bool plus, minus, sharp, space, zero;
	bool sharp_v;
	bool has_width, has_precision;
	int64_t width, precision;
};

/* Whether the text is as long as one may be. */
bool go_printer_is_full(const struct go_printer *printer);
/* An argument by the verb: %T and %p are not for what is inside it. */
void go_printer_put(struct go_printer *printer, const struct go_value *value);

#endif
